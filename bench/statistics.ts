/** A median with its 95 % interval. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Between the two nearest values where `share` (0 to 1) falls between them. `sorted`: ascending, not empty. */
export function quantile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

/**
 * The median's interval by order statistics: it assumes nothing about how the values are distributed, and draws no chance. Fewer
 * than 6 values cannot give 95 %: then it is the whole range.
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = ascending(values);
  const rank = intervalRank(sorted.length);
  return {
    median: quantile(sorted, 0.5),
    low: sorted[rank] as number,
    high: sorted[sorted.length - 1 - rank] as number,
  };
}

/** Of each pair of values, one a round, how many times the first the second is. */
export function ratios(of: readonly number[], to: readonly number[]): number[] {
  return of.map((value, i) => value / (to[i] as number));
}

export function differences(of: readonly number[], from: readonly number[]): number[] {
  return of.map((value, i) => value - (from[i] as number));
}

/** How many values may be cut off at each end: the largest number for which 95 % still holds, by the binomial distribution. */
function intervalRank(count: number): number {
  let chance = 0.5 ** count;
  let tail = chance;
  let rank = 0;
  while (2 * tail <= 0.05) {
    rank += 1;
    chance *= (count - rank + 1) / rank;
    tail += chance;
  }
  return Math.max(0, rank - 1);
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
