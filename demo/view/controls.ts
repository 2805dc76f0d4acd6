import { wrapped } from "../game/craft.ts";
import type { Craft, CraftInput } from "../game/types.ts";
import type { Area } from "./clearing.ts";
import { Keyboard } from "./keyboard.ts";
import { Touch, type TouchState } from "./touch.ts";

/** Keyboard and touch together, as the game wants them. */
export class Controls {
  readonly #keyboard: Keyboard;
  readonly #touch: Touch;

  constructor(surface: HTMLElement, mute: () => void) {
    this.#keyboard = new Keyboard(mute);
    this.#touch = new Touch(surface);
  }

  get touch(): TouchState {
    return this.#touch.state;
  }

  /** What the touch controls lie over. */
  get covered(): readonly Area[] {
    return this.#touch.covered;
  }

  /** `craft`: one's own; with the stick, it gives full thrust only when it points the right way. */
  input(craft: Craft | null): CraftInput {
    const keys = this.#keyboard;
    const pull = this.#touch.pull;
    const { fire, boost } = this.#touch.state;
    const off = pull === null || craft === null ? 0 : Math.abs(wrapped(pull.heading - craft.angle));
    return {
      turn: Number(keys.held("right")) - Number(keys.held("left")),
      thrust:
        pull === null ? Number(keys.held("forward")) - Number(keys.held("back")) : pull.force * (off < 1.1 ? 1 : 0.12),
      heading: pull?.heading ?? null,
      fire: keys.held("fire") || fire.active,
      boost: keys.held("boost") || boost.active,
    };
  }

  destroy(): void {
    this.#keyboard.destroy();
    this.#touch.destroy();
  }
}
