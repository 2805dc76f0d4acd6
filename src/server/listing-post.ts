import type { Clock } from "../base/clock.ts";
import { PUBLISH_PAUSE_MS } from "./limits.ts";

/** Reports one lobby to the list: at once what seldom changes, now and then what its host may change as often as it likes. */
export class ListingPost {
  readonly #clock: Clock;
  readonly #report: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reportedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, report: () => void) {
    this.#clock = clock;
    this.#report = report;
  }

  now(): void {
    this.cancel();
    this.#reportedAtMs = this.#clock.nowMs();
    this.#report();
  }

  soon(): void {
    const waitMs = this.#reportedAtMs + PUBLISH_PAUSE_MS - this.#clock.nowMs();
    if (waitMs <= 0) this.now();
    else this.#timer ??= setTimeout(() => this.now(), waitMs);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
