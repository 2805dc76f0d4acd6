import { parseArgs } from "node:util";
import { codecTarget } from "./codec.fuzz.ts";
import { framesTarget } from "./frames.fuzz.ts";
import { fuzz } from "./fuzz.ts";
import type { FuzzTarget } from "./target.ts";

const TARGETS: readonly FuzzTarget[] = [codecTarget, framesTarget];

const HELP = `node test/fuzz/run.ts [options]

  --target NAME  one of ${TARGETS.map(({ name }) => name).join(", ")}; without it, each in turn
  --inputs N     for each, default 1,000,000
  --seed K       default 1: the same inputs again
  --outcomes     lists what they led to`;

const { values } = parseArgs({
  options: {
    target: { type: "string" },
    inputs: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    outcomes: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const chosen = TARGETS.filter(({ name }) => values.target === undefined || values.target === name);
if (values.help || chosen.length === 0 || !Number.isSafeInteger(inputs) || !Number.isSafeInteger(seed)) {
  console.log(HELP);
  process.exit(values.help ? 0 : 1);
}

for (const target of chosen) {
  const startMs = performance.now();
  const { outcomes, slowestMs, slowest } = fuzz(target, inputs, seed);
  const seconds = (performance.now() - startMs) / 1_000;
  const rate = Math.round(inputs / seconds).toLocaleString("en");
  console.log(
    `${target.name}: ${inputs.toLocaleString("en")} inputs, seed ${seed}, ${outcomes.size} outcomes, ${rate}/s`,
  );
  console.log(`  slowest: ${slowestMs.toFixed(1)} ms, ${slowest.slice(0, 100)}`);
  if (!values.outcomes) continue;
  for (const [outcome, count] of [...outcomes].sort((a, b) => b[1] - a[1])) console.log(`  ${count}  ${outcome}`);
}
