/** A timer that is only a moment to compare with: it starts, stops and, each time it runs out, doubles. */
export class Deadline {
  /** `Infinity`: not running. */
  atUs = Number.POSITIVE_INFINITY;
  #expiries = 0;
  readonly #maxBackoffUs: number;

  constructor(maxBackoffUs: number) {
    this.#maxBackoffUs = maxBackoffUs;
  }

  get isRunning(): boolean {
    return this.atUs !== Number.POSITIVE_INFINITY;
  }

  start(nowUs: number, durationUs: number): void {
    this.#expiries = 0;
    this.atUs = nowUs + durationUs;
  }

  stop(): void {
    this.#expiries = 0;
    this.atUs = Number.POSITIVE_INFINITY;
  }

  /** It has run out: runs again, for twice as long as the last time. */
  restart(nowUs: number, durationUs: number): void {
    this.#expiries += 1;
    this.atUs = nowUs + Math.min(durationUs * 2 ** this.#expiries, this.#maxBackoffUs);
  }
}
