import type { Way } from "./page/ways.ts";
import { median } from "./statistics.ts";

const WAYS: readonly Way[] = ["on low", "task loop", "credit"];
/** Tries of each way before the rounds. */
const TRIES = 3;

/** What may be on its way: four times the 64 KiB that a game should keep there, so that no side ever runs dry. */
export const CAP_BYTES = 262_144;

/** The way of driving that gives the highest rate. */
export async function bestWay(rateOf: (way: Way) => Promise<number>): Promise<Way> {
  const rates = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
  for (let i = 0; i < TRIES; i++) {
    for (const [way, tries] of rates) tries.push(await rateOf(way));
  }
  const typical = (way: Way): number => median(rates.get(way) ?? []);
  return WAYS.reduce((best, way) => (typical(way) > typical(best) ? way : best));
}
