/**
 * Where chance comes from. Everything that draws takes one, so that the same seed gives the same run.
 * Nothing outside this folder draws a random number of its own.
 */
export interface RandomSource {
  /** A whole number from 0 to 2^32 − 1, each as likely as any other. */
  nextUint32(): number;
}

let ahead: number[] = [];

/** The machine's cryptographic generator: ids drawn from it cannot be guessed by other players. */
export const systemRandom: RandomSource = {
  nextUint32() {
    // It is asked for many at a time: that takes no longer than for one.
    if (ahead.length === 0) ahead = [...crypto.getRandomValues(new Uint32Array(64))];
    return ahead.pop() as number;
  },
};

/**
 * A repeatable generator, xoshiro128** (Blackman and Vigna, 2018), its 128 bits of state filled from `seed` by splitmix32.
 * For tests and simulations; never for ids that must not be guessed. `seed`: a whole number from 0 to 2^32 − 1.
 */
export function seededRandom(seed: number): RandomSource {
  let mix = seed >>> 0;
  const splitmix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));
  return {
    nextUint32() {
      const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = rotate(d, 11);
      return result;
    },
  };
}
