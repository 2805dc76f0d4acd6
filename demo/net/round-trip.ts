/** Round-trip time to one peer, from small unreliable pings: the last few, the middle one of them. */
const KEPT = 5;
/** A pong that is later than this answers nothing any more. Unit: ms. */
const LATEST = 10_000;

export class RoundTrip {
  readonly #samples: number[] = [];

  /** `token`: what came back, the clock's ms modulo 2^32. False if it cannot be an answer to a ping of ours. */
  take(token: number, nowMs: number): boolean {
    const ms = ((Math.floor(nowMs) >>> 0) - token) >>> 0;
    if (ms > LATEST) return false;
    this.#samples.push(ms);
    if (this.#samples.length > KEPT) this.#samples.shift();
    return true;
  }

  /** Unit: ms; `null` before the first answer. */
  get ms(): number | null {
    const sorted = [...this.#samples].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? null;
  }
}
