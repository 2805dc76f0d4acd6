import type { Effect } from "../game/types.ts";

const KEPT = 200;

/** Effects for the view. While nobody looks (a hidden tab) the newest are kept and the rest forgotten. */
export class EffectQueue {
  #effects: Effect[] = [];

  show(effect: Effect): void {
    this.#effects.push(effect);
    if (this.#effects.length > KEPT) this.#effects.shift();
  }

  take(): readonly Effect[] {
    if (this.#effects.length === 0) return this.#effects;
    const taken = this.#effects;
    this.#effects = [];
    return taken;
  }
}
