import { expect, test } from "vitest";
import { BoltField, fireBolt } from "../../demo/game/bolts.ts";
import {
  BIG_BOLTS,
  BOLT_DAMAGE,
  BOLT_TTL_MS,
  BUMP_PUSH_MAX,
  CRAFT_RADIUS,
  REPAIR,
  SHIELD_MS,
  STEP_MS,
} from "../../demo/game/constants.ts";
import { IDLE, newCraft, poseOf, stepCraft } from "../../demo/game/craft.ts";
import { bumpPush, knockedByBolt, knockedByBump, pushedApart } from "../../demo/game/knocks.ts";
import { applied } from "../../demo/game/pickups.ts";
import type { Craft, CraftInput, OtherCraft } from "../../demo/game/types.ts";

const craftAt = (x: number, y: number, angle = 0): Craft => newCraft(x, y, angle, true);
const seen = (craft: Craft, id: number): OtherCraft => ({ ...poseOf(craft), id });
const run = (craft: Craft, input: Partial<CraftInput>, seconds: number): Craft => {
  let next = craft;
  for (let step = 0; step < seconds * 60; step++) next = stepCraft(next, { ...IDLE, ...input }, false, STEP_MS);
  return next;
};

test("a craft reaches a top speed, and glides on when the engine stops", () => {
  const fast = run(craftAt(0, 0), { thrust: 1 }, 6);
  expect(fast.vx).toBeGreaterThan(350);
  expect(fast.vx).toBeLessThan(480);
  const gliding = run(fast, {}, 0.5);
  expect(gliding.vx).toBeGreaterThan(fast.vx * 0.5);
  expect(gliding.x).toBeGreaterThan(fast.x + 100);
});

test("a heading is steered to by the shorter way, and kept", () => {
  const turned = run(craftAt(0, 0, 3), { heading: -3 }, 1.5);
  expect(Math.abs(turned.angle)).toBeCloseTo(3, 1);
  expect(run(craftAt(0, 0, 3), { heading: -3 }, 0.1).spin).toBeGreaterThan(0);
});

test("boosting is a burst with a pause after it", () => {
  const boosted = run(craftAt(0, 0), { boost: true }, 0.3);
  expect(boosted.vx).toBeGreaterThan(300);
  expect(boosted.boostCooldownMs).toBeGreaterThan(1500);
  expect(run(boosted, { boost: true }, 1).boostMs).toBe(0);
});

test("held at the start, a craft may turn and nothing else", () => {
  const held = stepCraft(craftAt(0, 0), { ...IDLE, turn: 1, thrust: 1, boost: true }, true, STEP_MS);
  expect(held).toMatchObject({ vx: 0, vy: 0, thrust: 0, boostMs: 0 });
  expect(held.angle).toBeGreaterThan(0);
});

test("input that is no number is taken for none", () => {
  const craft = stepCraft(
    craftAt(0, 0),
    { ...IDLE, turn: Number.NaN, thrust: Number.POSITIVE_INFINITY },
    false,
    STEP_MS,
  );
  expect(Number.isFinite(craft.x + craft.y + craft.vx + craft.angle)).toBe(true);
});

test("a bolt hits the craft in its way once, and not its shooter", () => {
  const shooter = craftAt(0, 0);
  const { fired, craft } = fireBolt(shooter, 1, 1);
  expect(craft.vx).toBeLessThan(0);
  const mine = new BoltField();
  const theirs = new BoltField();
  for (const field of [mine, theirs]) field.add(fired, 0);
  const victim = craftAt(200, 0);
  let hits = 0;
  for (let step = 0; step < 60; step++) {
    expect(mine.step(seen(shooter, 1), [seen(victim, 2)], STEP_MS)).toEqual([]);
    hits += theirs.step(seen(victim, 2), [seen(shooter, 1)], STEP_MS).length;
  }
  expect(hits).toBe(1);
  expect(mine.bolts).toEqual([]);
});

test("a long step does not carry a bolt through a craft", () => {
  const field = new BoltField();
  field.add(fireBolt(craftAt(0, 0), 1, 1).fired, 0);
  expect(field.step(seen(craftAt(160, 0), 2), [], 400)).toHaveLength(1);
});

test("bolts end, are known once, and a late one starts further on", () => {
  const { fired } = fireBolt(craftAt(0, 0), 1, 1);
  const field = new BoltField();
  field.add(fired, 100);
  field.add(fired, 0);
  expect(field.bolts).toHaveLength(1);
  expect(field.bolts[0]?.x).toBeGreaterThan(fired.x + 50);
  field.step(seen(craftAt(0, 900), 2), [], BOLT_TTL_MS);
  expect(field.bolts).toEqual([]);
});

test("a flood of bolts is cut off, and takes nobody else's place", () => {
  const field = new BoltField();
  const { fired } = fireBolt(craftAt(0, 0), 1, 1);
  for (let bolt = 0; bolt < 1000; bolt++) field.add({ ...fired, bolt }, 0);
  expect(field.bolts).toHaveLength(8);
  field.add({ ...fired, shooter: 2 }, 0);
  expect(field.bolts.map(({ shooter }) => shooter)).toContain(2);
});

test("damage grows the push; a shield takes all of it", () => {
  const bolt = { ...fireBolt(craftAt(0, 0), 1, 1).fired, ttlMs: 100 };
  const fresh = knockedByBolt(craftAt(50, 0), bolt);
  const worn = knockedByBolt({ ...craftAt(50, 0), damage: 120 }, bolt);
  const shielded = knockedByBolt({ ...craftAt(50, 0), shieldMs: 100 }, bolt);
  expect(fresh).toMatchObject({ damage: BOLT_DAMAGE, craft: { lastHitBy: 1, damage: BOLT_DAMAGE } });
  expect(worn.craft.vx).toBeGreaterThan(fresh.craft.vx * 2);
  expect(shielded).toMatchObject({ damage: 0, craft: { vx: 0, damage: 0 } });
});

test("a bump pushes both apart, each page seeing the mirror of the other", () => {
  const left = poseOf({ ...craftAt(-20, 0), vx: 200 });
  const right = poseOf(craftAt(20, 0));
  const [push, mirror] = [bumpPush(right, left), bumpPush(left, right)];
  expect(push?.x).toBeGreaterThan(150);
  expect(mirror?.x).toBeCloseTo(-(push?.x ?? 0), 6);
  expect(bumpPush({ ...right, vx: 300 }, left)).toBeNull();
  expect(bumpPush({ ...right, x: 200 }, left)).toBeNull();
});

test("ramming with the boost on pays", () => {
  const rammer = { ...poseOf({ ...craftAt(-20, 0), vx: 300 }), boosting: true };
  const target = poseOf(craftAt(20, 0));
  expect(bumpPush(target, rammer)?.x).toBeGreaterThan(bumpPush(target, { ...rammer, boosting: false })?.x ?? 0);
  expect(Math.abs(bumpPush(rammer, target)?.x ?? 0)).toBeLessThan(bumpPush(target, rammer)?.x ?? 0);
});

test("a push that another page reports is bounded, and nonsense is ignored", () => {
  const pushed = knockedByBump(craftAt(0, 0), { x: 1e9, y: 0 }, 3);
  expect(pushed.vx).toBeLessThanOrEqual(BUMP_PUSH_MAX);
  expect(knockedByBump(craftAt(0, 0), { x: Number.NaN, y: 0 }, 3)).toEqual(craftAt(0, 0));
});

test("craft never stay inside each other, even in the very same place", () => {
  for (const distance of [0, 1, CRAFT_RADIUS]) {
    const apart = pushedApart(craftAt(distance, 0), poseOf(craftAt(0, 0)));
    expect(apart.x).toBeGreaterThan(distance);
  }
});

test("pick-ups do what they say", () => {
  const worn = { ...craftAt(0, 0), damage: 30 };
  expect(applied(worn, "bolts").bigBolts).toBe(BIG_BOLTS);
  expect(applied(worn, "shield").shieldMs).toBe(SHIELD_MS);
  expect(applied(worn, "repair").damage).toBe(0);
  expect(applied({ ...worn, damage: 100 }, "repair").damage).toBe(100 - REPAIR);
});
