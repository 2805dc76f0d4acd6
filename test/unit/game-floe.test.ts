import { expect, test } from "vitest";
import { FLOE_STAGES_MS, FLOE_WARNING_MS, MAX_PLAYERS } from "../../demo/game/constants.ts";
import { chunkAt, chunkState, floePlan, floeRadius, iceCentre, onIce } from "../../demo/game/floe.ts";
import { hash } from "../../demo/game/random.ts";
import { freeSpawn, spawnPlace } from "../../demo/game/spawn.ts";

const seeds = Array.from({ length: 40 }, (_, index) => hash(index, 0, 0));

test("the same seed gives the same floe, another seed another one", () => {
  const [a, b] = [floePlan(7, 500), floePlan(8, 500)];
  for (const seed of seeds.slice(0, 6)) floePlan(seed, 500);
  const again = floePlan(7, 500);
  expect(again).not.toBe(a);
  expect(again).toEqual(a);
  expect(b.chunks).not.toEqual(a.chunks);
});

test("nothing breaks before the first stage, all of it has gone after the last", () => {
  for (const seed of seeds) {
    const { chunks } = floePlan(seed, floeRadius(4));
    expect(chunks.length).toBeGreaterThan(50);
    for (const chunk of chunks) {
      expect(chunk.breaksAtMs).toBeGreaterThanOrEqual(FLOE_STAGES_MS[0] ?? 0);
      expect(chunk.breaksAtMs).toBeLessThan((FLOE_STAGES_MS.at(-1) ?? 0) + 5000);
      expect(chunk.corners.length).toBeGreaterThanOrEqual(3);
    }
    expect(new Set(chunks.map((chunk) => chunk.stage)).size).toBe(FLOE_STAGES_MS.length);
  }
});

test("a piece warns before it breaks", () => {
  const chunk = floePlan(3, 500).chunks[0];
  if (chunk === undefined) throw new Error("no ice");
  expect(chunkState(chunk, chunk.breaksAtMs - FLOE_WARNING_MS - 1)).toBe("standing");
  expect(chunkState(chunk, chunk.breaksAtMs - FLOE_WARNING_MS)).toBe("warned");
  expect(chunkState(chunk, chunk.breaksAtMs)).toBe("gone");
  expect(onIce(floePlan(3, 500), chunk.site.x, chunk.site.y, chunk.breaksAtMs - 1)).toBe(true);
  expect(onIce(floePlan(3, 500), chunk.site.x, chunk.site.y, chunk.breaksAtMs)).toBe(false);
});

test("what is drawn is what carries: points inside a piece's corners belong to it", () => {
  const plan = floePlan(11, 500);
  for (const chunk of plan.chunks) {
    for (const corner of chunk.corners) {
      const x = chunk.site.x + (corner.x - chunk.site.x) * 0.97;
      const y = chunk.site.y + (corner.y - chunk.site.y) * 0.97;
      expect(chunkAt(plan, x, y)?.id).toBe(chunk.id);
    }
  }
});

test("there is water all round, and far away", () => {
  const plan = floePlan(5, 500);
  for (let turn = 0; turn < 64; turn++) {
    for (const distance of [560, 700, 5000]) {
      const angle = (turn / 64) * Math.PI * 2;
      expect(onIce(plan, Math.cos(angle) * distance, Math.sin(angle) * distance, 0)).toBe(false);
    }
  }
});

test("everybody starts on the ice, apart from each other, whatever the seed", () => {
  for (const seed of seeds) {
    const plan = floePlan(seed, floeRadius(MAX_PLAYERS));
    const places = Array.from({ length: MAX_PLAYERS }, (_, spawn) => spawnPlace(plan, spawn));
    for (const [index, place] of places.entries()) {
      expect(onIce(plan, place.x, place.y, 0)).toBe(true);
      for (const other of places.slice(index + 1)) {
        expect(Math.hypot(place.x - other.x, place.y - other.y)).toBeGreaterThan(100);
      }
    }
  }
  expect(freeSpawn([0, 1, 3])).toBe(2);
});

test("the middle of the ice moves to where the last pieces stand", () => {
  const plan = floePlan(21, 500);
  const last = plan.chunks.reduce((a, b) => (b.breaksAtMs > a.breaksAtMs ? b : a));
  expect(iceCentre(plan, last.breaksAtMs - 1)).toEqual(last.site);
  expect(iceCentre(plan, last.breaksAtMs + 1)).toEqual(last.site);
});
