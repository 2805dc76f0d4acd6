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
  readonly members?: { readonly size: number };
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
 * A host of the lobby gives its place to the next one if it hands over, or if most of the others found that one without it. Who was led
 * to another host by somebody's word alone keeps its place, with the right to kick, for as long as the server has it for host.
 */
export function followHost<State>(lobby: HostedLobby, host: Host<State>): () => void {
  const cameAlone = (lobby.members?.size ?? 1) <= 1;
  let guards = lobby.isHost === true;
  const keepsPlace = (): boolean => {
    // Not who became the lobby's host while somebody else was host of the game.
    guards = lobby.isHost === true && (guards || host.isHost);
    if (!guards || host.isHost) return false;
    // Who comes to somebody whom nobody has ever followed has that one's word alone.
    const { makesWay, wasFollowed } = host.standing;
    return !makesWay || (cameAlone && !wasFollowed && lobby.members?.size === 2);
  };
  let proposed = 0;
  const propose = (): void => {
    const { hostId, term } = host;
    if (keepsPlace()) return;
    if (term === null || hostId === 0 || lobby.state !== "open") return;
    // What was said before is taken back: it would count once the lobby's host is gone.
    if (lobby.hostId === hostId && (proposed === 0 || proposed === hostId)) return;
    proposed = hostId;
    lobby.proposeHost(hostId, Math.min(Math.max(term.counter, lobby.hostTerm + 1), MAX_LOBBY_TERM));
  };
  const review = (_hostId: number, cause: string): void => {
    // This peer's session may hear of it later than its lobby: to contradict would give the place back, and so to and fro.
    if (cause === "agreed") proposed = 0;
    else propose();
  };
  const share = (): void => {
    if (lobby.shape === "star" && lobby.state !== "ended" && host.hubs.length > 0) lobby.setHubs?.(host.hubs);
  };
  share();
  propose();
  host.on("changed", propose);
  host.on("madeWay", propose);
  host.on("hubsChanged", share);
  lobby.on("serverBack", propose);
  lobby.on("hostStayed", propose);
  lobby.on("hostChanged", review);
  return () => {
    host.off("changed", propose);
    host.off("madeWay", propose);
    host.off("hubsChanged", share);
    lobby.off("serverBack", propose);
    lobby.off("hostStayed", propose);
    lobby.off("hostChanged", review);
  };
}
