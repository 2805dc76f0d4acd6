import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newRound, stepRound } from "../../demo/game/round.ts";
import { checkMessage } from "../../demo/net/check-message.ts";
import { tidyLine, tidyName } from "../../demo/page/player-name.ts";

const playing = stepRound(
  newRound(7),
  [
    { type: "joined", player: 1 },
    { type: "joined", player: 900 },
  ],
  16,
);

describe("messages from other peers", () => {
  test("a host's round comes through as it was", () => {
    const message = { type: "round", round: playing };
    expect(checkMessage(message)).toEqual(message);
  });

  test("a round with one wrong field is no round", () => {
    const wrong: Record<string, unknown[]> = {
      phase: ["dancing", 1, null, "__proto__"],
      phaseMs: [-1, Number.NaN, "5", Number.POSITIVE_INFINITY],
      roundMs: [1e12, 120_001, -1],
      pickupsBorn: [101, 1e9],
      match: [-1, 1.5, null],
      seed: [2 ** 32, -1],
      floeRadius: [0, 299, 1_001, Number.NaN],
      players: [null, {}, new Array(9).fill(playing.players[0]), [playing.players[0], playing.players[0]], [{}]],
      pickups: [null, new Array(40).fill(0), [{ id: 1 }]],
      winner: [0, "1", undefined],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        expect(checkMessage({ type: "round", round: { ...playing, [name]: value } }), `${name}: ${value}`).toBeNull();
      }
    }
  });

  test("only known fields come through", () => {
    const hello = checkMessage({ type: "hello", look: { name: "Ann", colour: 0x37c8ff, admin: true }, extra: 1 });
    expect(hello).toEqual({ type: "hello", look: { name: "Ann", colour: 0x37c8ff } });
    expect(checkMessage({ type: "hit", hit: { victim: 3, shooter: 2, bolt: 1, damage: 9, x: 0, y: 0 } })).toEqual({
      type: "hit",
      hit: { shooter: 2, bolt: 1, damage: 9, x: 0, y: 0 },
    });
  });

  test("a colour too dark to see, or none at all, is replaced", () => {
    for (const colour of [0x000000, 0x10203f, -1, 1.5, "red", null, 2 ** 24]) {
      const hello = checkMessage({ type: "hello", look: { name: "Ann", colour } });
      expect(hello).toMatchObject({ look: { colour: 0x9fb4cc } });
    }
  });

  test("chat is one printable line of bounded length, or nothing", () => {
    const text = (line: unknown): unknown => {
      const message = checkMessage({ type: "chat", text: line });
      return message?.type === "chat" ? message.text : null;
    };
    expect(text("  hello\n\tthere ")).toBe("hello there");
    expect(text("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
    expect(text("x".repeat(1_000))).toHaveLength(160);
    expect(text("\u202Eevil\u0000")).toBe("evil");
    expect(text(" \n ")).toBeNull();
    expect(text(5)).toBeNull();
    expect(text("😀".repeat(200))).toBe("😀".repeat(80));
  });

  test("a seat has a code, an id and a secret", () => {
    const seat = { peerId: 12, secret: "0123456789abcdef0123456789abcdef" };
    expect(checkMessage({ type: "seat", code: "ACDEF", seat })).toEqual({ type: "seat", code: "ACDEF", seat });
    expect(checkMessage({ type: "seat", code: "../x", seat })).toBeNull();
    expect(checkMessage({ type: "seat", code: "ACDEF", seat: { ...seat, secret: "short" } })).toBeNull();
    expect(checkMessage({ type: "seat", code: "ACDEF", seat: { ...seat, peerId: 0 } })).toBeNull();
  });

  test("whatever comes, the answer is a message or null, never an error", () => {
    const type = fc.constantFrom("hello", "round", "hit", "fell", "claim", "chat", "seat", "nothing");
    const field = fc.constantFrom("look", "round", "hit", "fell", "pickup", "text", "code", "seat");
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true });
    fc.assert(
      fc.property(type, fc.dictionary(field, anything), anything, (named, rest, loose) => {
        expect(checkMessage(loose)).toSatisfy((message) => message === null || typeof message === "object");
        const message = checkMessage({ ...rest, type: named });
        if (message !== null) expect(message.type).toBe(named);
      }),
      { numRuns: 500 },
    );
  });
});

test("names are short, printable, and never empty", () => {
  expect(tidyName("  Polar\n Fox ")).toBe("Polar Fox");
  expect(tidyName("")).toBe("Somebody");
  expect(tidyName(undefined)).toBe("Somebody");
  expect(tidyName("abcdefghijklmnopqrstuvwxyz")).toBe("abcdefghijklmnop");
  expect(tidyLine("a😀", 2)).toBe("a");
});
