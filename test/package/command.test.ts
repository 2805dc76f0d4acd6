import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, inject, test } from "vitest";

/** What a process may take at most, on a machine that is busy: less than a test may. Unit: ms. */
const CHILD_LIFE_MS = 45_000;

function linesUntil(child: ChildProcess, last: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (last.test(printed)) resolve(printed);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", () => reject(new Error(printed)));
  });
}

test("E7 tickmesh-lobby is a package of its own, which brings all it needs: its command explains itself", () => {
  const windows = process.platform === "win32";
  // npx is to look nowhere else for the command.
  const { status, stdout } = spawnSync(windows ? "npx.cmd" : "npx", ["--yes=false", "tickmesh-lobby", "--help"], {
    cwd: inject("lobbyConsumer"),
    encoding: "utf8",
    shell: windows,
    timeout: CHILD_LIFE_MS,
  });
  expect(status).toBe(0);
  expect(stdout).toContain("--redis");
});

test("E7 and serves lobbies, with its metrics and its monitor", async () => {
  const folder = join(inject("lobbyConsumer"), "node_modules/tickmesh-lobby");
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { bin: Record<string, string> };
  const args = ["--port", "0", "--monitor-password", "hush-hush-hush"];
  const child = spawn(process.execPath, [join(folder, bin["tickmesh-lobby"] ?? ""), ...args], {
    cwd: inject("lobbyConsumer"),
    timeout: CHILD_LIFE_MS,
    killSignal: "SIGKILL",
  });
  try {
    const said = await linesUntil(child, /health and metrics: \S+\n/);
    const url = /^lobby server listening on (http:\S+)$/m.exec(said)?.[1];
    const adminUrl = /^health and metrics: (http:\S+)$/m.exec(said)?.[1];
    expect((await fetch(`${url}/__healthcheck`)).status).toBe(200);
    expect(await (await fetch(`${adminUrl}/metrics`)).text()).toContain("tickmesh_lobbies 0");
    const headers = { authorization: `Basic ${btoa("admin:hush-hush-hush")}` };
    expect((await fetch(`${adminUrl}/monitor/`, { headers })).status).toBe(200);
  } finally {
    child.kill("SIGKILL");
  }
});

test("E7 with Redis, it says if there is none", () => {
  const folder = join(inject("lobbyConsumer"), "node_modules/tickmesh-lobby");
  const args = [join(folder, "bin.js"), "--port", "0", "--redis", "redis://127.0.0.1:1"];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: CHILD_LIFE_MS });
  expect(status).toBe(1);
  expect(stderr).toContain("no answer from Redis at 127.0.0.1:1");
});

test("E7 both packages have one version, and mean the same packages", () => {
  const read = (path: string): Record<string, Record<string, string>> & { version: string } =>
    JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
  const [library, server] = [read("package.json"), read("lobby-server/package.json")];
  expect(server.version).toBe(library.version);
  const { tickmesh, ...others } = server["dependencies"] ?? {};
  expect(tickmesh).toBe(`^${library.version}`);
  const wanted = Object.keys(others).map((name) => [name, library["peerDependencies"]?.[name]]);
  expect(others).toEqual(Object.fromEntries(wanted));
});

test("E4 links in the package's documents lead to files of the package", () => {
  const folder = join(inject("consumer"), "node_modules/tickmesh");
  const dead = globSync(["*.md", "docs/**/*.md"], { cwd: folder }).flatMap((document) => {
    const links = readFileSync(join(folder, document), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g);
    return [...links].flatMap(([, target = ""]) => {
      const path = join(folder, dirname(document), target);
      return statSync(path, { throwIfNoEntry: false }) === undefined ? [`${document}: ${target}`] : [];
    });
  });
  expect(dead).toEqual([]);
});
