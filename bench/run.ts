import { parseArgs } from "node:util";
import { backendsBenchmark } from "./backends.ts";
import { openBenchPage } from "./bench-page.ts";
import type { Benchmark } from "./benchmark.ts";
import { drawThroughput } from "./chart.ts";
import { codecBenchmark } from "./codec.ts";
import { keepAll, keepPart } from "./latest.ts";
import { libraryAloneBenchmark } from "./library-alone.ts";
import { machine } from "./machine.ts";
import { meshBenchmark } from "./mesh.ts";
import type { Result } from "./result.ts";
import { roundTripBenchmark } from "./round-trip.ts";
import { sessionLossBenchmark } from "./session-loss.ts";
import { sessionMemoryBenchmark } from "./session-memory.ts";
import { sessionMeshBenchmark } from "./session-mesh.ts";
import { sessionPingBenchmark } from "./session-ping.ts";
import { sessionThroughputBenchmark } from "./session-throughput.ts";
import { sessionWireBenchmark } from "./session-wire.ts";
import { simulatorBenchmark } from "./simulator.ts";
import { sizeBenchmark } from "./size.ts";
import { table } from "./table.ts";
import { throughputBenchmark } from "./throughput.ts";

const BENCHMARKS: readonly Benchmark[] = [
  sizeBenchmark,
  libraryAloneBenchmark,
  codecBenchmark,
  roundTripBenchmark,
  throughputBenchmark,
  meshBenchmark,
  simulatorBenchmark,
  backendsBenchmark,
  sessionThroughputBenchmark,
  sessionWireBenchmark,
  sessionPingBenchmark,
  sessionMeshBenchmark,
  sessionLossBenchmark,
  sessionMemoryBenchmark,
];

const HELP = `npm run bench -- [PART] [options]

  PART           one of ${BENCHMARKS.map(({ name }) => name).join(", ")}: the others' latest results stay;
                 session: all whose names begin so
  --only PART    the same, and nothing is written
  --rounds N     default 21; with fewer, nothing is written
  --quick        what takes minutes by its nature is cut short, and nothing is written
  --help         this`;

/** Fewer rounds give no interval worth keeping. */
const ROUNDS = 21;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: String(ROUNDS) },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const rounds = Number(values.rounds);
const [part = values.only, ...more] = positionals;
const chosen = BENCHMARKS.filter(({ name }) => part === undefined || part === name || name.startsWith(`${part}-`));

if (values.help || chosen.length === 0 || more.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.log(HELP);
  process.exit(values.help ? 0 : 1);
}

const startMs = performance.now();
const { chromiumVersion, close, ...pages } = await openBenchPage();
const where = machine(chromiumVersion);
const results: Result[] = [];
try {
  for (const benchmark of chosen) {
    console.error(`${benchmark.name} …`);
    results.push(...(await benchmark.run({ ...pages, rounds, quick: values.quick })));
  }
} finally {
  await close();
}

console.log(`\n${table(results)}\n`);
console.log(`${where.cpu}, ${where.cores} cores, load ${where.loadBefore.toFixed(1)}; Chromium ${where.chromium}`);
console.log(
  `${rounds} rounds, ${Math.round((performance.now() - startMs) / 1_000)} s; medians with their 95 % intervals`,
);
const run = { machine: where, rounds, results };
if (values.only === undefined && !values.quick && rounds >= ROUNDS) {
  if (part === undefined) keepAll(run);
  else keepPart(part, run);
  drawThroughput(results);
}
