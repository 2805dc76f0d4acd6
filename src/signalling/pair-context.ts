import type { Clock } from "../base/clock.ts";
import type { RandomSource } from "../base/random.ts";
import type { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { ConnectionConfiguration } from "../seam/connection-backend.ts";
import type { PathProblem } from "../seam/pair-paths.ts";
import type { ConnectorCounters } from "./connector-counters.ts";
import type { Hubs } from "./hubs.ts";
import type { PairConnection } from "./pair-connection.ts";
import type { Signal } from "./signaller.ts";

/** Why an attempt failed: what the mesh says, or one of ours. */
export type PairFailureReason =
  | DisconnectReason
  /** No connection could be made or added: the diagnostics handler was told why. */
  | "not-started"
  /** It failed on the far side, which asked for another. */
  | "failed-there"
  /** The far side, whose part it is, made no offer in time. One that comes later is taken all the same. */
  | "no-offer";

/** What is in the way of a direct path between two, or of any: as far as that is known, else why their attempt failed. */
export type PairProblem = PathProblem | PairFailureReason;

/**
 * How far a pair is. `new`: nothing was done yet. `apart`: neither is a hub, so that nothing is done. `expecting`: the far side is to
 * offer. `connecting`, `connected`: as it says. `waiting`: the pause before another attempt. `closing`: an end is under way. `failed`:
 * given up until asked, or introduced anew. `ended`: was connected, and one of the two sides closed it.
 */
export type PairState =
  | "new"
  | "apart"
  | "expecting"
  | "connecting"
  | "connected"
  | "waiting"
  | "closing"
  | "failed"
  | "ended";

/** What a pair needs of its connector. */
export interface PairContext {
  readonly peer: WebRTCMultiplayerPeer;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly counters: ConnectorCounters;
  readonly hubs: Hubs;
  readonly candidateBatchMs: number;
  readonly maxAttempts: number;
  /** `headStartMs`: what the direct way has before a relay. */
  createConnection(peerId: number, headStartMs: number): PairConnection;
  configuration(): ConnectionConfiguration;
  send(to: number, signal: Signal): void;
  failed(peerId: number, reason: PairFailureReason, attempt: number, willRetry: boolean): void;
  lost(peerId: number, reason: DisconnectReason): void;
}
