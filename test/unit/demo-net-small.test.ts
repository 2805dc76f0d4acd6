import { RefusalCode } from "tickmesh/session";
import { expect, test } from "vitest";
import { linkWords } from "../../demo/hud/player-list.ts";
import { refusalWords } from "../../demo/net/parting-words.ts";
import { PeerBudget } from "../../demo/net/peer-budget.ts";
import { freeColour } from "../../demo/page/free-colour.ts";
import { freeName } from "../../demo/page/free-name.ts";
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
  expect(linkWords(null)).toBe("connected");
  expect(linkWords({ roundTripMs: Number.NaN, sentLossRatio: 0 })).toBe("connected");
  expect(linkWords({ roundTripMs: 0.4, sentLossRatio: 0 })).toBe("<1 ms");
  expect(linkWords({ roundTripMs: 41.7, sentLossRatio: 0.004 })).toBe("42 ms");
  expect(linkWords({ roundTripMs: 41.7, sentLossRatio: 0.034 })).toBe("42 ms · 3 % lost");
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

test("a link brings its code, by query or by fragment", () => {
  expect(joinLink("ACDEF", "http://10.0.0.5:5173/?x=1#old")).toBe("http://10.0.0.5:5173/?x=1&join=ACDEF");
  expect(codeInLink("http://h/?join=acd-ef")).toBe("ACD-EF");
  expect(codeInLink("http://h/#ACDEF")).toBe("ACDEF");
  expect(codeInLink("http://h/")).toBeNull();
  expect(codeInLink("http://h/?join=%3Cscript%3E")).toBeNull();
  expect(withoutCode("http://h/?join=ACDEF&x=1#ACDEF")).toBe("http://h/?x=1");
});
