import { nextTerm } from "./election.ts";
import { MAX_SIZE } from "./limits.ts";
import type { Term } from "./term.ts";

/** What a host knows of its side. */
export interface Side {
  /** Those who are heard and follow it. */
  readonly followers: number;
  /** Of these, those who have come since without a term, and were counted nowhere. */
  readonly added: number;
  /** Those who have left for good since its term was sized last. */
  readonly departed: number;
  /** Whether it has its host for so short a time that others may follow it who have not been heard to. */
  readonly isYoung: boolean;
}

/**
 * A host's term with its size as it is now. A side that is whole stays so for as long as it loses less than half at once. A minority
 * counts who comes and who leaves for good; when most of those who could still contradict it agree, it begins another term.
 */
export function sizedTerm(term: Term, { followers, added, departed, isYoung }: Side, draw: () => number): Term {
  const count = Math.min(MAX_SIZE, followers + 1);
  const left = Math.max(1, term.whole - departed);
  if (term.size >= term.whole) {
    const whole = count * 2 > left ? count : left;
    return { ...term, size: whole, whole };
  }
  const whole = Math.min(MAX_SIZE, left + added);
  // Of two that lose each other neither is the larger part.
  const counted = count === 1 && (isYoung || term.size <= 2) ? term.size : count;
  const size = Math.min(counted, whole);
  if (departed === 0 || size * 2 <= whole) return { ...term, size, whole };
  return { ...nextTerm({ ...term, whole }, term.hostId, size, draw()), isGiven: true };
}
