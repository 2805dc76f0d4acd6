import type { Pollable } from "../base/pollable.ts";

/** Something that lives with a multiplayer peer and is polled inside its `poll()`, before the connections: a signalling connector. */
export interface Companion extends Pollable {
  /** The peer was closed, and has let go of this companion already. */
  closed?(): void;
}

/** The companions of one multiplayer peer. */
export class Companions {
  readonly #wake: () => void;
  /** Replaced, never changed: companions may come and go while it is walked. */
  #list: readonly Companion[] = [];

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  add(companion: Companion): void {
    if (this.#list.includes(companion)) return;
    this.#list = [...this.#list, companion];
    companion.wake = this.#wake;
  }

  remove(companion: Companion): void {
    if (!this.#list.includes(companion)) return;
    this.#list = this.#list.filter((other) => other !== companion);
    companion.wake = null;
  }

  poll(): void {
    for (const companion of this.#list) {
      if (this.#list.includes(companion)) companion.poll();
    }
  }

  close(): void {
    for (const companion of this.#list) {
      this.remove(companion);
      companion.closed?.();
    }
  }
}
