import type { ConnectorCounters } from "./connector-counters.ts";
import { ANSWER_PAUSE_MS, MAX_UNANSWERED_RESTARTS, RESTART_ANSWER_MS, RESTART_PAUSE_MS } from "./connector-limits.ts";

/**
 * The ICE restarts of one connection, which its attempt's first offer is not: when one is due, and which of the far side's words
 * belong to the current one. The side that offers begins them; the other asks for them.
 */
export class Restarts {
  readonly #counters: ConnectorCounters;
  /** `unreachable`: as long as the connection is. `asked`: in any case. */
  #wish: "none" | "unreachable" | "asked" = "none";
  #wasUnreachable = false;
  /** The latest that was begun, or answered, here. */
  #number = 0;
  #beganAtMs = Number.NEGATIVE_INFINITY;
  #settledAtMs = Number.NEGATIVE_INFINITY;
  #isPending = false;
  #isPossible = true;
  #unanswered = 0;

  constructor(counters: ConnectorCounters) {
    this.#counters = counters;
  }

  /** Whether the far side has yet to answer one. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** When one was answered last, here or there. */
  get settledAtMs(): number {
    return this.#settledAtMs;
  }

  /** What was asked for and is not begun is not wished any more. */
  withdraw(): void {
    if (this.#wish === "asked") this.#wish = "none";
  }

  ask(): void {
    this.#wish = "asked";
    this.#unanswered = 0;
  }

  /** Looks at the connection: whether a restart is to begin now. */
  isDue(isReachable: boolean, nowMs: number): boolean {
    if (this.#isPending && nowMs - this.#beganAtMs >= RESTART_ANSWER_MS) this.#giveUp();
    if (isReachable && this.#wish === "unreachable") this.#wish = "none";
    if (!isReachable && !this.#wasUnreachable && this.#wish === "none") {
      this.#wish = "unreachable";
      this.#unanswered = 0;
    }
    this.#wasUnreachable = !isReachable;
    if (this.#wish === "none" || this.#isPending || !this.#isPossible) return false;
    return nowMs - this.#beganAtMs >= RESTART_PAUSE_MS;
  }

  /** The offering side begins the next, of this number. */
  beginNext(nowMs: number): number {
    this.begin(nowMs);
    this.#number += 1;
    return this.#number;
  }

  /** It is begun, or asked for. */
  begin(nowMs: number): void {
    this.#counters.restarts += 1;
    this.#wish = "none";
    this.#isPending = true;
    this.#beganAtMs = nowMs;
  }

  /** The connection took it not: for good, as its backend knows none, or now. */
  refuse(isForGood: boolean, nowMs: number): void {
    this.#isPossible = !isForGood;
    this.#beganAtMs = nowMs;
  }

  /** The answering side asks for one: as what that is dropped, or `null`. */
  takeAsk(): keyof ConnectorCounters | null {
    // What it said before it has answered was said before it knew of this one.
    if (this.#isPending || this.#wish === "asked") return "duplicate";
    this.ask();
    return null;
  }

  /** The offering side has begun one: as what its offer is dropped, or `null` if it is to be answered. */
  takeOffer(number: number, nowMs: number): keyof ConnectorCounters | null {
    if (number <= this.#number) return number === this.#number ? "duplicate" : "stale";
    // The answering side settles by its own answers alone.
    if (nowMs - this.#settledAtMs < ANSWER_PAUSE_MS) return "excessRestarts";
    this.#number = number;
    // To answer it, this side looks for all its ways anew, too.
    this.#wish = "none";
    this.#beganAtMs = nowMs;
    this.#settle(nowMs);
    return null;
  }

  /** As what an answer is dropped; `null` if it is the current one's. */
  takeAnswer(number: number, nowMs: number): keyof ConnectorCounters | null {
    if (number !== this.#number) return "stale";
    if (!this.#isPending) return "duplicate";
    this.#settle(nowMs);
    return null;
  }

  #settle(nowMs: number): void {
    this.#settledAtMs = nowMs;
    this.#isPending = false;
    this.#unanswered = 0;
  }

  #giveUp(): void {
    this.#isPending = false;
    this.#unanswered += 1;
    this.#counters.unansweredRestarts += 1;
    if (this.#unanswered < MAX_UNANSWERED_RESTARTS && this.#wish === "none") this.#wish = "asked";
  }
}
