import type { Recording } from "../../src/simulator/world/recording.ts";
import { generate } from "./generate.ts";
import { generateHost } from "./host/generate-host.ts";
import { playHost } from "./host/play-host.ts";
import type { Outcome } from "./play-out.ts";
import { play } from "./scenario.ts";
import { newReport, type SeedReport } from "./seed-report.ts";
import { generateResume } from "./session/generate-resume.ts";
import { generateSession } from "./session/generate-session.ts";
import { playSession } from "./session/play-session.ts";
import { generateStar } from "./star/generate-star.ts";
import { playStar } from "./star/play-star.ts";

/**
 * What a run is of: meshes that carry packets, sessions on them, sessions whose connections are lost and replaced, those with hosts, or
 * with hosts in a star.
 */
export type RunKind = "mesh" | "session" | "resume" | "host" | "star";

export const RUNS: Readonly<Record<RunKind, RunMaker>> = {
  mesh: { generate, play },
  session: { generate: generateSession, play: playSession },
  host: { generate: generateHost, play: playHost },
  resume: { generate: generateResume, play: playSession },
  star: { generate: generateStar, play: playStar },
};

interface RunMaker {
  readonly generate: (seed: number) => Recording;
  readonly play: (recording: Recording) => Outcome;
}

/** Each so many seeds one is run twice, to see that it gives the same trace. */
const TWICE = 25;

/** Runs the seeds from `from` on, `count` of them. */
export function runSeeds(what: RunKind, from: number, count: number): SeedReport {
  const { generate: make, play: run } = RUNS[what];
  const report = newReport();
  for (let seed = from; seed < from + count; seed++) {
    const { world, fault, agreedAfterTicks } = run(make(seed));
    const { ticksPerSecond = 60 } = world.conditions;
    report.seeds += 1;
    report.ticks += world.tick;
    report.packets += world.network.packetCount;
    report.slowestAgreementS = Math.max(report.slowestAgreementS, agreedAfterTicks / ticksPerSecond);
    for (const { operation } of world.recording.operations) {
      report.operations[operation.kind] = (report.operations[operation.kind] ?? 0) + 1;
    }
    if (fault !== null) report.failures.push({ seed, fault });
    else if (seed % TWICE === 0 && run(make(seed)).world.hash !== world.hash) {
      report.failures.push({ seed, fault: "the same seed gave another trace" });
    }
  }
  return report;
}
