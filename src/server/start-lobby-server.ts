import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type MatchMakerDriver, matchMaker, type Presence, registerRoomDefinitions, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { LobbyLimits } from "../lobby/protocol.ts";
import { Gate } from "./gate.ts";
import {
  FAREWELL_MS,
  KEEP_ALIVE_MS,
  PING_INTERVAL_MS,
  PING_RETRIES,
  REQUEST_CHECK_MS,
  REQUEST_TIMEOUT_MS,
} from "./limits.ts";
import { lobbyRooms } from "./lobby-rooms.ts";
import { quietLogger } from "./quiet-logger.ts";
import { localUrl, networkUrls } from "./server-urls.ts";
import { type AddressLimits, DEFAULT_ADDRESS_LIMITS, DEFAULT_LOBBY_SETTINGS, type LobbySettings } from "./settings.ts";

export interface LobbyServerOptions extends Partial<LobbySettings>, Partial<AddressLimits> {
  /** 0 takes a free one. Default 2567. */
  readonly port?: number;
  /** Default `127.0.0.1`: this machine only. `0.0.0.0` and `::` listen on all of its addresses. */
  readonly host?: string;
  /** WebSockets open at a time, in all. Default 10,000. */
  readonly maxConnections?: number;
  /** Whether a proxy stands before the server, whose `X-Forwarded-For` may be believed. Default false. */
  readonly trustProxy?: boolean;
  /** Colyseus' presence and driver, for several processes over Redis. Default: this process alone. */
  readonly presence?: Presence;
  readonly driver?: MatchMakerDriver;
  /** Where players reach this process alone, `host:port` and perhaps a path: needed as soon as there are several. */
  readonly publicAddress?: string;
  /** Told one line for each fault of the server's own. Default: standard error. */
  readonly onError?: (line: string) => void;
}

export interface LobbyServer {
  readonly port: number;
  /** What a `LobbyClient` on this machine connects to. */
  readonly url: string;
  /** What one in the same network connects to, for each of this machine's addresses there. Empty unless it listens on all of them. */
  readonly networkUrls: readonly string[];
  /** Tells every client, and ends once the port is free. Calling it again does nothing more. */
  close(): Promise<void>;
}

let isRunning = false;

/**
 * Starts a server of lobbies. Throws `already-running` if this process has one (Colyseus keeps its matchmaker by process),
 * and what Node throws if the port cannot be had.
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
  const { port = 2567, host = "127.0.0.1", presence, driver, publicAddress } = options;
  const settings: LobbySettings = { ...DEFAULT_LOBBY_SETTINGS, ...given(options) };
  const http = createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: REQUEST_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  const colyseus = new Server({
    transport: new WebSocketTransport({
      server: http,
      maxPayload: LobbyLimits.messageBytes,
      pingInterval: PING_INTERVAL_MS,
      pingMaxRetries: PING_RETRIES,
    }),
    greet: false,
    gracefullyShutdown: false,
    logger: quietLogger(options.onError),
    ...(presence !== undefined && { presence }),
    ...(driver !== undefined && { driver }),
    ...(publicAddress !== undefined && { publicAddress }),
  });
  registerRoomDefinitions(lobbyRooms(settings));

  // Colyseus' own promise never settles when the port is taken.
  const failed = new Promise<never>((_, reject) => http.once("error", reject));
  failed.catch(() => {});
  try {
    await Promise.race([colyseus.listen(port, host), failed]);
  } catch (error) {
    await matchMaker.gracefullyShutdown().catch(() => {});
    throw error;
  }
  const gate = new Gate(http, {
    ...DEFAULT_ADDRESS_LIMITS,
    maxConnections: 10_000,
    trustProxy: false,
    ...given(options),
    clock: settings.clock,
  });

  const address = http.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => http.once("close", () => resolve()));
    await colyseus.gracefullyShutdown(false);
    http.closeIdleConnections();
    setTimeout(() => {
      gate.closeAll();
      http.closeAllConnections();
    }, FAREWELL_MS);
    await closed;
    isRunning = false;
  };
  return {
    port: address.port,
    url: localUrl(address),
    networkUrls: networkUrls(address),
    close: () => (closing ??= close()),
  };
}

/** The options that were given a value. */
function given(options: LobbyServerOptions): Partial<LobbyServerOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
