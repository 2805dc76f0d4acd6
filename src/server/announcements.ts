import type { Clock } from "../base/clock.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import { ANNOUNCED_AT_ONCE, ANNOUNCED_PER_SECOND } from "./limits.ts";

/**
 * What one lobby tells everybody of how things are now: only the latest of each matters. One message of one member becomes one to each
 * of the others, so these have an allowance of their own, counted by who hears them; past it they wait their turn, and what is
 * said of the same thing meanwhile is told along with it.
 */
export class Announcements {
  readonly #bucket: TokenBucket;
  readonly #hearers: () => number;
  readonly #waiting = new Map<string, () => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `hearers`: how many are told. */
  constructor(clock: Clock, hearers: () => number) {
    this.#bucket = new TokenBucket(ANNOUNCED_AT_ONCE, ANNOUNCED_PER_SECOND, clock);
    this.#hearers = hearers;
  }

  /** `tell` says how `what` is by then; at once, if nothing waits. */
  say(what: string, tell: () => void): void {
    if (this.#waiting.size === 0 && this.#take()) {
      tell();
      return;
    }
    this.#waiting.set(what, tell);
    this.#wait();
  }

  cancel(): void {
    this.#waiting.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #take(): boolean {
    return this.#bucket.take(Math.max(1, this.#hearers()));
  }

  #wait(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        for (const [what, tell] of this.#waiting) {
          if (!this.#take()) break;
          this.#waiting.delete(what);
          tell();
        }
        if (this.#waiting.size > 0) this.#wait();
      },
      (1_000 * Math.max(1, this.#hearers())) / ANNOUNCED_PER_SECOND,
    );
  }
}
