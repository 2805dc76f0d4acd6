import type { Clock } from "../base/clock.ts";
import type { RandomSource } from "../base/random.ts";
import { FIRST_PAUSE_MS } from "./limits.ts";
import { Pauses } from "./pauses.ts";

/** Tries something again after growing pauses, which can be cut short. */
export class RetryTimer {
  readonly #clock: Clock;
  readonly #pauses: Pauses;
  readonly #run: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #atMs = 0;

  constructor(longestPauseMs: number, clock: Clock, random: RandomSource, run: () => void) {
    this.#clock = clock;
    this.#pauses = new Pauses(FIRST_PAUSE_MS, longestPauseMs, random);
    this.#run = run;
  }

  /** Whether a pause is on. */
  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  /** Milliseconds until the next try; 0 if no pause is on. */
  get inMs(): number {
    return this.isOn ? Math.max(0, this.#atMs - this.#clock.nowMs()) : 0;
  }

  /** Begins the next pause. */
  start(): void {
    this.cancel();
    const pauseMs = this.#pauses.nextMs();
    this.#atMs = this.#clock.nowMs() + pauseMs;
    this.#timer = setTimeout(() => this.tryNow(), pauseMs);
  }

  /** Tries now, if a pause is on. */
  tryNow(): void {
    if (!this.isOn) return;
    this.cancel();
    this.#run();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The next pause is a short one again. */
  reset(): void {
    this.#pauses.reset();
  }
}
