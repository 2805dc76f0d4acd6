import { expect, test, vi } from "vitest";
import { STEP_MS } from "../../demo/game/constants.ts";
import { PracticeGame } from "../../demo/game/practice.ts";

// Minutes of play: half a second of work, but on a machine that has much else to do it takes its time.
vi.setConfig({ testTimeout: 60_000 });

const look = { name: "Tester", colour: 0x37c8ff };

test("the same seed gives the same game, to the last bit", () => {
  const play = (): string => {
    const game = new PracticeGame({ bots: 3, seed: 42, look });
    for (let step = 0; step < 60 * 40; step++) game.step(null);
    return JSON.stringify([game.model.round, game.model.players, game.model.bolts]);
  };
  expect(play()).toBe(play());
});

test.each([1, 3, 7])("with %i bots, rounds are won one after the other, and nothing leaves its bounds", (bots) => {
  const game = new PracticeGame({ bots, seed: 1000 + bots, look });
  const seconds = 100;
  let roundsOver = 0;
  let longestMs = 0;
  let mostBolts = 0;
  let before = game.model.round;
  for (let step = 0; step < 60 * seconds; step++) {
    game.step(null);
    const { round, players, bolts } = game.model;
    if (before.phase === "playing" && round.phase !== "playing") roundsOver += 1;
    longestMs = Math.max(longestMs, round.roundMs);
    mostBolts = Math.max(mostBolts, bolts.length);
    const sum = players.reduce((all, { pose }) => all + (pose?.x ?? 0) + (pose?.y ?? 0) + (pose?.angle ?? 0), 0);
    if (!Number.isFinite(sum)) throw new Error(`a craft is nowhere in step ${step}`);
    before = round;
  }
  expect(roundsOver).toBeGreaterThan(1);
  expect(longestMs).toBeLessThan(90_000);
  expect(mostBolts).toBeLessThanOrEqual(64);
});

test("effects nobody takes do not pile up", () => {
  const game = new PracticeGame({ bots: 7, seed: 3, look });
  for (let step = 0; step < 60 * 60; step++) game.step(null, STEP_MS);
  expect(game.model.takeEffects().length).toBeLessThanOrEqual(300);
  expect(game.model.takeEffects()).toEqual([]);
});
