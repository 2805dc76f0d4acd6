import type { Clock } from "../../base/clock.ts";
import { Allowance } from "../allowance.ts";
import { FAULTS_FORGIVEN_PER_SECOND, FORGIVEN_FAULTS } from "../limits.ts";
import { Fault } from "./fault.ts";

/** What is forgiven at once, as so many milliseconds' worth. */
const BURST_MS = (FORGIVEN_FAULTS / FAULTS_FORGIVEN_PER_SECOND) * 1_000;

/** Of an honest peer there are none, and after one of these what follows cannot be trusted to be whole. */
const UNFORGIVABLE: readonly Fault[] = [Fault.MALFORMED, Fault.FLOOD, Fault.TOO_LARGE];

/** What one peer did wrong. */
export class FaultRecord {
  readonly counts = new Map<Fault, number>();
  /** Fault and message: no more than the table has messages, for each fault. */
  readonly #kinds = new Set<string>();
  readonly #clock: Clock;
  readonly #patience: Allowance;
  /** The one that was one too many. */
  last: Fault | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#patience = new Allowance(FAULTS_FORGIVEN_PER_SECOND, clock.nowMs(), BURST_MS);
  }

  /**
   * `isDisputed`: who is host, one of two honest sides may have been told later than the other. `name`: of the message. True if it is the
   * first of its kind.
   */
  note(fault: Fault, isDisputed: boolean, name: string | undefined): boolean {
    const kind = fault + name;
    const isFirst = !this.#kinds.has(kind);
    this.#kinds.add(kind);
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    if (fault === Fault.NOT_ALLOWED && isDisputed) return isFirst;
    this.#patience.fill(this.#clock.nowMs(), BURST_MS);
    if (UNFORGIVABLE.includes(fault) || !this.#patience.take()) this.last ??= fault;
    return isFirst;
  }
}
