import { candidates, isDeposed, type Voter } from "./election.ts";
import { CLAIM_PATIENCE_MS, ELECTION_GRACE_MS } from "./limits.ts";

/** From when most miss the host to when this peer may be the next. */
export class Deposition {
  #sinceMs: number | null = null;

  end(): void {
    this.#sinceMs = null;
  }

  /**
   * Whether it is this peer's turn, of `id`. `voters`: it, and those who can say whether they miss the host. `isComplete`: nobody else may
   * be about to.
   */
  isDue(id: number, voters: readonly Voter[], isComplete: boolean, nowMs: number): boolean {
    if (!isDeposed(voters)) {
      this.end();
      return false;
    }
    this.#sinceMs ??= nowMs;
    const graceMs = isComplete && voters.every(({ misses }) => misses) ? 0 : ELECTION_GRACE_MS;
    return nowMs - this.#sinceMs >= graceMs + candidates(voters).indexOf(id) * CLAIM_PATIENCE_MS;
  }
}
