import type Phaser from "phaser";
import { onIce } from "../game/floe.ts";
import type { Craft, FloePlan, PlayerId, PlayerView, Pose } from "../game/types.ts";
import { CraftSprite } from "./craft-sprite.ts";
import { jitter, type Motes } from "./motes.ts";
import { NIGHT } from "./palette.ts";

/** A skid mark is left every so many world units. */
const SKID_EVERY = 13;

interface Drawn {
  readonly sprite: CraftSprite;
  skidX: number;
  skidY: number;
  sprayDue: number;
}

/** All craft, with the marks and the spray that they leave. */
export class CraftLayer {
  readonly #scene: Phaser.Scene;
  readonly #skids: Motes;
  readonly #spray: Motes;
  readonly #drawn = new Map<PlayerId, Drawn>();

  constructor(scene: Phaser.Scene, skids: Motes, spray: Motes) {
    this.#scene = scene;
    this.#skids = skids;
    this.#spray = spray;
  }

  hit(id: PlayerId): void {
    this.#drawn.get(id)?.sprite.hit();
  }

  update(
    view: { players: readonly PlayerView[]; selfId: PlayerId; craft: Craft | null; plan: FloePlan; roundMs: number },
    seconds: number,
    dt: number,
    textScale: number,
  ): void {
    for (const [id, { sprite }] of this.#drawn) {
      if (view.players.some((player) => player.id === id)) continue;
      sprite.destroy();
      this.#drawn.delete(id);
    }
    for (const player of view.players) {
      const drawn = this.#drawnFor(player.id, player.id === view.selfId);
      drawn.sprite.update(player, player.id === view.selfId ? view.craft : null, seconds, dt, textScale);
      const pose = player.pose;
      if (pose?.alive === true && onIce(view.plan, pose.x, pose.y, view.roundMs)) this.#marks(drawn, pose, dt);
    }
  }

  #drawnFor(id: PlayerId, own: boolean): Drawn {
    let drawn = this.#drawn.get(id);
    if (drawn === undefined) {
      drawn = { sprite: new CraftSprite(this.#scene, own), skidX: 0, skidY: 0, sprayDue: 0 };
      this.#drawn.set(id, drawn);
    }
    return drawn;
  }

  #marks(drawn: Drawn, pose: Pose, dt: number): void {
    const cos = Math.cos(pose.angle);
    const sin = Math.sin(pose.angle);
    const speed = Math.hypot(pose.vx, pose.vy);
    const side = Math.abs(-sin * pose.vx + cos * pose.vy);
    const way = Math.hypot(pose.x - drawn.skidX, pose.y - drawn.skidY);
    if (way > SKID_EVERY && speed > 30) {
      drawn.skidX = pose.x;
      drawn.skidY = pose.y;
      if (way < 120) this.#skid(pose, cos, sin, side);
    }
    drawn.sprayDue += dt * (side * 0.16 + (pose.boosting ? 60 : Math.max(0, pose.thrust) * 12));
    while (drawn.sprayDue >= 1) {
      drawn.sprayDue -= 1;
      this.#spray.add({
        frame: "soft",
        x: pose.x - cos * 20 + jitter() * 12,
        y: pose.y - sin * 20 + jitter() * 12,
        vx: pose.vx * 0.35 - cos * 60 + jitter() * 46,
        vy: pose.vy * 0.35 - sin * 60 + jitter() * 46,
        life: 0.35 + Math.random() * 0.5,
        size: 9,
        endSize: 26,
        alpha: 0.55,
        tint: NIGHT.foam,
        drag: 2.2,
      });
    }
  }

  #skid(pose: Pose, cos: number, sin: number, side: number): void {
    const angle = Math.atan2(pose.vy, pose.vx);
    for (const edge of [-13, 13]) {
      this.#skids.add({
        frame: "dash",
        x: pose.x - sin * edge - cos * 8,
        y: pose.y + cos * edge - sin * 8,
        angle,
        life: 3.4,
        size: SKID_EVERY + 5,
        squash: 1.1,
        alpha: Math.min(0.5, 0.16 + side / 520),
        tint: side > 120 ? 0xf2fbff : 0x4a78a8,
      });
    }
  }
}
