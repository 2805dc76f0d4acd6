import { setDiagnosticsHandler, TransferMode } from "tickmesh";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IDLE } from "../../demo/game/craft.ts";
import { newRound } from "../../demo/game/round.ts";
import type { CraftInput } from "../../demo/game/types.ts";
import { GameSession } from "../../demo/net/game-session.ts";
import type { GameMessage } from "../../demo/net/messages.ts";
import { encodePose } from "../../demo/net/pose-layout.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PacketHub } from "./demo-packet-hub.ts";

/** Players on one hub, on one clock, stepped together. */
class Table {
  readonly hub = new PacketHub();
  readonly clock = new ManualClock();
  readonly lobby = { hostId: 1, serverPresent: true };
  /** Players who see the server differently from the others. */
  readonly ownView = new Map<number, Table["lobby"]>();
  readonly players = new Map<number, ReturnType<Table["sit"]>>();

  sit(id: number) {
    const peer = this.hub.join(id);
    const heard: string[] = [];
    const keys: { now: CraftInput } = { now: IDLE };
    const view = (): Table["lobby"] => this.ownView.get(id) ?? this.lobby;
    const session = new GameSession({
      peer,
      facts: {
        get hostId() {
          return view().hostId;
        },
        get serverPresent() {
          return view().serverPresent;
        },
      },
      look: { name: `P${id}`, colour: 0x37c8ff },
      seed: 5,
      clock: this.clock,
      input: () => keys.now,
      listener: {
        playerJoined: (who, look) => heard.push(`+${who} ${look.name}`),
        playerLeft: (who, _, reason) => heard.push(`-${who} ${reason}`),
        said: (who, _, text) => heard.push(`${who}: ${text}`),
        seatGiven: (code, seat) => heard.push(`seat ${code} ${seat.peerId}`),
        hostChanged: (who) => heard.push(`host ${who}`),
      },
    });
    const player = { peer, session, heard, keys };
    this.players.set(id, player);
    return player;
  }

  leave(id: number): void {
    this.players.get(id)?.session.end();
    this.players.get(id)?.peer.close();
    this.players.delete(id);
  }

  run(ms: number): void {
    for (let done = 0; done < ms; done += 16) {
      this.clock.advance(16);
      for (const { peer, session } of this.players.values()) {
        peer.poll();
        session.poll();
      }
    }
  }
}

/** Says something that an honest page would not. */
function say(peer: ReturnType<PacketHub["join"]>, message: GameMessage | object, to = 0): void {
  peer.transferMode = TransferMode.RELIABLE;
  peer.setTargetPeer(to);
  peer.putVar(message);
}

beforeAll(() => setDiagnosticsHandler(() => {}));
afterAll(() => setDiagnosticsHandler(null));

describe("a game session", () => {
  test("players meet, say who they are, and play one and the same round", () => {
    const table = new Table();
    const a = table.sit(1);
    const b = table.sit(900);
    table.run(7_000);
    expect(a.heard).toEqual(["host 1", "+900 P900"]);
    expect(b.heard).toEqual(["host 1", "+1 P1"]);
    for (const { session } of [a, b]) expect(session.model.round).toMatchObject({ phase: "playing", round: 1 });
    expect(a.session.model.round.seed).toBe(b.session.model.round.seed);
    expect(Math.abs(a.session.model.round.roundMs - b.session.model.round.roundMs)).toBeLessThan(60);
  });

  test("one sees the other's craft move", () => {
    const table = new Table();
    const a = table.sit(1);
    const b = table.sit(900);
    table.run(6_500);
    a.keys.now = { ...IDLE, thrust: 1 };
    table.run(1_500);
    const own = a.session.model.players.find(({ id }) => id === 1)?.pose;
    const seen = b.session.model.players.find(({ id }) => id === 1)?.pose;
    expect(Math.hypot((own?.x ?? 0) - (seen?.x ?? 0), (own?.y ?? 0) - (seen?.y ?? 0))).toBeLessThan(90);
    expect(Math.hypot(seen?.vx ?? 0, seen?.vy ?? 0)).toBeGreaterThan(100);
  });

  test("who comes late is told the round and waits for the next", () => {
    const table = new Table();
    table.sit(1);
    table.sit(900);
    table.run(8_000);
    const late = table.sit(40);
    expect(late.session.model.craft).toBeNull();
    table.run(200);
    expect(late.session.model.round.phase).toBe("playing");
    expect(late.session.model.round.players.find(({ id }) => id === 40)).toMatchObject({
      inRound: false,
      alive: false,
    });
    // Its id is lower than the other guest's, and no lower id than the host's founds a game of its own.
    expect(late.session.hostId).toBe(1);
  });

  test("when the host goes, the lowest id carries the same round on", () => {
    const table = new Table();
    table.sit(1);
    const b = table.sit(900);
    const c = table.sit(40);
    table.run(8_000);
    const { seed, roundMs } = b.session.model.round;
    table.leave(1);
    table.run(500);
    for (const { session } of [b, c]) {
      expect(session.hostId).toBe(40);
      expect(session.model.round).toMatchObject({ phase: "playing", seed });
      expect(session.model.round.roundMs).toBeGreaterThan(roundMs);
      expect(session.model.round.players.map(({ id }) => id).sort()).toEqual([40, 900]);
    }
    expect(b.heard).toContain("-1 left");
  });

  test("a host that alone lost the server yields to the one whom the server made host meanwhile", () => {
    const table = new Table();
    const a = table.sit(1);
    const b = table.sit(900);
    table.run(1_000);
    table.ownView.set(1, { hostId: 1, serverPresent: false });
    table.run(200);
    expect([a, b].map(({ session }) => session.hostId)).toEqual([1, 1]);
    table.lobby.hostId = 900;
    table.run(200);
    expect([a, b].map(({ session }) => session.hostId)).toEqual([900, 900]);
    table.ownView.delete(1);
    table.run(200);
    expect([a, b].map(({ session }) => session.hostId)).toEqual([900, 900]);
    table.lobby.hostId = 1;
    table.run(200);
    expect([a, b].map(({ session }) => session.hostId)).toEqual([1, 1]);
  });

  test("only the host's round and the host's seats are believed, and seats only by those they are for", () => {
    const table = new Table();
    const a = table.sit(1);
    const b = table.sit(900);
    const c = table.sit(40);
    table.run(1_000);
    const secret = "0123456789abcdef0123456789abcdef";
    const before = a.session.model.round;
    say(c.peer, { type: "round", round: { ...newRound(99), match: 77 }, sworn: true });
    say(c.peer, { type: "seat", code: "EVILX", seat: { peerId: 900, secret } });
    say(a.peer, { type: "seat", code: "ACDEF", seat: { peerId: 900, secret } });
    table.run(100);
    expect(a.session.model.round.match).toBe(before.match);
    expect(b.session.model.round.match).toBe(before.match);
    expect(b.heard.filter((line) => line.startsWith("seat"))).toEqual(["seat ACDEF 900"]);
    expect(c.heard.filter((line) => line.startsWith("seat"))).toEqual([]);
    expect(b.session.counters.notEntitled).toBe(2);
    expect(c.session.counters.notEntitled).toBe(1);
  });

  test("nonsense is dropped and counted, and a flood ends at the budget", () => {
    const table = new Table();
    const a = table.sit(1);
    const b = table.sit(900);
    table.run(1_000);
    b.peer.transferMode = TransferMode.RELIABLE;
    b.peer.setTargetPeer(1);
    b.peer.putPacket(Uint8Array.of(0xc1));
    say(b.peer, { type: "constructor" }, 1);
    b.peer.transferMode = TransferMode.UNRELIABLE;
    b.peer.putPacket(new Uint8Array(500));
    b.peer.transferMode = TransferMode.UNRELIABLE_ORDERED;
    b.peer.putPacket(
      encodePose(1, 1, {
        x: 0,
        y: 0,
        vx: 0,
        vy: 0,
        angle: 0,
        thrust: 0,
        damage: 0,
        alive: true,
        boosting: false,
        shielded: false,
      }),
    );
    table.run(32);
    expect(a.session.counters.malformed).toBe(4);
    for (let line = 0; line < 3_000; line++) say(b.peer, { type: "chat", text: `line ${line}` }, 1);
    table.run(32);
    expect(a.heard.filter((line) => line.startsWith("900: line")).length).toBeLessThanOrEqual(7);
    expect(a.session.counters.overBudget).toBeGreaterThan(2_000);
    expect(a.session.model.round.players).toHaveLength(2);
  });

  test("a round trip is measured", () => {
    const table = new Table();
    const a = table.sit(1);
    table.sit(900);
    table.run(2_000);
    expect(a.session.players.get(900)?.roundTrip.ms).toBeLessThanOrEqual(32);
  });
});
