import { CANDIDATES_SETTLE_MS, DESCRIPTION_WAIT_MS, RARE_POLLS_MS } from "./connector-limits.ts";

/**
 * When a description leaves: with the first candidates of this side, which browsers know some milliseconds after it, in one signal and
 * in one step of the far side's; or without, if there are none for long.
 */
export class DescriptionWait {
  readonly #nowMs: () => number;
  #sinceMs = 0;
  #foundAtMs = Number.POSITIVE_INFINITY;
  /** Whether another one was found since the last look. */
  #isGrowing = false;
  #looks = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** The description was made. */
  begin(): void {
    this.#sinceMs = this.#nowMs();
    this.#foundAtMs = Number.POSITIVE_INFINITY;
    this.#isGrowing = false;
    this.#looks = 0;
  }

  found(candidate: string): void {
    // The others come much later, or lead nowhere by themselves.
    if (!/^candidate:\S+ \d+ udp /i.test(candidate)) return;
    this.#foundAtMs = this.#nowMs();
    this.#isGrowing = true;
  }

  /** To be asked once a poll, first in the one that made it. */
  look(): boolean {
    const nowMs = this.#nowMs();
    const waitedMs = nowMs - this.#sinceMs;
    const isGrowing = this.#isGrowing;
    this.#isGrowing = false;
    this.#looks += 1;
    if (waitedMs >= DESCRIPTION_WAIT_MS) return true;
    if (this.#foundAtMs === Number.POSITIVE_INFINITY) return false;
    // Between polls as far apart as ticks, all of them have been found at once.
    if (this.#looks === 2 && waitedMs >= RARE_POLLS_MS) return true;
    return !isGrowing && nowMs - this.#foundAtMs >= CANDIDATES_SETTLE_MS;
  }
}
