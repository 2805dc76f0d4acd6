import type { Clock } from "../base/clock.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import { BEAT_MS, NEWS_BURST, NEWS_PER_SECOND } from "./limits.ts";
import { isOther, type Status } from "./status.ts";

/** When this peer says what it follows: what is new at once, the rest with each beat. */
export class StatusVoice {
  readonly #news: TokenBucket;
  #count = 0;
  #said: Status | null = null;
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#news = new TokenBucket(NEWS_BURST, NEWS_PER_SECOND, clock);
  }

  /** Somebody has come, who has heard nothing yet. */
  repeat(): void {
    this.#said = null;
  }

  /** The status under its number, and the message that it goes in; `null` if it need not be said now. */
  next(
    unnumbered: Omit<Status, "number">,
    nowMs: number,
  ): { readonly status: Status; readonly name: "hostStatus" | "hostBeat" } | null {
    const status = { ...unnumbered, number: this.#count + 1 };
    const isNews = this.#said === null || isOther(this.#said, status);
    const isAtOnce = isNews && (status.leaves || this.#news.take());
    if (!isAtOnce && nowMs - this.#saidMs < BEAT_MS) return null;
    this.#count += 1;
    this.#said = status;
    this.#saidMs = nowMs;
    return { status, name: isNews ? "hostStatus" : "hostBeat" };
  }
}
