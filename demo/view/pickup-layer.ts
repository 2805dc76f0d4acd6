import Phaser from "phaser";
import type { Pickup, PickupKind } from "../game/types.ts";
import { DEPTH } from "./depths.ts";
import { FX, FX_SIZE } from "./fx-texture.ts";
import type { Motes } from "./motes.ts";

const PICKUP_COLOURS: Record<PickupKind, number> = { bolts: 0xffd95e, shield: 0x6fe3ff, repair: 0x7dff9b };

const SIZE = 96;

interface Shown {
  readonly icon: Phaser.GameObjects.Image;
  readonly glow: Phaser.GameObjects.Image;
  readonly shadow: Phaser.GameObjects.Image;
  age: number;
}

/** Crystals that hover over the ice until somebody takes them. */
export class PickupLayer {
  readonly #scene: Phaser.Scene;
  readonly #sparks: Motes;
  readonly #shown = new Map<string, Shown>();

  constructor(scene: Phaser.Scene, sparks: Motes) {
    this.#scene = scene;
    this.#sparks = sparks;
    for (const kind of ["bolts", "shield", "repair"] as const) addIcon(scene.textures, kind);
  }

  /** `roundKey`: different for each round, since ids are unique in a round only. */
  update(pickups: readonly Pickup[], roundKey: string, seconds: number, dt: number): void {
    const free = new Map(
      pickups.filter(({ takenBy }) => takenBy === null).map((pickup) => [`${roundKey}:${pickup.id}`, pickup]),
    );
    for (const [key, shown] of this.#shown) {
      if (free.has(key)) continue;
      for (const image of [shown.icon, shown.glow, shown.shadow]) image.destroy();
      this.#shown.delete(key);
    }
    for (const [key, pickup] of free) {
      const shown = this.#shown.get(key) ?? this.#make(pickup, key);
      shown.age += dt;
      const grow = Math.min(1, shown.age * 3);
      const lift = 6 + Math.sin(seconds * 2.6 + pickup.id) * 4 + (1 - grow) * 60;
      shown.icon
        .setPosition(pickup.x, pickup.y - lift)
        .setScale((44 / SIZE) * grow)
        .setRotation(Math.sin(seconds * 1.7 + pickup.id) * 0.14);
      shown.glow
        .setPosition(pickup.x, pickup.y - lift / 2)
        .setScale(((104 + Math.sin(seconds * 4) * 10) / FX_SIZE) * grow);
      if (Math.random() < dt * 5) {
        this.#sparks.add({
          frame: "flake",
          x: pickup.x + (Math.random() - 0.5) * 40,
          y: pickup.y + (Math.random() - 0.5) * 30,
          vy: -26,
          life: 0.9,
          size: 9,
          endSize: 2,
          tint: PICKUP_COLOURS[pickup.kind],
          spin: 2,
        });
      }
    }
  }

  #make(pickup: Pickup, key: string): Shown {
    const glow = this.#scene.add
      .image(pickup.x, pickup.y, FX, "soft")
      .setDepth(DEPTH.pickup)
      .setTint(PICKUP_COLOURS[pickup.kind])
      .setAlpha(0.75);
    const shadow = this.#scene.add
      .image(pickup.x + 3, pickup.y + 14, FX, "shadow")
      .setDepth(DEPTH.skid)
      .setTint(0x0a1c3a)
      .setAlpha(0.4);
    const icon = this.#scene.add.image(pickup.x, pickup.y, `pickup-${pickup.kind}`).setDepth(DEPTH.pickup);
    const shown = {
      icon,
      glow: glow.setBlendMode(Phaser.BlendModes.ADD),
      shadow: shadow.setScale(44 / FX_SIZE, 22 / FX_SIZE),
      age: 0,
    };
    this.#shown.set(key, shown);
    return shown;
  }
}

function addIcon(textures: Phaser.Textures.TextureManager, kind: PickupKind): void {
  const key = `pickup-${kind}`;
  if (textures.exists(key)) return;
  const texture = textures.createCanvas(key, SIZE, SIZE);
  if (texture === null) return;
  const context = texture.getContext();
  const colour = `#${PICKUP_COLOURS[kind].toString(16).padStart(6, "0")}`;
  context.translate(SIZE / 2, SIZE / 2);
  const body = context.createLinearGradient(-30, -30, 30, 30);
  body.addColorStop(0, "#ffffff");
  body.addColorStop(0.4, colour);
  body.addColorStop(1, "#15375c");
  context.fillStyle = body;
  context.strokeStyle = "rgba(255,255,255,0.95)";
  context.lineWidth = 3;
  context.beginPath();
  for (let corner = 0; corner < 6; corner++) {
    const angle = (corner / 6) * Math.PI * 2 - Math.PI / 2;
    context.lineTo(Math.cos(angle) * 40, Math.sin(angle) * 40);
  }
  context.closePath();
  context.fill();
  context.stroke();
  context.fillStyle = "#0a1f3d";
  SIGNS[kind](context);
  texture.refresh();
}

const SIGNS: Record<PickupKind, (context: CanvasRenderingContext2D) => void> = {
  bolts: (context) => {
    context.beginPath();
    for (const [x, y] of [
      [6, -24],
      [-14, 4],
      [-2, 4],
      [-7, 24],
      [14, -5],
      [2, -5],
    ] as const)
      context.lineTo(x, y);
    context.closePath();
    context.fill();
  },
  shield: (context) => {
    context.beginPath();
    context.moveTo(0, -22);
    context.lineTo(18, -14);
    context.quadraticCurveTo(18, 12, 0, 24);
    context.quadraticCurveTo(-18, 12, -18, -14);
    context.closePath();
    context.fill();
  },
  repair: (context) => {
    context.fillRect(-6, -21, 12, 42);
    context.fillRect(-21, -6, 42, 12);
  },
};
