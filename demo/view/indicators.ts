import type Phaser from "phaser";
import type { ViewModel } from "../game/types.ts";
import { FX, FX_SIZE } from "./fx-texture.ts";
import type { Stage } from "./stage.ts";

/** Unit: CSS pixels. */
const MARGIN = 26;

/** Arrows at the rim of the clearing for craft that are beyond it. */
export class Indicators {
  readonly #scene: Phaser.Scene;
  readonly #arrows: Phaser.GameObjects.Image[] = [];

  constructor(scene: Phaser.Scene) {
    this.#scene = scene;
  }

  /** `world`: the camera that shows the world. */
  update(model: ViewModel, world: Phaser.Cameras.Scene2D.Camera, { clearing, unit }: Stage): void {
    const { left, top, right, bottom } = clearing;
    const midX = ((left + right) / 2) * unit;
    const midY = ((top + bottom) / 2) * unit;
    const halfX = ((right - left) / 2 - MARGIN) * unit;
    const halfY = ((bottom - top) / 2 - MARGIN) * unit;
    let used = 0;
    for (const { id, pose, colour } of model.players) {
      if (pose?.alive !== true || id === model.selfId) continue;
      const x = (pose.x - world.midPoint.x) * world.zoom + world.width / 2 - midX;
      const y = (pose.y - world.midPoint.y) * world.zoom + world.height / 2 - midY;
      const beyond = Math.max(Math.abs(x) / halfX, Math.abs(y) / halfY);
      if (beyond <= 1.06) continue;
      const arrow = this.#arrow(used++);
      const size = (30 * unit * Math.max(0.65, 1.25 - beyond * 0.15)) / FX_SIZE;
      arrow
        .setVisible(true)
        .setPosition(midX + x / beyond, midY + y / beyond)
        .setRotation(Math.atan2(y, x))
        .setTint(colour)
        .setScale(size);
    }
    for (let i = used; i < this.#arrows.length; i++) this.#arrows[i]?.setVisible(false);
  }

  #arrow(index: number): Phaser.GameObjects.Image {
    const known = this.#arrows[index];
    if (known !== undefined) return known;
    const made = this.#scene.add.image(0, 0, FX, "arrow");
    this.#arrows.push(made);
    return made;
  }
}
