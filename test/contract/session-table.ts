import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { bytes, call, defineMessages, message } from "../../src/session/index.ts";

const { UNRELIABLE, UNRELIABLE_ORDERED } = TransferMode;

/** Unit: bytes. The largest message of a session that sets no limit of its own. */
export const LARGEST = 8 * 1_048_576;

/** What the sessions of the contract say to each other. */
export const table = defineMessages({
  note: message<string>(),
  urgent: message<string>({ lane: "input" }),
  game: message({ payload: bytes({ maxBytes: LARGEST }) }),
  bulk: message({ payload: bytes({ maxBytes: LARGEST }), lane: "bulk" }),
  ordered: message({ payload: bytes(), mode: UNRELIABLE_ORDERED }),
  unreliable: message({ payload: bytes(), mode: UNRELIABLE }),
  double: call<number, number>(),
  later: call<number, string>(),
  copy: call({ request: bytes({ maxBytes: LARGEST }), answer: bytes({ maxBytes: LARGEST }) }),
});

export type Table = (typeof table)["definitions"];
/** The messages that are bytes. */
export type BytesName = "game" | "bulk" | "ordered" | "unreliable";
