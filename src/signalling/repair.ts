import type { RepairStep } from "../multiplayer/companion.ts";
import {
  COME_BACK_MS,
  ECHO_PAUSE_MS,
  HEAD_START_MS,
  OUT_OF_REACH_MS,
  PROBE_PAUSE_MS,
  REPAIR_ATTEMPT_MS,
  REPAIR_HEAD_START_MS,
  REPAIR_MS,
  REPLACE_WISH_MS,
  RESTART_SETTLE_MS,
  RETRY_AT_ONCE_MS,
} from "./connector-limits.ts";
import type { Restarts } from "./restarts.ts";

/** What is different for a pair whose connection stood until a moment ago, or is to be replaced. */
export class Repair {
  #brokeAtMs = Number.NEGATIVE_INFINITY;
  #startedAtMs = Number.NEGATIVE_INFINITY;
  /** When a repair was asked for: last, and the first of those that belong to one trouble. */
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #firstAskedAtMs = Number.NEGATIVE_INFINITY;
  /** When the far side first said anything since that. */
  #heardAtMs: number | null = null;
  #replaceUntilMs = Number.NEGATIVE_INFINITY;
  #probedAtMs = Number.NEGATIVE_INFINITY;
  #echoedAtMs = Number.NEGATIVE_INFINITY;

  /** What stands is to be mended, or has come back by itself. */
  ask(step: RepairStep, restarts: Restarts | undefined, nowMs: number): void {
    if (step === "none") {
      restarts?.withdraw();
      return this.#withdraw();
    }
    if (step === "restart") restarts?.ask();
    if (nowMs - this.#askedAtMs > REPLACE_WISH_MS) {
      this.#firstAskedAtMs = nowMs;
      this.#heardAtMs = null;
    }
    this.#askedAtMs = nowMs;
    this.#replaceUntilMs = step === "replace" ? nowMs + REPLACE_WISH_MS : Number.NEGATIVE_INFINITY;
  }

  /** The far side has said something. */
  heard(nowMs: number): void {
    this.#heardAtMs ??= nowMs;
  }

  /** The far side is in sight again: what it was asked may be lost. */
  seen(): void {
    this.#probedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Whether a probe of the far side is to be answered. */
  takeProbe(nowMs: number): boolean {
    if (nowMs - this.#echoedAtMs < ECHO_PAUSE_MS) return false;
    this.#echoedAtMs = nowMs;
    return true;
  }

  /**
   * What the wish to replace the connection asks for now. Not before the far side was heard: what is cut cannot be made anew, and may
   * come back as it was. Nor while a restart may still find a path.
   */
  next(restarts: Restarts | undefined, nowMs: number): "nothing" | "probe" | "replace" {
    if (nowMs > this.#replaceUntilMs) return "nothing";
    if (this.#heardAtMs === null) {
      if (nowMs - this.#probedAtMs < PROBE_PAUSE_MS) return "nothing";
      this.#probedAtMs = nowMs;
      return "probe";
    }
    if (nowMs < this.#replaceableFromMs(this.#heardAtMs, restarts)) return "nothing";
    this.#withdraw();
    return "replace";
  }

  #withdraw(): void {
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    this.#replaceUntilMs = Number.NEGATIVE_INFINITY;
  }

  #replaceableFromMs(heardAtMs: number, restarts: Restarts | undefined): number {
    if (heardAtMs - this.#firstAskedAtMs >= OUT_OF_REACH_MS) return heardAtMs + COME_BACK_MS;
    if (restarts === undefined) return heardAtMs;
    // Where nobody knows restarts, the answer to one never comes.
    return (restarts.isPending ? heardAtMs : restarts.settledAtMs) + RESTART_SETTLE_MS;
  }

  /** A connection that stood has ended; `mends`: not by this side's wish. */
  ended(mends: boolean, nowMs: number): void {
    this.#withdraw();
    if (mends) this.#brokeAtMs = nowMs;
  }

  /** Another attempt begins: what its direct way has before a relay. Unit: ms. */
  start(nowMs: number): number {
    this.#startedAtMs = nowMs;
    return this.isGoingOn(nowMs) ? REPAIR_HEAD_START_MS : HEAD_START_MS;
  }

  isGoingOn(nowMs: number): boolean {
    return nowMs - this.#brokeAtMs < REPAIR_MS;
  }

  /** Whether an attempt may begin at once, as the far side asks: so that it cannot have one begin after the other. */
  mayBeginAtOnce(nowMs: number): boolean {
    return this.isGoingOn(nowMs) && nowMs - this.#startedAtMs >= RETRY_AT_ONCE_MS;
  }

  /** Whether the latest attempt, one of so many, takes so long that another is worth more. */
  isTooSlow(tries: number, nowMs: number): boolean {
    return this.isGoingOn(nowMs) && nowMs - this.#startedAtMs >= REPAIR_ATTEMPT_MS * 2 ** (tries - 1);
  }
}
