import type { Clock } from "./clock.ts";

/** Lets `burst` things through at once and `perSecond` a second from then on. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #countedAtMs: number;

  constructor(burst: number, perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
    this.#countedAtMs = clock.nowMs();
  }

  /** Takes one, or so many, or says that there are not as many. */
  take(count = 1): boolean {
    this.#refill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Milliseconds until `take` succeeds; 0 if it would now. */
  get waitMs(): number {
    this.#refill();
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1_000) / this.#perSecond);
  }

  /** Whether nothing has been taken for so long that a new bucket would be no different. */
  get isFull(): boolean {
    this.#refill();
    return this.#tokens >= this.#burst;
  }

  #refill(): void {
    const now = this.#clock.nowMs();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#countedAtMs) * this.#perSecond) / 1_000);
    this.#countedAtMs = now;
  }
}
