import { describe, expect, test } from "vitest";
import type { Pose } from "../../demo/game/types.ts";
import { PoseBuffer } from "../../demo/net/pose-buffer.ts";

const still: Pose = {
  x: 0,
  y: 0,
  vx: 0,
  vy: 0,
  angle: 0,
  thrust: 0,
  damage: 0,
  alive: true,
  boosting: false,
  shielded: false,
};
/** Gliding right at 300 units a second, the place by the sender's clock. */
const gliding = (sentMs: number): Pose => ({ ...still, x: sentMs * 0.3, vx: 300 });
const INTERVAL = 33;

/** Sends `count` poses of a glide; each arrives `trip` later. Returns when the last one came, by the receiver's clock. */
function glide(buffer: PoseBuffer, count: number, trip: (index: number) => number, clockAhead = 5_000): number {
  let nowMs = 0;
  for (let index = 0; index < count; index++) {
    const sentMs = index * INTERVAL;
    nowMs = Math.max(nowMs, sentMs + clockAhead + trip(index));
    buffer.take({ sentMs, pose: gliding(sentMs) }, nowMs);
  }
  return nowMs;
}

describe("the pose buffer", () => {
  test("has nothing to show before the first pose, then that pose", () => {
    const buffer = new PoseBuffer();
    expect(buffer.sample(100)).toBeNull();
    buffer.take({ sentMs: 10, pose: still }, 100);
    expect(buffer.sample(100)).toEqual(still);
  });

  test("a glide is seen as a glide, whatever the difference of the clocks", () => {
    for (const clockAhead of [5_000, -2_000_000]) {
      const buffer = new PoseBuffer();
      const last = glide(buffer, 60, () => 20, clockAhead);
      const steps = [0, 10, 20, 30, 40].map((ms) => buffer.sample(last - 60 + ms)?.x ?? Number.NaN);
      for (const [index, x] of steps.slice(1).entries()) expect(x - (steps[index] ?? 0)).toBeCloseTo(3, 1);
    }
  });

  test("jitter makes it play further behind, and calm brings it back", () => {
    const calm = new PoseBuffer();
    glide(calm, 300, () => 20);
    const shaky = new PoseBuffer();
    const last = glide(shaky, 300, (index) => 20 + ((index * 37) % 97));
    expect(calm.delayMs).toBeLessThan(90);
    expect(shaky.delayMs).toBeGreaterThan(120);
    expect(shaky.delayMs).toBeLessThanOrEqual(280);
    for (let index = 300; index < 1_500; index++) {
      shaky.take({ sentMs: index * INTERVAL, pose: gliding(index * INTERVAL) }, last + (index - 299) * INTERVAL);
    }
    expect(shaky.delayMs).toBeLessThan(120);
  });

  test("without new poses a craft glides on a little, then stands", () => {
    const buffer = new PoseBuffer();
    const last = glide(buffer, 60, () => 20);
    const soon = buffer.sample(last + 150)?.x ?? 0;
    const later = buffer.sample(last + 2_000)?.x ?? 0;
    const muchLater = buffer.sample(last + 60_000)?.x ?? 0;
    expect(later).toBeGreaterThan(soon);
    expect(later - 59 * INTERVAL * 0.3).toBeCloseTo(54, 0);
    expect(muchLater).toBe(later);
  });

  test("a craft that is placed elsewhere does not fly there", () => {
    const buffer = new PoseBuffer();
    buffer.take({ sentMs: 0, pose: { ...still, alive: false } }, 0);
    buffer.take({ sentMs: 33, pose: { ...still, x: 400 } }, 33);
    for (let ms = 33; ms < 300; ms += 8) expect([0, 400]).toContain(buffer.sample(ms)?.x);
    expect(buffer.sample(300)?.x).toBe(400);
  });

  test("turns the short way round", () => {
    const buffer = new PoseBuffer();
    buffer.take({ sentMs: 0, pose: { ...still, angle: 3.1 } }, 0);
    buffer.take({ sentMs: 40, pose: { ...still, angle: -3.1 } }, 40);
    const angle = buffer.sample(20 + buffer.delayMs)?.angle ?? 0;
    expect(Math.abs(Math.cos(angle) + 1)).toBeLessThan(0.01);
  });

  test("after the sender's clock jumped, it is followed again", () => {
    const buffer = new PoseBuffer();
    const last = glide(buffer, 60, () => 20);
    for (let index = 0; index < 40; index++) {
      const sentMs = 900_000 + index * INTERVAL;
      const pose = { ...still, x: 7 + index };
      buffer.take({ sentMs, pose }, last + index * INTERVAL);
    }
    expect(buffer.sample(last + 40 * INTERVAL)?.x).toBeGreaterThan(40);
  });
});
