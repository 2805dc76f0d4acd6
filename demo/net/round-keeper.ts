import { advanceRound, newRound, stepRound } from "../game/round.ts";
import type { RoundEvent, RoundState } from "../game/types.ts";

/** The host repeats the state this often even if nothing happened, so that clocks stay together. Unit: ms. */
const REPEAT_MS = 250;

/**
 * The round as this page knows it. The host's page steps it and says when it is due to be told; the others take what they are
 * told and keep its clocks running in between. Either way it is whole, so whoever becomes host goes on from it.
 */
export class RoundKeeper {
  #state: RoundState;
  #known: boolean;
  readonly #events: RoundEvent[] = [];
  #toldKey = "";
  #sinceToldMs = 0;

  /** `founding`: this page makes the round; otherwise it waits to be told. `seed`: 32 bits. */
  constructor(seed: number, founding: boolean) {
    this.#state = newRound(seed);
    this.#known = founding;
  }

  get state(): RoundState {
    return this.#state;
  }

  /** False until there is a round to take part in. */
  get known(): boolean {
    return this.#known;
  }

  /** For the next step as host; forgotten by a page that is none. */
  note(event: RoundEvent): void {
    if (this.#events.length < 256) this.#events.push(event);
  }

  stepAsHost(present: readonly number[], dtMs: number): void {
    this.#known = true;
    const events = [...this.#events.splice(0), ...arrivals(this.#state, present)];
    this.#state = stepRound(this.#state, events, dtMs);
    this.#sinceToldMs += dtMs;
  }

  stepAsGuest(dtMs: number): void {
    this.#events.length = 0;
    this.#toldKey = "";
    if (this.#known) this.#state = advanceRound(this.#state, dtMs);
  }

  /** The host's word. `ageMs`: how old it is, as well as one knows. */
  take(state: RoundState, ageMs: number): void {
    this.#known = true;
    this.#state = advanceRound(state, ageMs);
  }

  /** Whether the others must hear of the state now. */
  due(): boolean {
    const key = keyOf(this.#state);
    if (key === this.#toldKey && this.#sinceToldMs < REPEAT_MS) return false;
    this.#toldKey = key;
    this.#sinceToldMs = 0;
    return true;
  }
}

/** Who came and who went, by comparing: nothing is missed, whoever was host when it happened. */
function arrivals(state: RoundState, present: readonly number[]): RoundEvent[] {
  const events: RoundEvent[] = [];
  for (const { id } of state.players) if (!present.includes(id)) events.push({ type: "left", player: id });
  for (const id of present) {
    if (!state.players.some((player) => player.id === id)) events.push({ type: "joined", player: id });
  }
  return events;
}

/** Everything but the clocks. */
function keyOf(state: RoundState): string {
  const players = state.players.map((it) => `${it.id},${it.score},${it.knockouts},${it.inRound},${it.alive}`);
  const pickups = state.pickups.map((it) => `${it.id},${it.takenBy}`);
  return `${state.phase}|${state.match}|${state.round}|${state.winner}|${players.join(";")}|${pickups.join(";")}`;
}
