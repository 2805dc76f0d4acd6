import type { Clock } from "../base/clock.ts";
import { shown } from "../base/diagnostics.ts";
import type { Flushable } from "../base/pollable.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { faultOfWhole } from "../base/whole.ts";
import type { DriverOptions } from "./driver.ts";
import type { Polled } from "./poll-list.ts";

/** What a loop polls; what has a `flush`, as a session has, is flushed too. */
export type LoopMember = Polled & Partial<Flushable>;

export interface LoopOptions extends Pick<DriverOptions, "worker" | "mode"> {
  /** From 1 to 1,000. Tick n is due at `start + n × 1000 / ticksPerSecond`. */
  readonly ticksPerSecond: number;
  /** What is polled, in this order, before the ticks, and flushed, in this order, after them. */
  readonly poll?: readonly LoopMember[];
  /**
   * One step of the game. `tick` counts from 0, without a gap; `dtMs` is always `1000 / ticksPerSecond`. One that throws counts as run;
   * its error reaches the page's error reporting.
   */
  readonly tick?: (tick: number, dtMs: number) => void;
  /**
   * Draws, last of all and once a frame while the page is visible; where there is no page, at each wake-up. `alpha`: how far the time is
   * from the last tick to the next, from 0 to 1.
   */
  readonly render?: (alpha: number) => void;
  /** How many ticks are run at once at most, from 1 to 1,000; default 5. Time beyond it is dropped: `Loop.droppedMs`. */
  readonly maxCatchUpTicks?: number;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

const MAX_TICKS_PER_SECOND = 1_000;
const MAX_CATCH_UP_TICKS = 1_000;
const DEFAULT_CATCH_UP_TICKS = 5;

/** Throws `invalid-options`. Gives back how many ticks are caught up. */
export function checkLoopOptions({ ticksPerSecond, maxCatchUpTicks = DEFAULT_CATCH_UP_TICKS }: LoopOptions): number {
  // A rate need not be whole; NaN is neither less nor more.
  if (!(ticksPerSecond >= 1 && ticksPerSecond <= MAX_TICKS_PER_SECOND)) {
    throw new TickmeshError(
      "invalid-options",
      `ticksPerSecond ${shown(ticksPerSecond)} is no number from 1 to ${MAX_TICKS_PER_SECOND}`,
    );
  }
  const fault = faultOfWhole("maxCatchUpTicks", maxCatchUpTicks, 1, MAX_CATCH_UP_TICKS);
  if (fault !== null) throw new TickmeshError("invalid-options", fault);
  return maxCatchUpTicks;
}
