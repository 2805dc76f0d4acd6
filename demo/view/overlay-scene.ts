import Phaser from "phaser";
import type { ViewModel } from "../game/types.ts";
import { Banner } from "./banner.ts";
import { addFxTexture } from "./fx-texture.ts";
import { Indicators } from "./indicators.ts";
import { Snowfall } from "./snowfall.ts";
import type { TouchState } from "./touch.ts";
import { TouchSign } from "./touch-sign.ts";
import type { WorldScene } from "./world-scene.ts";

/** What is fixed to the screen: falling snow, arrows, the big writing, the touch controls. */
export class OverlayScene extends Phaser.Scene {
  readonly #model: ViewModel;
  readonly #world: WorldScene;
  readonly #touch: () => TouchState;
  readonly #pixelRatio: () => number;
  #parts: { banner: Banner; indicators: Indicators; sign: TouchSign; snow: Snowfall } | null = null;

  constructor(model: ViewModel, world: WorldScene, touch: () => TouchState, pixelRatio: () => number) {
    super("overlay");
    this.#model = model;
    this.#world = world;
    this.#touch = touch;
    this.#pixelRatio = pixelRatio;
  }

  create(): void {
    addFxTexture(this.textures);
    this.#parts = {
      snow: new Snowfall(this),
      indicators: new Indicators(this),
      sign: new TouchSign(this),
      banner: new Banner(this),
    };
  }

  override update(_time: number, deltaMs: number): void {
    if (this.#parts === null) return;
    const { banner, indicators, sign, snow } = this.#parts;
    const dt = Math.min(0.1, deltaMs / 1000);
    const unit = this.#pixelRatio();
    const { width, height } = this.scale;
    snow.update(this.#world.camera, width, height, unit, dt);
    indicators.update(this.#model, this.#world.cameras.main, unit);
    sign.update(this.#touch(), this.#model.craft, unit);
    banner.update(this.#model, width, height, unit, dt);
  }
}
