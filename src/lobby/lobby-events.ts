import type { HostAction } from "./host-action.ts";
import type { LobbyErrorCode, LobbyMember, Metadata } from "./protocol.ts";

export interface LobbyEvents {
  memberJoined: (member: LobbyMember) => void;
  /** `"lost"`: the server lost sight of it; a connection to it may well stand. */
  memberLeft: (peerId: number, reason: "left" | "kicked" | "lost") => void;
  hostChanged: (peerId: number) => void;
  lockChanged: (locked: boolean) => void;
  metadataChanged: (metadata: Metadata) => void;
  profileChanged: (peerId: number, profile: Metadata) => void;
  /** The host removed this player. The lobby is over, and every connection is closed. */
  kicked: (reason: string) => void;
  /** The server ended this player's membership for another reason: `replaced`, `misbehaved`, `not-host`. The lobby is over. */
  removed: (code: LobbyErrorCode, reason: string) => void;
  /** The server is out of reach. Connections that stand are not touched; the lobby tries to come back by itself. */
  serverLost: (reason: string) => void;
  /** The lobby has its seat again, or was published again. */
  serverBack: () => void;
  /** The server is back and knows nothing of this lobby: one peer, the host say, may `republish()`, the others `reattach()`. */
  lobbyGone: (reason: string) => void;
  /**
   * Something that this player asked for as host was not done: the server was lost before it answered, and has another host now.
   * (As host still, the lobby asks again by itself.)
   */
  notDone: (action: HostAction) => void;
}

export type EmitLobbyEvent = <Name extends keyof LobbyEvents>(
  name: Name,
  ...args: Parameters<LobbyEvents[Name]>
) => void;
