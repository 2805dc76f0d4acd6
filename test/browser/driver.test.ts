import { afterEach, expect, test, vi } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import type { Pollable } from "../../src/base/pollable.ts";
import { createDriver, type Driver } from "../../src/driver/driver.ts";
import DriverWorker from "../../src/driver/driver-worker.ts?worker";
import { until } from "../support/until.ts";

let driver: Driver;
afterEach(() => {
  driver.stop();
  vi.restoreAllMocks();
});

interface Counted extends Pollable {
  polls: number;
}

function counted(onPoll: () => void = () => {}): Counted {
  return {
    polls: 0,
    wake: null,
    poll() {
      this.polls += 1;
      onPoll();
    },
  };
}

/** Headless Chromium never hides a page, so the page is told that it is. */
function hide(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));

test("P1 a visible page polls its list in order, once a frame", async () => {
  const order: string[] = [];
  const [first, second] = [counted(() => order.push("first")), counted(() => order.push("second"))];
  driver = createDriver();
  driver.add(first);
  driver.add(second);
  driver.add(first);
  driver.start();
  const before = first.polls;
  for (let i = 0; i < 5; i++) await frame();
  expect(first.polls - before).toBeGreaterThanOrEqual(4);
  expect(first.polls - before).toBeLessThanOrEqual(6);
  expect(second.polls).toBe(first.polls);
  expect(order.slice(0, 4)).toEqual(["first", "second", "first", "second"]);
});

test("P1 what has no wake is polled all the same, and gets none", async () => {
  let polls = 0;
  const game = {
    poll(): void {
      polls += 1;
    },
  };
  driver = createDriver();
  driver.add(game);
  driver.start();
  await until(() => polls >= 3);
  driver.remove(game);
  const before = polls;
  await frame();
  expect([polls, Object.keys(game)]).toEqual([before, ["poll"]]);
});

test("P2 a hidden page is polled by a worker, made once", async () => {
  const pollable = counted();
  const made: Worker[] = [];
  vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(0);
  driver = createDriver({
    intervalMs: 5,
    worker: () => {
      made.push(new DriverWorker());
      return made.at(-1) as Worker;
    },
  });
  driver.add(pollable);
  driver.start();
  expect([pollable.polls, made.length]).toEqual([1, 0]);
  hide(true);
  await until(() => pollable.polls >= 20);
  hide(false);
  hide(true);
  const polls = pollable.polls;
  await until(() => pollable.polls >= polls + 20);
  expect(made).toHaveLength(1);
});

test("P3 hidden and without a worker, it polls when woken, once a task", async () => {
  const pollable = counted();
  driver = createDriver();
  driver.add(pollable);
  driver.start();
  hide(true);
  const polls = pollable.polls;
  pollable.wake?.();
  pollable.wake?.();
  expect(pollable.polls).toBe(polls);
  await Promise.resolve();
  expect(pollable.polls).toBe(polls + 1);
  await until(() => pollable.polls >= polls + 2, { what: "the poll of each second" });
});

test("P3 a worker that cannot be loaded is told of, and the page polls as if there were none", async () => {
  const lines: string[] = [];
  setDiagnosticsHandler((line) => lines.push(line));
  const pollable = counted();
  driver = createDriver({ worker: () => new Worker("/no-such-worker.js", { type: "module" }) });
  driver.add(pollable);
  hide(true);
  driver.start();
  await until(() => lines.length > 0);
  setDiagnosticsHandler(null);
  expect(lines[0]).toContain("worker");
  const polls = pollable.polls;
  pollable.wake?.();
  await Promise.resolve();
  expect(pollable.polls).toBe(polls + 1);
});

test("P4 in mode wake it polls when woken, and by its timer", async () => {
  const pollable = counted();
  driver = createDriver({ mode: "wake", intervalMs: 10 });
  driver.add(pollable);
  driver.start();
  const polls = pollable.polls;
  pollable.wake?.();
  await Promise.resolve();
  expect(pollable.polls).toBe(polls + 1);
  await until(() => pollable.polls >= polls + 10);
});

test("P5 a poll that throws keeps nothing else from running", async () => {
  const errors: string[] = [];
  const listen = (event: ErrorEvent): void => {
    errors.push(event.message);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("error", listen, { capture: true });
  const bad = counted(() => {
    throw new Error("thrown by a poll");
  });
  const good = counted();
  driver = createDriver({ mode: "wake", intervalMs: 1_000 });
  driver.add(bad);
  driver.add(good);
  driver.start();
  bad.wake?.();
  await until(() => errors.length === 2);
  expect([bad.polls, good.polls]).toEqual([2, 2]);
  expect(errors[0]).toContain("thrown by a poll");
  window.removeEventListener("error", listen, { capture: true });
});

test("P6 stop and remove take effect within the tick, and stop ends the worker", async () => {
  const last = counted();
  const removed = counted();
  let ended = false;
  const stopper = counted(() => {
    driver.remove(removed);
    if (stopper.polls === 3) driver.stop();
  });
  driver = createDriver({
    intervalMs: 5,
    worker: () => {
      const worker: Worker = new DriverWorker();
      const terminate = worker.terminate.bind(worker);
      worker.terminate = () => {
        ended = true;
        terminate();
      };
      return worker;
    },
  });
  for (const pollable of [stopper, removed, last]) driver.add(pollable);
  hide(true);
  driver.start();
  await until(() => ended);
  expect([stopper.polls, removed.polls, last.polls]).toEqual([3, 0, 2]);
  expect(removed.wake).toBeNull();
  last.wake?.();
  await frame();
  expect(last.polls).toBe(2);
  driver.start();
  expect(last.polls).toBe(3);
});
