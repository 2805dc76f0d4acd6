import { systemRandom } from "tickmesh";
import { PracticeGame } from "./game/practice.ts";
import type { PlayerLook } from "./game/types.ts";
import { Hud } from "./hud/hud.ts";
import { element } from "./page/element.ts";
import { readStored, writeStored } from "./page/stored.ts";
import type { GameView } from "./view/start-view.ts";

/** A game against bots, alone on this page: no lobby, no network. */
export class PracticeStay {
  readonly hud = new Hud(true);
  readonly game: PracticeGame;
  readonly #place = element("div", { class: "game" });
  readonly #onEnd: () => void;
  #view: GameView | null = null;
  #ended = false;

  constructor(look: PlayerLook, onEnd: () => void) {
    this.game = new PracticeGame({ look, seed: systemRandom.nextUint32() });
    this.#onEnd = onEnd;
    this.hud.onLeave = () => this.end();
    document.body.append(this.#place, this.hud.root);
    void this.#startView();
  }

  /** Nobody waits for a player who looks elsewhere. */
  tick(dtMs: number): void {
    if (this.#view !== null && !document.hidden) this.game.step(this.#view.input(), dtMs);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#view?.destroy();
    this.#place.remove();
    this.hud.end();
    this.#onEnd();
  }

  async #startView(): Promise<void> {
    const { startView } = await import("./view/start-view.ts");
    if (this.#ended) return;
    this.#view = startView({
      parent: this.#place,
      model: this.game.model,
      covered: () => this.hud.covered,
      muted: readStored("muted") === "yes",
      onMute: (muted) => writeStored("muted", muted ? "yes" : "no"),
    });
  }
}
