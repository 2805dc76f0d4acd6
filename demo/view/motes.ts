import Phaser from "phaser";
import { FX, FX_SIZE, type FxFrame } from "./fx-texture.ts";

/** How one mote looks and moves. Sizes in world units, speeds in units per second, times in seconds. */
export interface MoteSpec {
  readonly frame: FxFrame;
  readonly x: number;
  readonly y: number;
  readonly vx?: number;
  readonly vy?: number;
  readonly life: number;
  readonly size: number;
  /** Size at the end of its life. Default: as at the start. */
  readonly endSize?: number;
  readonly alpha?: number;
  readonly tint?: number;
  readonly angle?: number;
  readonly spin?: number;
  /** Share of the speed lost per second, as an exponent. */
  readonly drag?: number;
  /** Height over width. Default 1. */
  readonly squash?: number;
}

interface Mote {
  readonly image: Phaser.GameObjects.Image;
  spec: MoteSpec;
  age: number;
  x: number;
  y: number;
  vx: number;
  vy: number;
  live: boolean;
}

/** A fixed pool of short-lived pictures: spray, sparks, rings, skid marks. When all are in use the oldest is taken over. */
export class Motes {
  readonly #motes: Mote[] = [];
  readonly #scene: Phaser.Scene;
  readonly #capacity: number;
  readonly #depth: number;
  readonly #additive: boolean;
  #next = 0;

  constructor(scene: Phaser.Scene, capacity: number, depth: number, additive: boolean) {
    this.#scene = scene;
    this.#capacity = capacity;
    this.#depth = depth;
    this.#additive = additive;
  }

  add(spec: MoteSpec): void {
    const mote = this.#take(spec);
    mote.spec = spec;
    mote.age = 0;
    mote.x = spec.x;
    mote.y = spec.y;
    mote.vx = spec.vx ?? 0;
    mote.vy = spec.vy ?? 0;
    mote.live = true;
    mote.image
      .setFrame(spec.frame)
      .setTint(spec.tint ?? 0xffffff)
      .setRotation(spec.angle ?? 0)
      .setVisible(true);
    this.#draw(mote);
  }

  update(dt: number): void {
    for (const mote of this.#motes) {
      if (!mote.live) continue;
      mote.age += dt;
      if (mote.age >= mote.spec.life) {
        mote.live = false;
        mote.image.setVisible(false);
        continue;
      }
      const keep = Math.exp(-(mote.spec.drag ?? 0) * dt);
      mote.vx *= keep;
      mote.vy *= keep;
      mote.x += mote.vx * dt;
      mote.y += mote.vy * dt;
      if (mote.spec.spin !== undefined) mote.image.rotation += mote.spec.spin * dt;
      this.#draw(mote);
    }
  }

  #draw({ image, spec, age, x, y }: Mote): void {
    const share = age / spec.life;
    const size = (spec.size + ((spec.endSize ?? spec.size) - spec.size) * share) / FX_SIZE;
    image.setPosition(x, y).setScale(size, size * (spec.squash ?? 1));
    image.setAlpha((spec.alpha ?? 1) * (1 - share * share));
  }

  #take(spec: MoteSpec): Mote {
    if (this.#motes.length < this.#capacity) {
      const image = this.#scene.add.image(spec.x, spec.y, FX, spec.frame).setDepth(this.#depth);
      if (this.#additive) image.setBlendMode(Phaser.BlendModes.ADD);
      const mote = { image, spec, age: 0, x: 0, y: 0, vx: 0, vy: 0, live: false };
      this.#motes.push(mote);
      return mote;
    }
    this.#next = (this.#next + 1) % this.#capacity;
    return this.#motes[this.#next] as Mote;
  }
}

/** From −1 to 1. Decoration only: the game's own chances are in `game/random.ts`. */
export function jitter(): number {
  return Math.random() * 2 - 1;
}
