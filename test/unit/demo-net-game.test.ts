import { describe, expect, test } from "vitest";
import { IDLE } from "../../demo/game/craft.ts";
import { GameTable } from "./demo-game-table.ts";

describe("a game over the network", { timeout: 30_000 }, () => {
  test("players meet, say who they are, and play one and the same round", () => {
    const table = new GameTable();
    const a = table.sit(1);
    const b = table.sit(900);
    table.run(7_000);
    expect(a.heard).toEqual(["+900 P900"]);
    expect(b.heard).toEqual(["+1 P1"]);
    for (const { game } of [a, b]) expect(game.model.round).toMatchObject({ phase: "playing", round: 1 });
    expect(a.game.model.round.seed).toBe(b.game.model.round.seed);
    expect(Math.abs(a.game.model.round.roundMs - b.game.model.round.roundMs)).toBeLessThan(60);
  });

  test("one sees the other's craft move", () => {
    const table = new GameTable();
    const a = table.sit(1);
    const b = table.sit(900);
    table.run(6_500);
    a.keys.now = { ...IDLE, thrust: 1 };
    table.run(1_500);
    const own = a.game.model.players.find(({ id }) => id === 1)?.pose;
    const seen = b.game.model.players.find(({ id }) => id === 1)?.pose;
    expect(Math.hypot((own?.x ?? 0) - (seen?.x ?? 0), (own?.y ?? 0) - (seen?.y ?? 0))).toBeLessThan(90);
    expect(Math.hypot(seen?.vx ?? 0, seen?.vy ?? 0)).toBeGreaterThan(100);
  });

  test("who comes while the start is counted down takes part", () => {
    const table = new GameTable();
    table.sit(1);
    table.sit(900);
    table.run(2_000);
    const late = table.sit(40);
    for (let tries = 0; tries < 100 && late.game.model.round.phase === "waiting"; tries++) table.run(16);
    table.cutOff(40);
    table.run(200);
    expect(late.game.model.round).toMatchObject({ phase: "countdown", round: 1 });
    table.restore();
    table.run(300);
    expect(late.game.model.craft?.alive).toBe(true);
    table.run(6_000);
    expect(late.game.model.round.phase).toBe("playing");
    expect(late.game.model.craft?.alive).toBe(true);
  });

  test("who comes late is told the round and waits for the next", () => {
    const table = new GameTable();
    table.sit(1);
    table.sit(900);
    table.run(8_000);
    const late = table.sit(40);
    expect(late.game.model.craft).toBeNull();
    table.run(1_000);
    expect(late.game.model.round.phase).toBe("playing");
    expect(late.game.model.round.players.find(({ id }) => id === 40)).toMatchObject({
      inRound: false,
      alive: false,
    });
    // Its id is lower than the other guest's, and no lower id than the host's founds a game of its own.
    expect(late.game.hostId).toBe(1);
  });

  test("who talks without end is cut off, and chat has a budget before that", () => {
    const table = new GameTable();
    const a = table.sit(1);
    const liar = table.sitLiar(900);
    table.run(1_000);
    for (let line = 0; line < 300; line++) liar.send("chat", { text: `line ${line}` });
    table.run(100);
    expect(a.heard.filter((line) => line.startsWith("900: line"))).toHaveLength(6);
    expect(a.game.counters.overBudget).toBe(294);
    expect(a.game.model.round.players).toHaveLength(2);
    for (let line = 0; line < 30_000; line++) liar.send("chat", { text: `line ${line}` });
    table.run(3_000);
    expect(a.heard.at(-1)).toBe("-900 flood");
    expect(a.game.model.round.players).toHaveLength(1);
  });

  test("who sleeps for a minute and a half finds what came meanwhile, and holds it against nobody", () => {
    const table = new GameTable();
    table.sit(1);
    const sleeper = table.sit(900);
    table.run(1_000);
    table.asleep.add(900);
    table.run(90_000);
    table.asleep.delete(900);
    table.run(1_000);
    // The other one has given it up meanwhile, and begins anew with it.
    expect(sleeper.heard).toEqual(["+1 P1", "-1 replaced", "+1 P1 again"]);
    expect(sleeper.game.session.statistics(1)?.faults).toEqual({});
  });

  test("another version is refused, and both are told", () => {
    const table = new GameTable();
    const a = table.sit(1);
    const other = table.sitLiar(900, { version: "1" });
    const codes: string[] = [];
    other.on("peerRefused", (_, { code, by }) => codes.push(`${code} by ${by}`));
    table.run(1_000);
    expect(a.heard).toEqual(["!900 version"]);
    expect(codes).toEqual(["version by us"]);
  });

  test("a round trip is measured", () => {
    const table = new GameTable();
    const a = table.sit(1);
    table.sit(900);
    table.run(2_000);
    a.game.sample();
    const { roundTripMs, sentLossRatio } = a.game.players.get(900)?.statistics ?? {};
    expect(roundTripMs).toBeLessThanOrEqual(50);
    expect(sentLossRatio).toBeLessThan(0.01);
  });
});
