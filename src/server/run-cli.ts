import { readCli } from "./cli-options.ts";
import { startLobbyServer } from "./start-lobby-server.ts";

/** Runs a lobby server as the command line says, until SIGINT or SIGTERM. Exit codes: 2 for a mistake, 1 for a failure. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const request = readCli(args, environment);
  if (request.kind === "help") {
    console.log(request.text);
    return;
  }
  if (request.kind === "mistake") {
    console.error(request.text);
    process.exitCode = 2;
    return;
  }
  try {
    const server = await startLobbyServer(request.options);
    console.log(`lobby server listening on ${server.url}`);
    for (const url of server.networkUrls) console.log(`in the same network: ${url}`);
    const stop = (): void => {
      void server.close().then(() => process.exit(0));
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  } catch (error) {
    console.error(`lobby server did not start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
