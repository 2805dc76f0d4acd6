import Phaser from "phaser";
import type { Bolt, PlayerId } from "../game/types.ts";
import { DEPTH } from "./depths.ts";
import { FX, FX_SIZE } from "./fx-texture.ts";
import type { Motes } from "./motes.ts";
import { blend } from "./palette.ts";

interface Glow {
  readonly halo: Phaser.GameObjects.Image;
  readonly tail: Phaser.GameObjects.Image;
  readonly core: Phaser.GameObjects.Image;
}

/** Bolts: a white core, a glow and a tail in the shooter's colour, and sparks left on the way. */
export class BoltLayer {
  readonly #scene: Phaser.Scene;
  readonly #sparks: Motes;
  readonly #glows: Glow[] = [];

  constructor(scene: Phaser.Scene, sparks: Motes) {
    this.#scene = scene;
    this.#sparks = sparks;
  }

  update(bolts: readonly Bolt[], colourOf: (id: PlayerId) => number, seconds: number): void {
    while (this.#glows.length < bolts.length) this.#glows.push(this.#make());
    this.#glows.forEach((glow, index) => {
      const bolt = bolts[index];
      for (const image of [glow.halo, glow.tail, glow.core]) image.setVisible(bolt !== undefined);
      if (bolt !== undefined) this.#draw(glow, bolt, colourOf(bolt.shooter), seconds);
    });
  }

  #draw({ halo, tail, core }: Glow, bolt: Bolt, colour: number, seconds: number): void {
    const size = bolt.big ? 1.9 : 1;
    const fade = Math.min(1, bolt.ttlMs / 120);
    const angle = Math.atan2(bolt.vy, bolt.vx);
    const pulse = 1 + 0.12 * Math.sin(seconds * 40 + bolt.bolt);
    halo
      .setPosition(bolt.x, bolt.y)
      .setTint(colour)
      .setScale((54 * size * pulse) / FX_SIZE)
      .setAlpha(0.85 * fade);
    tail
      .setPosition(bolt.x, bolt.y)
      .setRotation(angle)
      .setTint(blend(colour, 0xffffff, 0.3))
      .setAlpha(0.9 * fade);
    tail.setScale((74 * size) / FX_SIZE, (46 * size) / FX_SIZE);
    core
      .setPosition(bolt.x, bolt.y)
      .setScale((15 * size * pulse) / FX_SIZE)
      .setAlpha(fade);
    if (Math.random() < (bolt.big ? 0.7 : 0.3)) {
      this.#sparks.add({
        frame: "soft",
        x: bolt.x - Math.cos(angle) * 16,
        y: bolt.y - Math.sin(angle) * 16,
        life: 0.32,
        size: 11 * size,
        endSize: 3,
        tint: colour,
        alpha: 0.7,
      });
    }
  }

  #make(): Glow {
    const add = (frame: string): Phaser.GameObjects.Image =>
      this.#scene.add.image(0, 0, FX, frame).setDepth(DEPTH.bolt).setBlendMode(Phaser.BlendModes.ADD);
    return { halo: add("soft"), tail: add("streak").setOrigin(0.92, 0.5), core: add("dot") };
  }
}
