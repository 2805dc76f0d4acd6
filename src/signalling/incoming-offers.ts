import type { ConnectorCounters } from "./connector-counters.ts";
import { ANSWER_PAUSE_MS, MAX_CANDIDATES_PER_ATTEMPT } from "./connector-limits.ts";
import type { IceCandidate, Signal } from "./signaller.ts";

/** A description with its candidates: an offer, or the answer to one. */
export type Offer = Extract<Signal, { kind: "description" }>;

/**
 * The far side's offers, as the answering side takes them: which are stale, which is answered next and when, and the candidates that
 * came before theirs. The latest attempt's only.
 */
export class IncomingOffers {
  /** Offers up to this number are stale. */
  #staleUpTo = 0;
  #waiting: Offer | null = null;
  /** What the current attempt answers, so that a copy of it is known. */
  #answered: string | null = null;
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  #candidatesOf = 0;
  #candidates: IceCandidate[] = [];

  get isEmpty(): boolean {
    return this.#waiting === null;
  }

  /** Keeps an offer until it is answered, or says as what it is dropped. */
  keep(offer: Offer): keyof ConnectorCounters | null {
    const isKnown = offer.attempt <= this.#staleUpTo || offer.sdp === this.#answered;
    if (isKnown || offer.attempt <= (this.#waiting?.attempt ?? 0)) return "stale";
    this.#waiting = offer;
    return null;
  }

  /** The offer to be answered now, if it is time. */
  take(nowMs: number): Offer | null {
    const offer = this.#waiting;
    if (offer === null || nowMs - this.#answeredAtMs < ANSWER_PAUSE_MS) return null;
    this.#waiting = null;
    this.#answeredAtMs = nowMs;
    this.#staleUpTo = offer.attempt;
    this.#answered = offer.sdp;
    return offer;
  }

  /** Keeps candidates for an offer to come. Returns how many found no room, or that they are stale. */
  keepCandidates(attempt: number, candidates: readonly IceCandidate[]): number | "stale" {
    if (attempt <= this.#staleUpTo) return "stale";
    if (attempt < this.#candidatesOf) return candidates.length;
    if (attempt > this.#candidatesOf) {
      this.#candidatesOf = attempt;
      this.#candidates = [];
    }
    const room = MAX_CANDIDATES_PER_ATTEMPT - this.#candidates.length;
    this.#candidates.push(...candidates.slice(0, room));
    return Math.max(0, candidates.length - room);
  }

  takeCandidates(attempt: number): readonly IceCandidate[] {
    const candidates = attempt === this.#candidatesOf ? this.#candidates : [];
    this.#forgetCandidates();
    return candidates;
  }

  /** The attempt that answered an offer has ended: the same offer may come again. */
  attemptEnded(): void {
    this.#answered = null;
  }

  /** Forgets what came before its time. */
  clear(): void {
    this.#waiting = null;
    this.#forgetCandidates();
  }

  /** The far side may be another page, which counts from 1 again. */
  begin(): void {
    this.#staleUpTo = 0;
    this.clear();
  }

  #forgetCandidates(): void {
    this.#candidatesOf = 0;
    this.#candidates = [];
  }
}
