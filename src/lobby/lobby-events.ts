import type { HostAction } from "./host-action.ts";
import type { LobbyErrorCode, LobbyMember, Metadata } from "./protocol.ts";

/**
 * Why the server has another host: `"agreed"`, most of those present or the host itself said so; `"stands-in"`, the host is gone, and the
 * lowest id is host until they agree, or the host of a lobby that was opened again came back, unless they agree on another; `"missed"`, it
 * was so when this player's line came back.
 */
export type HostCause = "agreed" | "stands-in" | "missed";

export interface LobbyEvents {
  memberJoined: (member: LobbyMember) => void;
  /** `"lost"`: the server lost sight of it; a connection to it may well stand. */
  memberLeft: (peerId: number, reason: "left" | "kicked" | "lost") => void;
  hostChanged: (peerId: number, cause: HostCause) => void;
  /**
   * Some seconds ago the server said who is host, and has not said otherwise since. Whoever takes another for host should say so by
   * `proposeHost` now: `followHost` of `tickmesh/host` does.
   */
  hostStayed: (peerId: number) => void;
  lockChanged: (locked: boolean) => void;
  metadataChanged: (metadata: Metadata) => void;
  profileChanged: (peerId: number, profile: Metadata) => void;
  /** The host removed this player. The lobby is over, and every connection is closed. */
  kicked: (reason: string) => void;
  /**
   * The server ended this player's membership for another reason: `replaced`, `misbehaved`, `idle`. Or (`not-connected`) the page was left,
   * and the lobby with it, and is shown again. The lobby is over.
   */
  removed: (code: LobbyErrorCode, reason: string) => void;
  /** The server is out of reach. Connections that stand are not touched; the lobby tries to come back by itself. */
  serverLost: (reason: string) => void;
  /** The lobby has its seat again; perhaps in a lobby that was opened again under the same code. */
  serverBack: () => void;
  /**
   * The server is back, knows nothing of this lobby or of this seat, and lets nobody open it again: it was started with another key, or the
   * seat was held too long. The mesh goes on.
   */
  lobbyGone: (reason: string) => void;
  /**
   * Something that this player asked for as host was not done: the server has another host now, perhaps since it was lost, or this host
   * merely stands in for the one that it wants to kick. (Who is host still when the server is back asks again by itself.)
   */
  notDone: (action: HostAction) => void;
}

export type EmitLobbyEvent = <Name extends keyof LobbyEvents>(
  name: Name,
  ...args: Parameters<LobbyEvents[Name]>
) => void;
