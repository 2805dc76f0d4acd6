import { setDiagnosticsHandler, TransferMode } from "tickmesh";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IDLE } from "../../demo/game/craft.ts";
import { encodePose } from "../../demo/net/pose-layout.ts";
import { GameTable, say } from "./demo-game-table.ts";

beforeAll(() => setDiagnosticsHandler(() => {}));
afterAll(() => setDiagnosticsHandler(null));

describe("a game session", () => {
  test("players meet, say who they are, and play one and the same round", () => {
    const table = new GameTable();
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
    const table = new GameTable();
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

  test("who comes while the start is counted down takes part", () => {
    const table = new GameTable();
    table.sit(1);
    table.sit(900);
    table.run(2_000);
    const late = table.sit(40);
    // It hears of the round some time before the host hears of it.
    table.run(16);
    table.hub.cutOff(40);
    table.run(200);
    expect(late.session.model.round).toMatchObject({ phase: "countdown", round: 1 });
    table.hub.restore(40);
    table.run(300);
    expect(late.session.model.craft?.alive).toBe(true);
    table.run(6_000);
    expect(late.session.model.round.phase).toBe("playing");
    expect(late.session.model.craft?.alive).toBe(true);
  });

  test("who comes late is told the round and waits for the next", () => {
    const table = new GameTable();
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

  test("nonsense is dropped and counted, and a flood ends at the budget", () => {
    const table = new GameTable();
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
    const table = new GameTable();
    const a = table.sit(1);
    table.sit(900);
    table.run(2_000);
    expect(a.session.players.get(900)?.roundTrip.ms).toBeLessThanOrEqual(32);
  });
});
