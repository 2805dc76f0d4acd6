/** Time as it passes while something is polled: who stood still has heard nobody, and blames nobody for it. */
export class AwakeTime {
  /** Unit: ms. */
  nowMs = 0;
  /** How long the last poll was after the one before. Unit: ms. */
  passedMs = 0;
  /**
   * Whether what came has been heard, so that it can be told who is silent. After a page stood still, the browser may wake it before it
   * hands over what came meanwhile: one poll later it has. One that is always slow is awake every other time.
   */
  isAwake = true;
  readonly #mostMs: number;
  #polledMs: number;

  /** `mostMs`: so much a pause between two polls counts at most; after one that is as long, a page stood still. */
  constructor(clockMs: number, mostMs: number) {
    this.#polledMs = clockMs;
    this.#mostMs = mostMs;
  }

  /** Whether it is longer since the last poll than a pause between two of them may be. */
  hasStoodStill(clockMs: number): boolean {
    return clockMs - this.#polledMs > this.#mostMs;
  }

  poll(clockMs: number): void {
    this.passedMs = Math.max(0, clockMs - this.#polledMs);
    this.#polledMs = clockMs;
    this.nowMs += Math.min(this.passedMs, this.#mostMs);
    this.isAwake = !this.isAwake || this.passedMs < this.#mostMs;
  }
}
