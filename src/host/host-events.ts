import type { Cause } from "./choose-term.ts";
import type { Term } from "./term.ts";

export interface HostEvents {
  /** Another is host from now on, or this peer is. In `poll`, after `restore` where this peer was given a state to be host with. */
  changed: (hostId: number, term: Term, cause: Cause) => void;
  /** `makesWay` is true from now on. In `poll`. */
  madeWay: () => void;
  /** `hubs` are others from now on, or in another order. In `poll`. */
  hubsChanged: (hubs: readonly number[]) => void;
}

/** What was not believed. */
export interface HostCounters {
  /** Statuses that claim what only another may. */
  forgedClaims: number;
  /** Claims that contradict what is heard of those who are there, or whose counter is too high. Two honest sides may see some. */
  refusedClaims: number;
  /** States of somebody who is not host, or that cannot be read. */
  wrongStates: number;
}
