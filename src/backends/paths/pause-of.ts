/** How long to wait after so many tries: the last pause stays. */
export function pauseOf(pausesMs: readonly number[], tries: number): number {
  return pausesMs[Math.min(tries, pausesMs.length - 1)] as number;
}
