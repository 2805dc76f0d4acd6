import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import type { MemberGame } from "../../src/simulator/world/member-game.ts";
import type { Recording } from "../../src/simulator/world/recording.ts";
import { SimulationError } from "../../src/simulator/world/simulation-error.ts";
import type { World } from "../../src/simulator/world/world.ts";

/** What a run came to. */
export interface Outcome {
  readonly world: World;
  /** `null`: nothing was wrong. */
  readonly fault: string | null;
  readonly error: SimulationError | null;
  readonly agreedAfterTicks: number;
}

/**
 * Makes a recorded run in a world that was made for it, and then what `afterwards` does, which notes how long it took until all agreed:
 * that stands in the outcome even if something is wrong later.
 */
export function playOut<Game extends MemberGame>(
  world: World<Game>,
  { operations, ticks }: Recording,
  afterwards: (agreed: (ticks: number) => void) => void,
): Outcome {
  let agreedAfterTicks = 0;
  setDiagnosticsHandler(() => {});
  try {
    for (const { tick, operation } of operations) {
      while (world.tick < Math.min(tick, ticks)) world.step();
      world.apply(operation);
    }
    while (world.tick < ticks) world.step();
    afterwards((agreedAfter) => {
      agreedAfterTicks = Math.max(agreedAfterTicks, agreedAfter);
    });
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    return { world, fault: error.fault, error, agreedAfterTicks };
  } finally {
    setDiagnosticsHandler(null);
  }
  return { world, fault: null, error: null, agreedAfterTicks };
}
