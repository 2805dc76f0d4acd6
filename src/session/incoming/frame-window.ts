import { aheadOf } from "../wire/frame.ts";

/** How far back frames are told apart. Unit: frames; a multiple of 32. */
const WINDOW_FRAMES = 256;

/** Which unreliable frames have come: none is read twice, and what lacks is counted as lost. */
export class FrameWindow {
  /** Frames up to the newest one that has come, by its number. */
  newest = 0;
  receivedFrames = 0;
  readonly #seen = new Uint32Array(WINDOW_FRAMES / 32);

  /** The frame's place among all that were sent; −1 if it came before, or is so old that nobody knows. */
  admit(number: number): number {
    const ahead = aheadOf(this.newest, number);
    if (ahead < -WINDOW_FRAMES) return -1;
    const place = this.newest + ahead;
    if (place < 0) return -1;
    if (ahead >= 0) this.#moveOn(place + 1);
    const word = (place % WINDOW_FRAMES) >> 5;
    const bit = 1 << (place & 31);
    if (((this.#seen[word] as number) & bit) !== 0) return -1;
    this.#seen[word] = (this.#seen[word] as number) | bit;
    this.receivedFrames += 1;
    return place;
  }

  #moveOn(newest: number): void {
    const fresh = newest - this.newest;
    if (fresh >= WINDOW_FRAMES) this.#seen.fill(0);
    for (let place = Math.max(this.newest, newest - WINDOW_FRAMES); place < newest; place++) {
      const word = (place % WINDOW_FRAMES) >> 5;
      this.#seen[word] = (this.#seen[word] as number) & ~(1 << (place & 31));
    }
    this.newest = newest;
  }
}
