import { expect, test } from "vitest";
import { PacketKind, packet } from "../../src/backends/relay/packet.ts";
import { ErrorCode } from "../../src/base/error-code.ts";
import { seededRandom } from "../../src/base/random.ts";
import { CloseReason } from "../../src/connection/close-reason.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { Talk } from "../support/talk.ts";
import { TwoWays } from "../support/two-ways.ts";

const diagnostics = collectDiagnostics();

test("Q1 a direct way that opens within its head start carries, and no line is opened", () => {
  const two = new TwoWays();
  const ends = two.negotiate(1);
  expect(two.connect(...ends)).toBeLessThan(1_000);
  two.pass(10_000);
  expect(two.carriers).toEqual(["direct", "direct"]);
  expect([two.a.ways?.problem, two.a.connection.isRelayed]).toEqual([null, false]);
  expect([two.relay.packets, two.relay.lineCount]).toEqual([0, 0]);
  expect([two.a.directTries, two.b.directTries]).toEqual([1, 1]);
  two.close();
});

test("Q1 a direct way that connects, and breaks before a channel of it is open on either side, is followed by the relay", () => {
  // From 500 ms on, what opens the first channel is on its way.
  for (let atMs = 20; atMs < 500; atMs += 20) {
    const two = new TwoWays({ latencyMs: 60, standsEarly: true });
    const ends = two.negotiate(1);
    const areOpen = (): boolean => two.areConnected && ends.every((end) => end.getReadyState() === 1);
    two.offer();
    two.pass(atMs);
    expect(two.carriers).toEqual([null, null]);
    two.network.partition([[1], [2]]);
    expect(two.until(areOpen, `the relay, cut after ${atMs} ms`, 4_000)).toBeLessThan(3_000);
    expect(two.carriers).toEqual(["relay", "relay"]);
    two.close();
  }
});

test("Q2 without a direct way the relay opens after the head start, and carries everything", () => {
  const two = new TwoWays({ isReachable: false, headStartMs: 2_000 });
  const [toB, toA] = two.negotiate(1);
  const tookMs = two.connect(toB, toA);
  expect(tookMs).toBeGreaterThan(2_000);
  expect(tookMs).toBeLessThan(2_600);
  expect(two.carriers).toEqual(["relay", "relay"]);
  expect([two.a.connection.isRelayed, two.a.ways?.problem]).toEqual([true, "timeout"]);
  const talks = [new Talk(toB, () => toA), new Talk(toA, () => toB)];
  two.pass(30_000, () => {
    for (const talk of talks) {
      if (two.network.nowMs < 20_000) talk.say();
      talk.hear();
    }
  });
  for (const talk of talks) expect([talk.sent > 1_000, talk.isComplete]).toEqual([true, true]);
  expect(two.areConnected).toBe(true);
  expect(two.a.ways?.problem).toBe("ice-failed");
  two.close();
  expect(two.relay.lineCount).toBe(0);
});

test("Q3 whenever the direct way opens, both sides begin alike and move alike: nothing is lost, doubled or told out of order", () => {
  const ways = new Map<string, number>();
  for (let seed = 1; seed <= 80; seed++) {
    const random = seededRandom(seed);
    const draw = (from: number, to: number): number => from + (random.nextUint32() % (to - from + 1));
    const headStartMs = draw(0, 400);
    const reachableAtMs = [0, draw(0, 1_500), draw(1_500, 30_000)][draw(0, 2)] as number;
    const two = new TwoWays({
      seed,
      headStartMs,
      latencyMs: draw(1, 150),
      jitterMs: draw(0, 30),
      lossRatio: draw(0, 3) / 50,
      relayLatencyMs: draw(1, 200),
      stepMs: draw(2, 20),
      isReachable: reachableAtMs === 0,
    });
    const [toB, toA] = two.negotiate(1);
    const [looseB, looseA] = two.negotiate(3, { maxPacketLifeTime: 100 });
    const [fromA, fromB] = [two.a, two.b].map(({ connection }) => connection.createDataChannel("band"));
    const received: (WebRTCDataChannel | null)[] = [null, null];
    two.b.connection.on("dataChannelReceived", (channel) => void received.splice(0, 1, channel));
    two.a.connection.on("dataChannelReceived", (channel) => void received.splice(1, 1, channel));
    const size = (): number => (draw(0, 99) === 0 ? draw(8, 60_000) : draw(8, 300));
    const reliable = [
      new Talk(toB, () => toA, size),
      new Talk(toA, () => toB, size),
      new Talk(fromA as WebRTCDataChannel, () => received[0] as WebRTCDataChannel | null, size),
      new Talk(fromB as WebRTCDataChannel, () => received[1] as WebRTCDataChannel | null),
    ];
    const loose = [new Talk(looseB, () => looseA), new Talk(looseA, () => looseB)];
    const busyMs = draw(2_000, 45_000);
    const each = (): void => {
      if (reachableAtMs > 0 && two.network.nowMs >= reachableAtMs) two.network.setReachable(1, 2, true);
      for (const talk of [...reliable, ...loose]) {
        if (two.network.nowMs < busyMs && draw(0, 4) === 0) talk.say();
        talk.hear();
      }
    };
    two.offer();
    two.until(() => two.areConnected, `seed ${seed}: the two to connect`, 30_000, each);
    const first = two.carriers.join();
    two.pass(Math.max(0, busyMs - two.network.nowMs), each);
    two.until(
      () => reliable.every((talk) => talk.got.length >= talk.sent),
      `seed ${seed}: what was sent`,
      300_000,
      each,
    );
    two.until(
      () => two.carriers.every((carrier) => carrier === "direct") && two.relay.lineCount === 0,
      `seed ${seed}: the direct way`,
      60_000,
      each,
    );
    expect([seed, ...reliable.map((talk) => talk.isComplete)]).toEqual([seed, true, true, true, true]);
    expect([seed, ...loose.map((talk) => talk.isInOrder)]).toEqual([seed, true, true]);
    for (const { connection } of [two.a, two.b]) expect([seed, connection.closeReason]).toEqual([seed, null]);
    ways.set(first, (ways.get(first) ?? 0) + 1);
    two.close();
    expect([seed, two.relay.lineCount]).toEqual([seed, 0]);
  }
  // Both beginnings were met, and often.
  expect(ways.get("direct,direct")).toBeGreaterThan(5);
  expect(ways.get("relay,relay")).toBeGreaterThan(5);
  expect(diagnostics).toEqual([]);
});

test("Q4 while the relay carries, a direct way is searched for, after growing pauses, 5 s to 60 s, by who offered", () => {
  const two = new TwoWays({ isReachable: false, headStartMs: 100 });
  two.connect(...two.negotiate(1));
  const triesAt: number[] = [];
  two.pass(400_000, () => {
    if (two.a.directTries > triesAt.length + 1) triesAt.push(Math.round(two.network.nowMs / 1_000));
  });
  const pauses = triesAt.slice(1).map((at, i) => at - (triesAt[i] as number));
  // Each takes until the network says "failed", 15 s or so, and then the pause.
  expect(pauses.length).toBeGreaterThan(4);
  for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual((pauses[i - 1] ?? 0) - 1);
  expect(pauses.at(-1)).toBeGreaterThanOrEqual(60);
  expect(pauses.at(-1)).toBeLessThanOrEqual(85);
  expect(two.b.directTries).toBe(two.a.directTries);
  two.network.setReachable(1, 2, true);
  two.until(() => two.carriers.join() === "direct,direct" && two.relay.lineCount === 0, "the move", 90_000);
  expect(two.a.ways?.problem).toBeNull();
  two.close();
});

test("Q5 when the relay is gone while it carries, the connection has failed, and words say why; after the move nobody notices", () => {
  for (const moves of [true, false]) {
    const two = new TwoWays({ isReachable: false, headStartMs: 100 });
    const [toB, toA] = two.negotiate(1);
    two.connect(toB, toA);
    if (moves) {
      two.network.setReachable(1, 2, true);
      two.until(() => two.carriers.join() === "direct,direct" && two.relay.lineCount === 0, "the move");
    }
    two.relay.crash();
    two.pass(1_000);
    const { connection } = two.a;
    expect(connection.getConnectionState()).toBe(moves ? ConnectionState.CONNECTED : ConnectionState.FAILED);
    expect(connection.closeReason).toBe(moves ? null : CloseReason.CONNECTION_LOST);
    const words = [2, 1].map((id) => `the relay's line to peer ${id} is down: the relay is gone`);
    expect(diagnostics).toEqual(moves ? [] : words);
    const talk = new Talk(toB, () => toA);
    if (moves) for (let i = 0; i < 50; i++) talk.say();
    two.pass(1_000);
    talk.hear();
    expect(talk.isComplete).toBe(true);
    two.close();
  }
});

test("Q5 who closes in the middle of the move, once the far side has closed, leaves no way behind", () => {
  const two = new TwoWays({ isReachable: false, relayLatencyMs: 4_000, headStartMs: 100 });
  const [toB, toA] = two.negotiate(1);
  two.connect(toB, toA);
  two.network.setReachable(1, 2, true);
  two.until(() => two.carriers[0] === "direct", "the beginning of the move");
  // More than goes ahead of the far side's word, so that some of it waits here.
  for (let i = 0; i < 40; i++) toB.putPacket(new Uint8Array(60_000));
  two.pass(1_000);
  two.b.connection.close();
  two.pass(500);
  two.a.connection.close();
  two.pass(10_000);
  expect(two.relay.lineCount).toBe(0);
  expect(diagnostics).toEqual([]);
});

test("Q5 whenever the relay is gone in the middle of the move, what arrives is whole, or the connection has failed", () => {
  const ended = { failed: 0, moved: 0 };
  for (let afterMs = 0; afterMs < 500; afterMs += 10) {
    const two = new TwoWays({ isReachable: false, headStartMs: 100, relayLatencyMs: 60 });
    const [toB, toA] = two.negotiate(1);
    two.connect(toB, toA);
    const talks = [new Talk(toB, () => toA), new Talk(toA, () => toB)];
    const each = (): void => {
      for (const talk of talks) {
        talk.say();
        talk.hear();
      }
    };
    two.network.setReachable(1, 2, true);
    two.until(() => two.carriers.includes("direct"), "the beginning of the move", 60_000, each);
    two.pass(afterMs, each);
    two.relay.crash();
    two.pass(2_000, each);
    two.pass(1_000, () => {
      for (const talk of talks) talk.hear();
    });
    const states = [two.a, two.b].map(({ connection }) => connection.getConnectionState());
    if (states.every((state) => state === ConnectionState.CONNECTED)) {
      ended.moved += 1;
      expect([afterMs, ...talks.map(({ isComplete }) => isComplete)]).toEqual([afterMs, true, true]);
    } else {
      ended.failed += 1;
    }
    for (const { got } of talks) expect(got.every((number, i) => number === i)).toBe(true);
    two.close();
  }
  expect(ended.failed).toBeGreaterThan(0);
  expect(ended.moved).toBeGreaterThan(0);
});

test("Q6 a far side that knows of no relay is met directly, or not at all", () => {
  for (const isReachable of [true, false]) {
    const two = new TwoWays({ isPlain: true, isReachable });
    two.negotiate(1);
    two.offer();
    two.pass(40_000);
    expect(two.a.connection.getConnectionState()).toBe(
      isReachable ? ConnectionState.CONNECTED : ConnectionState.FAILED,
    );
    expect(two.a.connection.closeReason).toBe(isReachable ? null : CloseReason.NO_PATH);
    expect(two.b.connection.counters.badCandidates).toBe(1);
    expect(two.relay.lineCount).toBe(0);
    two.close();
  }
});

test("Q7 who hides the address and has no TURN server goes by the relay at once, and no direct way is searched for", () => {
  const two = new TwoWays({ isReachable: false, configuration: { iceTransportPolicy: "relay" } });
  expect(two.connect(...two.negotiate(1))).toBeLessThan(1_000);
  two.pass(120_000);
  expect([two.a.directTries, two.b.directTries]).toEqual([1, 1]);
  expect([two.a.ways?.problem, two.b.ways?.problem]).toEqual(["hidden", "hidden"]);
  two.close();
});

test("Q8 a relay that does not answer, or is down for a while, is tried again until the connection's time is up", () => {
  const two = new TwoWays({ isReachable: false, headStartMs: 100 });
  const ends = two.negotiate(1);
  two.offer();
  two.pass(3_000, () => {
    if (two.network.nowMs < 2_500) two.relay.crash();
  });
  two.until(() => two.areConnected && ends.every((end) => end.getReadyState() === 1), "the two to connect", 6_000);
  two.close();

  const never = new TwoWays({ isReachable: false, headStartMs: 100 });
  never.negotiate(1);
  never.relay.isUp = false;
  never.offer();
  never.pass(40_000);
  expect(never.a.connection.closeReason).toBe(CloseReason.NO_PATH);
  never.close();
  expect(never.relay.lineCount).toBe(0);
});

test("Q9 an ICE restart while the relay carries searches for a direct way at once, by either side's wish", () => {
  for (const who of ["a", "b"] as const) {
    const two = new TwoWays({ isReachable: false, headStartMs: 100 });
    two.connect(...two.negotiate(1));
    two.until(() => two.a.directTries > 3, "some searches", 200_000);
    two.until(() => two.a.ways?.problem === "ice-failed" && two.a.directTries > 3, "a pause");
    two.network.setReachable(1, 2, true);
    expect(two[who].connection.restartIce()).toBe(ErrorCode.OK);
    const tookMs = two.until(() => two.relay.lineCount === 0, "the move");
    expect(tookMs).toBeLessThan(4_000);
    expect(two.areConnected).toBe(true);
    two.close();
  }
  // While a search is under way, that of before the change of network is given up for another.
  const two = new TwoWays({ isReachable: false, headStartMs: 100 });
  two.connect(...two.negotiate(1));
  expect(two.a.connection.restartIce()).toBe(ErrorCode.OK);
  expect(two.until(() => two.a.directTries === 2, "another search")).toBeLessThan(2_500);
  two.close();
});

test("Q10 what the far side says that makes no sense, or comes at the wrong time, has no effect", () => {
  const random = seededRandom(10);
  const two = new TwoWays({ isReachable: false, headStartMs: 100 });
  const [toB, toA] = two.negotiate(1);
  two.connect(toB, toA);
  const talks = [new Talk(toB, () => toA), new Talk(toA, () => toB)];
  const text = (value: unknown): string => JSON.stringify(value);
  const notes = [
    "",
    "{",
    "null",
    "[]",
    text({ kind: "constructor" }),
    text({ kind: "offer", search: 2 }),
    text({ kind: "offer", search: 1e300, sdp: "v=0" }),
    text({ kind: "offer", search: 77, sdp: "rubbish" }),
    text({ kind: "offer", search: 78, sdp: "x".repeat(60_000) }),
    text({ kind: "answer", search: 1, sdp: "rubbish" }),
    text({ kind: "answer", search: 2, sdp: "rubbish" }),
    text({ kind: "candidate", search: 1, media: "0", index: 0, name: "candidate:rubbish" }),
    text({ kind: "candidate", search: 1, media: 5, index: -1, name: null }),
    text({ kind: "same", search: 1, relayed: 1, direct: 1 }),
    text({ kind: "same", search: 1, relayed: 70_000, direct: 0.5 }),
    text({ kind: "ask", isHidden: {} }),
    text({ kind: "yes" }),
    text({ kind: "search" }),
  ];
  two.pass(30_000, () => {
    for (const from of [1, 2]) {
      const note = notes[random.nextUint32() % notes.length] as string;
      two.relay.inject(from, packet(PacketKind.NOTE, 0, new TextEncoder().encode(note)));
    }
    for (const talk of talks) {
      if (two.network.nowMs < 25_000) talk.say();
      talk.hear();
    }
  });
  expect(talks.map(({ isComplete }) => isComplete)).toEqual([true, true]);
  expect(two.areConnected).toBe(true);
  // Each wish for a search, and each offer, costs a connection: there are not many of them.
  for (const { directTries } of [two.a, two.b]) expect(directTries).toBeLessThan(40);
  two.close();
});
