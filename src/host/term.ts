import { flag } from "../codec/flag.ts";
import { layout } from "../codec/layout.ts";
import { u16, u32 } from "../codec/number-fields.ts";
import { peerId } from "./peer-id-field.ts";

/** The time in which one peer is host. */
export interface Term {
  /** One more than in the term before, if most of its members agreed to end that; the same, if fewer did. */
  readonly counter: number;
  /** How many stand behind it. */
  readonly size: number;
  readonly hostId: number;
  /** Of how many: more than `size` where a minority goes on by itself. */
  readonly whole: number;
  /** Drawn for each term: tells it from others of the same host. */
  readonly reign: number;
  /** The reign of the term that it took the place of; 0 for a first one. */
  readonly after: number;
  /** The host before handed over; else it was lost, or there was none. */
  readonly isGiven: boolean;
}

/** How a term travels. */
export const termLayout = layout({
  counter: u32(),
  size: u16(),
  whole: u16(),
  hostId: peerId(),
  reign: u32(),
  after: u32(),
  isGiven: flag(),
});

/** Above 0 if `one` is the higher: by counter, then size, then the lower id of its host. */
export function compareTerms(one: Term, other: Term): number {
  return one.counter - other.counter || one.size - other.size || other.hostId - one.hostId || other.reign - one.reign;
}

/** The size may have changed since. */
export function isSameTerm(one: Term | null, other: Term | null): boolean {
  if (one === null || other === null) return false;
  return one.reign === other.reign && one.counter === other.counter && one.hostId === other.hostId;
}
