import { MAX_DISMISSED_EPOCHS, MAX_REMEMBERED_PEERS } from "../limits.ts";

/** Whom a session is done with: which sessions of theirs. */
export class Dismissals {
  /** Epochs by peer; the latest last, of both. */
  readonly #epochs = new Map<number, readonly number[]>();

  has(id: number, epoch: number): boolean {
    return this.#epochs.get(id)?.includes(epoch) === true;
  }

  add(id: number, epochs: readonly number[]): void {
    if (epochs.length === 0) return;
    const before = this.#epochs.get(id) ?? [];
    this.#epochs.delete(id);
    this.#epochs.set(id, [...new Set([...before, ...epochs])].slice(-MAX_DISMISSED_EPOCHS));
    const [oldest] = this.#epochs.keys();
    if (this.#epochs.size > MAX_REMEMBERED_PEERS) this.#epochs.delete(oldest as number);
  }

  forget(id: number): void {
    this.#epochs.delete(id);
  }
}
