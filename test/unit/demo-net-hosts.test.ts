import { describe, expect, test } from "vitest";
import { newRound } from "../../demo/game/round.ts";
import { GameTable } from "./demo-game-table.ts";

const lie = { atMs: 0, round: { ...newRound(99), match: 77 } };

/** As `threeAtPlay`, but 900 is a liar. */
function twoAndALiar() {
  const table = new GameTable();
  table.sit(1);
  table.sit(40);
  const liar = table.sitLiar(900);
  table.run(8_000);
  return { table, liar };
}

/** A host that says what it likes, and a guest. */
function badHost() {
  const table = new GameTable();
  const host = table.sitLiar(1, { hosts: true });
  const guest = table.sit(40);
  table.run(2_000);
  return { table, host, guest };
}

/** Host 1 and guests 40, 900, in a round that runs. */
function threeAtPlay() {
  const table = new GameTable();
  const players = { host: table.sit(1), low: table.sit(40), high: table.sit(900) };
  table.run(8_000);
  return { table, ...players };
}

type Player = ReturnType<GameTable["sit"]>;

function hostsSeenBy(...players: readonly Player[]): number[] {
  return players.map(({ game }) => game.hostId);
}

/** They play one and the same round, and its clocks are together. */
function expectOneRound(...players: readonly Player[]): void {
  const rounds = players.map(({ game }) => game.model.round);
  expect(new Set(rounds.map(({ match, round, seed, phase }) => `${match}:${round}:${seed}:${phase}`)).size).toBe(1);
  const clocks = rounds.map(({ phaseMs }) => phaseMs);
  expect(Math.max(...clocks) - Math.min(...clocks)).toBeLessThan(60);
  const ids = players.map(({ game }) => game.model.selfId).sort();
  for (const round of rounds) expect(round.players.map(({ id }) => id).sort()).toEqual(ids);
}

describe("a host that cannot be reached", { timeout: 30_000 }, () => {
  test("leaving: another carries the same round on, at once, and nothing of it is lost", () => {
    const { table, low, high } = threeAtPlay();
    const { seed, roundMs } = high.game.model.round;
    table.leave(1);
    table.run(200);
    expect(hostsSeenBy(low, high)).toEqual([40, 40]);
    for (const { game } of [low, high]) {
      expect(game.model.round).toMatchObject({ phase: "playing", seed });
      expect(Math.abs(game.model.round.roundMs - roundMs - 200)).toBeLessThan(100);
    }
    expectOneRound(low, high);
    expect(high.heard.slice(-2)).toEqual(["host 40", "-1 left"]);
  });

  test("crashing: another carries the same round on within four seconds, and gives up on who is gone after eight", () => {
    const { table, low, high } = threeAtPlay();
    const { seed, roundMs } = high.game.model.round;
    table.crash(1);
    table.run(4_000);
    expect(hostsSeenBy(low, high)).toEqual([40, 40]);
    expect(low.game.players.get(1)?.unstableSinceMs).not.toBeNull();
    for (const { game } of [low, high]) {
      expect(game.model.round.seed).toBe(seed);
      expect(game.model.round.roundMs).toBeGreaterThan(roundMs + 3_000);
    }
    table.run(5_000);
    for (const { heard } of [low, high]) expect(heard).toContain("-1 silent");
    expectOneRound(low, high);
  });

  test.each([6_000, 100_000])("hanging for %i ms: it finds another host, and goes on with what it has won", (ms) => {
    const { table, host, low, high } = threeAtPlay();
    const before = host.game.model.round;
    table.asleep.add(1);
    table.run(2_500);
    expect(hostsSeenBy(low, high)).toEqual([1, 1]);
    table.run(ms - 2_500);
    expect(hostsSeenBy(low, high)).toEqual([40, 40]);
    expect(host.game.model.round.round).toBe(before.round);
    const score = (): number | undefined => {
      const { players, absent } = low.game.model.round;
      return [...players, ...absent].find(({ id }) => id === 1)?.score;
    };
    const scored = score();
    expect(scored).toBeDefined();

    table.asleep.delete(1);
    table.run(ms === 6_000 ? 3_000 : 20_000);
    expect(hostsSeenBy(host, low, high)).toEqual([40, 40, 40]);
    expectOneRound(host, low, high);
    expect(score()).toBe(scored);
    expect(host.game.counters).toMatchObject({ refused: 0, overBudget: 0 });
  });

  test.each([3_000, 6_000, 14_000, 60_000])("cut off for %i ms: one host and one round are left of two", (ms) => {
    const { table, host, low, high } = threeAtPlay();
    table.cutOff(1);
    table.run(ms);
    if (ms > 6_000) expect(hostsSeenBy(host, low, high)).toEqual([1, 40, 40]);
    table.restore();
    table.run(20_000);
    expect(new Set(hostsSeenBy(host, low, high)).size).toBe(1);
    expectOneRound(host, low, high);
    for (const { heard } of [host, low, high]) expect(heard.join(", ")).not.toContain("not-allowed");
  });

  test("a guest that hung blames nobody else, and nobody waits for it", () => {
    const { table, host, low, high } = threeAtPlay();
    table.asleep.add(900);
    table.run(6_000);
    expect(hostsSeenBy(host, low)).toEqual([1, 1]);
    expect(host.game.model.round.players.map(({ id, alive }) => [id, alive])).toEqual([
      [1, true],
      [40, true],
      [900, false],
    ]);
    table.asleep.delete(900);
    table.run(3_000);
    expect(high.heard.filter((line) => line.startsWith("host"))).toEqual([]);
    expectOneRound(host, low, high);
  });

  test("who founds a game and waits alone takes no newcomer's word for it", () => {
    const table = new GameTable();
    const host = table.sit(1);
    table.run(10_000);
    const guest = table.sitLiar(40);
    table.run(1_000);
    expect(guest.send("round", lie)).toBe(1);
    table.run(200);
    expect(host.game.session.statistics(40)?.faults).toEqual({ "not-allowed": 1 });
    expect(host.game.model.round.match).not.toBe(77);
    expect(hostsSeenBy(host)).toEqual([1]);
  });

  test("whom the lobby names host once there is one is of no account", () => {
    const { table, host, low, high } = threeAtPlay();
    table.lobbyHostId = 900;
    const late = table.sit(7);
    table.run(3_000);
    expect(hostsSeenBy(host, low, high, late)).toEqual([1, 1, 1, 1]);
    expectOneRound(host, low, high, late);
  });
});

describe("who says that it is host", { timeout: 30_000 }, () => {
  /** Each puts a table into a state in which somebody else than 900 is host. */
  const states: Readonly<Record<string, (table: GameTable) => void>> = {
    "while the host is there": () => {},
    "while the host says nothing, but not for long": (table) => {
      table.asleep.add(1);
      table.run(2_500);
    },
    "while the host hangs": (table) => {
      table.asleep.add(1);
      table.run(6_000);
    },
    "after the host has left": (table) => {
      table.leave(1);
      table.run(500);
    },
    "after the host has crashed": (table) => {
      table.crash(1);
      table.run(5_000);
    },
    "when the host wakes up": (table) => {
      table.asleep.add(1);
      table.run(30_000);
      table.asleep.delete(1);
    },
    "when the host is back from being cut off": (table) => {
      table.cutOff(1);
      table.run(8_000);
      table.restore();
    },
  };

  test.each(Object.entries(states))("%s: is not believed, and let go", (_, arrange) => {
    const { table, liar } = twoAndALiar();
    arrange(table);
    // For longer than honest players disagree.
    for (let time = 0; time < 120; time++) {
      liar.send("round", lie);
      table.run(100);
    }
    // After a cut, the network takes its time to send again what did not arrive.
    table.run(6_000);
    for (const [id, { game, heard }] of table.players) {
      if (table.asleep.has(id)) continue;
      expect(game.hostId).not.toBe(900);
      expect(game.model.round.match).not.toBe(77);
      expect(heard).toContain("-900 not-allowed");
    }
  });
});

describe("a host that means harm", () => {
  test("a new floe with every message is taken a few times, then at a slow rate, and the rest is counted", () => {
    const { table, host, guest } = badHost();
    const seeds = new Set<number>();
    for (let seed = 1; seed <= 180; seed++) {
      host.send("round", { atMs: 0, round: { ...newRound(seed), match: 1 } });
      table.run(16);
      seeds.add(guest.game.model.round.seed);
    }
    expect(seeds.size).toBeLessThanOrEqual(7);
    expect(guest.game.counters.overBudget).toBeGreaterThan(170);
  });

  test("a round of days, a floe without end, and a player who is there twice are no rounds", () => {
    const { table, host, guest } = badHost();
    const player = { id: 7, score: 0, knockouts: 0, inRound: true, alive: true, spawn: 0 };
    const round = { ...newRound(3), match: 5, phase: "playing" as const };
    host.send("round", { atMs: 0, round: { ...round, players: [player, player] } });
    table.run(100);
    expect(guest.game.model.round.match).toBe(0);
    expect(guest.game.counters.refused).toBe(1);
    host.send("round", { atMs: 0, round: { ...round, roundMs: 1e9, floeRadius: 1e9 } });
    table.run(100);
    expect(guest.game.model.round).toMatchObject({ match: 5, floeRadius: 1_000 });
    expect(guest.game.model.round.roundMs).toBeLessThanOrEqual(120_000);
  });

  test("whatever it says of its looks, one can look at it", () => {
    for (const look of [null, 5, "x", [], { name: 1, colour: "red" }, { name: "\u202e\n", colour: -1 }]) {
      const table = new GameTable();
      const guest = table.sit(40);
      table.sitLiar(1, { look });
      table.run(1_000);
      expect(guest.game.players.get(1)?.look).toEqual({ name: "Somebody", colour: 0x9fb4cc });
    }
  });
});
