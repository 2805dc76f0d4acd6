import { setImmediate } from "node:timers";

/**
 * Calls `done` once `count()` has stayed the same for a whole turn of the event loop.
 *
 * The binding hands each kind of event over by a queue of its own: what came last may be told first. Every turn of the loop empties
 * a queue, or at least takes a thousand events out of it, so that a turn without any shows that the queue is empty.
 */
export function whenSettled(count: () => number, done: () => void): void {
  let seen = Number.NaN;
  const look = (): void => {
    const now = count();
    if (now === seen) return done();
    seen = now;
    setImmediate(look);
  };
  setImmediate(look);
}
