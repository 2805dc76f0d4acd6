import { isExecutable, onPath } from "../support/executables.ts";

/** Tests of real servers that are none of ours: by program, what they show, and their files. */
export const TOOLS: Readonly<Record<string, { readonly part: string; readonly files: readonly string[] }>> = {
  "redis-server": {
    part: "lobbies of several processes over Redis",
    files: ["test/e2e/ops-redis.test.ts", "test/e2e/lobby-reopen.test.ts"],
  },
  turnserver: {
    part: "connections by a TURN server (coturn)",
    files: ["test/e2e/ops-turn.test.ts", "test/e2e/lobby-turn.test.ts", "test/e2e/demo-networks.test.ts"],
  },
};

/** Those that are not on this machine's path. */
export function missingTools(): string[] {
  return Object.keys(TOOLS).filter((program) => !onPath(program).some(isExecutable));
}
