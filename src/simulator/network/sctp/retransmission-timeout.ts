import { INITIAL_TIMEOUT_US, MAX_ROUND_TRIP_US, MAX_TIMEOUT_US, MIN_TIMEOUT_US, MIN_VARIANCE_US } from "./limits.ts";

/**
 * How long to wait for an acknowledgement: Jacobson's smoothed round trip and its variance, in whole numbers, as RFC 9260,
 * 6.3.1, has them and dcSCTP computes them. Unit of everything: µs.
 */
export class RetransmissionTimeout {
  /** Eight times the smoothed round trip. */
  #roundTripTimes8 = INITIAL_TIMEOUT_US * 8;
  /** Four times the mean deviation. */
  #deviationTimes4 = 0;
  #hasMeasured = false;
  #timeoutUs = INITIAL_TIMEOUT_US;

  get timeoutUs(): number {
    return this.#timeoutUs;
  }

  get roundTripUs(): number {
    return Math.floor(this.#roundTripTimes8 / 8);
  }

  observe(roundTripUs: number): void {
    if (roundTripUs > MAX_ROUND_TRIP_US) return;
    if (this.#hasMeasured) {
      const difference = roundTripUs - Math.floor(this.#roundTripTimes8 / 8);
      this.#roundTripTimes8 += difference;
      this.#deviationTimes4 += Math.abs(difference) - Math.floor(this.#deviationTimes4 / 4);
    } else {
      this.#hasMeasured = true;
      this.#roundTripTimes8 = roundTripUs * 8;
      this.#deviationTimes4 = Math.floor(roundTripUs / 2) * 4;
    }
    // dcSCTP lifts the stored deviation itself, so that it stays lifted.
    if (this.#deviationTimes4 < MIN_VARIANCE_US) this.#deviationTimes4 = MIN_VARIANCE_US;
    const timeoutUs = Math.floor(this.#roundTripTimes8 / 8) + this.#deviationTimes4;
    this.#timeoutUs = Math.min(Math.max(timeoutUs, MIN_TIMEOUT_US), MAX_TIMEOUT_US);
  }
}
