import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs one of the lab's programs, which enters a namespace of its own, and gives the lines of JSON that it prints. */
export async function runLab<Row>(program: "paths.ts" | "faults.ts", ...args: readonly string[]): Promise<Row[]> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--conditions=tickmesh-source", file, ...args], {
    maxBuffer: 16 * 1_048_576,
  });
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Row);
}
