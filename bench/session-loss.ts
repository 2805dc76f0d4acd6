import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import type { StreamRound } from "./page/streams.ts";
import { compareRates, figure, type Result } from "./result.ts";
import type { LossCell, LossOrder } from "./session-loss-process.ts";
import { estimate, median } from "./statistics.ts";

const ROUND_MS = 10_000;
const SCRIPT = fileURLToPath(new URL("session-loss-process.ts", import.meta.url));
/** A session may be so many times as late as raw channels are. */
const TIMES_RAW = 2;
/** What all others are compared with. */
const RAW = "raw, unordered, sent once";
const RAW_AGAIN = "raw, unordered, sent once, again";

/** How late messages at 60 Hz are where packets are really lost. It has a network of its own. */
export const sessionLossBenchmark: Benchmark = {
  name: "session-loss",
  async run({ rounds }) {
    const order: LossOrder = { rounds, roundMs: ROUND_MS };
    const args = ["--conditions=tickmesh-source", SCRIPT, JSON.stringify(order)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
    const cells = JSON.parse(stdout.slice(stdout.lastIndexOf("\n[") + 1)) as LossCell[];
    return cells.flatMap((cell): Result[] => {
      const rounds = (name: string): readonly StreamRound[] =>
        cells.find((other) => other.name === name && other.lossPercent === cell.lossPercent)?.rounds ?? [];
      return cell.name === RAW_AGAIN ? [] : resultsOf(cell, rounds(RAW), rounds(RAW_AGAIN));
    });
  },
};

function resultsOf(
  { name, lossPercent, rounds }: LossCell,
  raw: readonly StreamRound[],
  again: readonly StreamRound[],
): Result[] {
  const of = (cell: readonly StreamRound[], share: "p50" | "p95" | "p99"): number[] =>
    cell.map((round) => round[share]);
  const where = `60 Hz, ${lossPercent} % lost, ${name}`;
  const arrived = estimate(rounds.map(({ count, sent }) => (100 * count) / sent));
  const details = { ms: { p50: median(of(rounds, "p50")), p95: median(of(rounds, "p95")) } };
  const turns = { raw: of(raw, "p99"), ours: of(rounds, "p99"), again: of(again, "p99") };
  return [
    figure(`${where}: arrived`, "%", arrived.median, { interval: arrived }),
    compareRates(`${where}: p99 to raw`, "ms", turns, {
      atMost: name.startsWith("tickmesh") ? TIMES_RAW : null,
      details,
    }),
  ];
}
