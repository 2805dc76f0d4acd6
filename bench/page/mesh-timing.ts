import type { Milestones } from "./milestones.ts";

/** How long a mesh took to stand, and where the time went. Unit: ms. */
export interface MeshTiming {
  /** From the first call until everybody can send to everybody, and knows. */
  readonly total: number;
  /** From the first call until a connection is made. This and the next three are means over all ends of all connections. */
  readonly begin: number;
  /** Until both descriptions are set. */
  readonly signalling: number;
  /** ICE, DTLS and SCTP, until the last channel is open. */
  readonly opening: number;
  /** Until the game knows. */
  readonly notice: number;
  /** How much later than the last channel's opening the browser says "connected": it tells the two on different ways. */
  readonly connectedAfterOpen: number;
  /** Main-thread time spent in all polls. */
  readonly polls: number;
}

export interface MeasuredEnd {
  readonly times: Milestones;
  readonly noticed: number;
}

export function meshTiming(startMs: number, ends: readonly MeasuredEnd[], polls: number): MeshTiming {
  const mean = (of: (end: MeasuredEnd) => number): number => ends.reduce((sum, end) => sum + of(end), 0) / ends.length;
  return {
    total: Math.max(...ends.map((end) => end.noticed)) - startMs,
    begin: mean(({ times }) => times.made - startMs),
    signalling: mean(({ times }) => times.described - times.made),
    opening: mean(({ times }) => times.open - times.described),
    notice: mean(({ times, noticed }) => noticed - times.open),
    connectedAfterOpen: mean(({ times }) => times.connected - times.open),
    polls,
  };
}
