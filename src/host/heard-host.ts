import type { KnownPeer } from "./known-peer.ts";

/** What is known of the host of the term that is followed, where that is another. */
export class HeardHost {
  /** The page that has said that it is host in this term; 0 while none has. */
  instance = 0;
  isGone = false;
  /** When it was heard last, or taken for host. Unit: ms of `AwakeTime`. */
  #atMs = 0;

  /** It is taken for host. `instance`: of the page that has said so, or 0. */
  begin(nowMs: number, instance: number, isGone: boolean): void {
    this.#atMs = nowMs;
    this.instance = instance;
    this.isGone = isGone;
  }

  /** A state of its has come. After a silence states may come before the next beat, to some earlier than to others. */
  noteState(nowMs: number): void {
    if (this.instance !== 0) this.#atMs = nowMs;
  }

  /** `page`: who has its id now; another page than the host's, if that is gone. True when one that was heard is found to be. */
  losePage(page: KnownPeer | undefined, nowMs: number): boolean {
    if (this.isGone || page === undefined || page.status === null) return false;
    const wasHeard = this.instance !== 0;
    this.isGone = wasHeard ? page.status.instance !== this.instance : page.isWithoutTerm(nowMs);
    return wasHeard && this.isGone;
  }

  /** Whether it is there, and has not been silent for so long. */
  isHeard(nowMs: number, silentAfterMs: number): boolean {
    return !this.isGone && nowMs - this.#atMs < silentAfterMs;
  }
}
