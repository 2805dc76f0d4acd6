import type { RandomSource } from "../base/random.ts";
import { REPAIR_PAUSE_MAX_MS, REPAIR_PAUSE_MS, RETRY_PAUSE_MAX_MS, RETRY_PAUSE_MS } from "./connector-limits.ts";

/**
 * How long to wait after a number of failed tries, in ms: 500, 1,000, 2,000 … 8,000; 250, 500 … 2,000 in a repair. Each up to a
 * quarter less or more, so that pairs that failed together do not all come again together.
 */
export function retryPauseMs(failedTries: number, isRepair: boolean, random: RandomSource): number {
  const [firstMs, maxMs] = isRepair ? [REPAIR_PAUSE_MS, REPAIR_PAUSE_MAX_MS] : [RETRY_PAUSE_MS, RETRY_PAUSE_MAX_MS];
  const pauseMs = Math.min(firstMs * 2 ** Math.min(failedTries - 1, 16), maxMs);
  return pauseMs * (0.75 + random.nextUint32() / 2 ** 33);
}
