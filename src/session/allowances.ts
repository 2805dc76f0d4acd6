import { Allowance } from "./allowance.ts";
import type { TableEntry } from "./messages/table-entry.ts";

/** How many messages of each kind may come from one peer, or go to it: of those that have a limit a second. */
export class Allowances {
  readonly #each = new Map<TableEntry, Allowance>();

  /** Whether `take` would give true. */
  has(entry: TableEntry, nowMs: number, burstMs: number): boolean {
    return !this.#filled(entry, nowMs, burstMs).isEmpty;
  }

  /** As `Allowance.take`. `burstMs`: how many milliseconds' worth may be taken at once. */
  take(entry: TableEntry, nowMs: number, burstMs: number): boolean {
    return this.#filled(entry, nowMs, burstMs).take();
  }

  #filled(entry: TableEntry, nowMs: number, burstMs: number): Allowance {
    let allowance = this.#each.get(entry);
    if (allowance === undefined) {
      allowance = new Allowance(entry.perSecond, nowMs, burstMs);
      this.#each.set(entry, allowance);
    }
    allowance.fill(nowMs, burstMs);
    return allowance;
  }
}
