import type { Seat } from "../../../src/lobby/index.ts";

/** How often players poll and send. Unit: ms. */
export const TICK_MS = 33;

/** What a player knows. Times: ms since the epoch, by this machine's clock. */
export interface PlayerReport {
  readonly id: number;
  readonly code: string;
  readonly seat: Seat;
  readonly lobby: { readonly state: string; readonly hostId: number; readonly members: readonly number[] };
  readonly host: { readonly hostId: number; readonly isHost: boolean };
  /** With whom the session is. */
  readonly peers: readonly number[];
  readonly unstable: readonly number[];
  readonly events: readonly PlayerEvent[];
  /** When this player acted as host. */
  readonly acted: readonly (readonly [fromMs: number, toMs: number])[];
  /** Whom it has heard act as host, one after the other, itself too. */
  readonly reigns: readonly Reign[];
  readonly ledgers: Readonly<Record<number, LedgerReport>>;
}

export interface PlayerEvent {
  readonly atMs: number;
  readonly name: string;
  readonly id: number;
  readonly words: string;
}

interface Reign {
  readonly hostId: number;
  readonly sinceMs: number;
  /** The state's first step in it, and the last of the one before. */
  readonly firstStep: number;
  readonly stepBefore: number;
}

interface LedgerReport {
  readonly sent: number;
  readonly heard: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}
