import { CloseReason } from "../connection/close-reason.ts";

/** Why a peer is gone, or why it never got connected. */
export const DisconnectReason = {
  ...CloseReason,
  /** The lobby's host removed it. */
  KICKED: "kicked",
  /** It said goodbye to the lobby. */
  LEFT: "left",
} as const;
export type DisconnectReason = (typeof DisconnectReason)[keyof typeof DisconnectReason];
