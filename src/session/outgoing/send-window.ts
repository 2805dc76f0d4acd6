import {
  BUSY_PING_INTERVAL_MS,
  FIRST_WINDOW_BYTES,
  LEAST_WINDOW_BYTES,
  LEAST_WINDOW_UNDER_LOSS_BYTES,
  MAX_UNACKNOWLEDGED_BYTES,
  PING_INTERVAL_MS,
  SEEKING_PING_INTERVAL_MS,
} from "../limits.ts";

/**
 * What the way may be longer than when it is empty, by what of ours waits on it: in the browser, and in front of the slowest link. Unit:
 * ms.
 */
const MOST_DELAY_MS = 100;
/** A shorter one means that the link is not full: until it was once, the window doubles with each round trip. */
const LITTLE_DELAY_MS = 15;
/** Of what is acknowledged, the window grows by so much, once it is about right. */
const GROWTH = 1 / 4;
/** A window shrinks by no more than this at once. */
const LEAST_SHRINK = 1 / 2;
/** What is left of it after a loss, as with CUBIC (RFC 9438). */
const SHRINK_UNDER_LOSS = 0.7;
/** The empty way is known from the last one to two of these: a route may change. Unit: ms. */
const EMPTY_WAY_MS = 30_000;

/**
 * How many reliable bytes may be on their way: as many as the link carries without making its queue long. A browser's own control only
 * stops when a queue overflows, which on slow links is seconds of delay, then a loss of hundreds of packets, then silence. So round trips
 * of pings are watched here, after LEDBAT (RFC 6817): while they are short the window grows, when they become long it shrinks.
 */
export class SendWindow {
  bytes = FIRST_WINDOW_BYTES;
  /** More waits than it lets go. */
  isFull = false;
  /** The link was full once: about so much it takes. */
  hasFound = false;
  /** It grows no further until the next round trip tells what that has done. */
  #growsTo = 2 * FIRST_WINDOW_BYTES;
  /** How much longer than the empty way the latest round trips were: the least of two, so that jitter counts for little. Unit: ms. */
  #delayMs = 0;
  #previousMs = Number.POSITIVE_INFINITY;
  #leastMs = Number.POSITIVE_INFINITY;
  #leastBeforeMs = Number.POSITIVE_INFINITY;
  #leastSinceMs = Number.NEGATIVE_INFINITY;
  #changedAtMs = Number.NEGATIVE_INFINITY;

  /** A ping has come back. `isLate`: reliable frames that were sent before it have not been read: something was lost, and is sent again. */
  onRoundTrip(roundTripMs: number, isLate: boolean, nowMs: number): void {
    if (nowMs - this.#leastSinceMs >= EMPTY_WAY_MS) {
      this.#leastBeforeMs = this.#leastMs;
      this.#leastMs = roundTripMs;
      this.#leastSinceMs = nowMs;
    }
    this.#leastMs = Math.min(this.#leastMs, roundTripMs);
    const leastMs = Math.min(this.#leastMs, this.#leastBeforeMs);
    this.#delayMs = Math.min(roundTripMs, this.#previousMs) - leastMs;
    this.#previousMs = roundTripMs;
    if (this.isFull && (isLate || roundTripMs - leastMs > LITTLE_DELAY_MS)) this.hasFound = true;
    // What was sent before the last change says nothing of it.
    if (nowMs - roundTripMs < this.#changedAtMs) return;
    this.#changedAtMs = nowMs;
    this.#shrink(isLate);
    this.#growsTo = this.bytes * (this.hasFound ? 1 + GROWTH : 2);
  }

  /** How often pings are to tell of the way. Unit: ms. */
  get pingIntervalMs(): number {
    if (!this.isFull) return PING_INTERVAL_MS;
    return this.hasFound ? BUSY_PING_INTERVAL_MS : SEEKING_PING_INTERVAL_MS;
  }

  /** So much was acknowledged. */
  onAcknowledged(bytes: number): void {
    if (!this.isFull) return;
    const share = this.hasFound ? GROWTH * Math.max(0, 1 - this.#delayMs / MOST_DELAY_MS) : 1;
    const most = Math.min(MAX_UNACKNOWLEDGED_BYTES, this.#growsTo);
    this.bytes = Math.max(this.bytes, Math.min(most, this.bytes + bytes * share));
  }

  #shrink(isLate: boolean): void {
    const before = this.bytes;
    if (this.#delayMs > MOST_DELAY_MS) {
      const share = Math.max(LEAST_SHRINK, MOST_DELAY_MS / this.#delayMs);
      this.bytes = Math.max(LEAST_WINDOW_BYTES, before * share);
    } else if (isLate && before > LEAST_WINDOW_UNDER_LOSS_BYTES) {
      this.bytes = Math.max(LEAST_WINDOW_UNDER_LOSS_BYTES, before * SHRINK_UNDER_LOSS);
    }
  }
}
