/**
 * Turns the irregular moments at which a driver polls into steps of one fixed length. After a pause it catches up by a few
 * steps and forgets the rest: a page that slept must not replay minutes.
 */
export class FixedSteps {
  readonly #stepMs: number;
  readonly #most: number;
  #lastMs: number | null = null;
  #owedMs = 0;

  constructor(stepMs: number, most = 5) {
    this.#stepMs = stepMs;
    this.#most = most;
  }

  /** Time that has passed since the last step that is made. Unit: ms. */
  get owedMs(): number {
    return Math.max(0, this.#owedMs);
  }

  /** How many steps are due now. */
  due(nowMs: number): number {
    this.#owedMs += Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
    // A frame that comes a hair early still makes its step, so that 60 frames a second give 60 even steps.
    const steps = Math.floor((this.#owedMs + 0.5) / this.#stepMs);
    if (steps > this.#most) {
      this.#owedMs = 0;
      return this.#most;
    }
    this.#owedMs -= steps * this.#stepMs;
    return steps;
  }
}
