import type { RandomSource } from "../base/random.ts";

/** Growing pauses between tries: from `firstMs` doubling up to `longestMs`, each shortened by up to a quarter at random. */
export class Pauses {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #random: RandomSource;
  #tries = 0;

  constructor(firstMs: number, longestMs: number, random: RandomSource) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#random = random;
  }

  nextMs(): number {
    const pauseMs = Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(this.#tries, 20));
    this.#tries += 1;
    return Math.round(pauseMs * (1 - (this.#random.nextUint32() / 2 ** 32) * 0.25));
  }

  reset(): void {
    this.#tries = 0;
  }
}
