import { MAX_EARLY_CANDIDATES } from "./limits.ts";

type TakeCandidate = (media: string, index: number, name: string) => void;

/** Remote candidates that came before the remote description, which they need: browsers would lose them. */
export class EarlyCandidates {
  #kept: Parameters<TakeCandidate>[] = [];
  #released = false;

  /** True once the remote description is set: candidates then need no keeping. */
  get released(): boolean {
    return this.#released;
  }

  /** Keeps a candidate, unless they have been released; false if there is no room for it. */
  keep(media: string, index: number, name: string): boolean {
    if (this.#released) return true;
    if (this.#kept.length >= MAX_EARLY_CANDIDATES) return false;
    this.#kept.push([media, index, name]);
    return true;
  }

  /** Hands over all that were kept, in order; later ones are not kept any more. */
  release(take: TakeCandidate): void {
    this.#released = true;
    for (const candidate of this.#kept) take(...candidate);
    this.#kept = [];
  }
}
