import { seededRandom } from "../../src/base/random.ts";
import { nextInput } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

export interface FuzzReport {
  /** How often each outcome came. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** What an input took at most. Unit: ms. */
  readonly slowestMs: number;
  readonly slowest: string;
}

/** More than this would make drawing one of them slow. */
const MOST_KNOWN = 2_000;

/** Tries a target with so many inputs. Throws at the first that does harm, and names it in hexadecimal. */
export function fuzz(target: FuzzTarget, inputs: number, seed: number): FuzzReport {
  const random = seededRandom(seed);
  const known = [...target.corpus];
  const outcomes = new Map<string, number>();
  let slowestMs = 0;
  let slowest = "";
  for (let input = 0; input < inputs; input++) {
    // First each one known as it is.
    const bytes = target.corpus[input] ?? nextInput(random, known);
    const startMs = performance.now();
    let outcome: string;
    try {
      outcome = target.run(bytes, random);
    } catch (error) {
      throw new Error(`${target.name}, seed ${seed}, input ${input}: ${hexOf(bytes)}`, { cause: error });
    }
    const tookMs = performance.now() - startMs;
    if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, hexOf(bytes)];
    const count = outcomes.get(outcome) ?? 0;
    if (count === 0 && known.length < MOST_KNOWN) known.push(bytes);
    outcomes.set(outcome, count + 1);
  }
  return { outcomes, slowestMs, slowest };
}

export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
