import { Arena } from "./arena.ts";
import { type Fault, titleOf } from "./faults.ts";
import { type FaultRow, suffer } from "./suffer.ts";
import { wrongOf } from "./wrong-of.ts";

/** What became of a fault: its row, unless it did not come so far, and what was wrong. */
export interface Suffered {
  readonly fault: Fault;
  readonly row: FaultRow | null;
  readonly wrong: readonly string[];
}

/** All of these, so many at a time; `tell` hears of each as it is over. Nothing is thrown for what goes wrong in one of them. */
export async function sufferAll(
  faults: readonly Fault[],
  options: { readonly seed: number; readonly atOnce: number; readonly tell?: (suffered: Suffered) => void },
): Promise<Suffered[]> {
  const { seed, atOnce, tell } = options;
  const waiting = [...faults.entries()];
  const suffered: Suffered[] = [];
  const arena = await Arena.open();
  const takeTurns = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, fault] = next;
      suffered[index] = await sufferOne(arena, fault, seed + index);
      tell?.(suffered[index]);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, takeTurns));
  } finally {
    await arena.close();
  }
  return suffered;
}

async function sufferOne(arena: Arena, fault: Fault, seed: number): Promise<Suffered> {
  try {
    const row = await suffer(arena, fault, seed);
    return { fault, row, wrong: wrongOf(row).map((words) => `${titleOf(fault)}, seed ${seed}: ${words}`) };
  } catch (error) {
    return { fault, row: null, wrong: [(error as Error).message] };
  }
}
