import type { SessionLimits } from "tickmesh/session";
import { InMemorySignalling } from "tickmesh/signalling";
import type { PageWire } from "./link.ts";
import { SessionPlayer } from "./session-player.ts";

export interface SessionPair extends Pick<PageWire, "connections" | "close"> {
  readonly players: readonly [SessionPlayer, SessionPlayer];
}

/** Two players in this page who have accepted each other. */
export async function sessionPair(limits: Partial<SessionLimits> = {}): Promise<SessionPair> {
  const group = new InMemorySignalling();
  const players = [new SessionPlayer(group.join(1), 1, limits), new SessionPlayer(group.join(2), 1, limits)] as const;
  await Promise.all(players.map(({ joined }) => joined));
  const close = (): void => {
    for (const player of players) player.close();
  };
  return { players, connections: [nativeOf(players[0]), nativeOf(players[1])], close };
}

function nativeOf({ peer, session }: SessionPlayer): RTCPeerConnection {
  const native = peer.getPeer(session.peers[0] ?? 0)?.connection.getNative();
  if (native instanceof RTCPeerConnection) return native;
  throw new Error("the peer has no connection of the browser's");
}
