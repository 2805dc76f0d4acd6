import type { Clock } from "../../src/base/clock.ts";

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  #nowMs = 1_000;

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
