import type Phaser from "phaser";
import type { ViewModel } from "../game/types.ts";
import { controlWords } from "./control-words.ts";
import { css, FONT } from "./palette.ts";
import type { Stage } from "./stage.ts";

const COLD = 0xd8f2ff;

/** One line at the bottom that says how to play, while there is time to read it. */
export class ControlHint {
  readonly #text: Phaser.GameObjects.Text;
  readonly #chats: boolean;

  /** `chats`: whether there is anybody to chat with. */
  constructor(scene: Phaser.Scene, chats: boolean) {
    this.#chats = chats;
    const style = { fontFamily: FONT, fontStyle: "bold", fontSize: 26, color: css(COLD), align: "center" };
    this.#text = scene.add
      .text(0, 0, "", { ...style, stroke: "rgba(5, 14, 34, 0.85)", strokeThickness: 6 })
      .setOrigin(0.5);
  }

  /** `touch`: whether fingers play. */
  update(model: ViewModel, { clearing, unit }: Stage, touch: boolean): void {
    const words = controlWords(model.round, touch, this.#chats);
    this.#text.setVisible(words !== null);
    if (words === null) return;
    this.#text.setText(words);
    const width = (clearing.right - clearing.left) * unit;
    const size = Math.min((19 * unit) / 26, (width * 0.94) / Math.max(1, this.#text.width));
    this.#text
      .setPosition(((clearing.left + clearing.right) / 2) * unit, (clearing.bottom - 24) * unit)
      .setScale(size)
      .setAlpha(0.9);
  }
}
