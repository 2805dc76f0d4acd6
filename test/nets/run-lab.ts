import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { FaultRow } from "./faults.ts";
import type { Pair, PathRow } from "./paths.ts";
import { writePair } from "./seats.ts";

export interface LabJob {
  readonly pairs?: readonly Pair[];
  /** By name. */
  readonly faults?: readonly string[];
  /** How many of these may go on side by side. Default 1. */
  readonly atOnce?: number;
}

export interface LabResults {
  readonly paths: readonly PathRow[];
  readonly faults: readonly FaultRow[];
}

/** Runs the lab, which enters a namespace of its own, and gives what it printed. */
export async function runLab({ pairs = [], faults = [], atOnce = 1 }: LabJob): Promise<LabResults> {
  const program = fileURLToPath(new URL("lab-program.ts", import.meta.url));
  const args = [
    ...pairs.flatMap((pair) => ["--pair", writePair(pair)]),
    ...faults.flatMap((fault) => ["--fault", fault]),
    ...["--at-once", String(atOnce)],
  ];
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=tickmesh-source", program, ...args], {
    maxBuffer: 16 * 1_048_576,
  });
  const rows = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as PathRow | FaultRow);
  return {
    paths: rows.filter((row) => "seats" in row),
    faults: rows.filter((row) => "fault" in row),
  };
}
