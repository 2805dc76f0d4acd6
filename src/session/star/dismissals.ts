import { MAX_DISMISSED_EPOCHS, MAX_REMEMBERED_PEERS } from "../limits.ts";

interface Dismissal {
  readonly epoch: number;
  /** The hub that may have spoken in that peer's name: it holds as long as that is one. 0: it holds in any case. */
  readonly hubId: number;
}

/** Whom a session is done with: which sessions of theirs. */
export class Dismissals {
  /** By peer; the latest last, of both. */
  readonly #known = new Map<number, readonly Dismissal[]>();

  /** `hubs`: those that are hubs now. */
  has(id: number, epoch: number, hubs: readonly number[]): boolean {
    const known = this.#known.get(id);
    return known?.some((it) => it.epoch === epoch && (it.hubId === 0 || hubs.includes(it.hubId))) === true;
  }

  add(id: number, epochs: readonly number[], hubId = 0): void {
    if (epochs.length === 0) return;
    const isKept = (it: Dismissal): boolean => it.hubId !== hubId || !epochs.includes(it.epoch);
    const before = (this.#known.get(id) ?? []).filter(isKept);
    const added = [...new Set(epochs)].map((epoch) => ({ epoch, hubId }));
    this.#known.delete(id);
    this.#known.set(id, [...before, ...added].slice(-MAX_DISMISSED_EPOCHS));
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_REMEMBERED_PEERS) this.#known.delete(oldest as number);
  }

  forget(id: number): void {
    this.#known.delete(id);
  }
}
