import { guarded } from "../base/guarded.ts";
import { candidates } from "./election.ts";
import { type KnownPeer, voterOf } from "./known-peer.ts";
import { HEIR_HEARD_MS } from "./limits.ts";

/** Puts those who could be host next in another order. */
type Preference = (candidates: readonly number[]) => readonly number[];

/** Of those who follow a host, who can be host next, the best first. Who is a hub stays one: others may be connected to it already. */
export function successorsOf(
  followers: readonly KnownPeer[],
  hubs: readonly number[],
  preferred: Preference | undefined,
): number[] {
  const voters = followers.map((peer) => ({ ...voterOf(peer), misses: true, held: 0 }));
  const ids = candidates(voters);
  if (preferred === undefined) {
    const seen = new Set(voters.filter(({ isHidden }) => !isHidden).map(({ id }) => id));
    const isKept = (id: number): number => Number(seen.has(id) && hubs.includes(id));
    return ids.sort((one, other) => isKept(other) - isKept(one));
  }
  const given = guarded(() => preferred(ids)) ?? ids;
  return [...new Set([...given, ...ids])].filter((id) => ids.includes(id));
}

/** Who is handed over to: the best who was heard just now, for the word to go may not reach who was not. */
export function heirOf(
  successors: readonly number[],
  peers: ReadonlyMap<number, KnownPeer>,
  nowMs: number,
): KnownPeer | undefined {
  const known = successors.flatMap((id) => peers.get(id) ?? []);
  return known.find(({ heardMs }) => nowMs - heardMs <= HEIR_HEARD_MS) ?? known[0];
}
