import { type Clock, systemClock } from "../base/clock.ts";
import { shown } from "../base/diagnostics.ts";
import { guarded } from "../base/guarded.ts";
import { isPageHidden } from "../base/page-visibility.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { createDriver, type Driver } from "./driver.ts";
import { FixedTicks } from "./fixed-ticks.ts";
import { checkLoopOptions, type LoopMember, type LoopOptions } from "./loop-options.ts";
import { PollList } from "./poll-list.ts";

/** A game's loop: fixed ticks, whatever the frames are like. */
export interface Loop {
  /** How many ticks have been run: the number of the next one. */
  readonly ticks: number;
  /** Time for which no tick was run, because there were more than `maxCatchUpTicks` to catch up. Unit: ms. */
  readonly droppedMs: number;
  /** Adds to the end of the list, and takes over its `wake`, if it has one. Adding what is there already does nothing. */
  add(member: LoopMember): void;
  remove(member: LoopMember): void;
  /** Begins, or goes on: the next tick is due at once, and the time since `stop` does not count. */
  start(): void;
  /** Nothing is called any more, also within the same wake-up; the worker is ended. */
  stop(): void;
  /**
   * One wake-up at a time of the caller's: poll, the ticks that are due, flush if there was one, render. For tests and simulators,
   * instead of `start`. The first call begins; a time that goes back makes no tick due. From within a wake-up it does nothing.
   * Throws a `TickmeshError` with the code `invalid-time` for what is no number.
   */
  step(nowMs: number): void;
}

/** Least time between two wake-ups where there are no frames, unless ticks are shorter. Unit: ms. */
const WAKE_UP_MS = 16;

/**
 * Polls, runs the ticks that are due, flushes, draws; by animation frames while the page is visible, by a worker's timer while it is hidden
 * (`createDriver` says how).
 *
 * Each wake-up polls, whether a tick is due or not: messages are taken in as they come, and the next tick finds them. Flushed is after
 * ticks only, once for all ticks of the wake-up, so that what the game sends in them shares packets. What a session sends of its own
 * accord (answers to pings, acknowledgements) it sends in its poll.
 *
 * Throws a `TickmeshError` with the code `invalid-options`.
 *
 * @example
 * const loop = createLoop({
 *   ticksPerSecond: 60,
 *   poll: [lobby, session],
 *   tick: (tick, dtMs) => game.advance(tick, dtMs),
 *   render: (alpha) => view.draw(alpha),
 *   worker: () => new Worker(new URL("tickmesh/driver-worker", import.meta.url), { type: "module" }),
 * });
 * loop.start();
 */
export function createLoop(options: LoopOptions): Loop {
  return new FixedLoop(options);
}

class FixedLoop implements Loop {
  readonly #options: LoopOptions;
  readonly #clock: Clock;
  readonly #ticks: FixedTicks;
  readonly #members = new PollList<LoopMember>(() => this.#driven.wake?.());
  /** What the driver polls: this loop. */
  readonly #driven = { poll: () => this.step(this.#clock.nowMs()), wake: null as (() => void) | null };
  readonly #driver: Driver;
  #isStepping = false;
  #isStopped = false;
  readonly #goesOn = (): boolean => !this.#isStopped;

  constructor(options: LoopOptions) {
    this.#ticks = new FixedTicks(options.ticksPerSecond, checkLoopOptions(options));
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    for (const member of options.poll ?? []) this.#members.add(member);
    const { worker, mode } = options;
    this.#driver = createDriver({
      intervalMs: Math.max(1, Math.min(WAKE_UP_MS, Math.floor(this.#ticks.tickMs))),
      ...(worker === undefined ? {} : { worker }),
      ...(mode === undefined ? {} : { mode }),
    });
    this.#driver.add(this.#driven);
  }

  get ticks(): number {
    return this.#ticks.taken;
  }

  get droppedMs(): number {
    return this.#ticks.droppedMs;
  }

  add(member: LoopMember): void {
    this.#members.add(member);
  }

  remove(member: LoopMember): void {
    this.#members.remove(member);
  }

  start(): void {
    this.#driver.start();
  }

  stop(): void {
    this.#isStopped = true;
    this.#ticks.pause();
    this.#driver.stop();
  }

  step(nowMs: number): void {
    if (!Number.isFinite(nowMs)) throw new TickmeshError("invalid-time", `nowMs ${shown(nowMs)} is no time in ms`);
    if (this.#isStepping) return;
    this.#isStepping = true;
    this.#isStopped = false;
    this.#members.each((member) => member.poll(), this.#goesOn);
    if (this.#runTicks(nowMs)) this.#members.each((member) => member.flush?.(), this.#goesOn);
    const { render } = this.#options;
    if (render !== undefined && !this.#isStopped && !isPageHidden()) guarded(() => render(this.#ticks.alphaAt(nowMs)));
    this.#isStepping = false;
  }

  /** Whether there were any. */
  #runTicks(nowMs: number): boolean {
    if (this.#isStopped) return false;
    const before = this.#ticks.taken;
    this.#ticks.reach(nowMs);
    // Stopping leaves none due.
    for (let tick = this.#ticks.take(); tick !== null; tick = this.#ticks.take()) {
      const number = tick;
      guarded(() => this.#options.tick?.(number, this.#ticks.tickMs));
    }
    return this.#ticks.taken > before;
  }
}
