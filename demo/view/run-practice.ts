import { STEP_MS } from "../game/constants.ts";
import { PracticeGame } from "../game/practice.ts";
import type { PlayerLook, ViewModel } from "../game/types.ts";
import { type GameView, startView, type ViewOptions } from "./start-view.ts";

export interface RunPracticeOptions extends Omit<ViewOptions, "model"> {
  readonly look: PlayerLook;
  /** 1 to 7. Default 3. */
  readonly bots?: number;
  readonly seed?: number;
  /** A bot plays for oneself too: for pictures and soak tests. */
  readonly demo?: boolean;
}

export interface Practice {
  readonly view: GameView;
  readonly model: ViewModel;
  /** Goes on by so much without drawing: for pictures. */
  skip(ms: number): void;
  stop(): void;
}

/** After a pause the game goes on from where it was, instead of catching up. */
const CATCH_UP_MAX = 5;

/** A game against bots on this page alone, without any network. */
export function runPractice({ look, bots = 3, seed, demo = false, ...view }: RunPracticeOptions): Practice {
  const game = new PracticeGame({ bots, look, seed: seed ?? Math.floor(Math.random() * 0x1_0000_0000) });
  const shown = startView({ ...view, model: game.model });
  let last = performance.now();
  let owed = 0;
  let frame = requestAnimationFrame(tick);

  function tick(now: number): void {
    frame = requestAnimationFrame(tick);
    owed = Math.min(owed + (now - last), STEP_MS * CATCH_UP_MAX);
    last = now;
    for (; owed >= STEP_MS; owed -= STEP_MS) game.step(demo ? null : shown.input());
  }

  return {
    view: shown,
    model: game.model,
    skip(ms) {
      for (let done = 0; done < ms; done += STEP_MS) game.step(null);
      game.model.takeEffects();
    },
    stop() {
      cancelAnimationFrame(frame);
      shown.destroy();
    },
  };
}
