import { element } from "../page/element.ts";
import { cssColour } from "../page/player-colours.ts";
import { drawNight } from "./night-drawing.ts";

/** The night behind the lobby: drawn once for each size of the window, with the player's craft waiting on the ice. */
export class NightScene {
  readonly root: HTMLElement;
  readonly #canvas = element("canvas");
  readonly #craft = element("div", { class: "scene-craft" }, element("i"), element("b"));
  readonly #sizes = new ResizeObserver(() => this.#draw());

  constructor() {
    this.root = element("div", { class: "scene", "aria-hidden": "true" }, this.#canvas, this.#craft);
    this.#sizes.observe(this.root);
  }

  set colour(value: number) {
    this.#craft.style.setProperty("--craft", cssColour(value));
  }

  /** Out of sight it lets its picture go. */
  setVisible(visible: boolean): void {
    if (visible) this.#draw();
    else this.#canvas.width = this.#canvas.height = 0;
  }

  #draw(): void {
    const width = this.root.clientWidth;
    const height = this.root.clientHeight;
    const context = this.#canvas.getContext("2d");
    if (width === 0 || height === 0 || context === null) return;
    const scale = Math.min(2, window.devicePixelRatio);
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    const seat = drawNight(context, width, height);
    this.#craft.style.transform = `translate(${seat.x}px, ${seat.y}px) scale(${seat.scale})`;
  }
}
