import type Phaser from "phaser";

/** Fewer frames than this a second, for this long, and the picture is drawn with fewer pixels. */
const SLOW_FPS = 33;
const SLOW_MS = 2_500;
/** As many as this, for this long, and it is tried with more again. */
const FAST_FPS = 55;
const FAST_MS = 8_000;
const FAST_MS_MOST = 120_000;
const STEP = 0.8;
const LEAST = 0.5;

/**
 * How many pixels are drawn for each CSS pixel: what the screen has, at most two; fewer on a machine that cannot keep up. What
 * slowed it down may pass, so more are tried again, but less and less often if that fails.
 */
export class RenderScale {
  readonly #most: number;
  ratio: number;
  /** What it has been without a break, and since when. */
  #trend: { readonly pace: "slow" | "fast"; readonly sinceMs: number } | null = null;
  #patienceMs = FAST_MS;

  constructor(devicePixelRatio: number) {
    this.#most = Math.min(2, devicePixelRatio || 1);
    this.ratio = this.#most;
  }

  /** Keeps the canvas as large as its parent, and changes the ratio when needed. Once for each frame. */
  follow(game: Phaser.Game, parent: HTMLElement): void {
    this.watch(game.loop.actualFps, game.loop.time);
    const width = Math.max(1, Math.round(parent.clientWidth * this.ratio));
    const height = Math.max(1, Math.round(parent.clientHeight * this.ratio));
    if (game.scale.width === width && game.scale.height === height) return;
    game.scale.setZoom(1 / this.ratio);
    game.scale.resize(width, height);
  }

  /** What `follow` does about the ratio. */
  watch(fps: number, nowMs: number): void {
    const pace = fps < SLOW_FPS ? "slow" : fps >= FAST_FPS ? "fast" : null;
    if (pace === null || pace !== this.#trend?.pace) {
      this.#trend = pace === null ? null : { pace, sinceMs: nowMs };
      return;
    }
    const heldMs = nowMs - this.#trend.sinceMs;
    if (pace === "slow" && heldMs >= SLOW_MS && this.ratio > LEAST) {
      this.ratio = Math.max(LEAST, this.ratio * STEP);
      this.#trend = null;
    } else if (pace === "fast" && heldMs >= this.#patienceMs && this.ratio < this.#most) {
      this.ratio = Math.min(this.#most, this.ratio / STEP);
      this.#trend = null;
      this.#patienceMs = Math.min(FAST_MS_MOST, this.#patienceMs * 2);
    }
  }
}
