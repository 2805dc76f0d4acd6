import { LOWEST_WAIT_MS, NAMED_WAIT_MS } from "./limits.ts";

/** What a peer knows before anybody is host. */
export interface Beginning {
  readonly id: number;
  /** Whom the game names; 0 for nobody yet, `null` if it leaves that to the ids. */
  readonly named: number | null;
  /** Whether that one is there. */
  readonly isNamedThere: boolean;
  /** Those who are heard. */
  readonly others: readonly number[];
  /** Whether everybody who is there has been heard. */
  readonly isComplete: boolean;
  readonly waitedMs: number;
  readonly silentAfterMs: number;
}

/** Whether to be the first host. */
export function isFirstHost(beginning: Beginning): boolean {
  const { id, named, isNamedThere, others, isComplete, waitedMs, silentAfterMs } = beginning;
  if (named === id) return waitedMs >= (isComplete ? NAMED_WAIT_MS : LOWEST_WAIT_MS);
  if (others.some((other) => other < id)) return false;
  const hasCompany = others.length > 0;
  if (named === null) return waitedMs >= (isComplete && hasCompany ? LOWEST_WAIT_MS : silentAfterMs);
  // Whom it names may be gone already.
  return hasCompany && !isNamedThere && waitedMs >= silentAfterMs;
}
