/** How much one player may say of something. What is beyond it is dropped: nobody can make others work, or read, without end. */
export class PeerBudget {
  readonly #perSecond: number;
  readonly #most: number;
  #left: number;
  #lastMs: number;

  /** `most`: at once, after a pause. */
  constructor(nowMs: number, perSecond: number, most: number) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#left = most;
    this.#lastMs = nowMs;
  }

  /** Pays for one; false if there is nothing left to pay with. */
  pay(nowMs: number): boolean {
    this.#left = Math.min(this.#most, this.#left + ((nowMs - this.#lastMs) / 1_000) * this.#perSecond);
    this.#lastMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
