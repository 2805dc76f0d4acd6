import type Phaser from "phaser";
import type { ViewModel } from "../game/types.ts";
import { bannerWords } from "./banner-words.ts";
import { css, FONT } from "./palette.ts";
import type { Stage } from "./stage.ts";

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

  /** `coming`: who is on the way to whom, in words; `null`: nobody. */
  update(model: ViewModel, { clearing, unit }: Stage, coming: string | null, dt: number): void {
    const words = bannerWords(model, coming);
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
    const width = (clearing.right - clearing.left) * unit;
    const height = (clearing.bottom - clearing.top) * unit;
    const middle = ((clearing.left + clearing.right) / 2) * unit;
    const size = Math.min(words.big ? 150 : 58, (width / unit) * (words.big ? 0.3 : 0.085)) * unit;
    const fitted = Math.min(size / 96, (width * 0.92) / Math.max(1, this.#title.width));
    // Figures are gone at once; what stands for longer stands where there is the least ice.
    const line = clearing.top * unit + (words.big ? height * 0.26 : Math.max(size * 0.6, height * 0.1));
    this.#title
      .setPosition(middle, line)
      .setScale(fitted * pop)
      .setAlpha(appear * fade);
    const small = Math.min(
      (Math.min(26, 15 + width / unit / 90) * unit) / 30,
      (width * 0.94) / Math.max(1, this.#subtitle.width),
    );
    // A lone line stands where subtitles do, over the one that says the keys: the page's notices come and go at the top.
    const lone = words.title === "";
    this.#subtitle
      .setPosition(middle, lone ? (clearing.bottom - 56) * unit : line + size * 0.78)
      .setScale(small)
      .setAlpha(appear * (lone && this.#age > 4 ? 0.6 : 1));
  }
}
