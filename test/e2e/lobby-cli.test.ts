import { spawnSync } from "node:child_process";
import { networkInterfaces } from "node:os";
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
  for (const port of ["99999", "abc", "1.5", ""]) {
    const stderr = `--port ${port}: is no whole number from 0 to 65535\nSee --help.\n`;
    expect(run(["--port", port])).toMatchObject({ status: 2, stderr });
  }
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

test("V21 a server on all addresses says by which the same network reaches it", async () => {
  const own = await startLobbyServer({ port: 0 });
  expect(own.networkUrls).toEqual([]);
  await own.close();
  const open = await startLobbyServer({ port: 0, host: "0.0.0.0" });
  expect(open.url).toBe(`http://127.0.0.1:${open.port}`);
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const wanted = addresses.filter(({ family, internal }) => family === "IPv4" && !internal);
  expect(open.networkUrls).toEqual(wanted.map(({ address }) => `http://${address}:${open.port}`));
  await open.close();
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
