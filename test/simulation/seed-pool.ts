import { Worker } from "node:worker_threads";
import type { RunKind } from "./run-seeds.ts";
import { addReport, newReport, type SeedReport } from "./seed-report.ts";
import type { SeedOrder } from "./seed-worker.ts";

/** So few that the workers finish together, so many that asking costs nothing. */
const SEEDS_AN_ORDER = 20;

export interface PoolOptions {
  /** Default `mesh`. */
  readonly what?: RunKind;
  readonly from: number;
  readonly count: number;
  /** Default 2. */
  readonly workers?: number;
  readonly onProgress?: (sum: SeedReport, part: SeedReport) => void;
}

/** Runs seeds in worker threads. */
export async function runInPool({
  what = "mesh",
  from,
  count,
  workers = 2,
  onProgress,
}: PoolOptions): Promise<SeedReport> {
  const sum = newReport();
  let next = from;
  const end = from + count;
  const takeOrder = (): SeedOrder | null => {
    if (next >= end) return null;
    const order = { what, from: next, count: Math.min(SEEDS_AN_ORDER, end - next) };
    next += order.count;
    return order;
  };
  await Promise.all(
    Array.from({ length: workers }, () =>
      runWorker(takeOrder, (part) => {
        addReport(sum, part);
        onProgress?.(sum, part);
      }),
    ),
  );
  sum.failures.sort((one, other) => one.seed - other.seed);
  return sum;
}

function runWorker(takeOrder: () => SeedOrder | null, onReport: (part: SeedReport) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./seed-worker.ts", import.meta.url), { execArgv: [] });
    const giveOrder = (): void => {
      const order = takeOrder();
      if (order === null) worker.terminate().then(() => resolve(), reject);
      else worker.postMessage(order);
    };
    worker.on("error", reject);
    worker.on("message", (part: SeedReport) => {
      onReport(part);
      giveOrder();
    });
    giveOrder();
  });
}
