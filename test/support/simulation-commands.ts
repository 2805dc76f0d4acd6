import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SCRIPT = fileURLToPath(new URL("../simulation/print-hashes.ts", import.meta.url));

/** Commands by which a test in a browser learns what the same simulation comes to in Node. */
export const simulationCommands = {
  hashesInNode: async (_context: unknown, ...seeds: number[]): Promise<readonly string[]> => {
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...seeds.map(String)]);
    return JSON.parse(stdout) as string[];
  },
};
