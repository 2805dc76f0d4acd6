/** So many things a second in the long run, and a few seconds' worth at once. Filled up once a poll, so that taking one costs nothing. */
export class Allowance {
  readonly #perSecond: number;
  #left: number;
  #filledMs: number;

  /** `burstMs`: how many milliseconds' worth may be taken at once. */
  constructor(perSecond: number, nowMs: number, burstMs: number) {
    this.#perSecond = perSecond;
    this.#left = (perSecond * burstMs) / 1_000;
    this.#filledMs = nowMs;
  }

  fill(nowMs: number, burstMs: number): void {
    const most = (this.#perSecond * burstMs) / 1_000;
    this.#left = Math.min(most, this.#left + ((nowMs - this.#filledMs) * this.#perSecond) / 1_000);
    this.#filledMs = nowMs;
  }

  get isEmpty(): boolean {
    return this.#left <= 0;
  }

  /** Takes one, if anything is left: a part of one is as good as one. */
  take(): boolean {
    if (this.isEmpty) return false;
    this.#left -= 1;
    return true;
  }
}
