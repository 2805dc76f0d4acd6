import { parseArgs } from "node:util";
import { keepPart } from "../latest.ts";
import { machine } from "../machine.ts";
import type { Result } from "../result.ts";
import { table } from "../table.ts";
import { drawServers } from "./chart.ts";
import { Contest } from "./contest.ts";
import { memory } from "./memory.ts";
import { processes } from "./processes.ts";
import { messagesOf, relaySpeed, speed } from "./speed.ts";
import { type Traces, trace } from "./trace.ts";

const PARTS: Readonly<Record<string, (traces: Traces, rounds: number) => Promise<readonly Result[]>>> = {
  speed: (traces, rounds) => inContest((contest) => speed(contest, traces, rounds)),
  relay: (_, rounds) => inContest((contest) => relaySpeed(contest, rounds)),
  memory: (_, rounds) => memory(half(rounds)),
  processes: (traces, rounds) => processes(messagesOf(traces).tickmesh, half(rounds)),
};

const HELP = `npm run bench:server -- [options]

  --only PART    one of ${Object.keys(PARTS).join(", ")}: nothing is written
  --rounds N     default 11; with fewer, nothing is written
  --help         this`;

/** Fewer rounds give no interval worth keeping. */
const ROUNDS = 11;

/** What takes longest. */
const half = (rounds: number): number => Math.ceil(rounds / 2);

async function inContest<Answer>(work: (contest: Contest) => Promise<Answer>): Promise<Answer> {
  const contest = await Contest.begin();
  try {
    return await work(contest);
  } finally {
    await contest.end();
  }
}

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: String(ROUNDS) },
    help: { type: "boolean", short: "h", default: false },
  },
});
const rounds = Number(values.rounds);
const chosen = Object.entries(PARTS).filter(([name]) => values.only === undefined || values.only === name);
if (values.help || chosen.length === 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.log(HELP);
  process.exit(values.help ? 0 : 1);
}

const startMs = performance.now();
const sinceStart = (): string => `${Math.round((performance.now() - startMs) / 1_000)} s`;
console.error("what a pair says to connect …");
const traces = await trace();
const where = machine(traces.chromiumVersion);
const results: Result[] = [];
for (const [name, part] of chosen) {
  console.error(`${sinceStart()}: ${name} …`);
  const found = await part(traces, rounds);
  console.log(`\n${table(found)}\n`);
  results.push(...found);
}
console.log(
  `${where.cpu}, ${where.cores} cores, load ${where.loadBefore.toFixed(1)}; Node ${where.node}; Chromium ${where.chromium}`,
);
console.log(`${rounds} rounds, ${sinceStart()}; medians with their 95 % intervals`);
if (values.only === undefined && rounds >= ROUNDS) {
  keepPart("server", { machine: where, rounds, results });
  drawServers(results);
}
