import { flag } from "../codec/flag.ts";
import { layout, list, optional } from "../codec/layout.ts";
import { u16, u32 } from "../codec/number-fields.ts";
import { isSameList } from "./hubs.ts";
import { MAX_DEPUTIES } from "./limits.ts";
import { isSameTerm, type Term, termLayout } from "./term.ts";

/** What each member says of itself, to all. */
export interface Status {
  /** Counts the statuses of one peer: an older one that comes later is ignored. */
  readonly number: number;
  /** Drawn when the peer began: tells a page from the one before it. */
  readonly instance: number;
  /** The term that it follows; none before it found one. */
  readonly term?: Term | undefined;
  /** It is host in that term, and acts. */
  readonly claims: boolean;
  /** It is host in that term, and listens whether it still is. */
  readonly listens: boolean;
  /** It hears the host of that term. Neither this nor `misses`: it has not heard it yet. */
  readonly hears: boolean;
  /** It does not hear the host of that term. */
  readonly misses: boolean;
  /** It goes, for good. */
  readonly leaves: boolean;
  /** Nobody sees its page. */
  readonly isHidden: boolean;
  /** Since when it is there, by the session's clock; `UNKNOWN_SINCE` while that is not known. Unit: ms. */
  readonly since: number;
  /** The number of the newest state that it has: that it keeps for the host, or has made as one; 0 for none. */
  readonly held: number;
  /** Which time it is that it waits for the state of a term that it came to; 0 if it does not. */
  readonly wants: number;
  /** It is host in that term, and these hold the state, the best first. Not there before it has chosen them. */
  readonly deputies?: readonly number[] | undefined;
}

export const UNKNOWN_SINCE = 0xffff_ffff;

/** How a status travels. */
export const statusLayout = layout({
  number: u32(),
  instance: u32(),
  term: optional(termLayout),
  claims: flag(),
  listens: flag(),
  hears: flag(),
  misses: flag(),
  leaves: flag(),
  isHidden: flag(),
  since: u32(),
  held: u32(),
  wants: u16(),
  deputies: optional(list(u32(), MAX_DEPUTIES)),
});

/** Whether a status says what cannot wait for the next beat. */
export function isOther(one: Status, other: Status): boolean {
  return (
    !isSameTerm(one.term ?? null, other.term ?? null) ||
    one.term?.size !== other.term?.size ||
    one.term?.whole !== other.term?.whole ||
    one.claims !== other.claims ||
    one.listens !== other.listens ||
    one.hears !== other.hears ||
    one.misses !== other.misses ||
    one.leaves !== other.leaves ||
    one.isHidden !== other.isHidden ||
    one.wants !== other.wants ||
    one.since !== other.since ||
    !isSameList(one.deputies ?? [], other.deputies ?? []) ||
    (one.deputies === undefined) !== (other.deputies === undefined)
  );
}
