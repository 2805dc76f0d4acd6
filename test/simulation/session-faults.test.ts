import { expect, test } from "vitest";
import type { Recording } from "../../src/simulator/world/recording.ts";
import { shrink } from "../../src/simulator/world/shrink.ts";
import type { Fault } from "./faults.ts";
import type { Outcome } from "./play-out.ts";
import { generateResume } from "./session/generate-resume.ts";
import { generateSession } from "./session/generate-session.ts";
import { playSession } from "./session/play-session.ts";
import { RESUME_FAULTS } from "./session/resume-faults.ts";
import { SESSION_FAULTS } from "./session/session-faults.ts";

const MOST_SEEDS = 1_000;
const MOST_OPERATIONS = 20;

/** The first seed whose run shows a fault, as far as it went. */
function find(generate: (seed: number) => Recording, run: (recording: Recording) => Outcome): Recording {
  for (let seed = 0; seed < MOST_SEEDS; seed++) {
    const recording = generate(seed);
    const { error } = run(recording);
    if (error === null) continue;
    const ticks = Math.min(recording.ticks, error.recording.ticks);
    return { ...recording, ticks, operations: recording.operations.filter(({ tick }) => tick <= ticks) };
  }
  throw new Error(`not found within ${MOST_SEEDS} seeds`);
}

function findAndShrink(generate: (seed: number) => Recording, plant: (() => Fault) | undefined): void {
  const run = (recording: Recording): Outcome => {
    const fault = plant?.();
    if (fault === undefined) throw new Error("there is no such fault");
    try {
      return playSession(recording, fault.parts);
    } finally {
      fault.remove?.();
    }
  };
  const shorter = shrink(find(generate, run), (recording) => run(recording).fault !== null);
  expect(shorter.operations.length).toBeLessThanOrEqual(MOST_OPERATIONS);
  expect(run(shorter).error?.code).toBe("violation");
  expect(playSession(shorter).fault).toBeNull();
}

test.each(Object.keys(SESSION_FAULTS))(
  "W69, W84 planted in sessions, found and made short: %s",
  { timeout: 600_000 },
  (name) => findAndShrink(generateSession, SESSION_FAULTS[name]),
);

test.each(Object.keys(RESUME_FAULTS))(
  "W69, W90 planted where one connection takes the place of another, found and made short: %s",
  { timeout: 600_000 },
  (name) => findAndShrink(generateResume, RESUME_FAULTS[name]),
);
