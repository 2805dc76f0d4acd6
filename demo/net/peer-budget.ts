/** An honest page sends 30 poses, two pings, and some effects and messages a second. */
const PER_SECOND = 160;
/** After a pause everything comes at once: so many seconds' worth may. */
const BURST_SECONDS = 5;

/** How much one peer may say. What is beyond it is dropped and counted: nobody can make others work without end. */
export class PeerBudget {
  readonly #perSecond: number;
  readonly #most: number;
  #left: number;
  #lastMs: number;

  constructor(nowMs: number, perSecond = PER_SECOND, burstSeconds = BURST_SECONDS) {
    this.#perSecond = perSecond;
    this.#most = perSecond * burstSeconds;
    this.#left = this.#most;
    this.#lastMs = nowMs;
  }

  /** Pays for one packet; false if there is nothing left to pay with. */
  pay(nowMs: number): boolean {
    const earned = ((nowMs - this.#lastMs) / 1_000) * this.#perSecond;
    this.#lastMs = nowMs;
    this.#left = Math.max(this.#left, Math.min(this.#most, this.#left + earned));
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Lets through what was sent during `ms` in which nobody here could read. */
  allow(ms: number): void {
    this.#left += (ms / 1_000) * this.#perSecond;
  }
}
