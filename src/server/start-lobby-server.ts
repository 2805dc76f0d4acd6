import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type MatchMakerDriver, matchMaker, type Presence, registerRoomDefinitions, Server } from "@colyseus/core";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { LobbyLimits } from "../lobby/protocol.ts";
import { Gate } from "./gate.ts";
import { lobbyRooms } from "./lobby-rooms.ts";
import { quietLogger } from "./quiet-logger.ts";
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
  /** Told one line for each fault of the server's own. Default: standard error. */
  readonly onError?: (line: string) => void;
}

export interface LobbyServer {
  readonly port: number;
  /** What a `LobbyClient` on this machine connects to. */
  readonly url: string;
  /** Tells every client, and ends once the port is free. Calling it again does nothing more. */
  close(): Promise<void>;
}

/** How long a request may take to come, from the connection's beginning: who says nothing holds nothing. Unit: ms. */
const REQUEST_TIMEOUT_MS = 10_000;

/** How long clients have to hear that the server goes. Unit: ms. */
const FAREWELL_MS = 200;

/** A socket whose machine has gone silent is cut off after 12 to 16 s: a page on a busy machine may be late by some. */
const PING_INTERVAL_MS = 4_000;
const PING_RETRIES = 3;

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
  const { port = 2567, host = "127.0.0.1", presence, driver } = options;
  const settings: LobbySettings = { ...DEFAULT_LOBBY_SETTINGS, ...given(options) };
  const http = createServer({
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: REQUEST_TIMEOUT_MS,
    // By default Node looks for those every 30 s only.
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
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
    url: `http://${urlHost(address)}:${address.port}`,
    close: () => (closing ??= close()),
  };
}

function urlHost({ address, family }: AddressInfo): string {
  if (address === "0.0.0.0" || address === "::") return "127.0.0.1";
  return family === "IPv6" ? `[${address}]` : address;
}

/** The options that were given a value. */
function given(options: LobbyServerOptions): Partial<LobbyServerOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
