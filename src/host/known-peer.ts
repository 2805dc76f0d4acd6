import type { Voter } from "./election.ts";
import { CONTESTED_MS, FOUND_MS, SETTLE_MS } from "./limits.ts";
import type { PeerView } from "./peer-view.ts";
import { type Status, UNKNOWN_SINCE } from "./status.ts";
import { isSameTerm, type Term } from "./term.ts";

/** What is known of a peer of the session. */
export class KnownPeer {
  readonly id: number;
  /** The newest. */
  status: Status | null = null;
  /** When it was heard last, by `AwakeTime`. Unit: ms. */
  heardMs = Number.NEGATIVE_INFINITY;
  /** Since when it is heard without a silence. Unit: ms. */
  heardSinceMs = Number.NEGATIVE_INFINITY;
  /** It came, or came back, and has not followed the same as this peer since. */
  isStranger = true;
  /** It follows another than this peer, which it missed, or had when they met. `null`: it has said nothing. */
  foundAnother: boolean | null = null;
  /** It had no term when it came. */
  isNew = false;
  /** The term that it follows, and since when it is heard to; the claim that it makes, and since when. Unit: ms. */
  #followed = 0;
  #followedMs = 0;
  #claimed = 0;
  #claimedMs = 0;
  /** The reign of a claim of its that was heard and not followed at once: what it sent since as host was not heard. */
  passedOver = 0;
  /** The number of the newest state that it was sent to keep. */
  keptNumber = 0;
  /** Which of its `wants` was answered, and when. */
  answered = 0;
  answeredMs = Number.NEGATIVE_INFINITY;

  constructor(id: number) {
    this.id = id;
  }

  /** False for a status that is older than the newest. */
  take(status: Status, nowMs: number, silentAfterMs: number): boolean {
    const last = this.status;
    if (last !== null && last.instance === status.instance && status.number <= last.number) return false;
    if (last === null) this.isNew = status.term === undefined;
    if (!this.isHeard(nowMs, silentAfterMs)) {
      this.isStranger = true;
      this.heardSinceMs = nowMs;
    }
    const followed = status.term?.reign ?? 0;
    if (followed !== this.#followed || this.heardSinceMs === nowMs) this.#followedMs = nowMs;
    this.#followed = followed;
    const claimed = status.claims ? (status.term?.reign ?? 0) : 0;
    if (claimed !== this.#claimed || this.heardSinceMs === nowMs) this.#claimedMs = nowMs;
    this.#claimed = claimed;
    this.heardMs = nowMs;
    this.status = status;
    return true;
  }

  isHeard(nowMs: number, silentAfterMs: number): boolean {
    return nowMs - this.heardMs < silentAfterMs;
  }

  /** Whether it has just been found to follow another term. */
  isOfAnother(term: Term, nowMs: number): boolean {
    const other = this.status?.term;
    return other !== undefined && !isSameTerm(other, term) && nowMs - this.#followedMs < FOUND_MS;
  }

  /** Whether it has been heard to follow nothing for so long that no word of its to the contrary is on the way. */
  isWithoutTerm(nowMs: number): boolean {
    return this.status !== null && this.status.term === undefined && nowMs - this.#followedMs >= CONTESTED_MS;
  }

  view(nowMs: number): PeerView {
    const { id, status, isStranger } = this;
    return {
      id,
      term: status?.term ?? null,
      followsForMs: nowMs - this.#followedMs,
      claims: status?.claims ?? false,
      hears: status?.hears ?? false,
      claimsForMs: nowMs - this.#claimedMs,
      isStranger,
      isSettled: !isStranger || nowMs - this.heardSinceMs >= SETTLE_MS,
    };
  }
}

/** What it says of itself, for an election. */
export function voterOf({ id, status }: KnownPeer): Voter {
  const { misses = false, held = 0, isHidden = false, since = UNKNOWN_SINCE } = status ?? {};
  return { id, misses, held, isHidden, since };
}
