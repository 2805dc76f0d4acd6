import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import { MAX_UNRELIABLE_PARTS, type SessionLimits } from "../limits.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import { partBytes } from "./unreliable-sender.ts";

/** How long a message's or a call's payload may be, sent in datagrams of so many bytes. Unit: bytes. */
export function longestPayload({ mode, maxBytes }: TableEntry, limits: SessionLimits, datagramBytes: number): number {
  const most = mode === TransferMode.RELIABLE ? limits.messageBytes : MAX_UNRELIABLE_PARTS * partBytes(datagramBytes);
  return Math.min(maxBytes, most);
}
