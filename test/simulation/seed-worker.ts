import { parentPort } from "node:worker_threads";
import { type RunKind, runSeeds } from "./run-seeds.ts";

/** What a worker is asked: so many seeds from one on. It answers with a report. */
export interface SeedOrder {
  readonly what: RunKind;
  readonly from: number;
  readonly count: number;
}

parentPort?.on("message", ({ what, from, count }: SeedOrder) => parentPort?.postMessage(runSeeds(what, from, count)));
