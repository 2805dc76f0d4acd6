#!/usr/bin/env node
import { readCli } from "./cli-options.ts";
import { startLobbyServer } from "./start-lobby-server.ts";

const request = readCli(process.argv.slice(2), process.env);
if (request.kind === "help") {
  console.log(request.text);
} else if (request.kind === "mistake") {
  console.error(request.text);
  process.exitCode = 2;
} else {
  try {
    const server = await startLobbyServer(request.options);
    console.log(`lobby server listening on ${server.url}`);
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
