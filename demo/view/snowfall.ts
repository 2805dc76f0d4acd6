import type Phaser from "phaser";
import { FX, FX_SIZE } from "./fx-texture.ts";
import type { Stage } from "./stage.ts";

const FLAKES = 90;

/** Snow between the eye and the ice: nearer flakes are larger, faster, and slip by faster when the camera moves. */
export class Snowfall {
  readonly #flakes: {
    readonly image: Phaser.GameObjects.Image;
    readonly near: number;
    x: number;
    y: number;
    readonly sway: number;
  }[] = [];
  #seconds = 0;
  #cameraX = 0;
  #cameraY = 0;

  constructor(scene: Phaser.Scene) {
    for (let i = 0; i < FLAKES; i++) {
      const near = 0.25 + Math.random() ** 2 * 0.75;
      const image = scene.add.image(0, 0, FX, near > 0.8 ? "flake" : "soft").setAlpha(0.22 + near * 0.5);
      this.#flakes.push({ image, near, x: Math.random(), y: Math.random(), sway: Math.random() * 6 });
    }
  }

  update(camera: { x: number; y: number; zoom: number }, stage: Stage, dt: number): void {
    const { unit } = stage;
    const width = stage.width * unit;
    const height = stage.height * unit;
    this.#seconds += dt;
    const movedX = (camera.x - this.#cameraX) * camera.zoom * unit;
    const movedY = (camera.y - this.#cameraY) * camera.zoom * unit;
    this.#cameraX = camera.x;
    this.#cameraY = camera.y;
    for (const flake of this.#flakes) {
      const { near, sway, image } = flake;
      const wind = (34 + Math.sin(this.#seconds * 0.6 + sway) * 22) * near * unit;
      flake.x = fraction(flake.x + (wind * dt - movedX * near * 1.1) / width);
      flake.y = fraction(flake.y + ((30 + 62 * near) * unit * dt - movedY * near * 1.1) / height);
      image.setPosition(flake.x * (width + 40) - 20, flake.y * (height + 40) - 20);
      image.setScale(((4 + near * 9) * unit) / FX_SIZE).setRotation(this.#seconds * near + sway);
    }
  }
}

function fraction(value: number): number {
  return value - Math.floor(value);
}
