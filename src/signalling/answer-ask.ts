import type { PairState } from "./pair-context.ts";
import { SignalLimits } from "./signal-limits.ts";
import type { Signal } from "./signaller.ts";

/** "I have no connection": from the far side, which answers, to this one, which offers. */
export type Ask = Extract<Signal, { kind: "retry" | "want" }>;

/** How far the offering side is. */
export interface OfferingSide {
  readonly state: PairState;
  /** Of its latest attempt. */
  readonly number: number;
  /** Whether the far side has answered that. */
  readonly isAnswered: boolean;
  readonly refuses: boolean;
}

/**
 * What the offering side does about an ask, or as what it drops it. `on-its-way`: nothing, what it asks for is being done.
 * `begin-when-due`, `begin`: there is nothing. `fail`, `replace`: what is under way, or stands, is of no use to the far side.
 */
export function answerToAsk(
  ask: Ask,
  { state, number, isAnswered, refuses }: OfferingSide,
): "refused" | "stale" | "duplicate" | "on-its-way" | "begin-when-due" | "begin" | "fail" | "replace" {
  if (refuses) return "refused";
  const isWant = ask.kind === "want";
  // Whoever has answered, and wants one all the same, is another page of that member.
  const isSpent = !isWant || isAnswered;
  const isNew = isWant || ask.attempt >= number;
  switch (state) {
    case "apart":
      return "begin-when-due";
    // Of whatever attempt it is: the other side has no connection either, and wants one.
    case "failed":
    case "ended":
      return "begin";
    case "connecting":
      if (!isNew) return "stale";
      return isSpent ? "fail" : "on-its-way";
    case "connected":
      if (!isNew) return "stale";
      return isSpent ? "replace" : "on-its-way";
    default:
      if (!isNew) return "stale";
      return ask.attempt === number ? "duplicate" : "on-its-way";
  }
}

/** The number after this one. An ask may claim the last that there is to be seen: what is above, servers take for no signal. */
export function nextAttempt(number: number): number {
  return Math.min(number + 1, SignalLimits.maxAttempt);
}
