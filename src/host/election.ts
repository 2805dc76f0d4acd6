import { MAX_COUNTER, MAX_SIZE } from "./limits.ts";
import type { Term } from "./term.ts";

/** A member of a side that has lost its host, as the others know it. */
export interface Voter {
  readonly id: number;
  /** Whether it misses the host. */
  readonly misses: boolean;
  /** The number of the state that it holds; 0 for none. */
  readonly held: number;
  readonly isHidden: boolean;
  /** Since when it is there. Unit: ms of session time. */
  readonly since: number;
}

/** Whether more than half miss the host, which itself is none of them. */
export function isDeposed(voters: readonly Voter[]): boolean {
  return voters.filter(({ misses }) => misses).length * 2 > voters.length;
}

/**
 * Who is to be host next, best first, of those who miss the old one: the newest state, then a page that is seen, then who has been there
 * for longest, then the lower id.
 */
export function candidates(voters: readonly Voter[]): number[] {
  return voters
    .filter(({ misses }) => misses)
    .sort(
      (one, other) =>
        other.held - one.held ||
        Number(one.isHidden) - Number(other.isHidden) ||
        one.since - other.since ||
        one.id - other.id,
    )
    .map(({ id }) => id);
}

/** The term of who is elected by so many, or of the first host. */
export function nextTerm(last: Term | null, hostId: number, size: number, reign: number): Term {
  if (last === null) return { counter: 1, size, whole: size, hostId, reign, after: 0, isGiven: false };
  const isMajority = size * 2 > last.whole;
  return {
    counter: Math.min(MAX_COUNTER, last.counter + (isMajority ? 1 : 0)),
    size: Math.min(MAX_SIZE, size),
    whole: isMajority ? size : last.whole,
    hostId,
    reign,
    after: last.reign,
    isGiven: false,
  };
}

/** The term of a host to whom the one before hands over. */
export function givenTerm(last: Term, hostId: number, reign: number): Term {
  return { ...nextTerm(last, hostId, last.size, reign), whole: last.whole, isGiven: true };
}
