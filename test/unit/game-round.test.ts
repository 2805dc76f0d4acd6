import { expect, test } from "vitest";
import {
  COUNTDOWN_MS,
  FIRST_COUNTDOWN_MS,
  MATCH_OVER_MS,
  PICKUP_TAKEN_MS,
  ROUND_END_MS,
  ROUND_MS_MOST,
  ROUND_OVER_MS,
  SETTLE_MS,
  TARGET_SCORE,
} from "../../demo/game/constants.ts";
import { pickupDueMs } from "../../demo/game/pickups.ts";
import { advanceRound, alive, newRound, stepRound } from "../../demo/game/round.ts";
import type { PlayerId, RoundEvent, RoundState } from "../../demo/game/types.ts";

const joins = (...ids: PlayerId[]): RoundEvent[] => ids.map((player) => ({ type: "joined", player }));
const falls = (player: PlayerId, lastHitBy: PlayerId | null = null): RoundEvent => ({
  type: "fell",
  player,
  lastHitBy,
});
const after = (state: RoundState, ms: number, events: RoundEvent[] = []): RoundState => {
  let next = stepRound(state, events, 0);
  for (let done = 0; done < ms; done += 50) next = stepRound(next, [], Math.min(50, ms - done));
  return next;
};
const playing = (...ids: PlayerId[]): RoundState => after(newRound(9), FIRST_COUNTDOWN_MS, joins(...ids));
const won = (state: RoundState, ...losers: PlayerId[]): RoundState =>
  after(
    state,
    SETTLE_MS,
    losers.map((player) => falls(player)),
  );

test("one player waits, two start to count down, and then the round runs", () => {
  const one = after(newRound(9), 5000, joins(4));
  expect(one).toMatchObject({ phase: "waiting", round: 0, roundMs: 0 });
  const two = stepRound(one, joins(7), 0);
  expect(two).toMatchObject({ phase: "countdown", match: 1, round: 1, phaseMs: 0 });
  expect(alive(two).map(({ id }) => id)).toEqual([4, 7]);
  expect(after(two, FIRST_COUNTDOWN_MS - 1).phase).toBe("countdown");
  expect(after(two, FIRST_COUNTDOWN_MS)).toMatchObject({ phase: "playing", phaseMs: 0, roundMs: 0 });
});

test("the last one on the ice wins the round, and the next round begins on another floe", () => {
  const start = playing(1, 2, 3);
  const over = won(start, 2, 3);
  expect(over).toMatchObject({ phase: "roundOver", winner: 1 });
  expect(over.players.map(({ score }) => score)).toEqual([1, 0, 0]);
  const next = after(over, ROUND_OVER_MS);
  expect(next).toMatchObject({ phase: "countdown", round: 2, match: 1, winner: null, roundMs: 0 });
  expect(next.seed).not.toBe(start.seed);
  expect(alive(next)).toHaveLength(3);
  expect(after(next, COUNTDOWN_MS).phase).toBe("playing");
});

test("when everybody falls in the same step it is a draw, and nobody scores", () => {
  const over = won(playing(1, 2, 3), 1, 2, 3);
  expect(over).toMatchObject({ phase: "roundOver", winner: null });
  expect(over.players.every(({ score }) => score === 0)).toBe(true);
});

test("once all the ice is long gone the round is a draw, whoever still says to be afloat", () => {
  const late = after(playing(1, 2, 3), ROUND_END_MS - 50);
  expect(late).toMatchObject({ phase: "playing" });
  expect(alive(late)).toHaveLength(3);
  const over = after(late, 50);
  expect(over).toMatchObject({ phase: "roundOver", winner: null });
  expect(over.players.every(({ score }) => score === 0)).toBe(true);
});

test("the round's clock stops in the end, however long nobody steps the round", () => {
  expect(advanceRound(playing(1, 2), 1e9)).toMatchObject({ phase: "playing", roundMs: ROUND_MS_MOST });
});

test("falls a moment apart are a draw too, later ones are not", () => {
  const start = playing(1, 2);
  const soon = after(after(start, SETTLE_MS - 100, [falls(1)]), SETTLE_MS, [falls(2)]);
  expect(soon).toMatchObject({ phase: "roundOver", winner: null });
  const late = after(after(start, SETTLE_MS, [falls(1)]), 500, [falls(2)]);
  expect(late).toMatchObject({ phase: "roundOver", winner: 2 });
});

test("who pushed somebody off gets the credit, who is not there gets none", () => {
  const state = stepRound(playing(1, 2, 3), [falls(2, 3), falls(1, 99)], 0);
  expect(state.players.map(({ knockouts }) => knockouts)).toEqual([0, 0, 1]);
});

test("a player who joins during a round waits for the next one", () => {
  const joined = stepRound(playing(1, 2), joins(3), 0);
  expect(joined.players[2]).toMatchObject({ id: 3, inRound: false, alive: false });
  expect(stepRound(joined, [falls(3)], 0)).toEqual(joined);
  const over = won(joined, 1);
  expect(over.winner).toBe(2);
  expect(after(over, ROUND_OVER_MS).players[2]).toMatchObject({ inRound: true, alive: true });
});

test("a player who joins during the countdown takes part, from a place of its own", () => {
  const state = stepRound(stepRound(newRound(9), joins(1, 2), 0), joins(3), 1000);
  expect(state.players[2]).toMatchObject({ inRound: true, alive: true });
  expect(new Set(state.players.map(({ spawn }) => spawn)).size).toBe(3);
});

test("who leaves is out; the last one left wins, and waits for company", () => {
  const over = after(playing(1, 2), SETTLE_MS, [{ type: "left", player: 1 }]);
  expect(over).toMatchObject({ phase: "roundOver", winner: 2 });
  const waiting = after(over, ROUND_OVER_MS);
  expect(waiting).toMatchObject({ phase: "waiting", winner: null });
  expect(after(waiting, 60_000).phase).toBe("waiting");
  expect(stepRound(waiting, joins(5), 0)).toMatchObject({ phase: "countdown", round: 2 });
});

test("when the last player leaves, the state stays sound", () => {
  const empty = after(playing(1, 2), 20_000, [
    { type: "left", player: 1 },
    { type: "left", player: 2 },
  ]);
  expect(empty).toMatchObject({ phase: "waiting", players: [] });
});

test("leaving during the countdown sends the other one back to waiting", () => {
  const state = stepRound(stepRound(newRound(9), joins(1, 2), 0), [{ type: "left", player: 1 }], 10);
  expect(state.phase).toBe("waiting");
});

test("another host carries a round on from the state alone, to the same end", () => {
  const script = (state: RoundState): RoundState => {
    const later = after(after(state, 9000), 4000, [falls(2, 1)]);
    return after(after(later, 500, [{ type: "claimed", player: 1, pickup: 0 }]), 2000, [{ type: "left", player: 3 }]);
  };
  const start = playing(1, 2, 3);
  const stayed = script(after(start, 1000));
  const handedOver = script(JSON.parse(JSON.stringify(after(start, 1000))) as RoundState);
  expect(handedOver).toEqual(stayed);
  expect(handedOver).toMatchObject({ phase: "roundOver", winner: 1 });
});

test("the old host, who leaves, is just a player who leaves", () => {
  const before = after(playing(1, 2, 3), 3000);
  const carried = stepRound(before, [{ type: "left", player: 1 }], 16);
  expect(carried).toMatchObject({ phase: "playing", round: before.round, seed: before.seed });
  expect(carried.roundMs).toBe(before.roundMs + 16);
});

test("enough rounds won end the match; the next one starts from nought", () => {
  let state = playing(1, 2);
  for (let round = 1; round < TARGET_SCORE; round++) {
    state = after(after(won(state, 2), ROUND_OVER_MS), COUNTDOWN_MS);
    expect(state).toMatchObject({ phase: "playing", round: round + 1 });
  }
  const over = won(state, 2);
  expect(over).toMatchObject({ phase: "matchOver", winner: 1 });
  const next = after(over, MATCH_OVER_MS);
  expect(next).toMatchObject({ phase: "countdown", match: 2, round: 1 });
  expect(next.players.every(({ score, knockouts }) => score === 0 && knockouts === 0)).toBe(true);
});

test("events that make no sense change nothing", () => {
  const state = playing(1, 2);
  const nonsense: RoundEvent[] = [
    falls(77),
    { type: "claimed", player: 1, pickup: 55 },
    { type: "left", player: 77 },
    ...joins(1),
  ];
  expect(stepRound(state, nonsense, 0)).toEqual(state);
  const out = stepRound(playing(1, 2, 3), [falls(1)], 0);
  expect(stepRound(out, [falls(1, 2)], 0)).toEqual(out);
});

test("who comes back has what it had won in this match; in the next one, nothing", () => {
  const leads = won(playing(1, 2, 3), 2, 3);
  const score = leads.players.find(({ id }) => id === 1)?.score;
  const gone = stepRound(leads, [{ type: "left", player: 1 }], 0);
  expect(gone.players.map(({ id }) => id)).toEqual([2, 3]);
  const back = stepRound(gone, joins(1), 0);
  expect(back.players.find(({ id }) => id === 1)).toMatchObject({ score, inRound: false, alive: false });
  expect(back.absent).toEqual([]);
  expect(stepRound(gone, joins(4), 0).players.find(({ id }) => id === 4)).toMatchObject({ score: 0 });
  let next = gone;
  for (let round = 0; next.match === 1 && round < TARGET_SCORE * 2; round++) {
    next = after(after(won(next, 3), ROUND_OVER_MS + MATCH_OVER_MS), COUNTDOWN_MS);
  }
  expect(next).toMatchObject({ match: 2, absent: [] });
});

test("of those who are gone no more than eight are remembered, the last ones", () => {
  let state = newRound(1);
  for (let id = 1; id <= 20; id++) {
    state = stepRound(stepRound(state, joins(id), 0), [{ type: "left", player: id }], 0);
  }
  expect(state.absent.map(({ id }) => id)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
});

test("a ninth player is not let into the round", () => {
  expect(stepRound(newRound(1), joins(1, 2, 3, 4, 5, 6, 7, 8, 9), 0).players).toHaveLength(8);
});

test("a page that is not the host moves the clocks and nothing else", () => {
  const state = playing(1, 2);
  const moved = advanceRound(state, 60_000);
  expect(moved).toEqual({ ...state, phaseMs: state.phaseMs + 60_000, roundMs: state.roundMs + 60_000 });
  expect(advanceRound(newRound(1), 500)).toMatchObject({ phase: "waiting", roundMs: 0 });
});

test("pick-ups come by seed and time; the first to ask gets it, and it goes after a while", () => {
  const start = playing(1, 2);
  const due = after(start, pickupDueMs(start.seed, 0));
  expect(due.pickups).toHaveLength(1);
  expect(due.pickups).toEqual(after(start, pickupDueMs(start.seed, 0)).pickups);
  const taken = stepRound(
    due,
    [
      { type: "claimed", player: 2, pickup: 0 },
      { type: "claimed", player: 1, pickup: 0 },
    ],
    0,
  );
  expect(taken.pickups[0]).toMatchObject({ id: 0, takenBy: 2 });
  expect(after(taken, PICKUP_TAKEN_MS).pickups.some(({ id }) => id === 0)).toBe(false);
});

test("stepping leaves the old state as it was", () => {
  const state = playing(1, 2);
  const copy = JSON.stringify(state);
  after(state, 20_000, [falls(1, 2)]);
  expect(JSON.stringify(state)).toBe(copy);
});
