import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLogger, createServer, type InlineConfig, type Logger, type ProxyOptions, preview } from "vite";
import { readCli } from "../src/server/cli-options.ts";
import { type LobbyServerOptions, startLobbyServer } from "../src/server/index.ts";
import { buildPage, isPageFresh } from "./built-page.ts";
import { lobbyKey } from "./lobby-key.ts";

const HELP = `npm run demo -- [options]

  The page and its lobby server, in one process, under one port. The page is built first if anything has changed.

  --host               also for other machines on the same network: phones, say
  --port PORT          default 5173; 0 for a free one
  --ice-servers JSON   STUN and TURN servers for the players, as RTCPeerConnection takes them, or "none"
  --lobby URL          use this lobby server instead of an own one
  --build              build the page, whether or not anything has changed
  --dev                for working on the page: shows changes at once, and reloads open pages when it is started again
  --help               this`;

const WHERE_THE_LOBBY_IS = "/lobby";
const ROOT = fileURLToPath(new URL("..", import.meta.url));

function readOptions() {
  return parseArgs({
    options: {
      host: { type: "boolean", default: false },
      port: { type: "string", default: "5173" },
      "ice-servers": { type: "string" },
      lobby: { type: "string" },
      build: { type: "boolean", default: false },
      dev: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}

/** The options that the lobby server has too, checked as it checks them. */
function serverOptions({ port, "ice-servers": ice }: ReturnType<typeof readOptions>): LobbyServerOptions {
  const args = ["--port", port, ...(ice === undefined ? [] : ["--ice-servers", ice])];
  const request = readCli(args, {});
  if (request.kind === "start") return request.options;
  throw new Error(request.text);
}

/** The page asks its own address for the lobby, so that one port, and one link, is all that a phone needs. */
function lobbyProxy(target: string): Record<string, ProxyOptions> {
  const path = new RegExp(`^${WHERE_THE_LOBBY_IS}`);
  return {
    [`^${WHERE_THE_LOBBY_IS}/`]: { target, ws: true, xfwd: true, rewrite: (url) => url.replace(path, "") },
  };
}

/** Without vite's report of each request that found no lobby server: the page says so itself. */
function quietLogger(): Logger {
  const logger = createLogger("warn");
  const { error } = logger;
  logger.error = (text, options) => {
    if (!/proxy (socket )?error/.test(text)) error(text, options);
  };
  return logger;
}

interface ServedPage {
  readonly resolvedUrls: { readonly local: string[]; readonly network: string[] } | null;
  close(): Promise<void>;
}

async function servePage(config: InlineConfig, dev: boolean, build: boolean): Promise<ServedPage> {
  // The development server tells pages to reload when it is back, in the middle of their games.
  if (dev) return (await createServer(config)).listen();
  if (build || !isPageFresh(ROOT)) {
    console.log("  building the page, which is done when something has changed …");
    const since = performance.now();
    await buildPage(ROOT, config);
    console.log(`  built in ${((performance.now() - since) / 1_000).toFixed(1)} s\n`);
  }
  return preview(config);
}

async function start(options: ReturnType<typeof readOptions>): Promise<() => Promise<void>> {
  if (options.lobby !== undefined && !/^https?:/.test(options.lobby)) {
    throw new Error(`--lobby ${options.lobby}: is no http: or https: address`);
  }
  const { port, ...lobbyOptions } = serverOptions(options);
  const ownLobby = { ...lobbyOptions, port: 0, trustProxy: true, key: lobbyKey(ROOT) };
  const lobby = options.lobby === undefined ? await startLobbyServer(ownLobby) : null;
  const target = (lobby?.url ?? options.lobby ?? "").replace(/\/$/, "");
  const shared = { host: options.host ? true : "127.0.0.1", port: port ?? 0, proxy: lobbyProxy(target) };
  const config: InlineConfig = { root: ROOT, customLogger: quietLogger(), server: shared, preview: shared };
  const page = await servePage(config, options.dev, options.build);
  for (const url of page.resolvedUrls?.local ?? []) console.log(`  this machine   ${url}`);
  for (const url of page.resolvedUrls?.network ?? []) console.log(`  same network   ${url}`);
  console.log(`  lobby server   ${lobby === null ? target : `the same address, under ${WHERE_THE_LOBBY_IS}`}`);
  console.log("\n  Open it in two windows, start a game in one and join it in the other. Ctrl-C ends it.");
  return async () => {
    await Promise.all([page.close(), lobby?.close()]);
  };
}

try {
  const options = readOptions();
  if (options.help) console.log(HELP);
  else {
    const stop = await start(options);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        // Open pages hold sockets that nobody waits for.
        setTimeout(() => process.exit(0), 2_000).unref();
        void stop().then(() => process.exit(0));
      });
    }
  }
} catch (error) {
  const { message, code = "" } = error as { readonly message: string; readonly code?: string };
  console.error(`The demo did not start: ${message}${code.startsWith("ERR_PARSE_ARGS") ? "\nSee --help." : ""}`);
  process.exit(1);
}
