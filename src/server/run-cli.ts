import { type CliRequest, readCli } from "./cli-options.ts";
import type { ServerLog } from "./log.ts";
import { DEFAULT_PORT } from "./settings.ts";
import { type LobbyServerOptions, startLobbyServer } from "./start-lobby-server.ts";

/** Runs a lobby server as the command line says, until SIGINT or SIGTERM. Exit codes: 2 for a mistake, 1 for a failure. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const request = readCli(args, environment);
  if (request.kind === "print") console.log(request.text);
  else if (request.kind === "start") await serve(request);
  else {
    console.error(request.text);
    process.exitCode = 2;
  }
}

async function serve({ options, missingKey, logLevel }: Extract<CliRequest, { kind: "start" }>): Promise<void> {
  // Loaded here, so that a program that starts servers itself needs no pino.
  const { pinoLog } = await import("./pino-log.ts");
  const log = pinoLog(logLevel, process.stderr.isTTY === true);
  // A fault in one place, Colyseus' or ours, is told, and ends no lobby.
  process.on("unhandledRejection", (error) => report(log, error));
  try {
    const key = missingKey?.make() ?? options.key;
    if (missingKey !== null) log.info("made a new key", { file: missingKey.path });
    const server = await startLobbyServer({ ...options, ...(key !== undefined && { key }), log });
    console.log(`lobby server listening on ${server.url}`);
    for (const url of server.networkUrls) console.log(`in the same network: ${url}`);
    if (server.adminUrl !== null) console.log(`health and metrics: ${server.adminUrl}`);
    if (options.origins === undefined) console.log("pages of any origin may use it (--origin)");
    if (key === undefined) console.log("lobbies end with this process: a restart forgets them (--key)");
    let isEnding = false;
    const end = (signal: NodeJS.Signals): void => {
      // Who is in a hurry says it twice.
      if (isEnding) process.exit(1);
      isEnding = true;
      log.info("ending", { signal });
      void server.close().then(() => process.exit(0));
    };
    process.on("SIGINT", end);
    process.on("SIGTERM", end);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    console.error(`lobby server did not start: ${words}${settingOf(error, options)}`);
    process.exit(1);
  }
}

/** Which flags set the port that could not be had: there are two of them, of which one is rarely said. */
function settingOf(error: unknown, { port = DEFAULT_PORT, adminPort }: LobbyServerOptions): string {
  const { code, port: taken } = error as { code?: unknown; port?: unknown };
  if ((code !== "EADDRINUSE" && code !== "EACCES") || typeof taken !== "number") return "";
  const flags = [
    ...(taken === port ? ["--port"] : []),
    ...(taken === adminPort ? ["--admin-port, by default --port and one"] : []),
  ];
  return flags.length === 0 ? "" : ` (${flags.join(", or ")})`;
}

function report(log: ServerLog, error: unknown): void {
  log.error(`a fault that nobody waited for: ${error instanceof Error ? error.message : String(error)}`);
}
