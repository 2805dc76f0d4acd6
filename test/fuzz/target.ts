import type { RandomSource } from "../../src/base/random.ts";

/** A decoder to be tried with bytes of every kind. */
export interface FuzzTarget {
  readonly name: string;
  /** Bytes to begin with: good ones, and those that once did harm. */
  readonly corpus: readonly Uint8Array[];
  /**
   * Tries one input. Throws if the decoder does what it must not. Gives the outcome in a word or two: an input that leads to
   * one never seen before is kept, and varied further.
   */
  run(bytes: Uint8Array, random: RandomSource): string;
}
