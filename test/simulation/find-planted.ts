/** The first seed whose run shows a fault, while that is planted. `plant` gives what takes it out. */
export function findPlanted(
  plant: (() => () => void) | undefined,
  showsFault: (seed: number) => boolean,
  most: number,
): number {
  const remove = plant?.();
  try {
    for (let seed = 0; seed < most; seed++) if (showsFault(seed)) return seed;
    throw new Error(`not found within ${most} seeds`);
  } finally {
    remove?.();
  }
}
