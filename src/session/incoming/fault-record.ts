import type { Clock } from "../../base/clock.ts";
import { TokenBucket } from "../../base/token-bucket.ts";
import { FAULTS_FORGIVEN_PER_SECOND, FORGIVEN_FAULTS } from "../limits.ts";
import { Fault } from "./fault.ts";

/** Of an honest peer there are none, and after one of these what follows cannot be trusted to be whole. */
const UNFORGIVABLE: readonly Fault[] = [Fault.MALFORMED, Fault.FLOOD, Fault.TOO_LARGE];

/** What one peer did wrong. */
export class FaultRecord {
  readonly counts = new Map<Fault, number>();
  readonly #patience: TokenBucket;
  /** The one that was one too many. */
  last: Fault | null = null;

  constructor(clock: Clock) {
    this.#patience = new TokenBucket(FORGIVEN_FAULTS, FAULTS_FORGIVEN_PER_SECOND, clock);
  }

  /** `hasBeenHost`: it may have been told later than we were that it is host no more. */
  note(fault: Fault, hasBeenHost: boolean): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    if (fault === Fault.NOT_ALLOWED && hasBeenHost) return;
    if (UNFORGIVABLE.includes(fault) || !this.#patience.take()) this.last ??= fault;
  }
}
