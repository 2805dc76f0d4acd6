import type { Host } from "./host.ts";
import { MAX_LOBBY_TERM } from "./limits.ts";

/** What a lobby has for it; `Lobby` of `tickmesh/lobby` has all of it. */
export interface HostedLobby {
  readonly state: string;
  readonly hostId: number;
  /** Whether this player is the lobby's host. */
  readonly isHost?: boolean;
  /** Of the host that the server knows. */
  readonly hostTerm: number;
  readonly members?: ReadonlyMap<number, unknown>;
  /** `"star"`: all connect to its hubs alone. */
  readonly shape?: string;
  proposeHost(hostId: number, term: number): void;
  setHubs?(ids: readonly number[]): void;
  on(name: "serverBack" | "hostStayed", handler: () => void): unknown;
  on(name: "hostChanged", handler: (hostId: number, cause: string) => void): unknown;
  off(name: "serverBack" | "hostStayed", handler: () => void): unknown;
  off(name: "hostChanged", handler: (hostId: number, cause: string) => void): unknown;
}

/**
 * Tells the lobby whom this peer takes for host, whenever that changes, when the server is back, and when it keeps to another; and, if
 * its shape is a star, the hubs, now and whenever they change. Gives what ends that.
 *
 * A host of the lobby that hands over, or that was parted from most of those who followed it, gives its place to the next one; so does one
 * that came to others, most of whom have not followed it. If it gave up otherwise, it did so by somebody's word alone, and keeps its place,
 * with the right to kick, for as long as the server has it for host.
 */
export function followHost<State>(lobby: HostedLobby, host: Host<State>): () => void {
  const first = [...(lobby.members?.keys() ?? [])];
  const keepsPlace = (): boolean => {
    if (lobby.isHost !== true || host.isHost || host.lastReign.ending !== "overruled") return false;
    const others = first.filter((id) => id !== lobby.hostId && lobby.members?.has(id));
    return 2 * others.filter((id) => host.lastReign.wasFollowedBy(id)).length >= others.length;
  };
  const propose = (): void => {
    const { hostId, term } = host;
    if (term === null || hostId === 0 || lobby.state !== "open" || lobby.hostId === hostId || keepsPlace()) return;
    lobby.proposeHost(hostId, Math.min(Math.max(term.counter, lobby.hostTerm + 1), MAX_LOBBY_TERM));
  };
  const review = (_hostId: number, cause: string): void => {
    // This peer's session may hear of it later than its lobby: to contradict would give the place back, and so to and fro.
    if (cause !== "agreed") propose();
  };
  const share = (): void => {
    if (lobby.shape === "star" && lobby.state !== "ended" && host.hubs.length > 0) lobby.setHubs?.(host.hubs);
  };
  share();
  host.on("changed", propose);
  host.on("ended", propose);
  host.on("hubsChanged", share);
  lobby.on("serverBack", propose);
  lobby.on("hostStayed", propose);
  lobby.on("hostChanged", review);
  return () => {
    host.off("changed", propose);
    host.off("ended", propose);
    host.off("hubsChanged", share);
    lobby.off("serverBack", propose);
    lobby.off("hostStayed", propose);
    lobby.off("hostChanged", review);
  };
}
