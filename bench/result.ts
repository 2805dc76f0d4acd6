import type { Turns } from "./rounds.ts";
import { differences, type Estimate, estimate, median, ratios } from "./statistics.ts";

/** Ours beside raw. */
export interface Comparison {
  readonly kind: "comparison";
  readonly name: string;
  readonly unit: string;
  readonly rounds: number;
  /** Medians over the rounds. */
  readonly raw: number;
  readonly ours: number;
  /** Ours to raw, each round by itself: divided, or subtracted. */
  readonly by: "ratio" | "difference";
  readonly effect: Estimate;
  /** The same of raw against raw: what noise alone does. */
  readonly nothing: Estimate;
  readonly target: Target | null;
  readonly details?: Details;
}

/** A figure that stands alone. */
export interface Figure {
  readonly kind: "figure";
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** Over rounds, where there were any. */
  readonly interval?: Estimate;
  readonly target: Target | null;
  readonly details?: Details;
}

/** What else was found, by name: numbers, or words. */
export type Details = Readonly<Record<string, Readonly<Record<string, number | string>> | readonly number[]>>;

export type Result = Comparison | Figure;

interface Target {
  readonly words: string;
  readonly isMet: boolean;
}

/** `reaches`: the interval must reach this ratio from below; `atMost`: from above. */
export function compareRates(
  name: string,
  unit: string,
  turns: Turns<number>,
  options: { readonly reaches?: number | null; readonly atMost?: number | null; readonly details?: Details },
): Comparison {
  const effect = estimate(ratios(turns.ours, turns.raw));
  const { reaches = null, atMost = null, details } = options;
  return {
    ...medians(name, unit, turns),
    by: "ratio",
    effect,
    nothing: estimate(ratios(turns.again, turns.raw)),
    target: boundOf(effect, reaches, atMost),
    ...(details !== undefined && { details }),
  };
}

function boundOf(effect: Estimate, reaches: number | null, atMost: number | null): Target | null {
  if (reaches !== null) return { words: `interval reaches ${reaches}`, isMet: effect.high >= reaches };
  return atMost === null ? null : { words: `interval falls to ${atMost}`, isMet: effect.low <= atMost };
}

/** `atMost`: the interval must reach this difference from above. */
export function compareDelays(
  name: string,
  unit: string,
  turns: Turns<number>,
  options: { readonly atMost: number | null; readonly details?: Details },
): Comparison {
  const effect = estimate(differences(turns.ours, turns.raw));
  const { atMost, details } = options;
  return {
    ...medians(name, unit, turns),
    by: "difference",
    effect,
    nothing: estimate(differences(turns.again, turns.raw)),
    target: atMost === null ? null : { words: `adds at most ${atMost} ${unit}`, isMet: effect.low <= atMost },
    ...(details !== undefined && { details }),
  };
}

export function figure(
  name: string,
  unit: string,
  value: number,
  options: { readonly atMost?: number; readonly interval?: Estimate; readonly details?: Details } = {},
): Figure {
  const { atMost, ...rest } = options;
  const target = atMost === undefined ? null : { words: `at most ${atMost} ${unit}`, isMet: value <= atMost };
  return { kind: "figure", name, unit, value, target, ...rest };
}

function medians(name: string, unit: string, turns: Turns<number>) {
  const { raw, ours } = turns;
  return { kind: "comparison", name, unit, rounds: raw.length, raw: median(raw), ours: median(ours) } as const;
}
