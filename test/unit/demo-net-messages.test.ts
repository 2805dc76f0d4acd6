import fc from "fast-check";
import { ByteReader, ByteWriter, PayloadError } from "tickmesh/session";
import { describe, expect, test } from "vitest";
import { newRound, stepRound } from "../../demo/game/round.ts";
import type { Pose, RoundState } from "../../demo/game/types.ts";
import { messages } from "../../demo/net/messages.ts";
import { lookOf } from "../../demo/page/player-look.ts";
import { tidyLine, tidyName } from "../../demo/page/player-name.ts";

type Name = keyof typeof messages.definitions;

const names = Object.keys(messages.definitions) as Name[];

function written(name: Name, value: unknown): Uint8Array {
  const writer = new ByteWriter();
  (messages.definitions[name].payload as { write(value: unknown, to: ByteWriter): void }).write(value, writer);
  return writer.bytes.slice(0, writer.length);
}

function read(name: Name, bytes: Uint8Array): unknown {
  return messages.definitions[name].payload.read(new ByteReader().reset(bytes));
}

const there = (name: Name, value: unknown): unknown => read(name, written(name, value));

const pose: Pose = {
  x: -312.25,
  y: 88.5,
  vx: 410.125,
  vy: -3,
  angle: -2.5,
  thrust: 1,
  damage: 63.5,
  alive: true,
  boosting: false,
  shielded: true,
};

function playing(): RoundState {
  let round = newRound(7);
  const joined = [1, 900].map((player) => ({ type: "joined" as const, player }));
  for (let tick = 0; tick < 1_000; tick++) round = stepRound(round, tick === 0 ? joined : [], 1_000 / 60);
  return stepRound(round, [{ type: "claimed", player: 900, pickup: 0 }], 1_000 / 60);
}

describe("what travels", () => {
  test("a pose takes 18 bytes and comes back as it was, as far as anybody can see", () => {
    const bytes = written("pose", { sentMs: 123_456.7, pose });
    expect(bytes.length).toBe(18);
    const back = read("pose", bytes) as { sentMs: number; pose: Pose };
    expect(back.sentMs).toBe(123_457);
    for (const [name, value] of Object.entries(pose)) {
      const seen = back.pose[name as keyof Pose];
      if (typeof value === "number") expect(seen).toBeCloseTo(value, 2);
      else expect(seen).toBe(value);
    }
  });

  test("a value beyond its range ends at the range's end, and none is NaN", () => {
    const far = there("pose", { sentMs: -5, pose: { ...pose, x: 1e9, y: -1e9, damage: 1e9, thrust: -3 } });
    expect(far).toMatchObject({ sentMs: 0, pose: { x: 2_000, y: -2_000, damage: 4_000, thrust: -1 } });
    expect(() => written("pose", { sentMs: 0, pose: { ...pose, x: Number.NaN } })).toThrow(RangeError);
  });

  test("a host's round comes back as it was, with its clocks and places rounded", () => {
    const round = playing();
    expect(round).toMatchObject({ phase: "playing", pickups: [{ takenBy: 900 }] });
    const { round: back } = there("round", { atMs: 5, round }) as { round: RoundState };
    const exact = ({ phaseMs, roundMs, settleMs, pickups, ...rest }: RoundState): object => ({
      ...rest,
      pickups: pickups.map(({ id, kind, takenBy }) => ({ id, kind, takenBy })),
    });
    expect(exact(back)).toEqual(exact(round));
    for (const clock of ["phaseMs", "roundMs", "settleMs"] as const)
      expect(Math.abs(back[clock] - round[clock])).toBeLessThan(1);
    for (const [index, { x, y }] of back.pickups.entries()) {
      expect(Math.hypot(x - (round.pickups[index]?.x ?? 0), y - (round.pickups[index]?.y ?? 0))).toBeLessThan(0.1);
    }
  });

  test("a round that no host can have is not even written", () => {
    const round = playing();
    const crowd = new Array(9).fill(round.players[0]);
    for (const wrong of [{ phase: "dancing" }, { players: crowd }, { seed: -1 }, { match: 1.5 }, { winner: "1" }]) {
      expect(() => written("round", { atMs: 0, round: { ...round, ...wrong } })).toThrow(RangeError);
    }
  });

  test("whatever bytes come, they are a value of their message or a PayloadError", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.uint8Array({ maxLength: 200 }), (name, bytes) => {
        try {
          expect(written(name, read(name, bytes))).toEqual(bytes);
        } catch (error) {
          if (!(error instanceof PayloadError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

test("looks are what one can look at, whatever a page says of itself", () => {
  expect(lookOf({ name: " Ann ", colour: 0x37c8ff, admin: true })).toEqual({ name: "Ann", colour: 0x37c8ff });
  for (const colour of [0x000000, 0x10203f, -1, 1.5, "red", null, 2 ** 24]) {
    expect(lookOf({ name: "Ann", colour })).toEqual({ name: "Ann", colour: 0x9fb4cc });
  }
  for (const nothing of [null, undefined, 5, "x", []]) expect(lookOf(nothing).name).toBe("Somebody");
});

test("chat is one printable line of bounded length, or nothing", () => {
  expect(tidyLine("  hello\n\tthere ", 160)).toBe("hello there");
  expect(tidyLine("<img src=x onerror=alert(1)>", 160)).toBe("<img src=x onerror=alert(1)>");
  expect(tidyLine("x".repeat(1_000), 160)).toHaveLength(160);
  expect(tidyLine("\u202Eevil\u0000", 160)).toBe("evil");
  expect(tidyLine(" \n ", 160)).toBe("");
  const longest = tidyLine("😀".repeat(200), 160);
  expect(longest).toBe("😀".repeat(80));
  for (const text of [longest, "€".repeat(160)]) expect(there("chat", { text })).toEqual({ text });
});

test("names are short, printable, and never empty", () => {
  expect(tidyName("  Polar\n Fox ")).toBe("Polar Fox");
  expect(tidyName("")).toBe("Somebody");
  expect(tidyName(undefined)).toBe("Somebody");
  expect(tidyName("abcdefghijklmnopqrstuvwxyz")).toBe("abcdefghijklmnop");
  expect(tidyLine("a😀", 2)).toBe("a");
});
