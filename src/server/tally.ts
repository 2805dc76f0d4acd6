import type { LobbyErrorCode } from "../lobby/protocol.ts";

/** What this process has and did, for its metrics. Colyseus' matchmaker is one for each process, and so is this. */
export const tally = {
  /** Now. */
  lobbies: 0,
  members: 0,
  sockets: 0,
  /** Since the start. */
  joins: 0,
  messagesIn: 0,
  bytesIn: 0,
  messagesOut: 0,
  relayBytes: 0,
  refusals: new Map<LobbyErrorCode, number>(),
};

export function countRefusal(code: LobbyErrorCode): void {
  tally.refusals.set(code, (tally.refusals.get(code) ?? 0) + 1);
}
