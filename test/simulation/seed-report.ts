import type { Operation } from "../../src/simulator/world/operation.ts";

/** What a number of seeds came to. */
export interface SeedReport {
  seeds: number;
  ticks: number;
  packets: number;
  /** The longest that agreement took after all was well again. Unit: s of virtual time. */
  slowestAgreementS: number;
  /** How many operations of each kind were done. */
  readonly operations: Partial<Record<Operation["kind"], number>>;
  readonly failures: { readonly seed: number; readonly fault: string }[];
}

export function newReport(): SeedReport {
  return { seeds: 0, ticks: 0, packets: 0, slowestAgreementS: 0, operations: {}, failures: [] };
}

export function addReport(sum: SeedReport, part: SeedReport): void {
  sum.seeds += part.seeds;
  sum.ticks += part.ticks;
  sum.packets += part.packets;
  sum.slowestAgreementS = Math.max(sum.slowestAgreementS, part.slowestAgreementS);
  for (const [kind, count] of Object.entries(part.operations)) countOperations(sum, kind as Operation["kind"], count);
  sum.failures.push(...part.failures);
}

function countOperations(sum: SeedReport, kind: Operation["kind"], count: number): void {
  sum.operations[kind] = (sum.operations[kind] ?? 0) + count;
}
