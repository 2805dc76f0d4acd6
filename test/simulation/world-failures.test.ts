import { expect, test } from "vitest";
import {
  type Member,
  type MemberGame,
  type Recording,
  replay,
  SimulationError,
  World,
  type WorldObserver,
  watchWithCheckers,
} from "../../src/simulator/index.ts";
import { Flow } from "../../src/simulator/world/checkers/flow.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";

collectDiagnostics();

const RELIABLE = 2;
const [UNRELIABLE, ORDERED] = [0, 1] as const;

function thrownBy(act: () => unknown): SimulationError {
  try {
    act();
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function joined(world: World, ...ids: number[]): World {
  for (const id of ids) world.join(id);
  return world;
}

test.each<readonly [string, (world: World) => unknown]>([
  ["apply (stall)", (world) => world.stall(2, 100)],
  ["apply (join)", (world) => world.join(7)],
  ["step", (world) => world.step()],
  ["run", (world) => world.run(1)],
  ["runUntil", (world) => world.runUntil(() => true, { withinTicks: 1 })],
])("W78 %s is refused within a step, in a tick as in an observer", (what, act) => {
  const words = `${what} was called within step`;
  let isArmed = true;
  const once = (world: World): void => {
    if (!isArmed) return;
    isArmed = false;
    act(world);
  };
  const played: World = new World({ game: () => ({ tick: () => once(played) }) });
  joined(played, 1, 2);
  const { cause, recording } = thrownBy(() => played.step());
  expect(cause).toMatchObject({ code: "wrong-state", message: expect.stringContaining(words) });
  expect(recording.operations).toHaveLength(2);

  isArmed = true;
  const watched = joined(new World(), 1, 2);
  watched.watch({ stepped: () => once(watched) });
  expect(thrownBy(() => watched.step()).cause).toMatchObject({ code: "wrong-state" });
  expect(watched.tick).toBe(1);
});

test("W78 an operation is refused within another, and while stepAsync is under way; a condition may do one", async () => {
  const world: World = new World({
    game: ({ id }) => {
      if (id === 2) world.join(3);
      return {};
    },
  });
  world.join(1);
  expect(thrownBy(() => world.join(2)).cause).toMatchObject({ code: "wrong-state" });
  const other = joined(new World(), 1);
  const step = other.stepAsync();
  expect(() => other.join(2)).toThrow(expect.objectContaining({ code: "wrong-state" }));
  await step;
  other.runUntil(() => other.apply({ kind: "join", peer: 2 }), { withinTicks: 1 });
  expect(other.members).toHaveLength(2);
});

const FAULT = new TypeError("my assertion is wrong");

const GAMES: Readonly<Record<string, (member: Member) => MemberGame>> = {
  "member 2 in its turn": ({ id }) => ({
    tick(tick) {
      if (id === 2 && tick === 20) throw FAULT;
    },
  }),
  "a handler of member 1": ({ id, peer }) => {
    peer.on("peerConnected", () => {
      if (id === 1) throw FAULT;
    });
    return {};
  },
};

test.each(Object.entries(GAMES))("W79 %s throws: the step throws what makes the run happen again", (who, game) => {
  const world = joined(new World({ seed: 42, game }), 1, 2);
  const error = thrownBy(() => world.run(60));
  expect([error.code, error.fault, error.cause]).toEqual(["game-threw", `${who} threw: my assertion is wrong`, FAULT]);
  expect(error.message).toContain("seed 42, tick");
  expect(error.latest.length).toBeGreaterThan(0);
  const again = thrownBy(() => replay(error.recording, { game }));
  expect([again.fault, again.hash]).toEqual([error.fault, error.hash]);
});

test("W79 who throws keeps nobody from their turn, handlers can be taken off, and the run stays failed", () => {
  const turns: number[] = [];
  const game = ({ id }: Member): MemberGame => ({
    tick(tick) {
      turns.push(id);
      if (id === 1 && tick === 1) throw FAULT;
    },
  });
  const world = joined(new World({ game }), 1, 2);
  const unheard = (): void => {
    throw new Error("this was taken off");
  };
  world.member(2).peer.on("peerConnected", unheard).off("peerConnected", unheard);
  expect(thrownBy(() => world.step()).cause).toBe(FAULT);
  expect(turns).toEqual([1, 2]);
  expect(thrownBy(() => world.step()).cause).toBe(FAULT);
});

test.each<readonly [string, WorldObserver]>([
  ["sent", { sent: fail }],
  ["arrived", { arrived: fail }],
  ["received", { received: fail }],
  ["connected", { connected: fail }],
  ["polling", { polling: fail }],
  ["stepping", { stepping: fail }],
])("W79 an observer's %s throws: the run fails, and everything else goes on", (_name, observer) => {
  const game = ({ peer }: Member): MemberGame => ({
    tick() {
      for (let left = peer.getAvailablePacketCount(); left > 0; left--) peer.getPacket();
      peer.putPacket(new Uint8Array(1));
    },
  });
  const world = joined(new World({ game }).watch(observer), 1, 2);
  const error = thrownBy(() => world.run(60));
  expect([error.code, error.fault]).toEqual(["game-threw", "an observer threw: my assertion is wrong"]);
});

function fail(): never {
  throw FAULT;
}

test("W79 a channel's callback throws, or a peer's wake: the step says so, and the network runs on", () => {
  for (const name of ["onBufferedAmountLow", "wake"] as const) {
    const seen: number[] = [];
    const game = ({ id, peer }: Member): MemberGame => ({
      tick() {
        for (let left = peer.getAvailablePacketCount(); left > 0; left--) seen.push(id, peer.getPacket().length);
      },
    });
    const world = joined(new World({ game }), 1, 2, 3).watch({});
    world.runUntil(() => world.isMeshed, { withinTicks: 300 });
    const { peer } = world.member(1);
    if (name === "wake") world.member(3).peer.wake = fail;
    for (const channel of peer.getPeer(3)?.channels ?? []) if (name !== "wake") channel.onBufferedAmountLow = fail;
    peer.transferMode = RELIABLE;
    peer.putPacket(new Uint8Array(50_000));
    const error = thrownBy(() => world.run(60));
    expect([error.code, error.cause]).toEqual(["game-threw", FAULT]);
    expect(error.fault).toBe(`a handler of member ${name === "wake" ? 3 : 1} threw: my assertion is wrong`);
    for (let tick = 0; tick < 60; tick++) expect(() => world.step()).toThrow();
    expect(seen).toEqual(expect.arrayContaining([2, 50_000, 3]));
    expect(seen).toHaveLength(4);
  }
});

test("W79 a handler that throws within poll leaves the member as it was between calls", () => {
  const world = joined(new World(), 1, 2);
  const { peer } = world.member(1);
  peer.addPeer = fail;
  expect(thrownBy(() => world.run(60)).cause).toBe(FAULT);
  expect(world.member(1).isCalled).toBe(false);
});

test("W79 a game that throws when it is made, and a condition that throws", () => {
  const world = new World({ game: ({ id }) => (id === 2 ? fail() : {}) });
  world.join(1);
  const error = thrownBy(() => world.join(2));
  expect([error.code, error.cause, error.recording.operations.length]).toEqual(["game-threw", FAULT, 2]);
  expect(world.members.map(({ id }) => id)).toEqual([1]);
  const other = joined(new World(), 1);
  const thrown = thrownBy(() => other.runUntil(fail, { withinTicks: 5 }));
  expect([thrown.fault, thrown.cause]).toEqual(["the condition threw: my assertion is wrong", FAULT]);
});

test("W80 checkers come before members; finish reports a reliable packet that got lost with nothing after it", () => {
  const late = joined(new World(), 1, 2);
  expect(() => watchWithCheckers(late)).toThrow(expect.objectContaining({ code: "wrong-state" }));

  // Never reads: as good as lost.
  const deaf = new World({ game: () => ({}) });
  const { finish } = watchWithCheckers(deaf);
  joined(deaf, 1, 2).runUntil(() => deaf.isMeshed, { withinTicks: 300 });
  finish();
  deaf.apply({ kind: "send", peer: 1, to: 2, mode: RELIABLE, channel: 0, size: 5 });
  expect(thrownBy(() => finish(120)).fault).toBe("after 120 ticks 2 lacks 1 reliable packets of 1");

  // Never stops sending: what was sent before is what counts.
  const busy = new World({
    link: { latencyMs: 100 },
    game: ({ peer }) => ({
      tick() {
        for (let left = peer.getAvailablePacketCount(); left > 0; left--) peer.getPacket();
        peer.transferMode = RELIABLE;
        peer.putPacket(new Uint8Array(9));
      },
    }),
  });
  const checkers = watchWithCheckers(busy);
  joined(busy, 1, 2).runUntil(() => busy.isMeshed, { withinTicks: 300 });
  const begun = busy.tick;
  checkers.finish();
  expect(busy.tick - begun).toBeLessThan(60);
});

test("W81 checkers forget what has arrived, and connections that have ended", () => {
  for (const mode of [UNRELIABLE, ORDERED, RELIABLE] as const) {
    const flow = new Flow(mode);
    for (let content = 0; content < 10_000; content++) {
      flow.sent(content);
      expect(flow.received(content)).toBeNull();
    }
    expect(flow.kept).toBeLessThanOrEqual(2_048);
    expect(flow.missing).toBe(0);
    expect(flow.received(9_999)).toContain("it came before");
    expect(flow.received(5)).toBe("it was never sent like this, or came long before");
  }
  const world = new World();
  const { delivery } = watchWithCheckers(world);
  joined(world, 1, 2).runUntil(() => world.isMeshed, { withinTicks: 300 });
  world.apply({ kind: "send", peer: 1, to: 2, mode: RELIABLE, channel: 0, size: 5 });
  world.run(60);
  expect(delivery.kept).toBe(1);
  world.leave(2);
  world.run(60 * 60);
  expect(delivery.kept).toBe(0);
});

test("W81 a device leaves the network some time after its member, unless another came in its place", () => {
  const world = joined(new World(), 1, 2, 3, 4);
  world.runUntil(() => world.isMeshed, { withinTicks: 300 });
  world.leave(2);
  world.crash(3);
  world.leave(4);
  world.run(60);
  expect(world.network.devices).toHaveLength(4);
  world.join(4);
  world.run(60 * 60);
  expect(world.network.devices.map(({ id }) => id)).toEqual([1, 4]);
  expect(replay(JSON.parse(JSON.stringify(world.recording)) as Recording).hash).toBe(world.hash);
});
