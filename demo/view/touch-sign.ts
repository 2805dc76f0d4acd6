import type Phaser from "phaser";
import { BOOST_COOLDOWN_MS } from "../game/constants.ts";
import type { Craft } from "../game/types.ts";
import { FONT } from "./palette.ts";
import type { TouchState } from "./touch.ts";

/** Draws the stick and the two buttons, once a finger has touched the screen. */
export class TouchSign {
  readonly #graphics: Phaser.GameObjects.Graphics;
  readonly #labels: readonly Phaser.GameObjects.Text[];

  constructor(scene: Phaser.Scene) {
    this.#graphics = scene.add.graphics();
    const style = { fontFamily: FONT, fontStyle: "bold", fontSize: 17, color: "#eaf6ff" };
    this.#labels = ["FIRE", "BOOST"].map((label) =>
      scene.add.text(0, 0, label, style).setOrigin(0.5).setVisible(false),
    );
  }

  update(touch: TouchState, craft: Craft | null, unit: number): void {
    const g = this.#graphics.clear();
    for (const label of this.#labels) label.setVisible(touch.shown);
    if (!touch.shown) return;
    const { stick, fire, boost } = touch;
    const held = stick.active ? 0.5 : 0.26;
    g.fillStyle(0x0a1c3a, held * 0.7).fillCircle(stick.x * unit, stick.y * unit, stick.radius * unit);
    g.lineStyle(2 * unit, 0xbfe6ff, held).strokeCircle(stick.x * unit, stick.y * unit, stick.radius * unit);
    g.fillStyle(0xd8f2ff, held + 0.15).fillCircle(
      (stick.x + stick.dx) * unit,
      (stick.y + stick.dy) * unit,
      stick.radius * 0.42 * unit,
    );

    const ready = craft === null ? 1 : 1 - craft.boostCooldownMs / BOOST_COOLDOWN_MS;
    for (const [index, button, colour] of [
      [0, fire, 0xff8f7a],
      [1, boost, 0x8dffce],
    ] as const) {
      const { x, y, radius, active } = button;
      g.fillStyle(colour, active ? 0.55 : 0.2).fillCircle(x * unit, y * unit, radius * unit);
      g.lineStyle(3 * unit, colour, active ? 1 : 0.7);
      const whole = index === 0 ? 1 : ready;
      g.beginPath()
        .arc(x * unit, y * unit, radius * unit, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * whole)
        .strokePath();
      this.#labels[index]?.setPosition(x * unit, y * unit).setScale((unit * radius) / 46);
    }
  }
}
