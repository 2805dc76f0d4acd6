/**
 * Where time comes from. Everything that measures time takes one, so that a test or a simulator can supply its own.
 * Nothing outside this folder reads the system's clock.
 */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. Differences have a meaning, the value itself has none. */
  nowMs(): number;
}

/** The machine's monotonic clock (`performance.now`). */
export const systemClock: Clock = { nowMs: () => performance.now() };

/** The machine's calendar: milliseconds since 1970, for what other machines are to understand. It may go back when it is set. */
export const systemCalendar: Clock = { nowMs: () => Date.now() };
