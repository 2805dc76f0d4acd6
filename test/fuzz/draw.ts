import type { RandomSource } from "../../src/base/random.ts";

/** A whole number from 0 to below `count`; small ones as likely as others. */
export function draw(random: RandomSource, count: number): number {
  return Math.floor((random.nextUint32() / 2 ** 32) * count);
}

export function pick<T>(random: RandomSource, of: readonly T[]): T {
  return of[draw(random, of.length)] as T;
}

export function drawBytes(random: RandomSource, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => draw(random, 256));
}
