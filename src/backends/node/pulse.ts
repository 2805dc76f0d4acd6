import { clearInterval, setInterval } from "node:timers";
import { PULSE_MS } from "./limits.ts";

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/**
 * Calls `check` every `PULSE_MS` until `stopWatching`. For what the binding never tells by itself. One timer for all connections,
 * there only while one of them needs it; by itself it keeps no process alive.
 */
export function startWatching(check: () => void): void {
  watchers.add(check);
  timer ??= setInterval(beat, PULSE_MS).unref();
}

export function stopWatching(check: () => void): void {
  watchers.delete(check);
  if (watchers.size > 0 || timer === null) return;
  clearInterval(timer);
  timer = null;
}

function beat(): void {
  for (const check of watchers) check();
}
