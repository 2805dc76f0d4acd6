import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type MatchMakerDriver, matchMaker, type Presence, registerRoomDefinitions, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { LobbyLimits } from "../lobby/protocol.ts";
import type { AdminServer } from "./admin/admin-server.ts";
import { Forwarder } from "./forward.ts";
import { Gate } from "./gate.ts";
import type { ServerHealth } from "./health.ts";
import {
  CLOSE_DEADLINE_MS,
  FAREWELL_MS,
  KEEP_ALIVE_MS,
  MAX_BUFFERED_CHUNKS,
  MAX_FRAGMENTS,
  PING_INTERVAL_MS,
  PING_RETRIES,
  REQUEST_CHECK_MS,
  REQUEST_TIMEOUT_MS,
} from "./limits.ts";
import { lobbyRooms } from "./lobby-rooms.ts";
import { consoleLog, type ServerLog } from "./log.ts";
import { Origins } from "./origins.ts";
import { quietLogger } from "./quiet-logger.ts";
import type { SharedStore } from "./redis/shared-store.ts";
import { internalAddress, localUrl, networkUrls } from "./server-urls.ts";
import {
  type AddressLimits,
  DEFAULT_ADDRESS_LIMITS,
  DEFAULT_LOBBY_SETTINGS,
  DEFAULT_PORT,
  type LobbySettings,
} from "./settings.ts";
import { makeSignIn, type SignInOptions } from "./sign-in.ts";

export interface LobbyServerOptions extends Partial<LobbySettings>, Partial<AddressLimits> {
  /** 0 takes a free one. Default 2567. */
  readonly port?: number;
  /** Default `127.0.0.1`: this machine only. `0.0.0.0` and `::` listen on all of its addresses. */
  readonly host?: string;
  /** WebSockets open at a time, in all. Default 10,000. */
  readonly maxConnections?: number;
  /**
   * How many proxies stand before the server, one behind the other, whose `X-Forwarded-For` may be believed; `true` is 1.
   * Default 0: players' addresses are those of the sockets.
   */
  readonly trustProxy?: number | boolean;
  /** Whose pages may use the server: `https://example.com`, `https://*.example.com`. Default: those of any origin. */
  readonly origins?: readonly string[];
  /** Players must bring a JWT. Default: anybody may play. */
  readonly signIn?: SignInOptions;
  /** `redis://host:port`: all processes that share this Redis are one service. Default: this process alone. */
  readonly redis?: string;
  /** Colyseus' presence and driver, for other stores than Redis. Default: this process alone. */
  readonly presence?: Presence;
  readonly driver?: MatchMakerDriver;
  /**
   * Where players reach this process alone, `host:port` and perhaps a path. Default: processes that share a Redis hand sockets on to
   * each other, so that one address will do for all.
   */
  readonly publicAddress?: string;
  /** Where the other processes of the service reach this one, `host` or `host:port`. Default: this machine's address. */
  readonly internalAddress?: string;
  /** Port for health, metrics and the monitor; 0 takes a free one. Default: none. */
  readonly adminPort?: number;
  /** Address for those. Default `127.0.0.1`. */
  readonly adminHost?: string;
  /** Turns Colyseus' monitor on, at the admin port, for the user `admin` with this password. */
  readonly monitorPassword?: string;
  /** How long `close` lets those who send players here notice that it is not ready any more. Unit: ms. Default 0. */
  readonly drainMs?: number;
  /** Default: warnings and faults on standard error. */
  readonly log?: ServerLog;
  /** Whether players' addresses may stand in the log. Default false. */
  readonly logAddresses?: boolean;
}

export interface LobbyServer {
  readonly port: number;
  /** What a `LobbyClient` on this machine connects to. */
  readonly url: string;
  /** What one in the same network connects to, for each of this machine's addresses there. Empty unless it listens on all of them. */
  readonly networkUrls: readonly string[];
  /** Where health, metrics and the monitor are. */
  readonly adminUrl: string | null;
  /**
   * Takes no new lobbies, tells every client after `drainMs`, and ends once the port is free, which takes seconds at most. Calling it
   * again does nothing more.
   */
  close(): Promise<void>;
}

let isRunning = false;

/**
 * Starts a server of lobbies. Throws `already-running` if this process has one (Colyseus keeps its matchmaker by process),
 * `server-unreachable` if its Redis does not answer, `invalid-options` for a key or a secret that is too short and for what is no origin,
 * and what Node throws if a port cannot be had.
 */
export async function startLobbyServer(options: LobbyServerOptions = {}): Promise<LobbyServer> {
  if (isRunning) throw new TickmeshError("already-running", "this process runs a lobby server already: close it first");
  isRunning = true;
  try {
    return await start(options);
  } catch (error) {
    isRunning = false;
    throw error;
  }
}

async function start(options: LobbyServerOptions): Promise<LobbyServer> {
  const { port = DEFAULT_PORT, host = "127.0.0.1", publicAddress, log = consoleLog } = options;
  const settings: LobbySettings = { ...DEFAULT_LOBBY_SETTINGS, ...given(options) };
  const rooms = lobbyRooms(settings);
  const origins = new Origins(options.origins ?? null);
  const signIn = options.signIn === undefined ? null : await makeSignIn(options.signIn);
  const store = options.redis === undefined ? null : await openStore(options.redis, log);
  const { presence = store?.presence, driver = store?.driver } = options;
  const http = createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: REQUEST_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const colyseus = new Server({
    transport: new WebSocketTransport({
      server: http,
      maxPayload: Math.max(settings.messageBytes, LobbyLimits.relayFrameBytes),
      // What one has sent a lot of is heard message by message, in turn with the others'.
      allowSynchronousEvents: false,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: MAX_BUFFERED_CHUNKS,
      pingInterval: PING_INTERVAL_MS,
      pingMaxRetries: PING_RETRIES,
    }),
    greet: false,
    gracefullyShutdown: false,
    logger: quietLogger(log),
    // A lobby stays where it was asked for: the load balancer has chosen already.
    selectProcessIdToCreateRoom: () => Promise.resolve(matchMaker.processId),
    ...(presence !== undefined && { presence }),
    ...(driver !== undefined && { driver }),
    ...(publicAddress !== undefined && { publicAddress }),
  });
  registerRoomDefinitions(rooms);

  let isOpen = false;
  const health: ServerHealth = {
    get isDraining() {
      return !isOpen;
    },
    get isRedisUp() {
      return store === null ? null : store.processes.isUp;
    },
  };
  // Colyseus' own promise never settles when the port is taken.
  const failed = new Promise<never>((_, reject) => http.once("error", reject));
  failed.catch(() => {});
  let admin: AdminServer | null = null;
  try {
    admin = options.adminPort === undefined ? null : await openAdmin(options, options.adminPort, health);
    await Promise.race([colyseus.listen(port, host), failed]);
  } catch (error) {
    await matchMaker.gracefullyShutdown().catch(() => {});
    await admin?.close();
    store?.close();
    throw error;
  }
  const forwarder = store === null ? null : new Forwarder(store.processes);
  const gate = new Gate(http, {
    ...DEFAULT_ADDRESS_LIMITS,
    maxConnections: 10_000,
    ...given(options),
    trustedProxies: Number(options.trustProxy ?? 0),
    origins,
    signIn,
    health,
    forwarder,
    clock: settings.clock,
    log,
    logsAddresses: options.logAddresses ?? false,
  });
  const address = http.address() as AddressInfo;
  if (store !== null && forwarder !== null) {
    const internal = internalAddress(address, options.internalAddress);
    await store.processes.enter({ ...internal, secret: forwarder.secret });
  }
  isOpen = true;

  const close = async (): Promise<void> => {
    isOpen = false;
    await store?.processes.drain();
    await pause(options.drainMs ?? 0);
    const closed = new Promise<void>((resolve) => http.once("close", () => resolve()));
    // What Colyseus does here waits for Redis, which may be away.
    await Promise.race([
      Promise.all([store?.processes.leave(), colyseus.gracefullyShutdown(false)]),
      pause(CLOSE_DEADLINE_MS),
    ]);
    http.close();
    http.closeIdleConnections();
    setTimeout(() => {
      gate.closeAll();
      http.closeAllConnections();
    }, FAREWELL_MS);
    await Promise.all([closed, admin?.close()]);
    store?.close();
    isRunning = false;
  };
  let closing: Promise<void> | undefined;
  return {
    port: address.port,
    url: localUrl(address),
    networkUrls: networkUrls(address),
    adminUrl: admin?.url ?? null,
    close: () => (closing ??= close()),
  };
}

/** Loaded when it is wanted: a server of one process needs no Redis packages. */
async function openStore(url: string, log: ServerLog): Promise<SharedStore> {
  const { openSharedStore } = await import("./redis/shared-store.ts");
  return openSharedStore(url, log);
}

async function openAdmin(options: LobbyServerOptions, port: number, health: ServerHealth): Promise<AdminServer> {
  const { adminHost = "127.0.0.1", monitorPassword } = options;
  const { startAdminServer } = await import("./admin/admin-server.ts");
  return startAdminServer({ port, host: adminHost, monitorPassword: monitorPassword ?? null, health });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** The options that were given a value. */
function given(options: LobbyServerOptions): Partial<LobbyServerOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
