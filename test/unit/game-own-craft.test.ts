import { expect, test } from "vitest";
import { FIRST_COUNTDOWN_MS, REPEAT_MS, RESPAWN_MS, STEP_MS } from "../../demo/game/constants.ts";
import { IDLE, poseOf } from "../../demo/game/craft.ts";
import { OwnCraft } from "../../demo/game/own-craft.ts";
import { newRound, stepRound } from "../../demo/game/round.ts";
import type { CraftEvent, CraftInput, OtherCraft, RoundEvent, RoundState } from "../../demo/game/types.ts";

const joins = (...ids: number[]): RoundEvent[] => ids.map((player) => ({ type: "joined", player }));
const waiting = stepRound(newRound(5), joins(1), 0);
const countdown = stepRound(newRound(5), joins(1, 2), 0);
const playing = stepRound(countdown, [], FIRST_COUNTDOWN_MS);
const many = (own: OwnCraft, round: RoundState, ms: number, input: Partial<CraftInput> = {}): CraftEvent[] => {
  const events: CraftEvent[] = [];
  for (let done = 0; done < ms; done += STEP_MS) events.push(...own.step({ ...IDLE, ...input }, round, [], STEP_MS));
  return events;
};
const offTheIce: Partial<CraftInput> = { thrust: 1 };

test("in the countdown one stands at one's place and cannot fire", () => {
  const own = new OwnCraft(1);
  expect(many(own, countdown, 500, { fire: true, thrust: 1, boost: true })).toEqual([]);
  expect(own.craft).toMatchObject({ alive: true, vx: 0, vy: 0 });
});

test("who slides off falls once, and says so again until the host has noticed", () => {
  const own = new OwnCraft(1);
  const events = many(own, playing, 6000, offTheIce);
  expect(own.craft.alive).toBe(false);
  const fells = events.filter(({ type }) => type === "fell");
  expect(fells.length).toBeGreaterThan(1);
  const noticed = stepRound(playing, [{ type: "fell", player: 1, lastHitBy: null }], 0);
  expect(many(own, noticed, REPEAT_MS * 3, offTheIce)).toEqual([]);
});

test("while the game waits, who falls comes back", () => {
  const own = new OwnCraft(1);
  many(own, waiting, 100);
  expect(own.craft.alive).toBe(true);
  for (let step = 0; step < 600 && own.craft.alive; step++) own.step({ ...IDLE, ...offTheIce }, waiting, [], STEP_MS);
  expect(own.craft.alive).toBe(false);
  many(own, waiting, RESPAWN_MS + STEP_MS * 2);
  expect(own.craft.alive).toBe(true);
});

test("who joins during a round has no craft until the next", () => {
  const late = stepRound(playing, joins(3), 0);
  const own = new OwnCraft(3);
  expect(many(own, late, 2000, { fire: true, thrust: 1 })).toEqual([]);
  expect(own.craft.alive).toBe(false);
});

test("each round puts the craft back, whole", () => {
  const own = new OwnCraft(1);
  many(own, playing, 6000, offTheIce);
  many(own, { ...countdown, round: 2 }, STEP_MS);
  expect(own.craft).toMatchObject({ alive: true, damage: 0, lastHitBy: null });
});

test("the victim decides: a bolt that reaches it is reported, and the shooter's page takes it away on hearing of it", () => {
  const victim = new OwnCraft(2);
  victim.step(IDLE, playing, [], STEP_MS);
  const { x, y } = victim.craft;
  const fired = { shooter: 1, bolt: 1, x: x - 100, y, vx: 800, vy: 0, big: true };
  victim.takeFired(fired, 20);
  const hit = many(victim, playing, 300).find((event) => event.type === "hit");
  if (hit?.type !== "hit") throw new Error("no hit");
  expect(hit.hit).toMatchObject({ victim: 2, shooter: 1, bolt: 1 });
  expect(victim.craft.damage).toBe(hit.hit.damage);
  expect(victim.craft.vx).toBeGreaterThan(0);

  const watcher = new OwnCraft(3);
  watcher.takeFired(fired, 0);
  watcher.takeHit(hit.hit);
  expect(watcher.bolts).toEqual([]);
});

test("nobody else can fire in one's name", () => {
  const own = new OwnCraft(1);
  own.takeFired({ shooter: 1, bolt: 9, x: 0, y: 0, vx: 800, vy: 0, big: false }, 0);
  expect(own.bolts).toEqual([]);
});

test("a bump seen on both pages pushes once; one that only the other page saw pushes too", () => {
  const own = new OwnCraft(1);
  own.step(IDLE, playing, [], STEP_MS);
  const pose = poseOf(own.craft);
  const rammer: OtherCraft = { ...pose, id: 2, x: pose.x - 40, vx: 300, vy: 0 };
  const bumps = own.step(IDLE, playing, [rammer], STEP_MS).filter(({ type }) => type === "bumped");
  expect(bumps).toHaveLength(1);
  const speed = own.craft.vx;
  const report = { player: 2, other: 1, pushX: 300, pushY: 0, x: 0, y: 0 };
  own.takeBump(report);
  expect(own.craft.vx).toBe(speed);
  own.takeBump({ ...report, player: 3 });
  expect(own.craft.vx).toBeGreaterThan(speed + 200);
  const before = own.craft.vx;
  own.takeBump({ ...report, player: 4, other: 5 });
  expect(own.craft.vx).toBe(before);
});

test("a pick-up is asked for once in a while, and used once when granted", () => {
  const own = new OwnCraft(1);
  own.step(IDLE, playing, [], STEP_MS);
  const { x, y } = own.craft;
  const pickup = { id: 0, kind: "bolts" as const, x, y, bornMs: 0, takenBy: null, takenMs: 0 };
  const offered = { ...playing, pickups: [pickup] };
  expect(many(own, offered, REPEAT_MS / 2).filter(({ type }) => type === "claim")).toHaveLength(1);
  expect(many(own, offered, REPEAT_MS).filter(({ type }) => type === "claim")).toHaveLength(1);
  const granted = { ...playing, pickups: [{ ...pickup, takenBy: 1 }] };
  many(own, granted, 100);
  const left = own.craft.bigBolts;
  expect(left).toBeGreaterThan(0);
  many(own, granted, 1200, { fire: true });
  expect(own.craft.bigBolts).toBeLessThan(left);
});
