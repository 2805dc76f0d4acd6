import type { MatchMakerDriver, Presence } from "@colyseus/core";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { FIRST_REDIS_MS } from "../limits.ts";
import type { ServerLog } from "../log.ts";
import { ProcessBook } from "./process-book.ts";
import { redisName, redisOptions } from "./redis-options.ts";
import { SharedDriver } from "./shared-driver.ts";
import { SharedPresence } from "./shared-presence.ts";
import { unwatched } from "./unwatched.ts";

/** What the processes of one service share, in Redis. */
export interface SharedStore {
  readonly presence: Presence;
  readonly driver: MatchMakerDriver;
  readonly processes: ProcessBook;
  close(): void;
}

/** Rejects with `server-unreachable` if the Redis does not answer in time. */
export async function openSharedStore(url: string, log: ServerLog): Promise<SharedStore> {
  const options = redisOptions(url);
  const name = redisName(url);
  const presence = new SharedPresence(options);
  const driver: SharedDriver = new SharedDriver(options, () => processes);
  const processes: ProcessBook = new ProcessBook(presence, driver, log, name);
  const close = (): void => {
    presence.shutdown();
    void driver.shutdown();
  };
  await firstAnswer(presence).catch((error: unknown) => {
    close();
    throw noAnswer(name, error);
  });
  return { presence: unwatched(presence), driver: unwatched(driver), processes, close };
}

function noAnswer(name: string, cause: unknown): TickmeshError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new TickmeshError("server-unreachable", `no answer from Redis at ${name}: ${words}`, { cause });
}

/** At the start of a machine Redis may come later than this. */
async function firstAnswer({ client }: SharedPresence): Promise<void> {
  let lastError = "";
  client.on("error", (error: Error) => {
    lastError = error.message;
  });
  const deadline = AbortSignal.timeout(FIRST_REDIS_MS);
  for (;;) {
    try {
      await client.ping();
      return;
    } catch (error) {
      if (deadline.aborted || /WRONGPASS|NOAUTH/.test(`${lastError} ${String(error)}`)) {
        throw lastError === "" ? error : new Error(lastError);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
