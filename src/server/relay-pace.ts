import type { Clock } from "../base/clock.ts";

/**
 * A steady rate that bytes are counted against after they were taken: who has taken too much is to rest until the rate has caught
 * up. Several who share one are served in turn, each for what it took last.
 */
export class RelayPace {
  readonly #bytesPerSecond: number;
  readonly #burstBytes: number;
  readonly #clock: Clock;
  #paidUntilMs = Number.NEGATIVE_INFINITY;

  /** `burstBytes` may be taken at once, after a rest. */
  constructor(bytesPerSecond: number, burstBytes: number, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#burstBytes = burstBytes;
    this.#clock = clock;
  }

  /** So many were taken. How long whoever did is to rest. Unit: ms. `bytesPerSecond`: the rate now, if it is another one. */
  take(bytes: number, bytesPerSecond = this.#bytesPerSecond): number {
    const now = this.#clock.nowMs();
    const burstMs = (this.#burstBytes / bytesPerSecond) * 1_000;
    this.#paidUntilMs = Math.max(this.#paidUntilMs, now - burstMs) + (bytes / bytesPerSecond) * 1_000;
    return Math.max(0, this.#paidUntilMs - now);
  }
}
