import { MAX_ROUND_TRIP_MS, MAX_SESSION_MS } from "./limits.ts";

/** What one ping to the host told. */
export interface TimeSample {
  /** This machine's clock when the answer was read. Unit: ms. */
  readonly localMs: number;
  /** Session time at the host when it answered. Unit: ms. */
  readonly remoteMs: number;
  /** From sending the ping to reading the answer, by this machine's clock. Unit: ms. */
  readonly roundTripMs: number;
  /** How long the ping had lain at the host by then, by the host's word; not counted as way. Unit: ms, default 0. */
  readonly holdMs?: number;
}

/** A sample as the estimate needs it: the host's clock minus ours was `offsetMs`, give or take half of `pathMs`. */
export interface Sighting {
  readonly atMs: number;
  readonly offsetMs: number;
  /** Both ways together, without the time at the host. */
  readonly pathMs: number;
}

/** `null` for what cannot be: the host's word may be anything. No sample is older than the last, of `sinceMs`, or newer than `nowMs`. */
export function sightingOf(sample: TimeSample, sinceMs: number, nowMs: number): Sighting | null {
  const { localMs, remoteMs, roundTripMs, holdMs = 0 } = sample;
  if (![localMs, remoteMs, roundTripMs, holdMs].every(Number.isFinite)) return null;
  if (localMs < sinceMs || localMs > nowMs) return null;
  if (remoteMs < 0 || remoteMs > MAX_SESSION_MS) return null;
  if (roundTripMs < 0 || roundTripMs > MAX_ROUND_TRIP_MS || holdMs < 0 || holdMs > roundTripMs) return null;
  const pathMs = roundTripMs - holdMs;
  return { atMs: localMs, offsetMs: remoteMs + pathMs / 2 - localMs, pathMs };
}
