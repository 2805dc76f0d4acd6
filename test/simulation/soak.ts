import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { shrink } from "../../src/simulator/world/shrink.ts";
import { RUNS, type RunKind } from "./run-seeds.ts";
import { runInPool } from "./seed-pool.ts";

const HELP = `npm run soak -- [options]

  --what X       mesh, session, resume, host or star, default mesh
  --seeds N      how many runs, default 1000
  --from K       the first seed, default 0
  --workers N    threads, default one for each core
  --help         this

Plays random runs of whole meshes on the simulated network, of sessions on them, or of sessions with hosts, in meshes
or stars, every checker watching. Exits with 1 if one fails, after it has printed the run, made as short as it could be: it belongs into test/simulation/pinned-runs.ts.`;

/** Between two lines of progress. Unit: ms. */
const PROGRESS_MS = 5_000;
/** How many failures are shrunk and shown in full. */
const SHOWN_FAILURES = 3;

const { values } = parseArgs({
  options: {
    what: { type: "string", default: "mesh" },
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "0" },
    workers: { type: "string", default: String(availableParallelism()) },
    help: { type: "boolean", short: "h", default: false },
  },
});
const [count, from, workers] = [Number(values.seeds), Number(values.from), Number(values.workers)];
const run = Object.hasOwn(RUNS, values.what) ? RUNS[values.what as RunKind] : null;
if (
  run === null ||
  values.help ||
  ![count, from, workers].every((value) => Number.isInteger(value) && value >= 0) ||
  workers === 0
) {
  console.log(HELP);
  process.exit(values.help ? 0 : 1);
}

const startMs = performance.now();
let saidMs = startMs;
const report = await runInPool({
  what: values.what as RunKind,
  from,
  count,
  workers,
  onProgress: (sum, part) => {
    for (const { seed, fault } of part.failures) console.log(`seed ${seed}: ${fault}`);
    const nowMs = performance.now();
    if (nowMs - saidMs < PROGRESS_MS) return;
    saidMs = nowMs;
    const seconds = (nowMs - startMs) / 1_000;
    console.log(
      `${sum.seeds} of ${count} seeds, ${sum.failures.length} failed, ${(sum.seeds / seconds).toFixed(1)} a second`,
    );
  },
});

for (const { seed } of report.failures.slice(0, SHOWN_FAILURES)) {
  const recording = shrink(run.generate(seed), (shorter) => run.play(shorter).fault);
  console.log(`\nseed ${seed}, made shorter:\n${JSON.stringify(recording)}\n${run.play(recording).error?.message}`);
}
const seconds = (performance.now() - startMs) / 1_000;
console.log(
  `\n${report.seeds} seeds in ${seconds.toFixed(0)} s: ${report.ticks} ticks, ${report.packets} packets,`,
  `agreement after at most ${report.slowestAgreementS.toFixed(1)} s of virtual time, ${report.failures.length} failed`,
);
process.exitCode = report.failures.length === 0 ? 0 : 1;
