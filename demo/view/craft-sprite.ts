import Phaser from "phaser";
import { BOOST_COOLDOWN_MS } from "../game/constants.ts";
import type { Craft, PlayerView, Pose } from "../game/types.ts";
import { craftTexture } from "./craft-art.ts";
import { DEPTH } from "./depths.ts";
import { FX, FX_SIZE, type FxFrame } from "./fx-texture.ts";
import { blend, css, damageColour, FONT } from "./palette.ts";

const ART_SCALE = 0.55;

/** One craft: shadow, glow on the ice, hull, flame, head light, shield, name and damage. */
export class CraftSprite {
  readonly #scene: Phaser.Scene;
  readonly #shadow: Phaser.GameObjects.Image;
  readonly #glow: Phaser.GameObjects.Image;
  readonly #beam: Phaser.GameObjects.Image;
  readonly #flame: Phaser.GameObjects.Image;
  readonly #hull: Phaser.GameObjects.Image;
  readonly #flash: Phaser.GameObjects.Image;
  readonly #shield: Phaser.GameObjects.Image;
  readonly #name: Phaser.GameObjects.Text;
  readonly #damage: Phaser.GameObjects.Text;
  readonly #gauge: Phaser.GameObjects.Graphics | null;
  #colour = -1;
  #shownName = "";
  #shownDamage = -1;
  #flashFor = 0;
  #popFor = 0;

  constructor(scene: Phaser.Scene, own: boolean) {
    this.#scene = scene;
    const add = (frame: FxFrame, depth: number, additive = true): Phaser.GameObjects.Image => {
      const image = scene.add.image(0, 0, FX, frame).setDepth(depth);
      return additive ? image.setBlendMode(Phaser.BlendModes.ADD) : image;
    };
    this.#shadow = add("shadow", DEPTH.shadow, false).setTint(0x0a1c3a).setAlpha(0.5);
    this.#glow = add("soft", DEPTH.glow);
    this.#beam = add("beam", DEPTH.glow).setOrigin(0, 0.5);
    this.#flame = add("flame", DEPTH.glow).setOrigin(1, 0.5);
    this.#hull = scene.add
      .image(0, 0, craftTexture(scene.textures, 0xffffff))
      .setDepth(DEPTH.craft)
      .setScale(ART_SCALE);
    this.#flash = add("soft", DEPTH.bolt);
    this.#shield = add("ring", DEPTH.bolt);
    const style = {
      fontFamily: FONT,
      fontStyle: "bold",
      color: "#ffffff",
      stroke: "rgba(6, 16, 36, 0.8)",
      strokeThickness: 4,
    };
    this.#name = scene.add
      .text(0, 0, "", { ...style, fontSize: 15 })
      .setOrigin(0.5, 1)
      .setDepth(DEPTH.tag);
    this.#damage = scene.add
      .text(0, 0, "", { ...style, fontSize: 17 })
      .setOrigin(0.5, 0)
      .setDepth(DEPTH.tag);
    this.#gauge = own ? scene.add.graphics().setDepth(DEPTH.tag) : null;
  }

  /** A hit: the craft lights up and its damage figure jumps. */
  hit(): void {
    this.#flashFor = 0.22;
    this.#popFor = 0.3;
  }

  /** `textScale`: turns world units into the size that text should have on the screen. */
  update(player: PlayerView, craft: Craft | null, seconds: number, dt: number, textScale: number): void {
    const pose = player.pose;
    const shown = pose?.alive === true;
    for (const part of this.#parts()) part.setVisible(shown);
    if (!shown || pose === null) return;
    this.#paint(player);
    const { x, y, angle } = pose;
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const hover = Math.sin(seconds * 5 + player.id * 2) * 0.7;

    this.#hull.setPosition(x, y + hover).setRotation(angle);
    this.#shadow
      .setPosition(x + 5, y + 9)
      .setRotation(angle)
      .setScale(66 / FX_SIZE, 52 / FX_SIZE);
    this.#glow
      .setPosition(x, y + 4)
      .setScale((150 + Math.sin(seconds * 6 + player.id) * 8) / FX_SIZE)
      .setAlpha(0.5);
    this.#beam
      .setPosition(x + cos * 18, y + sin * 18)
      .setRotation(angle)
      .setScale(190 / FX_SIZE, 120 / FX_SIZE)
      .setAlpha(0.24);
    this.#drawFlame(pose, cos, sin, seconds);
    this.#drawFlash(x, y, dt);
    this.#shield.setVisible(pose.shielded);
    if (pose.shielded) {
      this.#shield
        .setPosition(x, y)
        .setTint(0x8ff0ff)
        .setScale((84 + Math.sin(seconds * 8) * 4) / FX_SIZE)
        .setAlpha(0.75);
    }
    this.#drawTag(pose, textScale, dt);
    if (this.#gauge !== null) this.#drawGauge(this.#gauge, craft, x, y);
  }

  destroy(): void {
    for (const part of this.#parts()) part.destroy();
  }

  #parts(): (Phaser.GameObjects.Image | Phaser.GameObjects.Text | Phaser.GameObjects.Graphics)[] {
    const parts = [
      this.#shadow,
      this.#glow,
      this.#beam,
      this.#flame,
      this.#hull,
      this.#flash,
      this.#shield,
      this.#name,
      this.#damage,
    ];
    return this.#gauge === null ? parts : [...parts, this.#gauge];
  }

  #paint(player: PlayerView): void {
    if (player.colour !== this.#colour) {
      this.#colour = player.colour;
      this.#hull.setTexture(craftTexture(this.#scene.textures, player.colour)).setScale(ART_SCALE);
      this.#glow.setTint(player.colour);
      this.#beam.setTint(blend(player.colour, 0xfff4d0, 0.75));
      this.#name.setColor(css(blend(player.colour, 0xffffff, 0.45)));
    }
    if (player.name !== this.#shownName) {
      this.#shownName = player.name;
      this.#name.setText(player.name.slice(0, 24));
    }
  }

  #drawFlame(pose: Pose, cos: number, sin: number, seconds: number): void {
    const power = pose.boosting ? 1.9 : Math.max(0, pose.thrust);
    this.#flame.setVisible(power > 0.05);
    const flicker = 0.85 + 0.15 * Math.sin(seconds * 47) + 0.08 * Math.sin(seconds * 91);
    this.#flame
      .setPosition(pose.x - cos * 20, pose.y - sin * 20)
      .setRotation(pose.angle)
      .setScale((56 * power * flicker) / FX_SIZE, (pose.boosting ? 84 : 58) / FX_SIZE)
      .setTint(pose.boosting ? 0xffc27a : blend(this.#colour, 0xffffff, 0.35))
      .setAlpha(0.9);
  }

  #drawFlash(x: number, y: number, dt: number): void {
    this.#flashFor = Math.max(0, this.#flashFor - dt);
    this.#flash
      .setVisible(this.#flashFor > 0)
      .setPosition(x, y)
      .setScale(84 / FX_SIZE)
      .setAlpha((this.#flashFor / 0.22) * 0.5);
    this.#hull.setTintMode(this.#flashFor > 0.15 ? Phaser.TintModes.FILL : Phaser.TintModes.MULTIPLY);
  }

  #drawTag(pose: Pose, textScale: number, dt: number): void {
    this.#popFor = Math.max(0, this.#popFor - dt);
    const damage = Math.round(pose.damage);
    if (damage !== this.#shownDamage) {
      this.#shownDamage = damage;
      this.#damage.setText(`${damage}%`).setColor(css(damageColour(damage)));
    }
    this.#name.setPosition(pose.x, pose.y - 32).setScale(textScale);
    this.#damage.setPosition(pose.x, pose.y + 30).setScale(textScale * (1 + this.#popFor * 1.6));
  }

  /** One's own boost, filling up as an arc, and the big bolts that are left, as dots. */
  #drawGauge(gauge: Phaser.GameObjects.Graphics, craft: Craft | null, x: number, y: number): void {
    gauge.clear().setPosition(x, y);
    if (craft === null) return;
    const from = Math.PI * 0.62;
    const whole = Math.PI * 0.76;
    const ready = 1 - craft.boostCooldownMs / BOOST_COOLDOWN_MS;
    gauge
      .lineStyle(4, 0x071428, 0.45)
      .beginPath()
      .arc(0, 0, 37, from, from + whole)
      .strokePath();
    gauge
      .lineStyle(3, ready >= 1 ? 0x8dffce : 0xffd166, 0.95)
      .beginPath()
      .arc(0, 0, 37, from, from + whole * ready)
      .strokePath();
    for (let dot = 0; dot < craft.bigBolts; dot++) {
      const at = -Math.PI * 0.3 + dot * 0.22;
      gauge.fillStyle(0xfff1a8, 1).fillCircle(Math.cos(at) * 38, Math.sin(at) * 38, 3.6);
    }
  }
}
