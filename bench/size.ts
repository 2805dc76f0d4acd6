import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import type { Benchmark } from "./benchmark.ts";
import { figure, type Result } from "./result.ts";

/** Of the entry `tickmesh`, without its packages. */
const ENTRY_LIMIT_BYTES = 10_000;

/** What is counted apart: the payload format, and the lobby's client. */
const PACKAGES = ["msgpackr", "colyseus.js"];

/** What games take. */
const USES = {
  WebRTCPeerConnection: 'export { WebRTCPeerConnection } from "tickmesh";',
  WebRTCMultiplayerPeer: 'export { WebRTCMultiplayerPeer } from "tickmesh";',
  "a session with plain messages":
    'export { WebRTCMultiplayerPeer } from "tickmesh"; export { call, createSession, defineMessages, message } from "tickmesh/session";',
  "tickmesh and tickmesh/session, whole": 'export * from "tickmesh"; export * from "tickmesh/session";',
  "tickmesh whole, and connectMesh": 'export * from "tickmesh"; export { connectMesh } from "tickmesh/signalling";',
};

/** What a game with lobbies takes. Colyseus' client in it is a file of its own, fetched when a lobby is wanted. */
const LOBBY_GAME = ["tickmesh", "tickmesh/session", "tickmesh/lobby", "tickmesh/driver"]
  .map((entry) => `export * from "${entry}";`)
  .join("");

const root = new URL("..", import.meta.url);

export const sizeBenchmark: Benchmark = {
  name: "size",
  async run() {
    const results: Result[] = [];
    for (const entry of browserEntries()) {
      const code = `export * from "${entry}";`;
      const own = await fileSizes(code, PACKAGES);
      const whole = await fileSizes(code, []);
      const limit = entry === "tickmesh" ? { atMost: ENTRY_LIMIT_BYTES } : {};
      results.push(figure(`size of ${entry}`, "B", sum(own), limit));
      if (sum(whole) === sum(own)) continue;
      results.push(figure(`size of ${entry}, with its packages`, "B", sum(whole), { details: { files: whole } }));
    }
    for (const [name, code] of Object.entries(USES)) {
      results.push(figure(`size of ${name}`, "B", sum(await fileSizes(code, PACKAGES))));
      results.push(figure(`size of ${name}, with its packages`, "B", sum(await fileSizes(code, []))));
    }
    const lobbyGame = await fileSizes(LOBBY_GAME, []);
    results.push(
      figure("size of all that a game with lobbies takes", "B", sum(lobbyGame), { details: { files: lobbyGame } }),
    );
    results.push(figure("of that, before a lobby is wanted", "B", lobbyGame[0] ?? 0));
    return results;
  },
};

/**
 * What a browser would fetch of a module, file by file, what it fetches first at the head: bundled, minified and compressed, without the
 * packages named.
 */
async function fileSizes(code: string, without: readonly string[]): Promise<readonly number[]> {
  const result = await build({
    configFile: false,
    root: fileURLToPath(root),
    logLevel: "silent",
    resolve: { conditions: ["tickmesh-source", "module", "browser", "production"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry" ? fileURLToPath(new URL("entry", root)) : null),
        load: (id) => (id === fileURLToPath(new URL("entry", root)) ? code : null),
      },
    ],
    build: {
      write: false,
      target: "es2022",
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: "entry",
        external: (id: string) => without.some((name) => id === name || id.startsWith(`${name}/`)),
        preserveEntrySignatures: "strict",
      },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const files = outputs.flatMap((output) => ("output" in output ? output.output : []));
  const isFirst = (file: (typeof files)[number]): number => Number("isEntry" in file && file.isEntry);
  files.sort((a, b) => isFirst(b) - isFirst(a));
  return files.flatMap((file) => ("code" in file ? [gzipSync(file.code, { level: 9 }).length] : []));
}

/** The browser's entries, by the names they are imported by. */
function browserEntries(): string[] {
  const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { exports: object };
  const paths = Object.keys(exports).filter((path) => !path.endsWith(".json") && path !== "./server");
  return paths.map((path) => path.replace(".", "tickmesh"));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
