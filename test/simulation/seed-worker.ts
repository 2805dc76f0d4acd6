import { parentPort } from "node:worker_threads";
import { runSeeds } from "./run-seeds.ts";

/** What a worker is asked: so many seeds from one on. It answers with a report. */
export interface SeedOrder {
  readonly from: number;
  readonly count: number;
}

parentPort?.on("message", ({ from, count }: SeedOrder) => parentPort?.postMessage(runSeeds(from, count)));
