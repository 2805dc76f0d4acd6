import Phaser from "phaser";
import type { ViewModel } from "../game/types.ts";
import { Banner } from "./banner.ts";
import { ControlHint } from "./control-hint.ts";
import { addFxTexture } from "./fx-texture.ts";
import { Indicators } from "./indicators.ts";
import { Snowfall } from "./snowfall.ts";
import type { Stage } from "./stage.ts";
import type { TouchState } from "./touch.ts";
import { TouchSign } from "./touch-sign.ts";
import type { WorldScene } from "./world-scene.ts";

export interface OverlayOptions {
  readonly model: ViewModel;
  readonly world: WorldScene;
  readonly touch: () => TouchState;
  readonly stage: Stage;
  readonly coming: () => string | null;
  readonly chats: boolean;
}

/** What is fixed to the screen: falling snow, arrows, the big writing, the touch controls. */
export class OverlayScene extends Phaser.Scene {
  readonly #model: ViewModel;
  readonly #world: WorldScene;
  readonly #touch: () => TouchState;
  readonly #stage: Stage;
  readonly #coming: () => string | null;
  readonly #chats: boolean;
  #parts: { banner: Banner; hint: ControlHint; indicators: Indicators; sign: TouchSign; snow: Snowfall } | null = null;

  constructor({ model, world, touch, stage, coming, chats }: OverlayOptions) {
    super("overlay");
    this.#model = model;
    this.#world = world;
    this.#touch = touch;
    this.#stage = stage;
    this.#coming = coming;
    this.#chats = chats;
  }

  create(): void {
    addFxTexture(this.textures);
    this.#parts = {
      snow: new Snowfall(this),
      indicators: new Indicators(this),
      sign: new TouchSign(this),
      hint: new ControlHint(this, this.#chats),
      banner: new Banner(this),
    };
  }

  override update(_time: number, deltaMs: number): void {
    if (this.#parts === null) return;
    const { banner, hint, indicators, sign, snow } = this.#parts;
    const dt = Math.min(0.1, deltaMs / 1000);
    snow.update(this.#world.camera, this.#stage, dt);
    indicators.update(this.#model, this.#world.cameras.main, this.#stage);
    const touch = this.#touch();
    sign.update(touch, this.#model.craft, this.#stage.unit);
    hint.update(this.#model, this.#stage, touch.shown);
    banner.update(this.#model, this.#stage, this.#coming(), dt);
  }
}
