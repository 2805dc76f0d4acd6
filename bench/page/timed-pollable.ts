import type { Pollable } from "tickmesh";

/** Adds up the main-thread time that something takes in its polls. */
export class TimedPollable implements Pollable {
  spentMs = 0;
  readonly #pollable: Pollable;

  constructor(pollable: Pollable) {
    this.#pollable = pollable;
  }

  get wake(): (() => void) | null {
    return this.#pollable.wake;
  }

  set wake(wake: (() => void) | null) {
    this.#pollable.wake = wake;
  }

  poll(): void {
    const startMs = performance.now();
    this.#pollable.poll();
    this.spentMs += performance.now() - startMs;
  }
}
