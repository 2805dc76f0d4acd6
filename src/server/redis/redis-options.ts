import { FIRST_REDIS_PAUSE_MS, LONGEST_REDIS_PAUSE_MS, REDIS_PATIENCE_MS } from "../limits.ts";

/** How to reach a Redis, and how long to wait for it: as ioredis takes it. */
export interface RedisOptions {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: object;
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly maxRetriesPerRequest: number;
  readonly retryStrategy: (tries: number) => number;
}

/** Reads `redis://user:password@host:port/database`; `rediss:` is the same by TLS. Throws a `TypeError` for anything else. */
export function redisOptions(url: string): RedisOptions {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const db = Number(pathname.slice(1));
  if (!["redis:", "rediss:"].includes(protocol) || hostname === "" || !Number.isInteger(db) || db < 0) {
    throw new TypeError("not redis://host:port/database");
  }
  return {
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? 6379 : Number(port),
    db,
    ...(username !== "" && { username: decodeURIComponent(username) }),
    ...(password !== "" && { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" && { tls: {} }),
    connectTimeout: REDIS_PATIENCE_MS,
    commandTimeout: REDIS_PATIENCE_MS,
    // A request waits for one try to come back, not for ever.
    maxRetriesPerRequest: 1,
    retryStrategy: (tries) => Math.min(FIRST_REDIS_PAUSE_MS * 2 ** Math.min(tries - 1, 16), LONGEST_REDIS_PAUSE_MS),
  };
}

/** The address alone, for the log. */
export function redisName(url: string): string {
  const { host, port } = redisOptions(url);
  return `${host}:${port}`;
}
