import { element } from "../page/element.ts";
import { cssColour, NAMED_COLOURS } from "../page/player-colours.ts";
import { PLAYER_NAME_LENGTH, tidyName } from "../page/player-name.ts";
import { readStored, writeStored } from "../page/stored.ts";

const FIRST = ["Polar", "Frosty", "Arctic", "Snowy", "Icy", "Nordic", "Glacial", "Boreal"];
const SECOND = ["Fox", "Puffin", "Seal", "Walrus", "Hare", "Tern", "Orca", "Lynx"];

export interface PlayerChoice {
  readonly name: string;
  /** 0xRRGGBB. */
  readonly colour: number;
}

/** Who you are: a name and a colour, kept from visit to visit. */
export class PlayerCard {
  readonly root: HTMLElement;
  onChange: ((choice: PlayerChoice) => void) | null = null;
  readonly #name: HTMLInputElement;
  #colour: number;

  constructor() {
    const stored = NAMED_COLOURS.find((colour) => cssColour(colour.value) === readStored("colour"));
    this.#colour = (stored ?? drawn(NAMED_COLOURS)).value;
    this.#name = element("input", {
      id: "player-name",
      name: "player-name",
      maxlength: PLAYER_NAME_LENGTH,
      autocomplete: "nickname",
      spellcheck: "false",
      enterkeyhint: "done",
    });
    this.#name.value = tidyName(readStored("name") ?? `${drawn(FIRST)} ${drawn(SECOND)}`);
    this.#keep();
    this.#name.addEventListener("input", () => this.#changed());
    this.#name.addEventListener("blur", () => {
      this.#name.value = this.choice.name;
    });
    this.root = element(
      "section",
      { class: "panel player-card", "aria-label": "You" },
      element("div", { class: "field" }, element("label", { for: "player-name" }, "Your name"), this.#name),
      element("div", { class: "field" }, element("span", { id: "colour-label" }, "Your colour"), this.#swatches()),
    );
  }

  get choice(): PlayerChoice {
    return { name: tidyName(this.#name.value), colour: this.#colour };
  }

  #swatches(): HTMLElement {
    const group = element("div", { class: "swatches", role: "radiogroup", "aria-labelledby": "colour-label" });
    for (const colour of NAMED_COLOURS) {
      const input = element("input", {
        type: "radio",
        name: "colour",
        value: cssColour(colour.value),
        "aria-label": colour.name,
      });
      input.checked = colour.value === this.#colour;
      input.addEventListener("change", () => {
        this.#colour = colour.value;
        this.#changed();
      });
      const swatch = element("label", { class: "swatch", title: colour.name }, input, element("i"));
      swatch.style.setProperty("--swatch", cssColour(colour.value));
      group.append(swatch);
    }
    return group;
  }

  #changed(): void {
    this.#keep();
    this.onChange?.(this.choice);
  }

  #keep(): void {
    const { name, colour } = this.choice;
    writeStored("name", name);
    writeStored("colour", cssColour(colour));
  }
}

/** A first guess, which the player changes at will: nothing depends on it. */
function drawn<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)] as T;
}
