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
  const host = table.sitLiar(1);
  const guest = table.sit(40);
  table.run(1_000);
  return { table, host, guest };
}

/** Host 1 and guests 40, 900, in a round that runs. */
function threeAtPlay() {
  const table = new GameTable();
  const players = { host: table.sit(1), low: table.sit(40), high: table.sit(900) };
  table.run(8_000);
  return { table, ...players };
}

function hostsSeenBy(...players: readonly ReturnType<GameTable["sit"]>[]): number[] {
  return players.map(({ game }) => game.hostId);
}

describe("a host that cannot be reached", { timeout: 30_000 }, () => {
  test("closed: the lowest id carries the same round on", () => {
    const { table, low, high } = threeAtPlay();
    const { seed, roundMs } = high.game.model.round;
    table.leave(1);
    table.run(500);
    expect(hostsSeenBy(low, high)).toEqual([40, 40]);
    for (const { game } of [low, high]) {
      expect(game.model.round).toMatchObject({ phase: "playing", seed });
      expect(game.model.round.roundMs).toBeGreaterThan(roundMs);
      expect(game.model.round.players.map(({ id }) => id).sort()).toEqual([40, 900]);
    }
    expect(high.heard).toContain("-1 left");
  });

  test.each([true, false])(
    "hanging, with the server present %s: the lowest id stands in until it speaks again",
    (serverPresent) => {
      const { table, host, low, high } = threeAtPlay();
      table.lobby.serverPresent = serverPresent;
      const before = host.game.model.round;
      table.asleep.add(1);
      table.run(3_000);
      expect(hostsSeenBy(low, high)).toEqual([1, 1]);
      table.run(97_000);
      expect(hostsSeenBy(low, high)).toEqual([40, 40]);
      const meanwhile = high.game.model.round;
      // The ice went under everybody's craft: there have been other rounds, and the sleeper knows none of them.
      expect(meanwhile.round).toBeGreaterThan(before.round);
      expect(host.game.model.round.round).toBe(before.round);

      table.asleep.delete(1);
      table.run(1_000);
      expect(hostsSeenBy(host, low, high)).toEqual([1, 1, 1]);
      for (const { game } of [host, low, high]) {
        expect(game.model.round.seed).toBe(low.game.model.round.seed);
        expect(game.model.round.round).toBeGreaterThanOrEqual(meanwhile.round);
        expect(game.model.round.players.map(({ id }) => id).sort()).toEqual([1, 40, 900]);
      }
      expect(host.game.counters).toMatchObject({ refused: 0, overBudget: 0 });
      expect(host.heard.filter((line) => line.startsWith("-"))).toEqual([]);
      table.run(5_000);
      expect(hostsSeenBy(host, low, high)).toEqual([1, 1, 1]);
    },
  );

  test("cut off and back: its own round went on too, and one of both is left", () => {
    const { table, host, low, high } = threeAtPlay();
    table.cutOff(1);
    table.run(60_000);
    expect(hostsSeenBy(host, low, high)).toEqual([1, 40, 40]);
    table.restore();
    table.run(1_500);
    expect(hostsSeenBy(host, low, high)).toEqual([1, 1, 1]);
    const seeds = [host, low, high].map(({ game }) => game.model.round.seed);
    expect(new Set(seeds).size).toBe(1);
    const clocks = [host, low, high].map(({ game }) => game.model.round.phaseMs);
    expect(Math.max(...clocks) - Math.min(...clocks)).toBeLessThan(60);
  });

  test.each([3_000, 6_000, 10_000, 14_000])("cut off for %i ms: what it said as host is held against nobody", (ms) => {
    const { table, host, low, high } = threeAtPlay();
    table.cutOff(1);
    table.run(ms);
    table.restore();
    table.run(4_000);
    expect(hostsSeenBy(host, low, high)).toEqual([1, 1, 1]);
    expect(new Set([host, low, high].map(({ game }) => game.model.round.seed)).size).toBe(1);
    for (const { heard } of [host, low, high]) expect(heard.join(", ")).not.toContain("not-allowed");
  });

  test("a guest that hung blames nobody else, and nobody waits for it", () => {
    const { table, host, low, high } = threeAtPlay();
    table.asleep.add(900);
    table.run(20_000);
    expect(hostsSeenBy(host, low)).toEqual([1, 1]);
    expect(host.game.model.round.roundMs).toBeGreaterThan(20_000);
    expect(host.game.model.round.players.map(({ id, alive }) => [id, alive])).toEqual([
      [1, true],
      [40, true],
      [900, false],
    ]);
    table.asleep.delete(900);
    table.run(500);
    expect(high.heard.filter((line) => line.startsWith("host"))).toEqual(["host 1"]);
    expect(high.game.model.round.seed).toBe(host.game.model.round.seed);
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
    expect(host.heard.filter((line) => line.startsWith("host"))).toEqual(["host 1"]);
  });

  test("a host that alone lost the server goes on until it hears who is host instead", () => {
    const { table, host, low, high } = threeAtPlay();
    table.ownView.set(1, { hostId: 1, serverPresent: false });
    table.lobby.hostId = 900;
    table.run(200);
    expect(hostsSeenBy(host, low, high)).toEqual([1, 900, 900]);
    table.ownView.delete(1);
    table.run(500);
    expect(hostsSeenBy(host, low, high)).toEqual([900, 900, 900]);
    expect(host.game.model.round.seed).toBe(high.game.model.round.seed);
  });
});

describe("who says that it is host", { timeout: 30_000 }, () => {
  const secret = "0123456789abcdef0123456789abcdef";

  /** Each puts a table into a state in which somebody else than 900 is host. */
  const states: Readonly<Record<string, (table: GameTable) => void>> = {
    "while the server and the host are there": () => {},
    "while the server is away": (table) => {
      table.lobby.serverPresent = false;
    },
    "while the host says nothing, but not for long": (table) => {
      table.asleep.add(1);
      table.run(3_000);
    },
    "while the host hangs": (table) => {
      table.asleep.add(1);
      table.run(6_000);
    },
    "while the host hangs and the server is away": (table) => {
      table.lobby.serverPresent = false;
      table.asleep.add(1);
      table.run(6_000);
    },
    "after the host has left": (table) => {
      table.leave(1);
      table.run(500);
    },
    "after the host has left and the server too": (table) => {
      table.lobby.serverPresent = false;
      table.leave(1);
      table.run(500);
    },
    "when the host wakes up": (table) => {
      table.asleep.add(1);
      table.run(30_000);
      table.asleep.delete(1);
    },
    "when the host is back from being cut off, with the server away": (table) => {
      table.lobby.serverPresent = false;
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
      liar.send("seat", { code: "EVILX", seat: { peerId: 40, secret } });
      table.run(100);
    }
    // After a cut, the network takes its time to send again what did not arrive.
    table.run(6_000);
    for (const [id, { game, heard }] of table.players) {
      if (table.asleep.has(id)) continue;
      expect(game.hostId).not.toBe(900);
      expect(game.model.round.match).not.toBe(77);
      expect(heard.filter((line) => line.startsWith("seat"))).toEqual([]);
      expect(heard).toContain("-900 not-allowed");
    }
  });

  test("the host's seats are believed by those they are for", () => {
    const { table, host, low, high } = threeAtPlay();
    host.game.session.send("seat", { code: "ACDEF", seat: { peerId: 900, secret } });
    table.run(100);
    expect(high.heard.filter((line) => line.startsWith("seat"))).toEqual(["seat ACDEF 900"]);
    expect(low.heard.filter((line) => line.startsWith("seat"))).toEqual([]);
    expect(low.game.counters.refused).toBe(1);
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
      table.sitLiar(1, look);
      table.run(1_000);
      expect(guest.game.players.get(1)?.look).toEqual({ name: "Somebody", colour: 0x9fb4cc });
    }
  });
});
