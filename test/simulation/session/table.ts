import { bytes } from "../../../src/codec/bytes-payload.ts";
import { TransferMode } from "../../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../../src/session/messages/definition.ts";
import { defineMessages } from "../../../src/session/messages/message-table.ts";

/** The longest message of a run. Unit: bytes. */
const MOST = 400_000;
/** What four parts of the smallest datagram carry. Unit: bytes. */
const MOST_UNRELIABLE = 4 * (256 - 13);

const content = bytes({ maxBytes: MOST });
const short = bytes({ maxBytes: MOST_UNRELIABLE });

function keyOf(payload: Uint8Array): number {
  return (payload[0] ?? 0) % 4;
}

/** Messages of every mode, in lanes of every kind: two that share, one bulk, and one that is less urgent than bulk. */
export const TABLE = defineMessages(
  {
    press: message({ payload: content, lane: "input" }),
    chat: message({ payload: content }),
    aside: message({ payload: content, lane: "aside" }),
    map: message({ payload: content, lane: "bulk" }),
    rest: message({ payload: content, lane: "rest" }),
    rule: message({ payload: content, from: "host" }),
    noise: message({ payload: short, mode: TransferMode.UNRELIABLE }),
    move: message({ payload: short, mode: TransferMode.UNRELIABLE, latest: keyOf, lane: "input" }),
    pose: message({ payload: short, mode: TransferMode.UNRELIABLE_ORDERED }),
    track: message({ payload: short, mode: TransferMode.UNRELIABLE_ORDERED, latest: keyOf, lane: "bulk" }),
    ask: call({ request: content, answer: content }),
    beg: call({ request: content, answer: content, lane: "bulk" }),
  },
  { lanes: { aside: { priority: 1, weight: 3 }, rest: { priority: 3 } } },
);

export const MESSAGE_NAMES = [
  "press",
  "chat",
  "aside",
  "map",
  "rest",
  "rule",
  "noise",
  "move",
  "pose",
  "track",
] as const;
export type TableMessage = (typeof MESSAGE_NAMES)[number];
export const CALL_NAMES = ["ask", "beg"] as const;
type TableCall = (typeof CALL_NAMES)[number];

/** The most bytes of each message. */
export function mostBytesOf(name: TableMessage): number {
  return TABLE.definitions[name].mode === TransferMode.RELIABLE ? MOST : MOST_UNRELIABLE;
}

/** What the answer to a call is to be. */
export type Wish = "same" | "long" | "none" | "failure";

/** What players do. */
export type Input =
  | {
      readonly do: "send";
      readonly name: TableMessage;
      readonly size: number;
      /** 0: all; negative: all but this one. */
      readonly to: number;
    }
  | {
      readonly do: "call";
      readonly name: TableCall;
      readonly size: number;
      readonly to: number;
      readonly wish: Wish;
      readonly timeoutMs: number;
    };
