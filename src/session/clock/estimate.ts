import { EXPECTED_DRIFT_RATIO, LEAST_ERROR_MS, MAX_DRIFT_RATIO } from "./limits.ts";
import type { Sighting } from "./time-sample.ts";

/** What is known of another machine's clock: a line, and how far the truth may be from it. */
export interface Estimate {
  /** When the line was at `offsetMs`: the middle of what it was drawn from, by this machine's clock. */
  readonly atMs: number;
  readonly offsetMs: number;
  /** How much faster the other clock runs: 0.0001 gains 100 µs in a second. */
  readonly driftRatio: number;
  /** How far `offsetMs` may be from the truth, however the way is split in two directions. */
  readonly errorMs: number;
  /** How much `driftRatio` may be wrong. */
  readonly driftErrorRatio: number;
}

/**
 * The line through sightings of one clock, by least squares.
 *
 * What makes a round trip longer than the shortest is waiting, on one way or the other, and half of it may be error: so a sighting is
 * taken to be wrong by half of its excess, and weighs accordingly. The lowest quartile decides, much as in NTP's clock filter (RFC 5905,
 * section 10), which keeps the one of eight with the least delay: but over a window that is long enough to see drift, all the good ones
 * together are steadier than the best. The slope is held to what clocks do until the sightings outweigh that expectation.
 */
export function estimateOf(sightings: readonly Sighting[]): Estimate {
  const floorMs = pathWithoutWaiting(sightings);
  const weights = sightings.map(({ pathMs }) => 1 / (LEAST_ERROR_MS + (pathMs - floorMs) / 2) ** 2);
  const [firstMs, firstOffsetMs] = [sightings[0]?.atMs ?? 0, sightings[0]?.offsetMs ?? 0];

  let [weight, age, offset, path] = [0, 0, 0, 0];
  for (const [index, { atMs, offsetMs, pathMs }] of sightings.entries()) {
    const w = weights[index] as number;
    weight += w;
    age += w * (atMs - firstMs);
    offset += w * (offsetMs - firstOffsetMs);
    path += w * pathMs;
  }
  const [meanAgeMs, meanOffsetMs] = [age / weight, offset / weight];

  // As if the expected drift had been seen once.
  let [spread, slope] = [1 / EXPECTED_DRIFT_RATIO ** 2, 0];
  for (const [index, { atMs, offsetMs }] of sightings.entries()) {
    const x = atMs - firstMs - meanAgeMs;
    spread += (weights[index] as number) * x * x;
    slope += (weights[index] as number) * x * (offsetMs - firstOffsetMs - meanOffsetMs);
  }
  return {
    atMs: firstMs + meanAgeMs,
    offsetMs: firstOffsetMs + meanOffsetMs,
    driftRatio: Math.min(MAX_DRIFT_RATIO, Math.max(-MAX_DRIFT_RATIO, slope / spread)),
    errorMs: path / weight / 2,
    driftErrorRatio: Math.min(MAX_DRIFT_RATIO, 3 / Math.sqrt(spread)),
  };
}

/**
 * The shortest path that was seen waited too, the longer the more the others did: a quarter of what lies between it and the quartile.
 * (Of 0 to 1, that gave the least errors in simulated traffic, from a still network to one that scatters by 400 ms.)
 */
function pathWithoutWaiting(sightings: readonly Sighting[]): number {
  const paths = sightings.map(({ pathMs }) => pathMs).sort((a, b) => a - b);
  const [shortestMs, quartileMs] = [paths[0] ?? 0, paths[Math.floor(paths.length / 4)] ?? 0];
  return shortestMs - (quartileMs - shortestMs) / 4;
}

/** By the estimate, what the other clock shows more than this machine's at a time of the latter. */
export function offsetAt(estimate: Estimate, localMs: number): number {
  return estimate.offsetMs + (localMs - estimate.atMs) * estimate.driftRatio;
}

/** How far that may be from the truth. */
export function errorAt(estimate: Estimate, localMs: number): number {
  return estimate.errorMs + Math.abs(localMs - estimate.atMs) * estimate.driftErrorRatio;
}
