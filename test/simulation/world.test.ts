import { expect, test } from "vitest";
import {
  BAD_MOBILE,
  BROADBAND,
  LAN,
  type LinkPreset,
  type Member,
  MOBILE,
  type Operation,
  type Recording,
  replay,
  SATELLITE,
  SimulationError,
  shrink,
  type TraceEvent,
  WIFI,
  World,
  type WorldOptions,
} from "../../src/simulator/index.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";

collectDiagnostics();

const RELIABLE = 2;

/** A world of members 1 to `count`, all connected. */
function meshed(count: number, options: WorldOptions = {}): World {
  const world = new World(options);
  for (let id = 1; id <= count; id++) world.join(id);
  world.runUntil(() => world.isMeshed, { withinTicks: 600 });
  return world;
}

/** What a world's trace says from now on. */
function listen(world: World): TraceEvent[] {
  const events: TraceEvent[] = [];
  world.network.trace.listen((event) => events.push(event));
  return events;
}

function kinds(events: readonly TraceEvent[], peer: number): string[] {
  return events
    .filter((event) => event.peer === peer)
    .map(({ kind, other, words }) => `${kind} ${other} ${words}`.trim());
}

/** What a function throws. */
function thrownBy(act: () => unknown): SimulationError {
  try {
    act();
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("W60 tick n is at ⌊n × 1,000,000 / ticksPerSecond⌋ µs, and everybody has a turn, by id, after the network", () => {
  const turns: string[] = [];
  const world = new World({
    ticksPerSecond: 7,
    game: (member) => ({ tick: (tick) => turns.push(`${tick}: ${member.id} at ${Math.round(world.nowMs * 1_000)}`) }),
  });
  for (const id of [30, 2, 100]) world.join(id);
  world.run(2);
  const [first, second] = [142_857, 285_714];
  expect(turns).toEqual(
    [2, 30, 100].map((id) => `1: ${id} at ${first}`).concat([2, 30, 100].map((id) => `2: ${id} at ${second}`)),
  );
  world.run(5);
  expect(world.nowMs).toBe(1_000);
});

test("W60 who is stalled has no turn until that is over, who has gone never again", () => {
  const turns: number[] = [];
  const world = new World({ ticksPerSecond: 10, game: ({ id }) => ({ tick: () => turns.push(id) }) });
  for (const id of [1, 2, 3]) world.join(id);
  world.stall(1, 250);
  world.step();
  world.leave(2);
  world.step();
  world.crash(3);
  world.step();
  expect(turns).toEqual([2, 3, 3, 1]);
  expect(world.members.map(({ id }) => id)).toEqual([1]);
});

test("W61 runUntil steps until its condition holds, or throws what makes the run happen again", () => {
  const world = new World({ seed: 7, ticksPerSecond: 20 });
  for (const id of [1, 2]) world.join(id);
  world.runUntil(() => world.isMeshed, { withinTicks: 100 });
  expect(world.tick).toBeLessThan(20);
  const error = thrownBy(() => world.runUntil(() => false, { withinTicks: 5 }));
  expect(error.code).toBe("not-reached");
  expect(error.recording).toEqual(world.recording);
  expect(error.hash).toBe(world.hash);
  expect(error.message).toContain("seed 7, tick");
  expect(error.message).toContain('"ticksPerSecond":20');
  expect(error.message).toContain("peerConnected  1 > 2");
  expect(thrownBy(() => replay(error.recording).runUntil(() => false, { withinTicks: 0 })).hash).toBe(error.hash);
});

test("W62 members who join are connected to everybody; who leaves or crashes is told of, and can come back", () => {
  const world = meshed(3);
  const events = listen(world);
  world.leave(3);
  world.runUntil(() => world.isMeshed, { withinTicks: 120 });
  expect(kinds(events, 1)).toContain("peerDisconnected 3 closed-by-peer");
  world.join(3);
  world.runUntil(() => world.isMeshed, { withinTicks: 120 });
  world.crash(3);
  world.runUntil(() => world.isMeshed, { withinTicks: 1_200 });
  expect(kinds(events, 1)).toContain("peerDisconnected 3 connection-lost");
  expect(world.join(3).incarnation).toBe(2);
  world.runUntil(() => world.isMeshed, { withinTicks: 120 });
  expect(kinds(events, 3).filter((line) => line === "peerConnected 1")).toHaveLength(2);
});

test("W62 a member that crashed can come back before the server has noticed, and the server then knows the new one", () => {
  const world = meshed(3, { crashNoticeMs: 3_000 });
  world.crash(2);
  world.run(10);
  world.join(2);
  world.runUntil(() => world.isMeshed, { withinTicks: 1_200 });
  world.run(300);
  world.join(4);
  world.runUntil(() => world.isMeshed, { withinTicks: 300 });
});

test("W62 who is kicked loses all connections, and is no part of the mesh", () => {
  const world = meshed(3);
  const events = listen(world);
  world.kick(2);
  world.runUntil(() => world.isMeshed && world.member(2).peer.getPeers().size === 0, { withinTicks: 60 });
  expect(kinds(events, 2)).toContain("kicked 0");
  expect(kinds(events, 1)).toContain("peerDisconnected 2 kicked");
  expect(world.member(2).state).toBe("kicked");
});

test("W62 who was kicked is replaced when its id joins again: its page closes", () => {
  const world = meshed(3);
  const gone: string[] = [];
  world.watch({ gone: ({ id, state }) => gone.push(`${id} ${state}`) });
  world.kick(2);
  world.run(60);
  expect(world.join(2).incarnation).toBe(1);
  expect(gone).toEqual(["2 left"]);
  expect(world.members.map(({ id, state }) => `${id} ${state}`)).toEqual(["1 present", "2 present", "3 present"]);
  world.runUntil(() => world.isMeshed, { withinTicks: 300 });
  expect(replay(world.recording).hash).toBe(world.hash);
});

/** Something of everything. */
const OPERATIONS: readonly (readonly [number, Operation])[] = [
  [0, { kind: "join", peer: 1 }],
  [0, { kind: "join", peer: 2, clockOffsetMs: 500, clockDriftPpm: 50 }],
  [3, { kind: "join", peer: 3 }],
  [40, { kind: "send", peer: 1, to: 0, mode: RELIABLE, channel: 0, size: 3_000 }],
  [50, { kind: "link", conditions: { lossRatio: 0.2, jitterMs: 30, bandwidthKbps: null } }],
  [51, { kind: "send", peer: 2, to: -3, mode: 1, channel: 0, size: 30 }],
  [52, { kind: "send", peer: 3, to: 1, mode: 0, channel: 1, size: 30 }],
  [60, { kind: "partition", groups: [[1], [2, 3]], oneWay: true }],
  [62, { kind: "stall", peer: 2, ms: 300 }],
  [64, { kind: "drift", peer: 3, ppm: -100 }],
  [66, { kind: "server", isUp: false }],
  [68, { kind: "reach", one: 1, other: 3, isReachable: false }],
  [70, { kind: "lines", conditions: { latencyMs: 100 } }],
  [72, { kind: "disconnect", peer: 2, other: 3 }],
  [80, { kind: "heal" }],
  [82, { kind: "line", peer: 1, isUp: false }],
  [90, { kind: "line", peer: 1, isUp: true }],
  [92, { kind: "retry", peer: 2 }],
  [110, { kind: "crash", peer: 1 }],
  [115, { kind: "kick", peer: 3 }],
  [118, { kind: "leave", peer: 2 }],
];

function everything(options: WorldOptions = {}): World {
  const world = new World({ seed: 5, link: WIFI, extraChannels: [RELIABLE], ...options });
  for (const [tick, operation] of OPERATIONS) {
    while (world.tick < tick) world.step();
    expect(world.apply(operation)).toBe(true);
  }
  world.run(60);
  return world;
}

test("W63 what is done to a world is recorded, and the recording, through JSON too, gives the same run again", () => {
  const world = everything();
  const { recording } = world;
  expect(recording.operations.map(({ operation }) => operation)).toEqual(OPERATIONS.map(([, operation]) => operation));
  const again = replay(JSON.parse(JSON.stringify(recording)) as Recording);
  expect(again.hash).toBe(world.hash);
  expect(again.recording).toEqual(recording);
  expect(replay({ ...recording, options: { ...recording.options, seed: 6 } }).hash).not.toBe(world.hash);
});

test("W63 methods are operations: what they do is recorded", () => {
  const world = meshed(4, { link: BROADBAND });
  world.setLink({ lossRatio: 0.1, bandwidthKbps: Number.POSITIVE_INFINITY }, { from: 1 });
  world.partition([[1, 2], [3]], { oneWay: true });
  world.stall(1, 100);
  world.heal();
  world.kick(2);
  world.crash(3);
  world.leave(4);
  world.run(30);
  const kindsDone = world.recording.operations.slice(4).map(({ operation }) => operation.kind);
  expect(kindsDone).toEqual(["link", "partition", "stall", "heal", "kick", "crash", "leave"]);
  expect(replay(JSON.parse(JSON.stringify(world.recording)) as Recording).hash).toBe(world.hash);
});

test("W63 a recording of a world with a game needs a game again", () => {
  const game = ({ peer }: Member) => ({ tick: () => void peer.putVar(1) });
  const world = new World({ seed: 1, link: MOBILE, game });
  for (const id of [1, 2]) world.join(id);
  world.run(100);
  const recording = JSON.parse(JSON.stringify(world.recording)) as Recording;
  expect(recording.hasGame).toBe(true);
  expect(() => replay(recording)).toThrow(expect.objectContaining({ code: "needs-game" }));
  expect(replay(recording, { game }).hash).toBe(world.hash);
});

test("W64 a replay with one packet changed differs in that packet, and in what follows from it", () => {
  const events: TraceEvent[] = [];
  const eventsOf = (changes: Parameters<typeof replay>[1]): TraceEvent[] => {
    const heard: TraceEvent[] = [];
    replay(recording, {
      ...changes,
      watch: (world) => world.network.trace.listen((event) => heard.push(event)),
    });
    return heard;
  };
  const { recording } = everything();
  events.push(...eventsOf({}));
  const at = events.findLastIndex(({ kind, timeUs }) => kind === "packet" && timeUs > 500_000 && timeUs < 900_000);
  const number = events[at]?.value as number;
  const lost = eventsOf({ changes: new Map([[number, { lost: true }]]) });
  expect(lost.slice(0, at)).toEqual(events.slice(0, at));
  expect(lost[at]).toEqual({ ...events[at], kind: "lost" });
  const late = eventsOf({ changes: new Map([[number, { lateMs: 900 }]]) });
  expect(late.slice(0, at + 1)).toEqual(events.slice(0, at + 1));
  expect(late).not.toEqual(events);
});

test("W65 an operation that does not apply does nothing and is not recorded; methods throw then", () => {
  const world = new World();
  world.join(1);
  const { hash, recording } = world;
  const idle: Operation[] = [
    { kind: "join", peer: 1 },
    { kind: "leave", peer: 2 },
    { kind: "crash", peer: 2 },
    { kind: "send", peer: 1, to: 2, mode: RELIABLE, channel: 0, size: 1 },
    { kind: "disconnect", peer: 1, other: 2 },
  ];
  expect(idle.map((operation) => world.apply(operation))).toEqual(idle.map(() => false));
  expect(world.hash).toBe(hash);
  expect(world.recording).toEqual(recording);
  expect(() => world.join(1)).toThrow(expect.objectContaining({ code: "id-taken" }));
  expect(() => world.crash(2)).toThrow(expect.objectContaining({ code: "unknown-member" }));
  expect(() => world.member(2)).toThrow("there is no member 2");
});

test("W65 a change of links that names nobody is refused by the id, and not recorded; who has left may come back to one", () => {
  const world = new World();
  for (const id of [1, 2]) world.join(id);
  const before = world.recording.operations.length;
  for (const which of [{ from: 77 }, { to: 77 }, { from: 1, to: 77 }, { between: [1, 77] }]) {
    expect(() => world.setLink({ lossRatio: 1 }, which)).toThrow(
      expect.objectContaining({ code: "unknown-member", message: expect.stringContaining("77") }),
    );
    expect(world.apply({ kind: "link", conditions: { lossRatio: 1 }, which })).toBe(false);
  }
  expect(world.recording.operations).toHaveLength(before);
  world.leave(2);
  world.setLink({ latencyMs: 9 }, { from: 1, to: 2 });
  world.join(2);
  expect(world.network.link(1, 2).conditions.latencyMs).toBe(9);
});

test("W65 options out of range are refused with their name, value and range", () => {
  const refused: readonly (readonly [WorldOptions, string])[] = [
    [{ seed: -1 }, "seed -1 is no whole number from 0 to 4294967295"],
    [{ ticksPerSecond: 0 }, "ticksPerSecond 0 is no whole number from 1 to 1000"],
    [{ crashNoticeMs: 1e9 }, "crashNoticeMs 1000000000 is no whole number from 0 to 600000"],
    [{ connectTimeoutMs: -5 }, "connectTimeoutMs -5 is no number from 0 to 600000"],
    [{ maxUnreadBytes: 0 }, "maxUnreadBytes 0 is no whole number from 1"],
    [{ link: { lossRatio: 2 } }, "lossRatio is 2: 0 to 1"],
    [{ signalling: { latencyMs: -1 } }, "latencyMs is -1: 0 to 60000"],
    [{ link: { toString: 1 } as never }, 'link: there is no condition "toString": latencyMs'],
    [{ link: null as never }, "link null is no object"],
    [{ latencyMs: 50 } as never, 'there is no "latencyMs" here: seed, ticksPerSecond'],
    [{ extraChannels: [9 as never] }, "extraChannels: extra channel 1 9 is no whole number from 0 to 2"],
    [{ changes: [[5, {} as never]] }, "packet 5: lateMs undefined is no number from 0 to 600000"],
    [{ game: 5 as never }, "game 5 is no function"],
  ];
  for (const [options, words] of refused) {
    expect(() => new World(options)).toThrow(
      expect.objectContaining({ code: "invalid-options", message: expect.stringContaining(words) }),
    );
  }
  const world = new World();
  expect(() => world.join(0)).toThrow("operation join: peer 0 is no whole number from 1 to 2147483647");
  expect(() => world.setLink({ jitterMs: 1e6 })).toThrow("jitterMs is 1000000: 0 to 60000");
  expect(() => world.runUntil(() => true, { withinTicks: -1 })).toThrow("withinTicks -1 is no whole number from 0 on");
  expect(() => world.run(Number.NaN)).toThrow("ticks NaN is no whole number from 0 on");
  expect(world.recording.operations).toEqual([]);
});

test("W65 operations and recordings of any origin are refused with field, value and range", () => {
  const refused: readonly (readonly [unknown, string])[] = [
    [null, "operation: null is no object"],
    [{ kind: "explode" }, 'there is no kind "explode": join, leave'],
    [{ kind: "stall", peer: 1 }, "operation stall: ms undefined is no number from 0 to 600000"],
    [{ kind: "stall", peer: "1", ms: 1 }, 'operation stall: peer "1" is no whole number from 1'],
    [{ kind: "drift", peer: 1, ppm: Number.NaN }, "operation drift: ppm NaN is no number from -500000 to 500000"],
    [{ kind: "join", peer: 2, clockOffsetMs: "x" }, 'clockOffsetMs "x" is no number'],
    [{ kind: "join", peer: 2, name: "x" }, 'there is no "name" here: peer, clockOffsetMs, clockDriftPpm'],
    [{ kind: "send", peer: 1, to: 0, mode: 3, channel: 0, size: 1 }, "mode 3 is no whole number from 0 to 2"],
    [
      { kind: "send", peer: 1, to: 0, mode: 2, channel: 0, size: 262_145 },
      "size 262145 is no whole number from 0 to 262144",
    ],
    [{ kind: "partition", groups: [["1"], [2]] }, "groups[0] [object Array] is no array of ids"],
    [{ kind: "link", conditions: { lossRatio: 3 } }, "lossRatio is 3: 0 to 1"],
    [
      { kind: "link", conditions: {}, which: { between: [1, 2], from: 1 } },
      "which has between, and from or to beside it",
    ],
    [{ kind: "server", isUp: 1 }, "isUp 1 is neither true nor false"],
  ];
  const world = meshed(2);
  const { hash, recording } = world;
  for (const [operation, words] of refused) {
    const expected = expect.objectContaining({ code: "invalid-options", message: expect.stringContaining(words) });
    expect(() => world.apply(operation as Operation)).toThrow(expected);
    const one = { options: {}, operations: [{ tick: 0, operation }], ticks: 1 };
    expect(() => replay(one as Recording)).toThrow(expected);
  }
  expect(world.hash).toBe(hash);
  expect(world.recording).toEqual(recording);
  const operation = { kind: "heal" };
  for (const [junk, words] of [
    [{}, "recording: options undefined is no object"],
    [{ options: {}, operations: [], ticks: -1 }, "ticks -1 is no whole number from 0"],
    [
      { options: {}, operations: [{ tick: 5, operation }], ticks: 2 },
      "operations[0].tick 5 is no whole number from 0 to 2",
    ],
    [
      {
        options: {},
        operations: [
          { tick: 2, operation },
          { tick: 1, operation },
        ],
        ticks: 2,
      },
      "operations[1].tick 1 is no",
    ],
    [{ options: { sead: 1 }, operations: [], ticks: 2 }, 'there is no "sead" here'],
  ] as const) {
    expect(() => replay(junk as never)).toThrow(
      expect.objectContaining({ code: "invalid-options", message: expect.stringContaining(words) }),
    );
  }
});

test("W66 heal undoes partitions, unreachable pairs, changed links and lines, and brings the server back", () => {
  const world = meshed(4, { link: { latencyMs: 10 }, connectTimeoutMs: 2_000, disconnectGraceMs: 500 });
  world.partition([
    [1, 2],
    [3, 4],
  ]);
  world.setLink({ lossRatio: 1 }, { from: 1 });
  world.apply({ kind: "reach", one: 1, other: 2, isReachable: false });
  world.apply({ kind: "server", isUp: false });
  world.apply({ kind: "line", peer: 2, isUp: false });
  world.run(60 * 30);
  expect(world.isMeshed).toBe(false);
  world.heal();
  world.runUntil(() => world.isMeshed, { withinTicks: 60 * 20 });
  expect(world.network.link(1, 2).conditions.lossRatio).toBe(0);
});

test("W67 the trace tells operations, connections with their reasons, and what games took", () => {
  const world = new World();
  const events = listen(world);
  for (const id of [1, 2]) world.join(id);
  world.runUntil(() => world.isMeshed, { withinTicks: 60 });
  world.apply({ kind: "send", peer: 1, to: 0, mode: 1, channel: 0, size: 77 });
  world.run(2);
  world.apply({ kind: "disconnect", peer: 1, other: 2 });
  world.run(30);
  expect(kinds(events, 0)[0]).toBe('operation 0 {"kind":"join","peer":1}');
  const ofTwo = events.filter(({ peer }) => peer === 2);
  expect(ofTwo.find(({ kind }) => kind === "receive ordered")).toMatchObject({ other: 1, value: 77 });
  expect(kinds(events, 1)).toEqual(expect.arrayContaining(["peerConnected 2", "peerDisconnected 2 closed-locally"]));
  expect(kinds(events, 2)).toEqual(expect.arrayContaining(["peerConnected 1", "peerDisconnected 1 closed-by-peer"]));
});

test("W68 who watches is told of everything in order, and what it reports the step throws", () => {
  const told: string[] = [];
  const world = new World({ ticksPerSecond: 20 });
  world.watch({
    joined: ({ id }) => told.push(`joined ${id}`),
    gone: ({ id, state }) => told.push(`gone ${id} ${state}`),
    sent: ({ member, number }, channelId) => told.push(`sent ${member.id} ${channelId} ${number}`),
    arrived: ({ member, farNumber }, channelId) => told.push(`arrived ${member.id} ${channelId} ${farNumber}`),
    received: ({ id }, { from, mode, bytes }) => told.push(`received ${id} ${from} ${mode} ${bytes.length}`),
    connected: ({ id }, peerId) => told.push(`connected ${id} ${peerId}`),
    disconnected: ({ id }, peerId, reason) => told.push(`disconnected ${id} ${peerId} ${reason}`),
  });
  for (const id of [1, 2]) world.join(id);
  world.runUntil(() => world.isMeshed, { withinTicks: 60 });
  world.apply({ kind: "send", peer: 1, to: 2, mode: RELIABLE, channel: 0, size: 9 });
  world.run(2);
  world.leave(2);
  world.run(20);
  const number = told.find((line) => line.startsWith("sent"))?.split(" ")[3];
  expect(told).toEqual([
    "joined 1",
    "joined 2",
    expect.stringMatching(/^connected \d \d$/),
    expect.stringMatching(/^connected \d \d$/),
    `sent 1 1 ${number}`,
    `arrived 2 1 ${number}`,
    "received 2 1 2 9",
    "gone 2 left",
    "disconnected 1 2 left",
  ]);
  world.report("that is not right");
  const error = thrownBy(() => world.step());
  expect([error.code, error.fault]).toEqual(["violation", "that is not right"]);
});

test("W68 observers are told when the network is about to run, before each turn, and after all", () => {
  const told: string[] = [];
  const world = new World({ game: ({ id }) => ({ tick: () => told.push(`tick ${id}`) }) });
  world.watch({
    stepping: () => told.push(`stepping ${world.tick}`),
    polling: ({ id }) => told.push(`polling ${id}`),
    stepped: () => told.push(`stepped ${world.tick}`),
  });
  world.join(1);
  world.join(2);
  world.stall(2, 5);
  world.step();
  world.stall(2, 50);
  world.step();
  expect(told).toEqual([
    ...["stepping 0", "polling 1", "tick 1", "polling 2", "tick 2", "stepped 1"],
    ...["stepping 1", "polling 1", "tick 1", "stepped 2"],
  ]);
});

test("W70 a failing recording is made shorter for as long as it fails, by a bounded number of runs", () => {
  const { recording } = everything();
  let runs = 0;
  const fails = ({ operations }: Recording): boolean => {
    runs += 1;
    const has = (kind: Operation["kind"], peer: number): boolean =>
      operations.some(({ operation }) => operation.kind === kind && "peer" in operation && operation.peer === peer);
    return has("join", 2) && has("stall", 2);
  };
  const shorter = shrink(recording, fails);
  expect(shorter.operations.map(({ operation }) => operation.kind)).toEqual(["join", "stall"]);
  expect(shorter.ticks).toBe(0);
  expect(shorter.options).toEqual(recording.options);
  expect(runs).toBeLessThan(200);
  expect(shrink({ ...recording, operations: recording.operations.slice(0, 1) }, () => true).operations).toEqual([]);
  runs = 0;
  expect(shrink(recording, fails, { maxRuns: 1 }).operations.length).toBeLessThanOrEqual(recording.operations.length);
  expect(runs).toBe(1);
});

test("W70 what is left fails in the same words; what does not fail is refused, and so is a broken number of runs", () => {
  const { recording } = everything();
  const faultOf = ({ operations }: Recording): string | null => {
    const { length } = operations;
    if (operations.some(({ operation }) => operation.kind === "crash")) return `member 1 lost ${length} packets`;
    return length < 5 ? "another fault" : null;
  };
  const shorter = shrink(recording, faultOf);
  expect(shorter.operations.map(({ operation }) => operation.kind)).toEqual(["crash"]);
  for (const nothing of [() => false, () => null]) {
    expect(() => shrink(recording, nothing)).toThrow(expect.objectContaining({ code: "does-not-fail" }));
  }
  for (const maxRuns of [0, 10.5, Number.NaN]) {
    expect(() => shrink(recording, faultOf, { maxRuns })).toThrow(`maxRuns ${maxRuns} is no whole number from 1`);
  }
});

test("W71 stepAsync lets promises settle after the network has run, and after each member's turn", async () => {
  const order: string[] = [];
  const world = new World({
    game: ({ id }) => ({
      tick() {
        void (async () => {
          for (let turn = 0; turn < 20; turn++) await Promise.resolve();
          order.push(`settled ${id}`);
        })();
        order.push(`tick ${id}`);
      },
    }),
  });
  for (const id of [1, 2]) world.join(id);
  await world.stepAsync();
  expect(order).toEqual(["tick 1", "settled 1", "tick 2", "settled 2"]);
  const same = new World();
  for (const id of [1, 2]) same.join(id);
  for (let tick = 0; tick < 30; tick++) await same.stepAsync();
  const other = new World();
  for (const id of [1, 2]) other.join(id);
  other.run(30);
  expect(same.hash).toBe(other.hash);
});

test("W72 the presets are conditions that meshes open on, and that differ as their names say", () => {
  const ticksOf = (link: LinkPreset): number => meshed(3, { link }).tick;
  const ticks = [LAN, BROADBAND, WIFI, MOBILE, SATELLITE].map(ticksOf);
  expect(ticks[0]).toBeLessThan(30);
  for (const [index, needed] of ticks.entries()) expect(needed).toBeGreaterThanOrEqual(ticks[index - 1] ?? 0);
  expect(ticksOf(BAD_MOBILE)).toBeGreaterThan(ticks[3] as number);
});

test("W76 a world without a game reads every packet; one with a game leaves them to it", () => {
  const send: Operation = { kind: "send", peer: 1, to: 2, mode: RELIABLE, channel: 0, size: 5 };
  const quiet = meshed(2);
  quiet.apply(send);
  quiet.run(5);
  expect(quiet.member(2).peer.getAvailablePacketCount()).toBe(0);
  const games = new Map<number, Member>();
  const played = meshed(2, {
    game: (member) => {
      games.set(member.id, member);
      return {};
    },
  });
  played.apply(send);
  played.run(5);
  expect(games.get(2)?.peer.getAvailablePacketCount()).toBe(1);
  expect(played.member(2)).toBe(games.get(2));
});
