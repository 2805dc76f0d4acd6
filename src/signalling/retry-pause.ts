import type { RandomSource } from "../base/random.ts";
import { RETRY_PAUSE_MAX_MS, RETRY_PAUSE_MS } from "./connector-limits.ts";

/**
 * How long to wait after a number of failed tries, in ms: 500, 1,000, 2,000 … 8,000, each up to a quarter less or more, so that
 * pairs that failed together do not all come again together.
 */
export function retryPauseMs(failedTries: number, random: RandomSource): number {
  const pauseMs = Math.min(RETRY_PAUSE_MS * 2 ** Math.min(failedTries - 1, 16), RETRY_PAUSE_MAX_MS);
  return pauseMs * (0.75 + random.nextUint32() / 2 ** 33);
}
