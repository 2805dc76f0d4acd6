import type { Clock } from "../base/clock.ts";

/**
 * A steady rate that bytes are counted against after they were taken: who has taken too much is to rest until the rate has caught
 * up. Several who share one are served in turn, each for what it took last.
 */
export class RelayPace {
  readonly #bytesPerSecond: number;
  readonly #burstMs: number;
  readonly #clock: Clock;
  #paidUntilMs = Number.NEGATIVE_INFINITY;

  /** `burstBytes` may be taken at once, after a rest. */
  constructor(bytesPerSecond: number, burstBytes: number, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#burstMs = (burstBytes / bytesPerSecond) * 1_000;
    this.#clock = clock;
  }

  /** So many were taken. How long whoever did is to rest. Unit: ms. */
  take(bytes: number): number {
    const now = this.#clock.nowMs();
    this.#paidUntilMs = Math.max(this.#paidUntilMs, now - this.#burstMs) + (bytes / this.#bytesPerSecond) * 1_000;
    return Math.max(0, this.#paidUntilMs - now);
  }
}
