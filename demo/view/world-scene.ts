import Phaser from "phaser";
import { floePlan } from "../game/floe.ts";
import type { Effect, PlayerId, ViewModel } from "../game/types.ts";
import { BoltLayer } from "./bolt-layer.ts";
import { CameraWork } from "./camera-work.ts";
import { CraftLayer } from "./craft-layer.ts";
import { DEPTH } from "./depths.ts";
import { type Pools, showEffect } from "./effects.ts";
import { FloeLayer } from "./floe-layer.ts";
import { addFxTexture } from "./fx-texture.ts";
import { Motes } from "./motes.ts";
import { PickupLayer } from "./pickup-layer.ts";
import type { SoundCues } from "./sound-cues.ts";
import { Sparkles } from "./sparkles.ts";
import type { Stage } from "./stage.ts";
import { Water } from "./water.ts";

/** After a pause this long (the tab was hidden) old effects are not worth showing. */
const STALE_MS = 700;

/** Everything that lies in the world: sea, ice, craft, bolts. Reads the model, changes nothing in it. */
export class WorldScene extends Phaser.Scene {
  readonly camera = new CameraWork();
  readonly #model: ViewModel;
  readonly #cues: SoundCues;
  readonly #stage: Stage;
  #layers: Layers | null = null;
  #seconds = 0;

  constructor(model: ViewModel, cues: SoundCues, stage: Stage) {
    super("world");
    this.#model = model;
    this.#cues = cues;
    this.#stage = stage;
  }

  create(): void {
    addFxTexture(this.textures);
    const pools: Pools = {
      foam: new Motes(this, 220, DEPTH.foam, false),
      spray: new Motes(this, 260, DEPTH.spray, false),
      sparks: new Motes(this, 260, DEPTH.spark, true),
    };
    const skids = new Motes(this, 420, DEPTH.skid, false);
    this.#layers = {
      water: new Water(this),
      sparkles: new Sparkles(this),
      floe: new FloeLayer(this, pools.foam, pools.spray),
      craft: new CraftLayer(this, skids, pools.spray),
      bolts: new BoltLayer(this, pools.sparks),
      pickups: new PickupLayer(this, pools.sparks),
      motes: [pools.foam, pools.spray, pools.sparks, skids],
      pools,
    };
  }

  override update(_time: number, deltaMs: number): void {
    const layers = this.#layers;
    if (layers === null) return;
    const dt = Math.min(0.1, deltaMs / 1000);
    this.#seconds += dt;
    const { players, selfId, craft, round, bolts } = this.#model;
    const plan = floePlan(round.seed, round.floeRadius);
    const colourOf = (id: PlayerId): number => players.find((player) => player.id === id)?.colour ?? 0xffffff;

    const effects = this.#model.takeEffects();
    if (deltaMs < STALE_MS) for (const effect of effects) this.#show(effect, layers, colourOf);
    this.#look(layers, plan, dt);
    const textScale = this.#stage.unit / this.cameras.main.zoom;

    let broken = 0;
    layers.floe.update(plan, round, this.#stage.unit, dt, (chunk) => {
      broken += 1;
      this.#cues.cracked(this.#pan(chunk.site.x), broken);
      this.camera.shake(0.34);
    });
    layers.craft.update({ players, selfId, craft, plan, roundMs: round.roundMs }, this.#seconds, dt, textScale);
    layers.bolts.update(bolts, colourOf, this.#seconds);
    layers.pickups.update(round.pickups, `${round.match}:${round.round}`, this.#seconds, dt);
    for (const motes of layers.motes) motes.update(dt);
    this.#cues.frame(this.#model);
  }

  #look(layers: Layers, plan: ReturnType<typeof floePlan>, dt: number): void {
    const { players, selfId, round } = this.#model;
    const main = this.cameras.main;
    const place = this.camera.update({ players, selfId, round, plan }, this.#stage, dt);
    main.setZoom(this.camera.zoom * this.#stage.unit).centerOn(place.x, place.y);
    layers.water.update(this.#seconds, place.x, place.y);
    layers.sparkles.update(this.#seconds);
  }

  #show(effect: Effect, layers: Layers, colourOf: (id: PlayerId) => number): void {
    showEffect(effect, layers.pools, colourOf);
    const self = this.#model.selfId;
    let x = this.camera.x;
    if (effect.type === "hit") {
      x = effect.hit.x;
      layers.craft.hit(effect.hit.victim);
      this.camera.shake(effect.hit.victim === self ? 0.65 : 0.22);
    } else if (effect.type === "bump") {
      x = effect.x;
      this.camera.shake(Math.min(0.5, effect.strength / 900));
    } else if (effect.type === "splash") {
      x = effect.x;
      this.camera.shake(effect.player === self ? 0.8 : 0.4);
    } else if (effect.type === "fired") {
      x = effect.fired.x;
    }
    this.#cues.effect(effect, this.#pan(x), self);
  }

  /** Where on the stereo stage a place in the world is heard, −1 to 1. */
  #pan(x: number): number {
    const half = this.cameras.main.width / this.cameras.main.zoom / 2;
    return Math.max(-1, Math.min(1, (x - this.camera.x) / half)) * 0.7;
  }
}

interface Layers {
  readonly water: Water;
  readonly sparkles: Sparkles;
  readonly floe: FloeLayer;
  readonly craft: CraftLayer;
  readonly bolts: BoltLayer;
  readonly pickups: PickupLayer;
  readonly motes: readonly Motes[];
  readonly pools: Pools;
}
