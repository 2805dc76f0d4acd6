import type { Clock } from "../base/clock.ts";
import type { RandomSource } from "../base/random.ts";
import { defaultBackend } from "../connection/default-backend.ts";
import { WebRTCPeerConnection, type WebRTCPeerConnectionOptions } from "../connection/web-rtc-peer-connection.ts";
import type { BackendFactory, ConnectionConfiguration } from "../seam/connection-backend.ts";
import type { PairPaths, Relaying } from "../seam/pair-paths.ts";

/** The connection of one attempt; and its ways, if it has more than the direct one. */
export interface PairConnection {
  readonly connection: WebRTCPeerConnection;
  readonly ways: PairPaths | null;
}

/** How connections of pairs are made. */
export interface ConnectionPlan {
  readonly createConnection?: (options: WebRTCPeerConnectionOptions) => WebRTCPeerConnection;
  readonly backend?: BackendFactory;
  readonly relay?: Relaying | null;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** What is to be used from now on: servers' credentials change. */
  readonly configuration: () => ConnectionConfiguration;
}

/** Makes a connection that is not initialized yet. `headStartMs`: what the direct way has before the relay. */
export function makeConnection(plan: ConnectionPlan, peerId: number, headStartMs: number): PairConnection {
  const { createConnection = plainConnection, backend: given, relay, clock, random, configuration } = plan;
  const direct = given ?? defaultBackend();
  const ways = relay?.to(peerId, { direct, clock, random, headStartMs, configuration }) ?? null;
  const backend = ways?.backend ?? given;
  const connection = createConnection(backend === undefined ? { clock } : { clock, backend });
  return { connection, ways };
}

function plainConnection(options: WebRTCPeerConnectionOptions): WebRTCPeerConnection {
  return new WebRTCPeerConnection(options);
}
