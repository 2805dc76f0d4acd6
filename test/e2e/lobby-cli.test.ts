import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { LobbyClient } from "../../src/lobby/index.ts";
import { flags } from "../../src/server/flags.ts";
import { startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { until } from "../support/until.ts";

const CLI = fileURLToPath(new URL("../../src/server/cli.ts", import.meta.url));
const run = (
  args: string[],
  env: Record<string, string> = {},
): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", env: { ...process.env, ...env }, timeout: 60_000 });

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

test("O12 the command line goes before the environment, that before the file, that before the defaults", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickmesh-cli-"));
  const file = join(folder, "lobby.json");
  const all = {
    "max-lobbies": 1,
    "max-players": 4,
    "create-burst": 6,
    origin: ["https://a.example", "https://b.example"],
  };
  writeFileSync(file, JSON.stringify({ ...all, "ice-servers": [{ urls: "stun:stun.example" }] }));
  const environment = { TICKMESH_MAX_LOBBIES: "2", TICKMESH_MAX_PLAYERS: "5", TICKMESH_CONFIG: file };
  const { stdout } = run(["--max-lobbies", "3", "--print-config"], environment);
  const line = (name: string): string | undefined =>
    stdout.split("\n").find((text) => new RegExp(`^(# )?${name}\\b`).test(text));
  expect(line("max-lobbies")).toBe("max-lobbies = 3  # --max-lobbies");
  expect(line("max-players")).toBe("max-players = 5  # TICKMESH_MAX_PLAYERS (--max-players)");
  expect(line("create-burst")).toBe(`create-burst = 6  # ${file}: "create-burst"`);
  expect(line("origin")).toContain("https://a.example,https://b.example");
  expect(line("ice-servers")).toContain("stun:stun.example");
  expect(line("port")).toBe("# port: 2567");
  rmSync(folder, { recursive: true });
});

test("O12 what is wrong in the file is named; secrets are printed nowhere", () => {
  const folder = mkdtempSync(join(tmpdir(), "tickmesh-cli-"));
  const file = join(folder, "lobby.json");
  const refused = (content: string): string => {
    writeFileSync(file, content);
    const { status, stderr } = run(["--config", file]);
    expect(status).toBe(2);
    return stderr;
  };
  expect(refused('{ "max-lobies": 3 }')).toContain('"max-lobies" is no setting');
  expect(refused('{ "max-lobbies": "many" }')).toContain(`${file}: "max-lobbies" many: is no whole number`);
  expect(refused("[]")).toContain("is no JSON object");
  expect(refused("{")).toContain("JSON");
  const secret = "hush-hush-hush-hush-hush-hush-hush";
  writeFileSync(file, secret);
  for (const value of [secret, `@${file}`]) {
    const { stdout, status } = run([
      "--jwt-secret",
      value,
      "--turn-secret",
      value,
      "--turn-urls",
      "turn:x",
      "--print-config",
    ]);
    expect(status).toBe(0);
    expect(stdout).not.toContain("hush");
  }
  const short = run(["--monitor-password", "hush"]);
  expect(short).toMatchObject({ status: 2, stderr: expect.not.stringContaining("hush") });
  expect(run(["--jwt-secret", secret, "--jwt-jwks", "https://x.example"]).status).toBe(2);
  expect(run(["--turn-urls", "turn:x"]).status).toBe(2);
  expect(run(["--origin", "example.com"])).toMatchObject({ status: 2, stderr: expect.stringContaining("no origin") });
  const nowhere = run(["--port", "0", "--key", join(folder, "none", "key")]);
  expect(nowhere).toMatchObject({ status: 1, stderr: expect.stringContaining("did not start: ENOENT") });
  writeFileSync(file, "short");
  expect(run(["--key", file])).toMatchObject({ status: 2, stderr: expect.stringContaining("at least 32") });
  rmSync(folder, { recursive: true });
});

test("O11 everything that can be set stands in the help, with what holds without it", () => {
  const { stdout } = run(["--help"]);
  for (const [name, { without }] of Object.entries(flags)) {
    expect(stdout).toContain(`--${name} `);
    expect(stdout).toContain(`Default: ${without}`);
  }
});

test("O8 it says that pages of any origin may use it, unless there is a list", async () => {
  const first = spawn(process.execPath, [CLI, "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  for await (const chunk of first.stdout as AsyncIterable<Buffer>) {
    said += chunk.toString();
    if (said.includes("any origin")) break;
  }
  expect(said).toContain("pages of any origin may use it (--origin)");
  first.kill("SIGKILL");
});

test("O20 a key that is not there is made, for this user alone, and is the same at the next start", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tickmesh-cli-"));
  const file = join(folder, "key");
  expect(run(["--key", file, "--print-config"])).toMatchObject({ status: 0, stdout: expect.stringContaining(file) });
  expect(existsSync(file)).toBe(false);
  const first = await LobbyProcess.start("--key", file);
  const key = readFileSync(file);
  expect([key.length, statSync(file).mode & 0o777]).toEqual([32, 0o600]);
  expect(first.said).not.toContain("a restart");
  expect(first.logged.join("\n")).toContain("made a new key");
  expect(await first.end("SIGTERM")).toBe(0);
  const second = await LobbyProcess.start("--key", file);
  expect(readFileSync(file)).toEqual(key);
  expect(second.logged.join("\n")).not.toContain("made a new key");
  await second.end();
  const third = await LobbyProcess.start();
  await until(() => third.said.includes("lobbies end with this process: a restart forgets them (--key)"));
  await third.end();
  rmSync(folder, { recursive: true });
});

test("V21 it serves until it is asked to end, and then tells its clients", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const server = await LobbyProcess.start();
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
  expect(stderr).toContain("(--port)");
  const other = run(["--port", "0", "--admin-port", String(server.port)]);
  expect([other.status, other.stderr]).toEqual([
    1,
    expect.stringContaining("(--admin-port, by default --port and one)"),
  ]);
  const both = run(["--port", String(server.port), "--admin-port", String(server.port)]);
  expect(both.stderr).toContain("(--port, or --admin-port, by default --port and one)");
  await expect(startLobbyServer({ port: 0 })).rejects.toMatchObject({ code: "already-running" });
  await server.close();
  await server.close();
});
