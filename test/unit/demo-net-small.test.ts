import { RefusalCode } from "tickmesh/session";
import { expect, test } from "vitest";
import { lossWords, tripWords } from "../../demo/hud/player-list.ts";
import { refusalWords } from "../../demo/net/parting-words.ts";
import { PeerBudget } from "../../demo/net/peer-budget.ts";
import { freeColour } from "../../demo/page/free-colour.ts";
import { freeName, nameParts } from "../../demo/page/free-name.ts";
import { codeInLink, joinLink, withoutCode } from "../../demo/page/join-link.ts";
import { NAMED_COLOURS } from "../../demo/page/player-colours.ts";

test("a budget lets an honest peer through and ends a flood", () => {
  const budget = new PeerBudget(0, 10, 20);
  const paid = (nowMs: number, count: number): number =>
    Array.from({ length: count }, () => budget.pay(nowMs)).filter(Boolean).length;
  expect(paid(0, 100)).toBe(20);
  expect(paid(500, 100)).toBe(5);
  expect(paid(1e9, 100)).toBe(20);
});

test("a link is told by its round trip, and by its loss where there is any", () => {
  expect(tripWords(null)).toBe("connected");
  expect(tripWords({ roundTripMs: Number.NaN })).toBe("connected");
  expect(tripWords({ roundTripMs: 0.4 })).toBe("<1 ms");
  expect(tripWords({ roundTripMs: 41.7 })).toBe("42 ms");
  expect(lossWords(null)).toBe("");
  expect(lossWords({ sentLossRatio: 0.004 })).toBe("");
  expect(lossWords({ sentLossRatio: 0.034 })).toBe("3 % lost");
});

test("who has another version of the game is told so", () => {
  const refusal = (code: RefusalCode): string => refusalWords({ code, reason: "" });
  for (const code of [RefusalCode.VERSION, RefusalCode.MESSAGES, RefusalCode.PROTOCOL]) {
    expect(refusal(code)).toContain("another version");
  }
  expect(refusal(RefusalCode.GAME)).toBe("plays another game");
  expect(refusal(RefusalCode.NO_HANDSHAKE)).toContain("does not answer");
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

test("a name that somebody has gets the first number that is free, and stays as short as a name may be", () => {
  expect(freeName("Ann", ["Bob"])).toBeNull();
  expect(freeName("Ann", ["Bob", "Ann"])).toBe("Ann 2");
  expect(freeName("Ann", ["Ann", "Ann 2", "Ann 4"])).toBe("Ann 3");
  expect(freeName("Ann 2", ["Ann", "Ann 2"])).toBe("Ann 2 2");
  expect(freeName("Sixteen letters!", ["Sixteen letters!"])).toBe("Sixteen letter 2");
});

test("of a name that is cut, the number stays that tells it from others", () => {
  expect(nameParts("Boreal Orca 2")).toEqual({ start: "Boreal Orca", number: " 2" });
  expect(nameParts("Boreal Orca")).toEqual({ start: "Boreal Orca", number: "" });
  expect(nameParts("R2D2")).toEqual({ start: "R2D2", number: "" });
  expect(nameParts("Ann 20000")).toEqual({ start: "Ann 20000", number: "" });
  expect(nameParts("7")).toEqual({ start: "7", number: "" });
});

test("a link brings its code, by query or by fragment", () => {
  expect(joinLink("ACDEF", "http://10.0.0.5:5173/?x=1#old")).toBe("http://10.0.0.5:5173/?x=1&join=ACDEF");
  expect(codeInLink("http://h/?join=acd-ef")).toBe("ACD-EF");
  expect(codeInLink("http://h/#ACDEF")).toBe("ACDEF");
  expect(codeInLink("http://h/")).toBeNull();
  expect(codeInLink("http://h/?join=%3Cscript%3E")).toBeNull();
  expect(withoutCode("http://h/?join=ACDEF&x=1#ACDEF")).toBe("http://h/?x=1");
});
