import { MAX_DEPARTED } from "./limits.ts";

/** Reasons for which a page that has left does not come back as it was. (A goodbye is none: it may be of one who lets this peer go.) */
export const GONE_FOR_GOOD: ReadonlySet<string> = new Set(["replaced", "kicked"]);

/** Whom this peer has seen leave, and not come back. */
export class Departures {
  /** The latest last. */
  readonly #ids = new Set<number>();

  left(id: number): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > MAX_DEPARTED) this.#ids.delete(oldest as number);
  }

  came(id: number): void {
    this.#ids.delete(id);
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }
}
