import { setDiagnosticsHandler } from "tickmesh";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newRound } from "../../demo/game/round.ts";
import type { RoundState } from "../../demo/game/types.ts";
import { GameTable, say } from "./demo-game-table.ts";

beforeAll(() => setDiagnosticsHandler(() => {}));
afterAll(() => setDiagnosticsHandler(null));

const lie: RoundState = { ...newRound(99), match: 77 };

/** Host 1 and guests 40, 900, in a round that runs. */
function threeAtPlay() {
  const table = new GameTable();
  const players = { host: table.sit(1), low: table.sit(40), high: table.sit(900) };
  table.run(8_000);
  return { table, ...players };
}

function hostsSeenBy(...players: readonly ReturnType<GameTable["sit"]>[]): number[] {
  return players.map(({ session }) => session.hostId);
}

describe("a host that cannot be reached", () => {
  test("closed: the lowest id carries the same round on", () => {
    const { table, low, high } = threeAtPlay();
    const { seed, roundMs } = high.session.model.round;
    table.leave(1);
    table.run(500);
    expect(hostsSeenBy(low, high)).toEqual([40, 40]);
    for (const { session } of [low, high]) {
      expect(session.model.round).toMatchObject({ phase: "playing", seed });
      expect(session.model.round.roundMs).toBeGreaterThan(roundMs);
      expect(session.model.round.players.map(({ id }) => id).sort()).toEqual([40, 900]);
    }
    expect(high.heard).toContain("-1 left");
  });

  test.each([true, false])(
    "hanging, with the server present %s: the lowest id stands in until it speaks again",
    (serverPresent) => {
      const { table, host, low, high } = threeAtPlay();
      table.lobby.serverPresent = serverPresent;
      const before = host.session.model.round;
      table.asleep.add(1);
      table.run(3_000);
      expect(hostsSeenBy(low, high)).toEqual([1, 1]);
      table.run(97_000);
      expect(hostsSeenBy(low, high)).toEqual([40, 40]);
      const meanwhile = high.session.model.round;
      // The ice went under everybody's craft: there have been other rounds, and the sleeper knows none of them.
      expect(meanwhile.round).toBeGreaterThan(before.round);
      expect(host.session.model.round.round).toBe(before.round);

      table.asleep.delete(1);
      table.run(1_000);
      expect(hostsSeenBy(host, low, high)).toEqual([1, 1, 1]);
      for (const { session } of [host, low, high]) {
        expect(session.model.round.seed).toBe(low.session.model.round.seed);
        expect(session.model.round.round).toBeGreaterThanOrEqual(meanwhile.round);
        expect(session.model.round.players.map(({ id }) => id).sort()).toEqual([1, 40, 900]);
      }
      const { counters } = host.session;
      expect(counters).toMatchObject({ overBudget: 0, malformed: 0 });
      table.run(5_000);
      expect(hostsSeenBy(host, low, high)).toEqual([1, 1, 1]);
    },
  );

  test("cut off and back: its own round went on too, and one of both is left", () => {
    const { table, host, low, high } = threeAtPlay();
    table.hub.cutOff(1);
    table.run(60_000);
    expect(hostsSeenBy(host, low, high)).toEqual([1, 40, 40]);
    table.hub.restore(1);
    table.run(1_500);
    expect(hostsSeenBy(host, low, high)).toEqual([1, 1, 1]);
    const seeds = [host, low, high].map(({ session }) => session.model.round.seed);
    expect(new Set(seeds).size).toBe(1);
    const clocks = [host, low, high].map(({ session }) => session.model.round.phaseMs);
    expect(Math.max(...clocks) - Math.min(...clocks)).toBeLessThan(60);
  });

  test("a guest that hung blames nobody else, and nobody waits for it", () => {
    const { table, host, low, high } = threeAtPlay();
    table.asleep.add(900);
    table.run(20_000);
    expect(hostsSeenBy(host, low)).toEqual([1, 1]);
    expect(host.session.model.round.roundMs).toBeGreaterThan(20_000);
    expect(host.session.model.round.players.map(({ id, alive }) => [id, alive])).toEqual([
      [1, true],
      [40, true],
      [900, false],
    ]);
    table.asleep.delete(900);
    table.run(500);
    expect(high.heard.filter((line) => line.startsWith("host"))).toEqual(["host 1"]);
    expect(high.session.model.round.seed).toBe(host.session.model.round.seed);
  });

  test("who founds a game and waits alone takes no newcomer's word for it", () => {
    const table = new GameTable();
    const host = table.sit(1);
    table.run(10_000);
    const guest = table.sit(40);
    say(guest.peer, { type: "round", round: lie });
    table.run(200);
    expect(host.session.model.round.match).not.toBe(77);
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
    expect(host.session.model.round.seed).toBe(high.session.model.round.seed);
  });
});

describe("who says that it is host", () => {
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
      table.hub.cutOff(1);
      table.run(30_000);
      table.hub.restore(1);
    },
  };

  test.each(Object.entries(states))("%s: is not believed", (_, arrange) => {
    const { table, high } = threeAtPlay();
    arrange(table);
    for (let time = 0; time < 60; time++) {
      say(high.peer, { type: "round", round: lie, sworn: true });
      say(high.peer, { type: "seat", code: "EVILX", seat: { peerId: 40, secret } });
      table.run(16);
    }
    for (const [id, { session, heard }] of table.players) {
      if (id === 900 || table.asleep.has(id)) continue;
      expect(session.hostId).not.toBe(900);
      expect(session.model.round.match).not.toBe(77);
      expect(heard.filter((line) => line.startsWith("seat"))).toEqual([]);
      expect(session.counters.notEntitled).toBeGreaterThan(30);
    }
  });

  test("the host's seats are believed by those they are for", () => {
    const { table, host, low, high } = threeAtPlay();
    say(host.peer, { type: "seat", code: "ACDEF", seat: { peerId: 900, secret } });
    table.run(100);
    expect(high.heard.filter((line) => line.startsWith("seat"))).toEqual(["seat ACDEF 900"]);
    expect(low.heard.filter((line) => line.startsWith("seat"))).toEqual([]);
    expect(low.session.counters.notEntitled).toBe(1);
  });
});

describe("a host that means harm", () => {
  test("a new floe with every message is taken a few times, then at a slow rate, and the rest is counted", () => {
    const { table, host, low } = threeAtPlay();
    table.asleep.add(1);
    const seeds = new Set<number>();
    for (let seed = 1; seed <= 180; seed++) {
      say(host.peer, { type: "round", round: { ...newRound(seed), match: 1 } });
      table.run(16);
      seeds.add(low.session.model.round.seed);
    }
    expect(seeds.size).toBeLessThanOrEqual(7);
    expect(low.session.counters.overBudget).toBeGreaterThan(170);
  });

  test("a round of days is no round", () => {
    const { table, host, low } = threeAtPlay();
    const { round } = host.session.model;
    say(host.peer, { type: "round", round: { ...round, roundMs: 1e9 } });
    table.run(100);
    expect(low.session.model.round.roundMs).toBeLessThan(60_000);
    expect(low.session.counters.malformed).toBe(1);
  });

  test("who changes its looks all the time is seen as it came", () => {
    const { table, host, low } = threeAtPlay();
    for (let colour = 0; colour < 50; colour++) {
      say(host.peer, { type: "hello", look: { name: `P${colour}`, colour: 0x800000 + colour } });
    }
    table.run(100);
    expect(low.session.players.get(1)?.look).toEqual({ name: "P1", colour: 0x37c8ff });
    expect(low.session.counters.notEntitled).toBe(50);
  });
});
