import Phaser from "phaser";
import { DEPTH } from "./depths.ts";
import { FX, FX_SIZE } from "./fx-texture.ts";

const COUNT = 70;
const FIELD = 2600;

/** Stars mirrored in the sea: small lights that come and go. */
export class Sparkles {
  readonly #lights: { readonly image: Phaser.GameObjects.Image; readonly phase: number; readonly size: number }[] = [];

  constructor(scene: Phaser.Scene) {
    for (let i = 0; i < COUNT; i++) {
      const image = scene.add
        .image((Math.random() - 0.5) * FIELD, (Math.random() - 0.5) * FIELD, FX, "soft")
        .setDepth(DEPTH.sparkle)
        .setBlendMode(Phaser.BlendModes.ADD)
        .setTint(i % 5 === 0 ? 0xffe9c4 : 0xbfe6ff);
      this.#lights.push({ image, phase: Math.random() * 7, size: 4 + Math.random() * 9 });
    }
  }

  update(seconds: number): void {
    for (const { image, phase, size } of this.#lights) {
      const light = Math.max(0, Math.sin(seconds * 0.9 + phase * 3)) ** 3;
      image
        .setVisible(light > 0.02)
        .setAlpha(light * 0.85)
        .setScale((size * (0.6 + light)) / FX_SIZE, (size * 0.5 * (0.6 + light)) / FX_SIZE);
    }
  }
}
