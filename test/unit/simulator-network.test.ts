import { expect, test } from "vitest";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import type { Device } from "../../src/simulator/network/device.ts";
import type { TraceEvent } from "../../src/simulator/network/trace.ts";
import type { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";
import { VirtualSignalling } from "../../src/simulator/network/virtual-signalling.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { VirtualMesh } from "../support/virtual-mesh.ts";

collectDiagnostics();

const LOSSY = { latencyMs: 25, jitterMs: 30, lossRatio: 0.1, reorderRatio: 0.02, reorderMs: 40 };

/** Five seconds of four peers who all talk, on a bad network. */
function play(seed: number, changes?: Map<number, { lost: true }>): VirtualMesh {
  const mesh = new VirtualMesh({ seed, link: LOSSY, ...(changes === undefined ? {} : { changes }) }).join(1, 2, 3, 40);
  for (let round = 0; round < 100; round++) {
    for (const { peer } of mesh.peers.values()) {
      peer.transferMode = [TransferMode.RELIABLE, TransferMode.UNRELIABLE, TransferMode.UNRELIABLE_ORDERED][
        round % 3
      ] as TransferMode;
      peer.putPacket(new Uint8Array([round, peer.getUniqueId()]));
    }
    mesh.pass(50);
  }
  return mesh;
}

test("W2 the same run has the same hash, another seed another", () => {
  const one = play(11).network;
  expect(play(11).network.trace.hash).toBe(one.trace.hash);
  expect(one.trace.count).toBeGreaterThan(1_000);
  expect(play(12).network.trace.hash).not.toBe(one.trace.hash);
});

test("W17 a run replayed with one packet lost goes the same way up to that packet", () => {
  const eventsOf = (changes?: Map<number, { lost: true }>): TraceEvent[] => {
    const mesh = new VirtualMesh({ seed: 3, link: LOSSY, ...(changes === undefined ? {} : { changes }) }).join(1, 2);
    const events: TraceEvent[] = [];
    mesh.network.trace.listen((event) => events.push(event));
    mesh.connect();
    mesh.pass(3_000);
    return events;
  };
  const before = eventsOf();
  const at = before.findLastIndex((event) => event.kind === "packet");
  const after = eventsOf(new Map([[(before[at] as TraceEvent).value, { lost: true }]]));
  expect(after.slice(0, at)).toEqual(before.slice(0, at));
  expect(after[at]).toEqual({ ...before[at], kind: "lost" });
});

test("W9 on a network that doubles every packet, each message still arrives once, in all modes", () => {
  const mesh = new VirtualMesh({ seed: 8, link: { latencyMs: 10, duplicateRatio: 1 } }).join(1, 2);
  mesh.connect();
  for (let i = 0; i < 60; i++) {
    const { peer } = mesh.peer(1);
    peer.transferMode = [TransferMode.RELIABLE, TransferMode.UNRELIABLE, TransferMode.UNRELIABLE_ORDERED][
      i % 3
    ] as TransferMode;
    peer.putPacket(new Uint8Array([i]));
    mesh.pass(20);
  }
  mesh.pass(500);
  const got = mesh.peer(2).packets.map(([, [i]]) => i as number);
  expect(got.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
});

test("W13 a pair that cannot reach each other never connects, everybody else does", () => {
  const mesh = new VirtualMesh({ link: { latencyMs: 20 } });
  mesh.network.setReachable(1, 2, false);
  mesh.join(1, 2, 3);
  mesh.pass(40_000);
  const { log } = mesh.peer(1);
  expect(log.filter(([, what]) => what === "+3")).toHaveLength(1);
  expect(log.some(([, what]) => what === "+2")).toBe(false);
  const [failedMs] = log.find(([, what]) => what.startsWith("!2")) as [number, string];
  expect(failedMs).toBeGreaterThan(14_900);
  expect(failedMs).toBeLessThan(16_500);
  mesh.network.setReachable(1, 2, true);
  mesh.peer(1).connector.retry(2);
  mesh.peer(2).connector.retry(1);
  mesh.connect();
});

test("W14 what comes while a device stalls is there, in order, when it runs again, and needed no second sending", () => {
  const mesh = new VirtualMesh({ seed: 1, link: { latencyMs: 15 } }).join(1, 2);
  mesh.connect();
  const sentBefore = mesh.network.link(1, 2).counters.sent;
  mesh.peer(2).device.stall(2_000);
  for (let i = 0; i < 50; i++) {
    mesh.peer(1).peer.putPacket(new Uint8Array([i]));
    mesh.pass(20);
  }
  expect(mesh.peer(2).packets).toEqual([]);
  mesh.pass(900);
  expect(mesh.peer(2).packets).toEqual([]);
  mesh.pass(150);
  expect(mesh.peer(2).packets).toEqual(Array.from({ length: 50 }, (_, i) => [1, [i]]));
  // 50 messages, and the answers to a ping or two.
  expect(mesh.network.link(1, 2).counters.sent - sentBefore).toBeLessThan(56);
});

test("W15, W18 a crash is noticed by the silence it leaves", () => {
  const mesh = new VirtualMesh({ link: { latencyMs: 15 } }).join(1, 2, 3);
  mesh.connect();
  const crashedMs = mesh.network.nowMs;
  const before = mesh.peer(2).log.length;
  mesh.peer(2).device.crash();
  mesh.pass(20_000);
  for (const id of [1, 3]) {
    const [atMs, what] = mesh.peer(id).log.find(([, said]) => said.startsWith("-2 ")) as [number, string];
    expect(what).toBe("-2 connection-lost");
    // Disconnected after 5.5 s, and the mesh's 5 s of grace.
    expect(atMs - crashedMs).toBeGreaterThan(7_500);
    expect(atMs - crashedMs).toBeLessThan(11_000);
  }
  expect(mesh.peer(2).log).toHaveLength(before);
});

test("W18 a path that is silent for a while is disconnected, connected again when it heals, and failed if it does not", () => {
  const mesh = new VirtualMesh({ link: { latencyMs: 15 } }).join(1, 2);
  mesh.connect();
  const states: [number, string][] = [];
  mesh.network.trace.listen(({ kind, timeUs, peer }) => {
    if (peer === 1 && ["connected", "disconnected", "failed"].includes(kind)) states.push([timeUs / 1_000, kind]);
  });
  // What the mesh makes of it is its own business: here the connection alone is watched.
  const [connection] = mesh.peer(1).device.connections;
  const cutMs = mesh.network.nowMs;
  mesh.network.partition([[1], [2]]);
  mesh.network.advance(7_000);
  mesh.network.heal();
  mesh.network.advance(3_000);
  expect(states.map(([, kind]) => kind)).toEqual(["disconnected", "connected"]);
  expect((states[0]?.[0] ?? 0) - cutMs).toBeGreaterThan(2_900);
  expect((states[0]?.[0] ?? 0) - cutMs).toBeLessThan(6_100);
  const goneMs = mesh.network.nowMs;
  mesh.network.partition([[1], [2]], { oneWay: true });
  mesh.network.advance(20_000);
  expect(states.slice(2).map(([, kind]) => kind)).toEqual(["disconnected", "failed"]);
  expect((states[3]?.[0] ?? 0) - goneMs).toBeGreaterThan(12_900);
  expect((states[3]?.[0] ?? 0) - goneMs).toBeLessThan(16_100);
  expect(connection?.isClosed).toBe(false);
});

test("W22 what a callback throws advance throws, and nothing else that was due is lost by it", () => {
  const mesh = new VirtualMesh({ link: { latencyMs: 15 } }).join(1, 2);
  mesh.connect();
  const { device, packets, peer } = mesh.peer(2);
  const fault = new Error("a handler is wrong");
  for (const stallMs of [0, 300]) {
    packets.length = 0;
    peer.wake = () => {
      throw fault;
    };
    if (stallMs > 0) device.stall(stallMs);
    for (let i = 0; i < 5; i++) mesh.peer(1).peer.putPacket(new Uint8Array([i]));
    expect(() => mesh.network.advance(stallMs + 100)).toThrow(fault);
    peer.wake = null;
    mesh.pass(stallMs + 100);
    expect(packets.map(([, [i]]) => i)).toEqual([0, 1, 2, 3, 4]);
  }

  const told: number[] = [];
  for (const [index, channel] of (mesh.peer(1).peer.getPeer(2)?.channels ?? []).entries()) {
    channel.onBufferedAmountLow = () => {
      told.push(index);
      throw fault;
    };
  }
  for (const mode of [TransferMode.RELIABLE, TransferMode.UNRELIABLE_ORDERED, TransferMode.UNRELIABLE]) {
    mesh.peer(1).peer.transferMode = mode;
    mesh.peer(1).peer.putPacket(new Uint8Array(20_000));
  }
  for (let call = 0; call < 3; call++) expect(() => mesh.network.advance(500)).toThrow(fault);
  mesh.pass(500);
  expect(told.toSorted()).toEqual([0, 1, 2]);
});

test("W23 a connection that is idle asks for one call at a time, however many times it had to try before", () => {
  const mesh = new VirtualMesh({ seed: 5, link: { latencyMs: 280, lossRatio: 0.3 } }).join(1, 2);
  mesh.connect(60_000);
  mesh.network.setLink({ lossRatio: 0 });
  mesh.network.advance(120_000);
  expect(mesh.peer(1).device.connections).toHaveLength(1);
  const sizes = Array.from({ length: 25 }, () => {
    mesh.network.advance(100);
    return mesh.network.schedule.size;
  });
  // Each end's next ping, when none is under way.
  expect(Math.min(...sizes)).toBe(2);
});

test("W16 clocks are ahead, and drift, and never go back", () => {
  const { network } = new VirtualMesh();
  const ahead = network.addDevice(1, { clockOffsetMs: 250, clockDriftPpm: 100 });
  const right = network.addDevice(2);
  network.advance(100_000);
  expect(right.clock.nowMs()).toBe(100_000);
  expect(ahead.clock.nowMs()).toBeCloseTo(100_260, 6);
  ahead.setClockDrift(-500);
  expect(ahead.clock.nowMs()).toBeCloseTo(100_260, 6);
  network.advance(10_000);
  expect(ahead.clock.nowMs()).toBeCloseTo(110_255, 6);
});

test("W19 signalling has its own delays; its server goes and comes back, and connections that stand do not care", () => {
  const mesh = new VirtualMesh({ link: { latencyMs: 5 } }, { line: { latencyMs: 200 } }).join(1, 2);
  // Introduced after 400 ms; offer and answer take as long each.
  expect(mesh.connect()).toBeGreaterThan(1_200);
  mesh.signalling.goDown();
  mesh.join(3);
  mesh.pass(3_000);
  expect(mesh.peer(1).log.at(-1)?.[1]).toBe("down");
  expect(mesh.peer(1).peer.getPeer(2)?.connected).toBe(true);
  expect(mesh.peer(1).peer.hasPeer(3)).toBe(false);
  mesh.signalling.comeUp();
  mesh.connect();
  mesh.signalling.setLines({ latencyMs: 1 });
  mesh.signalling.kick(2);
  mesh.pass(500);
  expect(mesh.peer(2).log.map(([, what]) => what)).toContain("kicked");
  expect(mesh.peer(1).log.at(-1)?.[1]).toBe("-2 kicked");
});

test("W19 who crashed while the server was away does not come back with it (seed 208897: others waited for the dead)", () => {
  const mesh = new VirtualMesh({ link: { latencyMs: 5 } }).join(1, 2);
  mesh.connect();
  mesh.signalling.goDown();
  mesh.peer(2).device.crash();
  mesh.pass(500);
  mesh.signalling.comeUp();
  mesh.pass(500);
  expect(mesh.peer(1).log.at(-1)?.[1]).toBe("up");
  expect(
    mesh
      .peer(1)
      .connector.getPairs()
      .filter(({ isPresent }) => isPresent),
  ).toEqual([]);
});

test("W4 signalling refuses networks and devices that are not the simulator's, and devices twice", () => {
  const mesh = new VirtualMesh();
  const device = mesh.network.addDevice(1);
  const refused = (words: string) =>
    expect.objectContaining({ code: "invalid-options", message: expect.stringContaining(words) });
  expect(() => new VirtualSignalling({} as VirtualNetwork)).toThrow(refused("network [object Object]"));
  expect(() => mesh.signalling.join({ ...device } as unknown as Device)).toThrow(refused("device [object Object]"));
  mesh.signalling.join(device);
  expect(() => mesh.signalling.join(device)).toThrow(expect.objectContaining({ code: "id-taken" }));
});

test("W20 the trace tells every packet and delivery in order, keeps the latest 512, and hashes all, payload too", () => {
  const hashes = [0, 1].map((last) => {
    const mesh = new VirtualMesh({ link: { latencyMs: 10 } }).join(1, 2);
    mesh.connect();
    let count = 0;
    mesh.network.trace.listen(() => {
      count += 1;
    });
    const before = mesh.network.trace.count;
    for (let i = 0; i < 300; i++) {
      mesh.peer(1).peer.putPacket(new Uint8Array([i, i, i, i, i, i === 299 ? last : 0]));
      mesh.pass(10);
    }
    mesh.pass(100);
    const { trace } = mesh.network;
    expect(trace.count - before).toBe(count);
    expect(trace.latest).toHaveLength(512);
    expect(trace.latest.filter(({ kind }) => kind === "deliver").length).toBeGreaterThan(150);
    expect(trace.latest.every(({ timeUs }, i, all) => i === 0 || timeUs >= (all[i - 1]?.timeUs ?? 0))).toBe(true);
    return trace.hash;
  });
  expect(hashes[0]).toMatch(/^[0-9a-f]{16}$/);
  expect(hashes[0]).not.toBe(hashes[1]);
});
