import { generate } from "./generate.ts";
import { play } from "./scenario.ts";
import { newReport, type SeedReport } from "./seed-report.ts";

/** Each so many seeds one is run twice, to see that it gives the same trace. */
const TWICE = 25;

/** Runs the seeds from `from` on, `count` of them. */
export function runSeeds(from: number, count: number): SeedReport {
  const report = newReport();
  for (let seed = from; seed < from + count; seed++) {
    const { world, fault, agreedAfterTicks } = play(generate(seed));
    const { ticksPerSecond = 60 } = world.conditions;
    report.seeds += 1;
    report.ticks += world.tick;
    report.packets += world.network.packetCount;
    report.slowestAgreementS = Math.max(report.slowestAgreementS, agreedAfterTicks / ticksPerSecond);
    for (const { operation } of world.recording.operations) {
      report.operations[operation.kind] = (report.operations[operation.kind] ?? 0) + 1;
    }
    if (fault !== null) report.failures.push({ seed, fault });
    else if (seed % TWICE === 0 && play(generate(seed)).world.hash !== world.hash) {
      report.failures.push({ seed, fault: "the same seed gave another trace" });
    }
  }
  return report;
}
