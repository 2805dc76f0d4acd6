import { describe, expect, test } from "vitest";
import { FixedSteps } from "../../demo/net/fixed-steps.ts";
import { chooseHost } from "../../demo/net/host-choice.ts";
import { PeerBudget } from "../../demo/net/peer-budget.ts";
import { RoundTrip } from "../../demo/net/round-trip.ts";
import { freeColour } from "../../demo/page/free-colour.ts";
import { codeInLink, joinLink, withoutCode } from "../../demo/page/join-link.ts";
import { NAMED_COLOURS } from "../../demo/page/player-colours.ts";

describe("fixed steps", () => {
  test("sixty frames a second make sixty steps a second", () => {
    const steps = new FixedSteps(1_000 / 60);
    let made = 0;
    for (let frame = 0; frame <= 600; frame++) made += steps.due((frame * 1_000) / 60);
    expect(made).toBe(600);
  });

  test("a slow frame is caught up, a long sleep is not", () => {
    const steps = new FixedSteps(1_000 / 60);
    steps.due(0);
    expect(steps.due(50)).toBe(3);
    expect(steps.due(60_000)).toBe(5);
    expect(steps.due(60_017)).toBe(1);
  });
});

describe("who is host", () => {
  const view = { selfId: 50, lobbyHostId: 1, responsive: [1, 40], lobbyHostWasHere: false, serverPresent: true };

  test("the one whom the lobby names, while it is connected", () => {
    expect(chooseHost(view)).toBe(1);
    expect(chooseHost({ ...view, lobbyHostId: 60, responsive: [1, 60] })).toBe(60);
    expect(chooseHost({ ...view, lobbyHostId: 50 })).toBe(50);
  });

  test("a newcomer waits for the lobby's host instead of founding a game of its own", () => {
    expect(chooseHost({ ...view, responsive: [] })).toBe(1);
    expect(chooseHost({ ...view, responsive: [40] })).toBe(1);
  });

  test("when the host has gone, the lowest id goes on", () => {
    expect(chooseHost({ ...view, responsive: [40, 70], lobbyHostWasHere: true })).toBe(40);
    expect(chooseHost({ ...view, responsive: [70], lobbyHostWasHere: true })).toBe(50);
    expect(chooseHost({ ...view, responsive: [40], serverPresent: false })).toBe(40);
  });
});

test("a budget lets an honest peer through and ends a flood", () => {
  const budget = new PeerBudget(0, 10, 2);
  const paid = (nowMs: number, count: number): number =>
    Array.from({ length: count }, () => budget.pay(nowMs)).filter(Boolean).length;
  expect(paid(0, 100)).toBe(20);
  expect(paid(500, 100)).toBe(5);
  expect(paid(1e9, 100)).toBe(20);
});

test("the round trip is the middle of the last five, and nonsense is none", () => {
  const trip = new RoundTrip();
  expect(trip.ms).toBeNull();
  for (const ms of [5, 900, 7, 6, 8]) expect(trip.take(10_000 - ms, 10_000)).toBe(true);
  expect(trip.ms).toBe(7);
  expect(trip.take(10_500, 10_000)).toBe(false);
  expect(trip.take(2 ** 32 - 10, 5)).toBe(true);
});

test("a colour that somebody has is changed for the next that nobody has, as long as there is one", () => {
  const values = NAMED_COLOURS.map(({ value }) => value);
  const [first, second, third, ...rest] = values as [number, number, number, ...number[]];
  expect(freeColour(first, [second, third])).toBeNull();
  expect(freeColour(first, [first, second])?.value).toBe(third);
  expect(freeColour(second, [second, third, ...rest])?.value).toBe(first);
  expect(freeColour(first, values)).toBeNull();
  expect(freeColour(0x123456, [0x123456])?.value).toBe(first);
});

test("a link brings its code, by query or by fragment", () => {
  expect(joinLink("ACDEF", "http://10.0.0.5:5173/?x=1#old")).toBe("http://10.0.0.5:5173/?x=1&join=ACDEF");
  expect(codeInLink("http://h/?join=acd-ef")).toBe("ACD-EF");
  expect(codeInLink("http://h/#ACDEF")).toBe("ACDEF");
  expect(codeInLink("http://h/")).toBeNull();
  expect(codeInLink("http://h/?join=%3Cscript%3E")).toBeNull();
  expect(withoutCode("http://h/?join=ACDEF&x=1#ACDEF")).toBe("http://h/?x=1");
});
