import { reasonOf } from "../../base/diagnostics.ts";
import type { SimulationFailure } from "./simulation-error.ts";

/** What is wrong with a run. */
export interface Fault {
  readonly code: SimulationFailure;
  readonly words: string;
  readonly cause?: unknown;
}

/** Whether a run has failed, and by what: the first fault counts, and stays. */
export class Verdict {
  #fault: Fault | null = null;

  get fault(): Fault | null {
    return this.#fault;
  }

  violation(words: string): void {
    this.#fault ??= { code: "violation", words };
  }

  threw(who: string, error: unknown): void {
    this.#fault ??= faultOfThrown(who, error);
  }
}

export function faultOfThrown(who: string, error: unknown): Fault {
  return { code: "game-threw", words: `${who} threw: ${reasonOf(error)}`, cause: error };
}
