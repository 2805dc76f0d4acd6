import { type Clock, systemClock } from "../../base/clock.ts";
import { Emitter } from "../../base/emitter.ts";
import { type Estimate, errorAt, offsetAt } from "./estimate.ts";
import { HOLDOVER_MS, JUMP_BEYOND_MS, JUMP_PAUSE_MS, MAX_DRIFT_RATIO, MAX_SLEW_RATIO, MAX_STEP_MS } from "./limits.ts";
import { SampleWindow } from "./sample-window.ts";
import { sightingOf, type TimeSample } from "./time-sample.ts";

/** Told from within `addSample`. */
export interface SessionClockEvents {
  /** The host's time is known for the first time; until now the clock stood at 0. */
  synchronised(): void;
  /** Time was behind the host's by more than 250 ms and has caught up at once, by so much. Unit: ms. */
  jumped(byMs: number): void;
}

/** Samples that were not taken. */
export interface SessionClockCounters {
  /** Impossible ones: not numbers, negative, out of order, a round trip above 10 s, a host more than 60 s from what it was. */
  refused: number;
  /** Possible, but not together with those before. After three in a row that agree with each other, these are believed. */
  contradicting: number;
}

/**
 * The time that all members of a session share: milliseconds since it began, as the host counts them.
 *
 * Whoever is not host feeds it with what pings to the host told (`addSample`: some twice a second, the first ones sooner). It stands at 0
 * until the host's time is known. From then on it never goes back; it runs at most 5 % faster or slower than the machine's clock where it
 * has something to correct, and jumps forward only when it is more than 250 ms behind: at most by 60 s, and at most once in 10 s. That is
 * also all that a lying host can do to it.
 *
 * A clock stays what it is when the host changes: the new host calls `becomeReference`, the others `follow`.
 */
export class SessionClock extends Emitter<SessionClockEvents> implements Clock {
  readonly counters: SessionClockCounters = { refused: 0, contradicting: 0 };
  readonly #clock: Clock;
  #isReference = false;
  #window = new SampleWindow();
  /** What time is drawn to; `null` before anything is known, and for the reference. After `follow` the last host's, or what was shown. */
  #target: Estimate | null = null;
  /** What was shown last, and when. */
  #shownMs = 0;
  #readAtMs: number;
  #newestSampleMs = Number.NEGATIVE_INFINITY;
  /** When the host's time was sure last: a sample agreed, or this was the host. */
  #takenAtMs = Number.NEGATIVE_INFINITY;
  #jumpedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: { readonly clock?: Clock } = {}) {
    super();
    this.#clock = options.clock ?? systemClock;
    this.#readAtMs = this.#clock.nowMs();
  }

  /** Session time. Never less than it was before. Unit: ms. */
  nowMs(): number {
    const localMs = this.#clock.nowMs();
    const passedMs = Math.max(0, localMs - this.#readAtMs);
    this.#readAtMs += passedMs;
    if (this.#isReference) this.#shownMs += passedMs;
    if (this.#target !== null) {
      const aimMs = this.#readAtMs + offsetAt(this.#target, this.#readAtMs);
      const [leastMs, mostMs] = [passedMs * (1 - MAX_SLEW_RATIO), passedMs * (1 + MAX_SLEW_RATIO)];
      this.#shownMs += Math.min(mostMs, Math.max(leastMs, aimMs - this.#shownMs));
    }
    return this.#shownMs;
  }

  /** Whether this clock is the one that the others follow. */
  get isReference(): boolean {
    return this.#isReference;
  }

  /**
   * Whether a host's time is known, a sample was taken within the last minute, and no more than 250 ms remain to be corrected. Always so
   * for the host.
   */
  get isSynchronised(): boolean {
    if (this.#isReference) return true;
    const remainingMs = Math.abs(this.#remainingMs());
    return this.#target !== null && remainingMs <= JUMP_BEYOND_MS && this.#readAtMs - this.#takenAtMs <= HOLDOVER_MS;
  }

  /** What `nowMs()` is above the machine's clock now. Unit: ms. */
  get offsetMs(): number {
    return this.nowMs() - this.#readAtMs;
  }

  /**
   * How far `nowMs()` may be from the host's time: half the round trip, what the drift may have added since, and what remains to be
   * corrected. Infinite before anything is known, 0 for the host. Unit: ms.
   */
  get uncertaintyMs(): number {
    if (this.#isReference) return 0;
    if (this.#target === null) return Number.POSITIVE_INFINITY;
    return Math.abs(this.#remainingMs()) + errorAt(this.#target, this.#readAtMs);
  }

  /** How much faster the host's clock runs than this machine's: 0.0001 gains 100 µs in a second. At most 0.0005 either way. */
  get driftRatio(): number {
    return this.#target?.driftRatio ?? 0;
  }

  /** From now on this clock is what the others follow. It goes on from where it is: from 0 if it was never synchronised. */
  becomeReference(): void {
    this.nowMs();
    this.#isReference = true;
    this.#target = null;
    this.#window = new SampleWindow();
  }

  /** From now on samples come from another host, and none of the last one's may be added. Until three have come, time goes on by itself. */
  follow(): void {
    const shownMs = this.nowMs();
    this.#window = new SampleWindow();
    const isKnown = this.#isReference || this.#target !== null;
    // What the last host's word would have corrected yet, if it is much, was never shown to be right.
    if (!isKnown || (!this.#isReference && Math.abs(this.#remainingMs()) <= JUMP_BEYOND_MS)) return;
    if (this.#isReference) this.#takenAtMs = this.#readAtMs;
    this.#isReference = false;
    this.#target = {
      atMs: this.#readAtMs,
      offsetMs: shownMs - this.#readAtMs,
      driftRatio: 0,
      errorMs: 0,
      driftErrorRatio: MAX_DRIFT_RATIO,
    };
  }

  /** Takes what a ping told, or counts why not. Any values are safe. `false`: not taken. The reference takes none. */
  addSample(sample: TimeSample): boolean {
    if (this.#isReference) return false;
    this.nowMs();
    const sighting = sightingOf(sample, this.#newestSampleMs, this.#readAtMs);
    if (sighting === null || !this.#isWithinReach(sighting.offsetMs)) {
      this.counters.refused += 1;
      return false;
    }
    this.#newestSampleMs = sighting.atMs;
    const agrees = this.#window.add(sighting);
    if (agrees) this.#takenAtMs = this.#readAtMs;
    else this.counters.contradicting += 1;
    this.#aimAt(this.#window.estimate);
    return agrees;
  }

  #isWithinReach(offsetMs: number): boolean {
    if (this.#target === null) return true;
    return Math.abs(offsetMs - offsetAt(this.#target, this.#readAtMs)) <= MAX_STEP_MS;
  }

  #aimAt(estimate: Estimate | null): void {
    if (estimate === null) return;
    const isFirst = this.#target === null;
    this.#target = estimate;
    const behindMs = this.#remainingMs();
    if (isFirst) {
      this.#shownMs += Math.max(0, behindMs);
      this.emit("synchronised");
    } else if (behindMs > JUMP_BEYOND_MS && this.#readAtMs - this.#jumpedAtMs >= JUMP_PAUSE_MS) {
      this.#jumpedAtMs = this.#readAtMs;
      const byMs = Math.min(behindMs, MAX_STEP_MS);
      this.#shownMs += byMs;
      this.emit("jumped", byMs);
    }
  }

  /** What is to be corrected; more than 0 if time is behind. Unit: ms. */
  #remainingMs(): number {
    const shownMs = this.nowMs();
    return this.#target === null ? 0 : this.#readAtMs + offsetAt(this.#target, this.#readAtMs) - shownMs;
  }
}
