import { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import { Fault } from "./incoming/fault.ts";

/** Why a peer has left the session: what ended its connection, or what it did wrong, or one of these. */
export const LeaveReason = {
  ...DisconnectReason,
  ...Fault,
  /** Nothing was heard of it for `goneAfterMs`. */
  SILENT: "silent",
  /** More waited for it than `queuedReliableBytes`. */
  TOO_SLOW: "too-slow",
  /** The connection refused what it should have sent. */
  SEND_FAILED: "send-failed",
} as const;
export type LeaveReason = (typeof LeaveReason)[keyof typeof LeaveReason];
