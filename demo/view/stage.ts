import { type Area, clearingOf } from "./clearing.ts";

/** How often the page is asked where its panels are. Unit: s. */
const LOOKS_EVERY = 0.25;

/** The screen as the scenes see it: how many pixels it has, and which part of it the game is to be seen in. */
export class Stage {
  /** Unit: CSS pixels. */
  width = 1;
  height = 1;
  /** What no panel covers. Unit: CSS pixels. */
  clearing: Area = { left: 0, top: 0, right: 1, bottom: 1 };
  /** Device pixels for each CSS pixel. */
  unit = 1;
  readonly #covered: () => readonly Area[];
  #nextLook = 0;

  constructor(covered: () => readonly Area[]) {
    this.#covered = covered;
  }

  /** Once for each frame. `width`, `height`: of the canvas, in device pixels. */
  update(width: number, height: number, unit: number, dt: number): void {
    this.#nextLook -= dt;
    const same = this.unit === unit && this.width === width / unit && this.height === height / unit;
    if (same && this.#nextLook > 0) return;
    this.#nextLook = LOOKS_EVERY;
    this.unit = unit;
    this.width = width / unit;
    this.height = height / unit;
    this.clearing = clearingOf(this.width, this.height, this.#covered());
  }
}
