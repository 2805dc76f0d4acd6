import { Allowance } from "../allowance.ts";
import { Allowances } from "../allowances.ts";
import { HOST_DISPUTE_MS, type SessionLimits } from "../limits.ts";
import type { TableEntry } from "../messages/table-entry.ts";

/**
 * How many milliseconds' worth of what a peer may send it may send at once. What a silence may have held back comes on top where it is
 * read, so that who keeps to the one cannot offend against the other.
 */
export const BURST_MS = 2_000;
/** How much faster the other side's clock may run than this one's: who sends as often as it may does so by its own. */
const CLOCK_RATIO = 1.001;
/** Where this side stood still, so much more may have gathered, at no fault of the peer's. Unit: ms. */
const LONGEST_PAUSE_MS = 600_000;

/** What is kept of one peer's messages while they come in. */
export class Intake {
  /** By lane. */
  readonly receivedMessages: number[];
  /** What was wrong with the payload that was read last, in words, until that is told. */
  details = "";
  /** It has sent what only the host may, and was host then. */
  #hasBeenHost = false;
  /** Since when it sends what only the host may, and is not; `Infinity` if it does not. */
  #claimsSinceMs = Number.POSITIVE_INFINITY;
  readonly #all: Allowance;
  /** Of messages with a limit of their own. */
  readonly #each = new Allowances();
  /** By lane: the unreliable frame that brought the newest ordered message. */
  readonly #newest: number[];
  #nowMs: number;
  /** So long the network may let nothing through before the peer counts as gone, and then bring it all at once. */
  readonly #heldBackMs: number;
  #burstMs: number;

  constructor(laneCount: number, limits: SessionLimits, nowMs: number) {
    this.receivedMessages = new Array<number>(laneCount).fill(0);
    this.#newest = new Array<number>(laneCount).fill(0);
    this.#heldBackMs = limits.goneAfterMs;
    this.#burstMs = BURST_MS + this.#heldBackMs;
    this.#all = new Allowance(limits.messagesPerSecond, nowMs, this.#burstMs);
    this.#nowMs = nowMs;
  }

  /** A poll begins. */
  begin(nowMs: number): void {
    this.#burstMs = BURST_MS + this.#heldBackMs + Math.min(LONGEST_PAUSE_MS, nowMs - this.#nowMs);
    this.#nowMs = nowMs;
    this.#all.fill(nowMs, this.#burstMs);
  }

  /** False if the peer sends more than it may. */
  admits(entry: TableEntry): boolean {
    if (!this.#all.take()) return false;
    return (
      entry.perSecond === Number.POSITIVE_INFINITY || this.#each.take(entry, this.#nowMs * CLOCK_RATIO, this.#burstMs)
    );
  }

  /** Notes whether a message of the host's came from the host, and gives that back. */
  isFromHost(isHost: boolean): boolean {
    if (isHost) {
      this.#hasBeenHost = true;
      this.#claimsSinceMs = Number.POSITIVE_INFINITY;
    } else if (this.#claimsSinceMs > this.#nowMs) {
      this.#claimsSinceMs = this.#nowMs;
    }
    return isHost;
  }

  /** One of the two sides may not have been told yet who is host now: the peer was it, or has not claimed to be for long. */
  get isHostDisputed(): boolean {
    const claimsForMs = this.#nowMs - this.#claimsSinceMs;
    return this.#hasBeenHost || (claimsForMs >= 0 && claimsForMs < HOST_DISPUTE_MS);
  }

  /** False for an ordered message of a frame that is older than the newest that brought one to its lane. */
  isInOrder(lane: number, place: number): boolean {
    if (place < (this.#newest[lane] as number)) return false;
    this.#newest[lane] = place;
    return true;
  }
}
