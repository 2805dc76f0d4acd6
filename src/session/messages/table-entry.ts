import type { Payload } from "../../codec/payload.ts";
import type { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { AllowedSender, CallDefinition } from "./definition.ts";
import type { Lane } from "./lane.ts";

/** A message or a call as the session uses it. */
export interface TableEntry {
  readonly name: string;
  /** What stands for it on the wire. */
  readonly type: number;
  readonly lane: Lane;
  readonly mode: TransferMode;
  readonly from: AllowedSender;
  readonly perSecond: number;
  /** A message's; a call's request. */
  readonly payload: Payload<unknown>;
  /** As declared; `Infinity` where the session's limit holds. */
  readonly maxBytes: number;
  readonly latest: boolean | ((payload: unknown) => string | number);
  readonly echo: boolean;
  /** `null` for a message. */
  readonly call: CallDefinition<unknown, unknown> | null;
}
