/**
 * The worker of `DriverOptions.worker`, an entry of its own: a timer that goes on while the page is hidden. It takes
 * `{ intervalMs }`, 0 for "stop", and posts an empty message for each tick.
 */
interface TimerWorkerScope {
  addEventListener?(name: "message", handler: (event: MessageEvent<{ intervalMs: number }>) => void): void;
  postMessage(message: null): void;
}

const scope = globalThis as unknown as TimerWorkerScope;
let timer: ReturnType<typeof setInterval> | undefined;

scope.addEventListener?.("message", ({ data }) => {
  clearInterval(timer);
  if (data.intervalMs > 0) timer = setInterval(() => scope.postMessage(null), data.intervalMs);
});

export {};
