import { type Estimate, errorAt, estimateOf, offsetAt } from "./estimate.ts";
import { AGREEMENT_MS, MAX_DRIFT_RATIO, SAMPLES_TO_BELIEVE, WINDOW_SAMPLES } from "./limits.ts";
import type { Sighting } from "./time-sample.ts";

/**
 * The last sightings of one clock, and what follows from them.
 *
 * A sighting says between which bounds the other clock was, whatever happened on the way. One that the estimate's own bounds exclude is a
 * lie, or one of the two machines has slept with its clock standing still: it is put aside. If the next ones exclude the estimate too and
 * agree with each other, the clock is not what it was, and everything older is forgotten.
 */
export class SampleWindow {
  #kept: Sighting[] = [];
  #aside: Sighting[] = [];
  #estimate: Estimate | null = null;

  /** `null` until so many sightings have come that the host is believed. */
  get estimate(): Estimate | null {
    return this.#estimate;
  }

  /** Whether it agrees with what is known. */
  add(sighting: Sighting): boolean {
    if (this.#estimate !== null && !agrees(this.#estimate, sighting)) {
      this.#putAside(sighting);
      return false;
    }
    this.#aside = [];
    this.#kept.push(sighting);
    if (this.#kept.length > WINDOW_SAMPLES) this.#kept.shift();
    if (this.#estimate === null && !this.#believes()) return true;
    this.#estimate = estimateOf(this.#kept);
    return true;
  }

  /** Early sightings must agree too; of those that do not, the newer ones count. */
  #believes(): boolean {
    const newest = this.#kept.at(-1) as Sighting;
    this.#kept = this.#kept.filter((other) => areOne(other, newest));
    return this.#kept.length >= SAMPLES_TO_BELIEVE;
  }

  #putAside(sighting: Sighting): void {
    this.#aside = [...this.#aside.filter((other) => areOne(other, sighting)), sighting];
    if (this.#aside.length < SAMPLES_TO_BELIEVE) return;
    this.#kept = this.#aside;
    this.#aside = [];
    this.#estimate = estimateOf(this.#kept);
  }
}

function agrees(estimate: Estimate, { atMs, offsetMs, pathMs }: Sighting): boolean {
  const missMs = Math.abs(offsetMs - offsetAt(estimate, atMs));
  return missMs <= pathMs / 2 + errorAt(estimate, atMs) + AGREEMENT_MS;
}

/** Whether two sightings can be of one clock. */
function areOne(one: Sighting, other: Sighting): boolean {
  const driftMs = Math.abs(one.atMs - other.atMs) * MAX_DRIFT_RATIO;
  return Math.abs(one.offsetMs - other.offsetMs) <= (one.pathMs + other.pathMs) / 2 + driftMs + AGREEMENT_MS;
}
