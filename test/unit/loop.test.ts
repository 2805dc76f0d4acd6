import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import { FixedTicks } from "../../src/driver/fixed-ticks.ts";
import { createLoop, type Loop } from "../../src/driver/loop.ts";
import type { LoopMember, LoopOptions } from "../../src/driver/loop-options.ts";
import { ManualClock } from "../support/manual-clock.ts";

interface Written {
  readonly loop: Loop;
  /** What was called since it was last read. */
  read(): string[];
}

function written(options: Partial<LoopOptions> & { names?: string[] } = {}): Written {
  let said: string[] = [];
  const { names = ["a", "b"], ...rest } = options;
  const members = names.map((name) => ({
    poll: () => said.push(`poll ${name}`),
    flush: () => void said.push(`flush ${name}`),
  }));
  const loop = createLoop({
    ticksPerSecond: 50,
    poll: members,
    tick: (tick, dtMs) => said.push(`tick ${tick} ${dtMs}`),
    render: (alpha) => said.push(`render ${alpha}`),
    ...rest,
  });
  const read = (): string[] => {
    const before = said;
    said = [];
    return before;
  };
  return { loop, read };
}

/** The numbers of the ticks that a loop ran, and how many flushes. */
function counting(options: Partial<LoopOptions> = {}): { loop: Loop; ticks: number[]; flushes: () => number } {
  const ticks: number[] = [];
  let flushes = 0;
  const session = {
    poll() {},
    flush() {
      flushes += 1;
    },
  };
  const loop = createLoop({ ticksPerSecond: 60, poll: [session], tick: (tick) => ticks.push(tick), ...options });
  return { loop, ticks, flushes: () => flushes };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("T10 a wake-up polls, ticks, flushes and draws, in this order", () => {
  const { loop, read } = written();
  loop.step(1_000);
  expect(read()).toEqual(["poll a", "poll b", "tick 0 20", "flush a", "flush b", "render 0"]);
  loop.step(1_005);
  expect(read()).toEqual(["poll a", "poll b", "render 0.25"]);
  loop.step(1_050);
  expect(read()).toEqual(["poll a", "poll b", "tick 1 20", "tick 2 20", "flush a", "flush b", "render 0.5"]);
});

test("T10 what has no flush, and what joins while the loop runs, is in order too", () => {
  const { loop, read } = written({ names: ["a"] });
  const said: string[] = [];
  const plain = { poll: () => said.push("plain") };
  loop.add(plain);
  loop.add(plain);
  loop.step(0);
  expect([said, read().length]).toEqual([["plain"], 4]);
});

test("T10 a wake-up within a wake-up does nothing", () => {
  const { loop, ticks } = counting({ tick: () => loop.step(1_000_000) });
  loop.step(0);
  expect([ticks, loop.ticks]).toEqual([[], 1]);
});

test("T11 tick n comes at start + n × 1000 / rate, through a day", () => {
  for (const ticksPerSecond of [1, 20, 30, 60, 59.94, 144, 1_000]) {
    const ticks = new FixedTicks(ticksPerSecond, 1);
    const startMs = 987_654.321;
    const reachedBy = (nowMs: number): number => {
      ticks.reach(nowMs);
      while (ticks.take() !== null);
      return ticks.taken + Math.round(ticks.droppedMs / ticks.tickMs);
    };
    expect(reachedBy(startMs)).toBe(1);
    for (const seconds of [1, 3_600, 86_400]) {
      const number = Math.round(seconds * ticksPerSecond);
      const dueMs = startMs + (number * 1_000) / ticksPerSecond;
      expect(reachedBy(dueMs - Math.min(0.6, ticks.tickMs * 0.3))).toBe(number);
      expect(reachedBy(dueMs)).toBe(number + 1);
    }
  }
});

test("T11 irregular frames make every tick once, at the exact rate", () => {
  const { loop, ticks } = counting({ maxCatchUpTicks: 10 });
  let nowMs = 500;
  loop.step(nowMs);
  for (let frame = 0; nowMs < 60_500; frame++) {
    nowMs = Math.min(60_500, nowMs + ([16.7, 3.1, 33.4, 7, 101][frame % 5] ?? 0));
    loop.step(nowMs);
  }
  expect(ticks).toEqual(Array.from({ length: 3_601 }, (_, tick) => tick));
  expect(loop.droppedMs).toBe(0);
});

test("T11 frames that scatter by less than half a ms round the beat make one tick each", () => {
  const { loop, ticks } = counting();
  for (let frame = 0; frame < 600; frame++) {
    loop.step((frame * 1_000) / 60 + (frame === 0 ? 0 : ((frame * 7) % 10) / 10 - 0.45));
    expect(ticks).toHaveLength(frame + 1);
  }
});

test("T11 a time that goes back makes no tick due", () => {
  const { loop, ticks } = counting();
  loop.step(1_000);
  loop.step(0);
  loop.step(1_010);
  expect(ticks).toEqual([0]);
});

test("T12 catching up is bounded, and what is dropped is told", () => {
  const { loop, ticks, flushes } = counting({ ticksPerSecond: 50 });
  loop.step(0);
  loop.step(10_000);
  expect(ticks).toEqual([0, 1, 2, 3, 4, 5]);
  expect(loop.droppedMs).toBe((500 - 5) * 20);
  expect(flushes()).toBe(2);
  loop.step(10_019);
  expect(ticks).toHaveLength(6);
  loop.step(10_020);
  expect(ticks).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("T12 ticks that take longer than they may are no spiral", () => {
  const clock = new ManualClock();
  let run = 0;
  const loop = createLoop({
    ticksPerSecond: 100,
    maxCatchUpTicks: 3,
    tick() {
      run += 1;
      clock.advance(50);
    },
  });
  for (let wakeUp = 0; wakeUp < 100; wakeUp++) loop.step(clock.nowMs());
  expect(run).toBe(1 + 99 * 3);
  expect(loop.droppedMs + run * 10).toBeCloseTo(clock.nowMs() - 1_000 - 150 + 10);
});

test("T13 alpha goes from 0 to 1 between two ticks, and never beyond", () => {
  const alphas: number[] = [];
  const loop = createLoop({ ticksPerSecond: 10, render: (alpha) => alphas.push(alpha) });
  for (const nowMs of [0, 25, 50, 99, 99.9, 100, 175, 5_000, 5_050, 40]) loop.step(nowMs);
  expect(alphas.map((alpha) => Math.round(alpha * 100) / 100)).toEqual([0, 0.25, 0.5, 0.99, 0, 0, 0.75, 0, 0.5, 0]);
});

test("T13 nothing is drawn while the page is hidden", () => {
  const { loop, read } = written({ names: [] });
  const page = { hidden: true };
  vi.stubGlobal("document", page);
  loop.step(0);
  expect(read()).toEqual(["tick 0 20"]);
  page.hidden = false;
  loop.step(20);
  expect(read()).toEqual(["tick 1 20", "render 0"]);
});

test("T14 what throws keeps nothing else from running, and is told", async () => {
  const errors: unknown[] = [];
  const microtasks: (() => void)[] = [];
  vi.stubGlobal("queueMicrotask", (run: () => void) => microtasks.push(run));
  const boom = (what: string) => (): never => {
    throw new Error(what);
  };
  const { loop, read } = written({ names: [], tick: boom("tick"), render: boom("render") });
  const bad = { poll: boom("poll"), flush: boom("flush") };
  const said: string[] = [];
  loop.add(bad);
  loop.add({ poll: () => said.push("poll"), flush: () => void said.push("flush") });
  loop.step(0);
  loop.step(20);
  for (const run of microtasks) {
    try {
      run();
    } catch (error) {
      errors.push((error as Error).message);
    }
  }
  expect(errors).toEqual(["poll", "tick", "flush", "render", "poll", "tick", "flush", "render"]);
  expect([said, read(), loop.ticks]).toEqual([["poll", "flush", "poll", "flush"], [], 2]);
});

test("T15 after stop nothing more is called, within the wake-up too", () => {
  const said: string[] = [];
  const parts = (stopAt: string): LoopMember & { flush(): void } => ({
    poll: () => note("poll", stopAt),
    flush: () => note("flush", stopAt),
  });
  let loop: Loop;
  const note = (what: string, stopAt: string): void => {
    said.push(what);
    if (what === stopAt) loop.stop();
  };
  for (const stopAt of ["poll", "tick", "flush", "render"]) {
    const other = parts("never");
    loop = createLoop({
      ticksPerSecond: 10,
      poll: [parts(stopAt), other],
      tick: () => note("tick", stopAt),
      render: () => note("render", stopAt),
    });
    said.length = 0;
    loop.step(0);
    const order = ["poll", "poll", "tick", "flush", "flush", "render"];
    expect(said).toEqual(order.slice(0, order.indexOf(stopAt) + 1));
  }
});

test("T15 what is removed is neither polled nor flushed any more, and its wake is given back", () => {
  const said: string[] = [];
  const removed = { wake: null, poll: () => said.push("poll"), flush: () => void said.push("flush") };
  const { loop } = counting({ poll: [removed], tick: () => loop.remove(removed) });
  expect(removed.wake).not.toBeNull();
  loop.step(0);
  loop.step(100);
  expect([said, removed.wake]).toEqual([["poll"], null]);
});

test("T15 start goes on with the next tick, and the time between does not count", () => {
  const clock = new ManualClock();
  const { loop, ticks } = counting({ clock, ticksPerSecond: 100 });
  loop.start();
  expect(ticks).toEqual([0]);
  clock.advance(20);
  loop.stop();
  clock.advance(60_000);
  loop.start();
  loop.stop();
  expect([ticks, loop.droppedMs]).toEqual([[0, 1], 0]);
});

test("T16 without a page it ticks by a timer, polls when woken, and after stop keeps no process alive", async () => {
  const program = `
    import { createLoop } from ${JSON.stringify(new URL("../../src/driver/loop.ts", import.meta.url).href)};
    const session = { wake: null, polls: 0, poll() { this.polls += 1; } };
    let polls = 0;
    const loop = createLoop({
      ticksPerSecond: 500,
      mode: "wake",
      poll: [session],
      tick(tick) {
        if (tick !== 10) return;
        loop.stop();
        loop.start();
        const before = session.polls;
        session.wake();
        queueMicrotask(() => queueMicrotask(() => {
          console.log(session.polls - before);
          loop.stop();
        }));
      },
    });
    loop.start();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe("1");
});

test("T17 rates, bounds and times that cannot be are refused", () => {
  for (const ticksPerSecond of [0, -1, 0.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => createLoop({ ticksPerSecond })).toThrow(/ticksPerSecond .+ is no number from 1 to 1000/);
  }
  for (const maxCatchUpTicks of [0, 1.5, 1_001, Number.NaN]) {
    expect(() => createLoop({ ticksPerSecond: 60, maxCatchUpTicks })).toThrow(
      expect.objectContaining({ code: "invalid-options" }),
    );
  }
  const loop = createLoop({ ticksPerSecond: 60 });
  for (const nowMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => loop.step(nowMs)).toThrow(expect.objectContaining({ code: "invalid-time" }));
  }
  loop.step(0);
  expect(loop.ticks).toBe(1);
});
