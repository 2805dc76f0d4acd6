import type { Clock } from "../base/clock.ts";

/** Who sits in the lobby as far as this player was told: those present, and those who were lost and may come back. */
export class KnownMembers {
  readonly #clock: Clock;
  /** Until when each one's seat is kept, the latest last. Unit: ms of the clock. */
  readonly #untilMs = new Map<number, number>();
  #seatHoldMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The server said who is there. */
  reset(present: Iterable<number>, seatHoldMs: number): void {
    this.#seatHoldMs = seatHoldMs;
    this.#untilMs.clear();
    for (const peerId of present) this.meet(peerId);
  }

  meet(peerId: number): void {
    this.#untilMs.set(peerId, Number.POSITIVE_INFINITY);
  }

  /** The server lost sight of it. */
  lose(peerId: number): void {
    this.#untilMs.delete(peerId);
    this.#untilMs.set(peerId, this.#clock.nowMs() + this.#seatHoldMs);
    // Who comes and is lost again and again is another each time.
    for (const [lost, untilMs] of this.#untilMs) if (untilMs < this.#clock.nowMs()) this.#untilMs.delete(lost);
  }

  forget(peerId: number): void {
    this.#untilMs.delete(peerId);
  }

  /** Those present first, then those lost, the latest first. */
  all(): number[] {
    const now = this.#clock.nowMs();
    return [...this.#untilMs]
      .filter(([, untilMs]) => untilMs >= now)
      .sort(([, a], [, b]) => (a === b ? 0 : b - a))
      .map(([peerId]) => peerId);
  }
}
