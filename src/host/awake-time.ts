import { AWAY_MS } from "./limits.ts";

/** Time as it passes while this page is polled: a page that stood still has heard nobody, and blames nobody for it. */
export class AwakeTime {
  /** Unit: ms. */
  nowMs = 0;
  /** How long the last poll was after the one before. Unit: ms. */
  passedMs = 0;
  #polledMs: number;

  constructor(clockMs: number) {
    this.#polledMs = clockMs;
  }

  poll(clockMs: number): void {
    this.passedMs = Math.max(0, clockMs - this.#polledMs);
    this.#polledMs = clockMs;
    this.nowMs += Math.min(this.passedMs, AWAY_MS);
  }
}
