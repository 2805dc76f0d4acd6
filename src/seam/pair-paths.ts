/**
 * How whoever connects pairs (the connector) gets connections that have two ways: the direct one, and one through a relay. It is a
 * contract, so that pages which want no relay load none: `relayThrough(pipe)` of `backends/paths` fulfils it.
 */
import type { Clock } from "../base/clock.ts";
import type { RandomSource } from "../base/random.ts";
import type { BackendFactory, ConnectionConfiguration } from "./connection-backend.ts";

/**
 * Why a connection does not go the direct way. `"hidden"`: this side keeps its address to itself (`iceTransportPolicy` is `"relay"`)
 * and has no TURN server. `"no-candidates"`: the far side named no address. `"ice-failed"`: all that were named were
 * tried. `"timeout"`: no verdict came within `headStartMs`, and the relay was faster.
 */
export type PathProblem = "hidden" | "no-candidates" | "ice-failed" | "timeout";

export interface PairPathsOptions {
  /** Makes the direct way. */
  readonly direct: BackendFactory;
  readonly clock: Clock;
  /** Draws what the line is called: the far side alone is to know it. */
  readonly random: RandomSource;
  /** How long the direct way is given before the relay is opened beside it, from the moment that both descriptions are set. Unit: ms. */
  readonly headStartMs: number;
  /** What the search for a direct way is made with while the relay carries. Default: as the connection, even if its TURN account ended. */
  readonly configuration?: (() => ConnectionConfiguration) | undefined;
}

/** The ways of one connection to one peer. Serves one `WebRTCPeerConnection`. */
export interface PairPaths {
  /** For that connection's `backend` option. A second connection made with it takes the place of the first. */
  readonly backend: BackendFactory;
  /** What carries packets to the peer by now: `null` before any does. `pathOf` of the connection tells TURN apart, too. */
  readonly carrier: "direct" | "relay" | null;
  /** Why it is not the direct way; `null` if it is, or nothing is known yet. */
  readonly problem: PathProblem | null;
  /**
   * Looks at the clock: the head start, the search for a direct way while the relay carries. Call it in every poll, before the
   * connection's own; there is no timer.
   */
  poll(): void;
}

/** Makes them: the connector's option `relay`. */
export interface Relaying {
  to(peerId: number, options: PairPathsOptions): PairPaths;
}
