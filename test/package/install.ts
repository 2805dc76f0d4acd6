import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A fresh project that installed the packed tarball, and nothing else. */
    readonly consumer: string;
    /** The same with the optional packages of `tickmesh/server`. */
    readonly serverConsumer: string;
    /** An empty folder in which the lobby server's package was installed, and with it whatever it declares. */
    readonly lobbyConsumer: string;
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What npm may take for one thing, the build included, on a machine that is busy. Unit: ms. */
const NPM_LIFE_MS = 300_000;

/** Packs the package as it would be published, and installs the tarball, once for all tests of this project. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(emptyPlace(), "tickmesh-package-"));
  npm(root, "pack", "--silent", "--pack-destination", folder);
  const consumer = join(folder, "consumer");
  mkdirSync(consumer);
  writeFileSync(join(consumer, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }\n');
  const { name, version } = manifest();
  const tarball = join(folder, `${name}-${version}.tgz`);
  npm(consumer, "install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", tarball);
  project.provide("consumer", consumer);
  project.provide("serverConsumer", withServerPackages(folder, consumer));
  project.provide("lobbyConsumer", withLobbyServer(folder, tarball));
  return () => rmSync(folder, { recursive: true, force: true });
}

function withLobbyServer(folder: string, library: string): string {
  const place = join(folder, "lobby-consumer");
  mkdirSync(place);
  npm(join(root, "lobby-server"), "pack", "--silent", "--pack-destination", folder);
  const { version } = manifest();
  // What the registry may have under the library's name is not what is tested.
  const own = [library, join(folder, `tickmesh-lobby-${version}.tgz`)];
  npm(place, "install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", ...own);
  return place;
}

/** Where a project finds no packages but its own: Node looks for them in every folder above, too. */
function emptyPlace(): string {
  const place = realpathSync(tmpdir());
  for (let above = place; ; above = dirname(above)) {
    const packages = join(above, "node_modules");
    if (existsSync(packages)) throw new Error(`${packages} would be found from ${place}: set TMPDIR to another folder`);
    if (above === dirname(above)) return place;
  }
}

/** Nothing but what the package declares is there, so that an undeclared import fails. */
function withServerPackages(folder: string, consumer: string): string {
  const modules = join(folder, "server-consumer/node_modules");
  cpSync(join(consumer, "node_modules/tickmesh"), join(modules, "tickmesh"), { recursive: true });
  const { dependencies, peerDependencies } = manifest();
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
  return dirname(modules);
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
}

function npm(folder: string, ...args: string[]): void {
  const windows = process.platform === "win32";
  execFileSync(windows ? "npm.cmd" : "npm", args, {
    cwd: folder,
    shell: windows,
    stdio: ["ignore", "ignore", "inherit"],
    timeout: NPM_LIFE_MS,
  });
}
