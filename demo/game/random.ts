/**
 * A number from 0 (included) to 1 (excluded) that follows from the seed and the two indices: the same on every page, in any order.
 * Whole-number arithmetic only, so that all browsers agree to the last bit.
 */
export function chance(seed: number, stream: number, index: number): number {
  return hash(seed, stream, index) / 0x1_0000_0000;
}

/** The same as 32 unsigned bits. */
export function hash(seed: number, stream: number, index: number): number {
  let h = mix((seed ^ 0x9e3779b9) >>> 0);
  h = mix((h + Math.imul(stream + 1, 0x85ebca6b)) >>> 0);
  return mix((h + Math.imul(index + 1, 0xc2b2ae35)) >>> 0);
}

function mix(value: number): number {
  let z = value >>> 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}
