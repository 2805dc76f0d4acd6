/** A round is walked in so many steps, so that what many are due for is not done all at once. */
const STEPS = 32;

interface Round<Owner> {
  /** Who is due at each step. */
  readonly due: readonly Set<Owner>[];
  readonly timer: ReturnType<typeof setInterval>;
  /** The next one. */
  step: number;
}

/** Does for many, again and again after the same time, what a timer for each would do, and cost. */
export class Rounds<Owner> {
  readonly #visit: (owner: Owner) => void;
  /** By the time between two visits. */
  readonly #rounds = new Map<number, Round<Owner>>();

  constructor(visit: (owner: Owner) => void) {
    this.#visit = visit;
  }

  /** Visits that one every `ms`, first then. Keeps no process alive. */
  add(owner: Owner, ms: number): void {
    const { due, step } = this.#rounds.get(ms) ?? this.#begin(ms);
    due[(step + STEPS - 1) % STEPS]?.add(owner);
  }

  remove(owner: Owner, ms: number): void {
    const round = this.#rounds.get(ms);
    if (round === undefined) return;
    for (const owners of round.due) owners.delete(owner);
    if (round.due.some(({ size }) => size > 0)) return;
    clearInterval(round.timer);
    this.#rounds.delete(ms);
  }

  #begin(ms: number): Round<Owner> {
    const round: Round<Owner> = {
      due: Array.from({ length: STEPS }, () => new Set<Owner>()),
      timer: setInterval(() => this.#go(round), ms / STEPS).unref(),
      step: 0,
    };
    this.#rounds.set(ms, round);
    return round;
  }

  #go(round: Round<Owner>): void {
    const { due, step } = round;
    round.step = (step + 1) % STEPS;
    for (const owner of [...(due[step] ?? [])]) this.#visit(owner);
  }
}
