/**
 * How much too early a tick is run. Frames come at times that scatter a little: without it, 60 ticks a second on a screen of 60 Hz
 * would be none in this frame and two in the next. It also covers the last bit of `n × 1000 / rate`. Unit: ms.
 */
const EARLY_MS = 0.5;

/**
 * Which ticks are due at which time: tick n at `start + n × 1000 / ticksPerSecond`, so that the rate is exact however long it runs.
 * Knows no clock and no timer. What is more than `maxCatchUpTicks` behind is dropped, in whole ticks, and counted: the ticks after it
 * keep their numbers in a row and their place in the beat.
 */
export class FixedTicks {
  readonly tickMs: number;
  readonly #ticksPerSecond: number;
  readonly #maxCatchUpTicks: number;
  readonly #earlyBeats: number;
  /** When beat 0 was; `null` until the first `reach` after a pause. */
  #startMs: number | null = null;
  /** The first beat that is not reached, and how many of those before it are still to be run. */
  #nextBeat = 0;
  #due = 0;
  #taken = 0;
  #droppedTicks = 0;

  constructor(ticksPerSecond: number, maxCatchUpTicks: number) {
    this.tickMs = 1_000 / ticksPerSecond;
    this.#ticksPerSecond = ticksPerSecond;
    this.#maxCatchUpTicks = maxCatchUpTicks;
    this.#earlyBeats = Math.min(EARLY_MS / this.tickMs, 0.25);
  }

  /** How many ticks were taken since the beginning: the number of the next one. */
  get taken(): number {
    return this.#taken;
  }

  /** Time for which no tick was run because it was too much to catch up. Unit: ms. */
  get droppedMs(): number {
    return this.#droppedTicks * this.tickMs;
  }

  /**
   * Says what time it is. Tick 0 is due at the first call, and the next one at the first call after `pause`. A time that goes back changes
   * nothing.
   */
  reach(nowMs: number): void {
    this.#startMs ??= nowMs;
    const beats = Math.floor(this.#beatsAt(nowMs) + this.#earlyBeats) + 1;
    if (beats <= this.#nextBeat) return;
    this.#due += beats - this.#nextBeat;
    this.#nextBeat = beats;
    const dropped = Math.max(0, this.#due - this.#maxCatchUpTicks);
    this.#due -= dropped;
    this.#droppedTicks += dropped;
  }

  /** The number of the tick to run now, which counts as run; `null` if none is due. */
  take(): number | null {
    if (this.#due === 0) return null;
    this.#due -= 1;
    this.#taken += 1;
    return this.#taken - 1;
  }

  /** How far the time is from the last tick to the next, from 0 to 1: what to draw in between. */
  alphaAt(nowMs: number): number {
    if (this.#startMs === null) return 0;
    return Math.min(1, Math.max(0, this.#beatsAt(nowMs) - (this.#nextBeat - 1)));
  }

  /** Time stands still until the next `reach`: what passes meanwhile is neither caught up nor dropped. */
  pause(): void {
    this.#startMs = null;
    this.#nextBeat = 0;
    this.#due = 0;
  }

  #beatsAt(nowMs: number): number {
    return ((nowMs - (this.#startMs ?? nowMs)) * this.#ticksPerSecond) / 1_000;
  }
}
