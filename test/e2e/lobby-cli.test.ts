import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LobbyClient } from "../../src/lobby/index.ts";
import { startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { LobbyProcess } from "../support/lobby-process.ts";

const CLI = fileURLToPath(new URL("../../src/server/cli.ts", import.meta.url));
const run = (
  args: string[],
  env: Record<string, string> = {},
): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", env: { ...process.env, ...env }, timeout: 20_000 });

test("V21 help suffices to use it", () => {
  const { status, stdout } = run(["--help"]);
  expect(status).toBe(0);
  for (const flag of ["--port", "--host", "--ice-servers", "--max-lobbies", "--trust-proxy", "TICKMESH_PORT"]) {
    expect(stdout).toContain(flag);
  }
});

test("V21 a wrong flag, or variable, is named, with what is wrong", () => {
  expect(run(["--prot", "1"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--prot") });
  expect(run(["--port", "99999"])).toMatchObject({ status: 2, stderr: expect.stringContaining("--port 99999") });
  expect(run(["--ice-servers", "{bad"])).toMatchObject({ status: 2, stderr: expect.stringContaining("neither JSON") });
  expect(run(["--ice-servers", '[{"urls":"http://x"}]']).status).toBe(2);
  expect(run([], { TICKMESH_MAX_LOBBIES: "none" })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("--max-lobbies"),
  });
});

test("V21 it serves until it is asked to end, and then tells its clients", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const server = await LobbyProcess.start("--port", "0");
    const lobby = await new LobbyClient({ url: server.url, gameId: "cli/1" }).create({ name: "Test" });
    const lost = new Promise((resolve) => lobby.on("serverLost", resolve));
    lobby.wake = () => lobby.poll();
    expect(await server.end(signal)).toBe(0);
    await lost;
    lobby.leave();
  }
});

test("V21 a port that is taken is said so", async () => {
  const server = await startLobbyServer({ port: 0 });
  const { status, stderr } = run(["--port", String(server.port)]);
  expect(status).toBe(1);
  expect(stderr).toContain("EADDRINUSE");
  await expect(startLobbyServer({ port: 0 })).rejects.toMatchObject({ code: "already-running" });
  await server.close();
  await server.close();
});
