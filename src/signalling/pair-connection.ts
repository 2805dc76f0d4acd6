import type { Clock } from "../base/clock.ts";
import type { RandomSource } from "../base/random.ts";
import { defaultBackend } from "../connection/default-backend.ts";
import { WebRTCPeerConnection, type WebRTCPeerConnectionOptions } from "../connection/web-rtc-peer-connection.ts";
import type { BackendFactory } from "../seam/connection-backend.ts";
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
}

/** Makes a connection that is not initialized yet. `headStartMs`: what the direct way has before the relay. */
export function makeConnection(plan: ConnectionPlan, peerId: number, headStartMs: number): PairConnection {
  const { createConnection = plainConnection, backend: direct, relay, clock, random } = plan;
  const ways = relay?.to(peerId, { direct: direct ?? defaultBackend(), clock, random, headStartMs }) ?? null;
  const backend = ways?.backend ?? direct;
  const connection = createConnection(backend === undefined ? { clock } : { clock, backend });
  return { connection, ways };
}

function plainConnection(options: WebRTCPeerConnectionOptions): WebRTCPeerConnection {
  return new WebRTCPeerConnection(options);
}
