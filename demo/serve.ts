import { parseArgs } from "node:util";
import { build, createLogger, createServer, type InlineConfig, type Logger, type ProxyOptions, preview } from "vite";
import type { LobbyServerOptions } from "../src/server/index.ts";
import { startLobbyServer } from "../src/server/index.ts";

const HELP = `npm run demo -- [options]

  The page and its lobby server, in one process, under one port.

  --host               also for other machines on the same network: phones, say
  --port PORT          default 5173; 0 for a free one
  --ice-servers JSON   STUN and TURN servers for the players, as RTCPeerConnection takes them, or "none"
  --lobby URL          use this lobby server instead of an own one
  --build              build the page first, and serve that
  --help               this`;

const WHERE_THE_LOBBY_IS = "/lobby";

function readOptions() {
  return parseArgs({
    options: {
      host: { type: "boolean", default: false },
      port: { type: "string", default: "5173" },
      "ice-servers": { type: "string" },
      lobby: { type: "string" },
      build: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
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

function iceServersOf(text: string | undefined): Pick<LobbyServerOptions, "iceServers"> {
  if (text === undefined) return {};
  return { iceServers: text === "none" ? [] : JSON.parse(text) };
}

async function start(options: ReturnType<typeof readOptions>): Promise<() => Promise<void>> {
  const lobby =
    options.lobby === undefined
      ? await startLobbyServer({ port: 0, trustProxy: true, ...iceServersOf(options["ice-servers"]) })
      : null;
  const target = (lobby?.url ?? options.lobby ?? "").replace(/\/$/, "");
  const shared = {
    host: options.host ? true : "127.0.0.1",
    port: Number(options.port),
    proxy: lobbyProxy(target),
  };
  const config: InlineConfig = { customLogger: quietLogger(), server: shared, preview: shared };
  let page: { close(): Promise<void>; resolvedUrls: { local: string[]; network: string[] } | null };
  if (options.build) {
    await build({ ...config, logLevel: "warn" });
    page = await preview(config);
  } else {
    page = await (await createServer(config)).listen();
  }
  for (const url of page.resolvedUrls?.local ?? []) console.log(`  this machine   ${url}`);
  for (const url of page.resolvedUrls?.network ?? []) console.log(`  same network   ${url}`);
  console.log(`  lobby server   ${lobby === null ? target : `the same address, under ${WHERE_THE_LOBBY_IS}`}`);
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
  console.error(`The demo did not start: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  process.exit(1);
}
