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
  /** Another session came under its id: a page that was loaded again, or the same one, which had given this peer up. */
  REPLACED: "replaced",
  /** On another connection it was refused, or refused this peer: `words` say why. */
  REFUSED: "refused",
} as const;
export type LeaveReason = (typeof LeaveReason)[keyof typeof LeaveReason];
