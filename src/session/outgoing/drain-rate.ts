/** Over how long the rate is smoothed, and the shortest time that says anything. Unit: ms. */
const SMOOTHED_MS = 500;
const MIN_SAMPLE_MS = 20;

/** How fast the browser lately sent what it was given. Measured only while it has something to send. */
export class DrainRate {
  /** Unit: bytes a ms; NaN until the browser was once found with more than it could send. */
  bytesPerMs = Number.NaN;
  #isMeasuring = false;
  #sinceMs = 0;
  #sentBytes = 0;
  #bufferedBytes = 0;

  /** Something is about to be given to the browser. `sentBytes`: what was given so far. */
  begin(nowMs: number, sentBytes: number): void {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    this.#sinceMs = nowMs;
    this.#sentBytes = sentBytes;
    this.#bufferedBytes = 0;
  }

  /** Another connection. */
  reset(): void {
    this.bytesPerMs = Number.NaN;
    this.#isMeasuring = false;
  }

  isDue(nowMs: number): boolean {
    return this.#isMeasuring && nowMs - this.#sinceMs >= MIN_SAMPLE_MS;
  }

  /** `bufferedBytes`: of what was given, not sent yet. `isHeldBack`: more would have been given, if more might be on the way. */
  sample(nowMs: number, sentBytes: number, bufferedBytes: number, isHeldBack: boolean): void {
    const passedMs = nowMs - this.#sinceMs;
    const rate = (this.#bufferedBytes + sentBytes - this.#sentBytes - bufferedBytes) / passedMs;
    if (bufferedBytes === 0 && !isHeldBack) {
      // It could have sent more: this is the least that it can do.
      if (rate > this.bytesPerMs) this.bytesPerMs = rate;
    } else if (Number.isNaN(this.bytesPerMs)) {
      this.bytesPerMs = rate;
    } else {
      this.bytesPerMs += (rate - this.bytesPerMs) * Math.min(1, passedMs / SMOOTHED_MS);
    }
    this.#isMeasuring = bufferedBytes > 0 || isHeldBack;
    this.#sinceMs = nowMs;
    this.#sentBytes = sentBytes;
    this.#bufferedBytes = bufferedBytes;
  }
}
