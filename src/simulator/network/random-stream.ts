import type { RandomSource } from "../../base/random.ts";

/** 2^32: what a draw of 32 bits is divided by. */
const RANGE = 4_294_967_296;

/** All that a stream is: to be put away, and gone on from. */
export type RandomState = readonly [number, number, number, number];

/**
 * One repeatable stream of chance: xoshiro128** (Blackman and Vigna, 2018), its state of 128 bits filled by splitmix32.
 *
 * A simulation has one seed and any number of streams, each named after what it decides (`"loss 1>2"`). A draw in one does
 * not move the others, so that a new question asked of chance in one place leaves every other answer as it was.
 * Never for ids that must not be guessed.
 */
export class RandomStream implements RandomSource {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor([a, b, c, d]: RandomState) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  /** The stream of one name under one seed. `seed`: a whole number from 0 to 2^32 − 1. */
  static named(seed: number, name: string): RandomStream {
    // FNV-1a, then mixed with the seed by splitmix32, which tells neighbouring inputs far apart.
    let hash = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    const state: number[] = [];
    let mix = seed >>> 0;
    for (let i = 0; i < 4; i++) {
      mix = (mix + 0x9e3779b9) | 0;
      let z = mix ^ hash;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      z ^= z >>> 15;
      state.push(z);
      hash = Math.imul(hash ^ z, 0x01000193);
    }
    return new RandomStream(state as unknown as RandomState);
  }

  /** Where the stream stands: a new stream made from it goes on just the same. */
  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }

  nextUint32(): number {
    const b = this.#b;
    const mixed = Math.imul(b, 5);
    const result = Math.imul((mixed << 7) | (mixed >>> 25), 9) >>> 0;
    const c = this.#c ^ this.#a;
    const d = this.#d ^ b;
    this.#b = b ^ c;
    this.#a ^= d;
    this.#c = c ^ (b << 9);
    this.#d = (d << 11) | (d >>> 21);
    return result;
  }

  /** True with this chance: 0 never, 1 always. Always draws once. */
  chance(ratio: number): boolean {
    return this.nextUint32() < ratio * RANGE;
  }

  /** A whole number from 0 to `count` − 1. `count`: 1 to 2^32. Its bias is below one in a million up to counts of 4,000. */
  below(count: number): number {
    return Math.floor((this.nextUint32() / RANGE) * count);
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1);
  }

  /** One of these. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}
