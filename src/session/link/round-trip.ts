import type { Pong } from "./heartbeat.ts";

/** Of what a new sample says, so much is taken over: RFC 6298's figures for the mean and for the mean deviation. */
const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
const LOSS_GAIN = 1 / 8;
/** So many times what was sent between two pings may have come between their answers; nobody who claims more is believed. */
const MOST_LATE = 8;

/** Round trip, jitter, and the share of our unreliable frames that got lost, each smoothed over the last pongs. */
export class RoundTrip {
  /** Unit: ms; NaN before the first. */
  meanMs = Number.NaN;
  /** Mean deviation from the mean. Unit: ms; NaN before the first. */
  jitterMs = Number.NaN;
  leastMs = Number.POSITIVE_INFINITY;
  #lossMean = 0;
  #sentFrames = 0;
  #receivedFrames = 0;

  /** From 0 to 1. */
  get lossRatio(): number {
    return Math.max(0, this.#lossMean);
  }

  add({ roundTripMs, sentFrames, receivedFrames }: Pong): void {
    this.leastMs = Math.min(this.leastMs, roundTripMs);
    if (Number.isNaN(this.meanMs)) {
      this.meanMs = roundTripMs;
      this.jitterMs = roundTripMs / 2;
    } else {
      this.jitterMs += (Math.abs(roundTripMs - this.meanMs) - this.jitterMs) * DEVIATION_GAIN;
      this.meanMs += (roundTripMs - this.meanMs) * MEAN_GAIN;
    }
    const sent = sentFrames - this.#sentFrames;
    if (sent <= 0) return;
    // More than were sent since are those that came late: they make up for what seemed lost before.
    const received = Math.min(sent * MOST_LATE, Math.max(0, (receivedFrames - this.#receivedFrames) | 0));
    this.#lossMean += (1 - received / sent - this.#lossMean) * LOSS_GAIN;
    this.#sentFrames = sentFrames;
    this.#receivedFrames = receivedFrames;
  }
}
