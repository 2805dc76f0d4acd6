import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, inject, test } from "vitest";

/** What a process may take at most, on a machine that is busy: less than a test may. Unit: ms. */
const CHILD_LIFE_MS = 45_000;

/** Its command, as the package's manifest names it. */
function command(project: string): string {
  const folder = join(project, "node_modules/tickmesh");
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { bin: Record<string, string> };
  return join(folder, bin["tickmesh-lobby"] as string);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes("\n")) resolve(printed.slice(0, printed.indexOf("\n")));
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", () => reject(new Error(printed)));
  });
}

test("E7 npm makes a command of it, which names the server's packages while they are missing", () => {
  const windows = process.platform === "win32";
  // Asked for help, it would not begin to serve if it did find them; and npx is to look nowhere else for the command.
  const { status, stderr } = spawnSync(windows ? "npx.cmd" : "npx", ["--yes=false", "tickmesh-lobby", "--help"], {
    cwd: inject("consumer"),
    encoding: "utf8",
    shell: windows,
    timeout: CHILD_LIFE_MS,
  });
  expect(status).toBe(1);
  // Of the four, Colyseus' client has brought the schema along.
  expect(stderr).toContain("npm install @colyseus/core @colyseus/ws-transport zod");
});

test("E7 with them it serves lobbies", async () => {
  const project = inject("serverConsumer");
  const child = spawn(process.execPath, [command(project), "--port", "0"], {
    cwd: project,
    timeout: CHILD_LIFE_MS,
    killSignal: "SIGKILL",
  });
  try {
    const url = (await firstLine(child)).match(/^lobby server listening on (http:\S+)$/)?.[1];
    expect((await fetch(`${url}/__healthcheck`)).status).toBe(200);
  } finally {
    child.kill("SIGKILL");
  }
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
