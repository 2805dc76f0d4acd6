import { MIN_SEARCH_PAUSE_MS, SEARCH_MS, SEARCH_PAUSES_MS } from "./limits.ts";
import { pauseOf } from "./pause-of.ts";

/** When a direct way is searched for while the relay carries. The times are those of the caller's clock, in ms. */
export class SearchPlan {
  /** Number of the latest search, the connection's own way being the first. */
  latest = 1;
  #fromMs = Number.POSITIVE_INFINITY;
  #beganMs = Number.NEGATIVE_INFINITY;
  #untilMs = Number.POSITIVE_INFINITY;
  /** The next is to begin as soon as the one under way has ended. */
  #isWished = false;

  isDue(nowMs: number): boolean {
    return nowMs >= this.#fromMs;
  }

  /** Whether the one under way has had its time. */
  isOver(nowMs: number): boolean {
    return nowMs >= this.#untilMs;
  }

  /** Whether the far side may begin one of this number now. */
  allows(search: number, nowMs: number): boolean {
    return search > this.latest && nowMs - this.#beganMs >= MIN_SEARCH_PAUSE_MS / 2;
  }

  began(nowMs: number): void {
    this.#beganMs = nowMs;
    this.#untilMs = nowMs + SEARCH_MS;
  }

  ended(nowMs: number): void {
    this.#fromMs = nowMs + (this.#isWished ? 0 : pauseOf(SEARCH_PAUSES_MS, this.latest - 1));
    this.#isWished = false;
  }

  /** Somebody has a reason to believe that it is worth while now. */
  wish(nowMs: number, isUnderWay: boolean): void {
    const fromMs = Math.max(nowMs, this.#beganMs + MIN_SEARCH_PAUSE_MS);
    this.#fromMs = Math.min(this.#fromMs, fromMs);
    if (!isUnderWay) return;
    // The network is another now: what is under way is of the old one.
    this.#untilMs = Math.min(this.#untilMs, fromMs);
    this.#isWished = true;
  }
}
