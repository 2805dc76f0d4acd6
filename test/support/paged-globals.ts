import { vi } from "vitest";

type Listener = (event: { readonly persisted: boolean }) => void;

/** Plays the window of a page to what runs in Node: that it is left, and shown again. `vi.unstubAllGlobals()` ends it. */
export class PagedGlobals {
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor() {
    vi.stubGlobal("addEventListener", (name: string, listener: Listener) => this.#of(name).add(listener));
    vi.stubGlobal("removeEventListener", (name: string, listener: Listener) => this.#of(name).delete(listener));
  }

  /** How many wait to hear of it. */
  get listening(): number {
    return this.#of("pagehide").size + this.#of("pageshow").size;
  }

  /** The page goes, and is kept. */
  leave(): void {
    for (const listener of this.#of("pagehide")) listener({ persisted: true });
  }

  show(): void {
    for (const listener of this.#of("pageshow")) listener({ persisted: true });
  }

  #of(name: string): Set<Listener> {
    let listeners = this.#listeners.get(name);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(name, listeners);
    }
    return listeners;
  }
}
