import { MAX_REMEMBERED_PEERS } from "../limits.ts";

/** Who was here. */
export class Acquaintances {
  /** The latest last. */
  readonly #met = new Set<number>();

  /** A peer comes: whether one of that id has come before. */
  meet(id: number): boolean {
    const isKnown = this.#met.delete(id);
    this.#met.add(id);
    const [oldest] = this.#met;
    if (this.#met.size > MAX_REMEMBERED_PEERS) this.#met.delete(oldest as number);
    return isKnown;
  }

  forget(id: number): void {
    this.#met.delete(id);
  }
}
