import { afterEach, expect, test, vi } from "vitest";
import DriverWorker from "../../src/driver/driver-worker.ts?worker";
import { createLoop, type Loop } from "../../src/driver/loop.ts";
import { until } from "../support/until.ts";

let loop: Loop;
afterEach(() => {
  loop.stop();
  vi.restoreAllMocks();
});

/** Headless Chromium never hides a page, so the page is told that it is. */
function hide(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

test("T16 it ticks by frames, and on by the worker while the page is hidden", async () => {
  const calls: string[] = [];
  loop = createLoop({
    ticksPerSecond: 100,
    poll: [{ poll: () => calls.push("poll"), flush: () => void calls.push("flush") }],
    tick: () => calls.push("tick"),
    render: () => calls.push("render"),
    worker: () => new DriverWorker(),
  });
  loop.start();
  await until(() => loop.ticks >= 10);
  expect(calls.slice(0, 4)).toEqual(["poll", "tick", "flush", "render"]);
  vi.spyOn(globalThis, "requestAnimationFrame").mockReturnValue(0);
  hide(true);
  const before = loop.ticks;
  calls.length = 0;
  await until(() => loop.ticks >= before + 20);
  expect(calls).not.toContain("render");
  hide(false);
  expect(calls).toContain("render");
});

test("T16 hidden and without a worker it polls when woken", async () => {
  let polls = 0;
  const session = {
    wake: null as (() => void) | null,
    poll(): void {
      polls += 1;
    },
  };
  loop = createLoop({ ticksPerSecond: 60 });
  loop.add(session);
  hide(true);
  loop.start();
  const before = polls;
  session.wake?.();
  await Promise.resolve();
  expect(polls).toBe(before + 1);
});
