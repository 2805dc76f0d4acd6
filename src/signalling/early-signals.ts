import { MAX_CANDIDATES_PER_ATTEMPT } from "./connector-limits.ts";
import type { IceCandidate, Signal } from "./signaller.ts";

/** A description with its candidates: an offer, or the answer to one. */
export type Offer = Extract<Signal, { kind: "description" }>;

/** What came before its time: candidates before their offer, an offer before the old connection is gone. The latest attempt's only. */
export class EarlySignals {
  #number = 0;
  #candidates: IceCandidate[] = [];
  #offer: Offer | null = null;

  /** Keeps candidates for an attempt to come. Returns how many found no room. */
  keepCandidates(number: number, candidates: readonly IceCandidate[]): number {
    if (number < this.#number) return candidates.length;
    if (number > this.#number) {
      this.#number = number;
      this.#candidates = [];
    }
    const room = MAX_CANDIDATES_PER_ATTEMPT - this.#candidates.length;
    this.#candidates.push(...candidates.slice(0, room));
    return Math.max(0, candidates.length - room);
  }

  takeCandidates(number: number): readonly IceCandidate[] {
    const candidates = number === this.#number ? this.#candidates : [];
    this.#number = 0;
    this.#candidates = [];
    return candidates;
  }

  /** False if the one that is kept is as new. */
  keepOffer(offer: Offer): boolean {
    if (this.#offer !== null && this.#offer.attempt >= offer.attempt) return false;
    this.#offer = offer;
    return true;
  }

  get hasOffer(): boolean {
    return this.#offer !== null;
  }

  takeOffer(): Offer | null {
    const offer = this.#offer;
    this.#offer = null;
    return offer;
  }

  clear(): void {
    this.#number = 0;
    this.#candidates = [];
    this.#offer = null;
  }
}
