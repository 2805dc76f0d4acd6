import type { Signal, SignallerEvent } from "tickmesh/signalling";
import type { Payload } from "./payload.ts";

/** One packet to send. */
export interface Order extends Payload {
  readonly target: number;
  readonly mode: 0 | 1 | 2;
  /** Transfer channel: 0 for those of the three modes. */
  readonly channel: number;
}

/** What happened to a member of the mesh. */
export type Happening =
  /** The first of all: what was told before belongs to another time. */
  | { readonly kind: "joined"; readonly id: number }
  | { readonly kind: "connected"; readonly id: number }
  | { readonly kind: "disconnected"; readonly id: number; readonly reason: string }
  /** An attempt did not connect, and another follows: what connectors are there for. */
  | { readonly kind: "retry"; readonly id: number; readonly reason: string }
  /** A pair that stays apart, or an error of the engine: none is expected. */
  | { readonly kind: "trouble"; readonly words: string }
  /** What was wrong with a call, in words. */
  | { readonly kind: "diagnosis"; readonly words: string }
  | {
      readonly kind: "packet";
      readonly from: number;
      readonly mode: number;
      readonly channel: number;
      /** Seed −1: not what was sent. */
      readonly payload: Payload;
    };

/** What an agent says to the test, unasked. */
export type Word = Happening | { readonly kind: "signal"; readonly to: number; readonly signal: Signal };
export type Tell = (word: Word) => void;

/** A member of the mesh, wherever it runs. The test is its signaller. */
export interface MeshAgent {
  /** Makes a mesh peer. `channels`: the modes of the extra channels. */
  join(id: number, channels: readonly (0 | 1 | 2)[]): void;
  hear(event: SignallerEvent): void;
  /** Sends packets; gives their error codes. */
  put(orders: readonly Order[]): number[];
  /** Bytes in the largest packet for a peer, as far as this side knows. */
  largest(id: number): number;
  /** Sends these, and leaves at once. */
  leave(orders: readonly Order[]): void;
}
