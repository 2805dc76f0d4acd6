import { expect, test } from "vitest";
import type { Recording } from "../../src/simulator/world/recording.ts";
import { shrink } from "../../src/simulator/world/shrink.ts";
import { FAULTS } from "./faults.ts";
import { generate } from "./generate.ts";
import type { Outcome } from "./play-out.ts";
import { play } from "./scenario.ts";

const MOST_SEEDS = 1_000;
const MOST_OPERATIONS = 20;

/** The first seed whose run shows a fault, as far as it went. */
function find(run: (recording: Recording) => Outcome): Recording {
  for (let seed = 0; seed < MOST_SEEDS; seed++) {
    const recording = generate(seed);
    const { error } = run(recording);
    if (error === null) continue;
    const ticks = Math.min(recording.ticks, error.recording.ticks);
    return { ...recording, ticks, operations: recording.operations.filter(({ tick }) => tick <= ticks) };
  }
  throw new Error(`not found within ${MOST_SEEDS} seeds`);
}

test.each(Object.keys(FAULTS))("W69 planted, found and made short: %s", { timeout: 600_000 }, (name) => {
  const run = (recording: Recording): Outcome => {
    const fault = FAULTS[name]?.();
    if (fault === undefined) throw new Error("there is no such fault");
    try {
      return play(recording, fault.parts);
    } finally {
      fault.remove?.();
    }
  };
  const shorter = shrink(find(run), (recording) => run(recording).fault !== null);
  expect(shorter.operations.length).toBeLessThanOrEqual(MOST_OPERATIONS);
  expect(run(shorter).error?.code).toBe("violation");
  expect(play(shorter).fault).toBeNull();
});
