import type Phaser from "phaser";

/** Fewer frames than this a second, for this long, and the picture is drawn with fewer pixels. */
const SLOW_FPS = 33;
const SLOW_MS = 2500;
const LEAST = 0.6;

/** How many pixels are drawn for each CSS pixel: what the screen has, at most two; fewer on a machine that cannot keep up. */
export class RenderScale {
  ratio = Math.min(2, globalThis.devicePixelRatio || 1);
  #slowSince: number | null = null;

  /** Keeps the canvas as large as its parent, and lowers the ratio when needed. Once for each frame. */
  follow(game: Phaser.Game, parent: HTMLElement): void {
    this.#watch(game.loop.actualFps, game.loop.time);
    const width = Math.max(1, Math.round(parent.clientWidth * this.ratio));
    const height = Math.max(1, Math.round(parent.clientHeight * this.ratio));
    if (game.scale.width === width && game.scale.height === height) return;
    game.scale.setZoom(1 / this.ratio);
    game.scale.resize(width, height);
  }

  #watch(fps: number, nowMs: number): void {
    if (fps >= SLOW_FPS || this.ratio <= LEAST) {
      this.#slowSince = null;
      return;
    }
    this.#slowSince ??= nowMs;
    if (nowMs - this.#slowSince < SLOW_MS) return;
    this.#slowSince = null;
    this.ratio = Math.max(LEAST, this.ratio * 0.8);
  }
}
