import { aheadOf } from "../wire/frame.ts";

/** How far back frames are told apart. Unit: frames. */
const WINDOW_FRAMES = 256;

/** Which unreliable frames have come: none is read twice, and what lacks is counted as lost. */
export class FrameWindow {
  /** Frames up to the newest one that has come, by its number. */
  newest = 0;
  receivedFrames = 0;
  /** Of those that have come, by place in turns: their place and one more. */
  readonly #seen = new Uint32Array(WINDOW_FRAMES);

  /** The frame's place among all that were sent; −1 if it came before, or is so old that nobody knows. */
  admit(number: number): number {
    const ahead = aheadOf(this.newest, number);
    const place = this.newest + ahead;
    const slot = place % WINDOW_FRAMES;
    if (ahead < -WINDOW_FRAMES || place < 0 || this.#seen[slot] === place + 1) return -1;
    this.#seen[slot] = place + 1;
    this.newest = Math.max(this.newest, place + 1);
    this.receivedFrames += 1;
    return place;
  }
}
