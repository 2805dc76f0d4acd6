import { systemClock } from "../base/clock.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import { LOG_LINES_AT_ONCE, LOG_LINES_PER_SECOND } from "./limits.ts";
import { consoleLog, type ServerLog } from "./log.ts";

/** A logger for Colyseus that passes on errors only, one line each, and not more than a few a minute. */
export function quietLogger(log: ServerLog = consoleLog): Console {
  const bucket = new TokenBucket(LOG_LINES_AT_ONCE, LOG_LINES_PER_SECOND, systemClock);
  const error = (...parts: unknown[]): void => {
    if (bucket.take()) log.error(parts.map(String).join(" ").split("\n", 1)[0] ?? "");
  };
  const silent = (): void => {};
  return Object.assign(Object.create(console) as Console, {
    error,
    debug: silent,
    info: silent,
    log: silent,
    trace: silent,
    warn: silent,
  });
}
