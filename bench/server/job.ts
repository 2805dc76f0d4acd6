import type { Side } from "./served.ts";
import type { Step } from "./trace.ts";

/** What a process that makes load can be told to do, one after the other; whoever is there stays until they are told to leave. */
export type Job =
  | {
      /** Lobbies of so many fill up, some at a time. */
      readonly do: "join";
      readonly side: Side;
      readonly ports: readonly number[];
      readonly lobbies: number;
      readonly players: number;
    }
  /** In so many lobbies each sends to the next one and keeps so many messages under way: as many as the server carries. */
  | {
      readonly do: "flood";
      readonly message: unknown;
      readonly lobbies: number;
      readonly underWay: number;
      readonly ms: number;
    }
  /** The same, so many a second, whatever the server does. */
  | {
      readonly do: "pace";
      readonly message: unknown;
      readonly lobbies: number;
      readonly perSecond: number;
      readonly ms: number;
    }
  /**
   * In every lobby one pair after the other says what a pair says to connect, until all have. Ends when they have been silent for a
   * while.
   */
  | { readonly do: "connect"; readonly steps: readonly Step[] }
  /** Pairs of members send packets by their relay sockets, so many under way. */
  | {
      readonly do: "relay";
      readonly side: Side;
      readonly ports: readonly number[];
      readonly pairs: number;
      readonly packetBytes: number;
      readonly underWay: number;
      readonly ms: number;
    }
  | { readonly do: "leave" };

/** What came of it. */
export interface Done {
  /** Joins, messages, pairs or packets. */
  readonly count: number;
  readonly ms: number;
  /** Of `pace`: from the sending to the hearing. Unit: ms. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

export interface Answer extends Done {
  /** Processor time that the making of the load took. Unit: ms. */
  readonly loadCpuMs: number;
}
