/** So many things a second in the long run, and twice as many at once. Filled up once a poll, so that taking one costs nothing. */
export class Allowance {
  readonly #perSecond: number;
  #left: number;
  #filledMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * 2;
    this.#filledMs = nowMs;
  }

  fill(nowMs: number): void {
    this.#left = Math.min(this.#perSecond * 2, this.#left + ((nowMs - this.#filledMs) * this.#perSecond) / 1_000);
    this.#filledMs = nowMs;
  }

  take(): boolean {
    this.#left -= 1;
    return this.#left > -1;
  }
}
