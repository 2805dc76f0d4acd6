import { advanceRound, newRound, stepRound } from "../game/round.ts";
import type { RoundEvent, RoundState } from "../game/types.ts";

/** A round as its host gives it to others. */
export interface RoundTold {
  /** When it was so, by the time that all pages share. Unit: ms. */
  readonly atMs: number;
  readonly round: RoundState;
}

/** The host repeats the state this often even if nothing happened, so that clocks stay together. Unit: ms. */
const REPEAT_MS = 250;

/**
 * The round as this page knows it. The host's page steps it and says when it is due to be told; the others take what they are
 * told and keep its clocks running in between.
 */
export class RoundKeeper {
  #state: RoundState;
  #known = false;
  readonly #events: RoundEvent[] = [];
  #toldKey = "";
  #sinceToldMs = 0;
  /** Of what when the present host has told the newest. */
  #newestMs = Number.NEGATIVE_INFINITY;

  /** `seed`: 32 bits, for the case that this page is the first host. */
  constructor(seed: number) {
    this.#state = newRound(seed);
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

  /**
   * The host's word, unless one that is newer has come already: the host's state and its messages come by different lanes. `ageMs`: how old
   * it is, as well as one knows.
   */
  take({ atMs, round }: RoundTold, ageMs: number): void {
    if (atMs < this.#newestMs) return;
    this.#newestMs = atMs;
    this.#known = true;
    this.#state = advanceRound(round, ageMs);
  }

  /** What the next host says counts, whatever the last one said. */
  forgetHost(): void {
    this.#newestMs = Number.NEGATIVE_INFINITY;
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
