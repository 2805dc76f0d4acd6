import type { PlayerLook } from "./game/types.ts";
import { Hud } from "./hud/hud.ts";
import { element } from "./page/element.ts";
import { readStored, writeStored } from "./page/stored.ts";
import type { Practice } from "./view/run-practice.ts";

/** A game against bots, alone on this page: no lobby, no network. */
export class PracticeStay {
  readonly hud = new Hud(true);
  readonly #place = element("div", { class: "game" });
  readonly #onEnd: () => void;
  #practice: Practice | null = null;
  #ended = false;

  constructor(look: PlayerLook, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.hud.onLeave = () => this.end();
    document.body.append(this.#place, this.hud.root);
    void this.#start(look);
  }

  get practice(): Practice | null {
    return this.#practice;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#practice?.stop();
    this.#place.remove();
    this.hud.end();
    this.#onEnd();
  }

  async #start(look: PlayerLook): Promise<void> {
    const { runPractice } = await import("./view/run-practice.ts");
    if (this.#ended) return;
    this.#practice = runPractice({
      parent: this.#place,
      look,
      covered: () => this.hud.covered,
      muted: readStored("muted") === "yes",
      onMute: (muted) => writeStored("muted", muted ? "yes" : "no"),
    });
  }
}
