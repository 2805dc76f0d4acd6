import type Phaser from "phaser";
import type { ViewModel } from "../game/types.ts";
import { bannerWords } from "./banner-words.ts";
import { css, FONT } from "./palette.ts";

/** The big writing: countdown, winners, what one is waiting for. */
export class Banner {
  readonly #title: Phaser.GameObjects.Text;
  readonly #subtitle: Phaser.GameObjects.Text;
  #key = "";
  #age = 0;

  constructor(scene: Phaser.Scene) {
    const style = {
      fontFamily: FONT,
      fontStyle: "900",
      color: "#ffffff",
      align: "center",
      stroke: "rgba(5, 14, 34, 0.85)",
    };
    this.#title = scene.add.text(0, 0, "", { ...style, fontSize: 96, strokeThickness: 12 }).setOrigin(0.5);
    this.#title.setShadow(0, 6, "rgba(3, 10, 30, 0.7)", 14, true, true);
    this.#subtitle = scene.add
      .text(0, 0, "", { ...style, fontStyle: "bold", fontSize: 30, strokeThickness: 7 })
      .setOrigin(0.5);
  }

  /** `unit`: device pixels for each CSS pixel. */
  update(model: ViewModel, width: number, height: number, unit: number, dt: number): void {
    const words = bannerWords(model);
    this.#age += dt;
    if (words === null) {
      this.#key = "";
      this.#title.setVisible(false);
      this.#subtitle.setVisible(false);
      return;
    }
    const key = `${words.key}:${words.title}:${words.subtitle}`;
    if (key !== this.#key) {
      this.#key = key;
      this.#age = 0;
      this.#title
        .setText(words.title)
        .setColor(css(words.colour))
        .setVisible(words.title !== "");
      this.#subtitle.setText(words.subtitle).setVisible(words.subtitle !== "");
    }
    const appear = Math.min(1, this.#age / 0.28);
    const pop = 1 + (1 - appear) ** 2 * 0.9;
    const fade = words.big ? Math.max(0, 1 - Math.max(0, this.#age - 0.6) * 2.2) : 1;
    const size = Math.min(words.big ? 150 : 74, (width / unit) * (words.big ? 0.3 : 0.085)) * unit;
    const fitted = Math.min(size / 96, (width * 0.92) / Math.max(1, this.#title.width));
    // A lone line keeps clear of the page's bar above it, and of the player list where that reaches to the middle.
    const line = words.title === "" ? Math.max(88 * unit, height * (height > width ? 0.2 : 0.11)) : height * 0.3;
    this.#title
      .setPosition(width / 2, line)
      .setScale(fitted * pop)
      .setAlpha(appear * fade);
    const small = Math.min(
      (Math.min(26, 15 + width / unit / 90) * unit) / 30,
      (width * 0.9) / Math.max(1, this.#subtitle.width),
    );
    this.#subtitle
      .setPosition(width / 2, line + (words.title === "" ? 0 : size * 0.78))
      .setScale(small)
      .setAlpha(appear * (words.title === "" && this.#age > 4 ? 0.6 : 1));
  }
}
