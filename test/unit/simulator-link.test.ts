import { expect, test } from "vitest";
import type { VirtualLink } from "../../src/simulator/network/link.ts";
import { type LinkConditions, linkConditions } from "../../src/simulator/network/link-conditions.ts";
import { RandomStream } from "../../src/simulator/network/random-stream.ts";
import { Schedule, type Scheduled } from "../../src/simulator/network/schedule.ts";
import { SimulatedNetwork, type VirtualNetworkOptions } from "../../src/simulator/network/simulated-network.ts";

/** Notes when which packet arrives. Unit: ms. */
class Arrivals implements Scheduled {
  readonly packets: number[] = [];
  readonly atMs: number[] = [];
  readonly #network: SimulatedNetwork;

  constructor(network: SimulatedNetwork) {
    this.#network = network;
  }

  fire(packet: unknown): void {
    this.packets.push(packet as number);
    this.atMs.push(this.#network.nowMs);
  }
}

function lineOf(
  link: Partial<LinkConditions>,
  options: VirtualNetworkOptions = {},
): { readonly network: SimulatedNetwork; readonly link: VirtualLink; readonly arrivals: Arrivals } {
  const network = new SimulatedNetwork({ seed: 20_261_123, ...options, link });
  network.addDevice(1);
  network.addDevice(2);
  return { network, link: network.link(1, 2), arrivals: new Arrivals(network) };
}

/** Sends packets 0 to `count` − 1, one each `everyMs`, and lets time pass until all must have arrived. */
function flood(
  { network, link, arrivals }: ReturnType<typeof lineOf>,
  count: number,
  { everyMs = 1, bytes = 100 } = {},
): Arrivals {
  for (let i = 0; i < count; i++) {
    link.transmit(arrivals, i, bytes);
    network.advance(everyMs);
  }
  network.advance(200_000);
  return arrivals;
}

test("W1 what is due happens by moment, then by order of asking, and time stands still in between", () => {
  const schedule = new Schedule();
  const happened: unknown[] = [];
  const note: Scheduled = { fire: (what) => happened.push([what, schedule.nowUs]) };
  schedule.add(30, note, "third");
  schedule.add(10, note, "first");
  schedule.add(30, note, "fourth");
  schedule.add(20, { fire: () => schedule.add(5, note, "late, so now") }, null);
  schedule.add(31, note, "not yet");
  schedule.advanceTo(30);
  expect(happened).toEqual([
    ["first", 10],
    ["late, so now", 20],
    ["third", 30],
    ["fourth", 30],
  ]);
  expect(schedule.nowUs).toBe(30);
  expect(schedule.nextUs).toBe(31);
});

test("W1 a schedule of thousands keeps the order", () => {
  const schedule = new Schedule();
  const random = RandomStream.named(4, "moments");
  const happened: [number, number][] = [];
  const note: Scheduled = { fire: (order) => happened.push([schedule.nowUs, order as number]) };
  for (let order = 0; order < 5_000; order++) schedule.add(random.below(700), note, order);
  schedule.advanceTo(700);
  const sorted = [...happened].sort(([t, n], [u, m]) => t - u || n - m);
  expect(happened).toEqual(sorted);
  expect(schedule.size).toBe(0);
});

test("W3 a stream goes on from its state, and its name and seed make it another", () => {
  const stream = RandomStream.named(7, "loss 1>2");
  for (let i = 0; i < 10; i++) stream.nextUint32();
  const copy = new RandomStream(stream.state);
  const draws = Array.from({ length: 20 }, () => stream.nextUint32());
  expect(Array.from({ length: 20 }, () => copy.nextUint32())).toEqual(draws);
  const first = (seed: number, name: string): number => RandomStream.named(seed, name).nextUint32();
  expect(new Set([first(7, "loss 1>2"), first(8, "loss 1>2"), first(7, "loss 2>1"), first(7, "jitter 1>2")]).size).toBe(
    4,
  );
});

test("W3 draws are even: counts of 16 classes, and chances, are what they should be within 4 deviations", () => {
  const stream = RandomStream.named(99, "evenness");
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 160_000; i++) (counts[stream.below(16)] as number)++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(10_000));
  let hits = 0;
  for (let i = 0; i < 100_000; i++) if (stream.chance(0.05)) hits += 1;
  expect(Math.abs(hits - 5_000)).toBeLessThan(4 * Math.sqrt(4_750));
  expect(stream.chance(0)).toBe(false);
  expect(stream.chance(1)).toBe(true);
});

test("W3 a concern that is added draws from a stream of its own: the same packets are lost as before", () => {
  const without = flood(lineOf({ lossRatio: 0.2 }), 500).packets;
  const withJitter = flood(lineOf({ lossRatio: 0.2, jitterMs: 5, duplicateRatio: 0 }), 500).packets;
  expect(withJitter).toEqual(without);
});

test("W4 conditions out of range are refused by name, value and range", () => {
  expect(() => linkConditions({ lossRatio: 1.2 })).toThrow(/lossRatio is 1\.2: 0 to 1/);
  expect(() => linkConditions({ latencyMs: -1 })).toThrow(/latencyMs is -1: 0 to 60000/);
  expect(() => linkConditions({ mtuBytes: Number.NaN })).toThrow(/mtuBytes is NaN: 576 to 65535/);
  expect(() => linkConditions({ bandwidthKbps: 0 })).toThrow(/bandwidthKbps is 0/);
  expect(() => linkConditions({ burst: { startRatio: 0.1, endRatio: 2, lossRatio: 1 } })).toThrow(
    /burst\.endRatio is 2: 0 to 1/,
  );
  expect(() => linkConditions({ loss: 1 } as never)).toThrow(/no condition "loss"/);
  expect(() => new SimulatedNetwork({ seed: -1 })).toThrow(/seed -1/);
  const network = new SimulatedNetwork();
  network.addDevice(5);
  expect(() => network.addDevice(5)).toThrow(/device 5 already/);
  expect(() => network.addDevice(0)).toThrow(/device id 0/);
});

test("W5 each direction has its latency, and a change does not touch what is on its way", () => {
  const { network, link, arrivals } = lineOf({ latencyMs: 30 });
  network.setLink({ latencyMs: 80 }, { from: 2 });
  const back = new Arrivals(network);
  link.transmit(arrivals, 0, 100);
  network.link(2, 1).transmit(back, 0, 100);
  network.advance(10);
  network.setLink({ latencyMs: 5 }, { from: 1 });
  network.advance(100);
  link.transmit(arrivals, 1, 100);
  network.advance(100);
  expect(arrivals.atMs).toEqual([30, 115]);
  expect(back.atMs).toEqual([80]);
});

test("W6 jitter delays by up to its measure, mostly by little, and lets nobody overtake", () => {
  const { packets, atMs } = flood(lineOf({ latencyMs: 10, jitterMs: 40 }), 2_000, { everyMs: 100 });
  const late = atMs.map((at, i) => at - i * 100 - 10);
  expect(packets).toEqual(packets.map((_, i) => i));
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThanOrEqual(40);
  expect(late.filter((ms) => ms < 10).length / late.length).toBeGreaterThan(0.45);
  expect(late.filter((ms) => ms > 30).length / late.length).toBeGreaterThan(0.1);
  const crowded = flood(lineOf({ jitterMs: 40 }), 500, { everyMs: 1 });
  expect(crowded.packets).toEqual(crowded.packets.map((_, i) => i));
});

test("W7 single losses come to their share, and losses in bursts to theirs, in runs", () => {
  const single = flood(lineOf({ lossRatio: 0.1 }), 20_000);
  expect(single.packets.length).toBeGreaterThan(17_800);
  expect(single.packets.length).toBeLessThan(18_200);
  // Ill a sixth of the time, 5 packets at a stretch.
  const burst = flood(lineOf({ burst: { startRatio: 0.04, endRatio: 0.2, lossRatio: 1 } }), 20_000);
  const share = 1 - burst.packets.length / 20_000;
  expect(share).toBeGreaterThan(0.14);
  expect(share).toBeLessThan(0.19);
  const runs = burst.packets.filter((packet, i) => i > 0 && packet - (burst.packets[i - 1] as number) > 1).length;
  expect((20_000 * share) / runs).toBeGreaterThan(4);
});

test("W8 only what is held back is overtaken", () => {
  const { packets } = flood(lineOf({ reorderRatio: 0.1, reorderMs: 5 }), 5_000);
  const overtaken = packets.filter((packet, i) => i > 0 && packet < (packets[i - 1] as number));
  expect(packets.toSorted((a, b) => a - b)).toEqual(packets.map((_, i) => i));
  expect(overtaken.length / 5_000).toBeGreaterThan(0.08);
  expect(overtaken.length / 5_000).toBeLessThan(0.12);
});

test("W9 a share of packets arrives twice", () => {
  const line = lineOf({ duplicateRatio: 0.25 });
  const { packets } = flood(line, 4_000);
  expect(packets.length - 4_000).toBe(line.link.counters.duplicated);
  expect(line.link.counters.duplicated / 4_000).toBeGreaterThan(0.22);
  expect(new Set(packets).size).toBe(4_000);
});

test("W10 a busy link sends one packet after the other, and loses what its queue does not hold", () => {
  // 1,000 kbit/s: 8 ms for 1,000 bytes.
  const { network, link, arrivals } = lineOf({ bandwidthKbps: 1_000, queueBytes: 5_000, latencyMs: 3 });
  for (let i = 0; i < 10; i++) link.transmit(arrivals, i, 1_000);
  network.advance(1_000);
  expect(arrivals.atMs).toEqual([11, 19, 27, 35, 43, 51]);
  expect(link.counters.overflowed).toBe(4);
});

test("W11 what is larger than the MTU is lost", () => {
  const { network, link, arrivals } = lineOf({ mtuBytes: 1_280 });
  link.transmit(arrivals, 0, 1_281);
  link.transmit(arrivals, 1, 1_280);
  network.advance(1);
  expect(arrivals.packets).toEqual([1]);
  expect(link.counters.tooLarge).toBe(1);
});

test("W12 a partition lets nothing pass between its groups, one way if asked, until it heals", () => {
  const network = new SimulatedNetwork({ link: { latencyMs: 1 } });
  for (const id of [1, 2, 3, 4]) network.addDevice(id);
  const passes = (from: number, to: number): boolean => {
    const arrivals = new Arrivals(network);
    network.link(from, to).transmit(arrivals, 0, 100);
    network.advance(5);
    return arrivals.packets.length === 1;
  };
  network.partition([[1, 2], [3]]);
  expect([passes(1, 3), passes(3, 2), passes(1, 2), passes(4, 3), passes(1, 4)]).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  network.heal();
  network.partition([[1], [3]], { oneWay: true });
  expect([passes(1, 3), passes(3, 1)]).toEqual([false, true]);
  network.heal();
  expect(passes(1, 3)).toBe(true);
  network.cut({ between: [1, 4] });
  expect([passes(1, 4), passes(4, 1), passes(1, 2)]).toEqual([false, false, true]);
});

test("W17 one packet's fate can be changed, and no other packet's is", () => {
  const plain = flood(lineOf({ lossRatio: 0.3, jitterMs: 20 }), 300, { everyMs: 50 });
  const victim = plain.packets[40] as number;
  const changed = flood(
    lineOf({ lossRatio: 0.3, jitterMs: 20 }, { changes: new Map([[victim + 1, { lost: true }]]) }),
    300,
    {
      everyMs: 50,
    },
  );
  expect(changed.packets).toEqual(plain.packets.filter((packet) => packet !== victim));
  const late = flood(lineOf({ lossRatio: 0.3 }, { changes: new Map([[victim + 1, { lateMs: 75 }]]) }), 300, {
    everyMs: 50,
  });
  expect(late.atMs[late.packets.indexOf(victim)]).toBe(victim * 50 + 75);
});

test("W4 what is no time is refused before it stops all time", () => {
  const network = new SimulatedNetwork();
  const device = network.addDevice(1);
  expect(() => device.stall(Number.NaN)).toThrow(/stall is NaN: 0 to 600000/);
  expect(() => network.addDevice(2, { clockOffsetMs: Number.NaN })).toThrow(/clockOffsetMs is NaN/);
  expect(() => device.setClockDrift(-2e6)).toThrow(/clockDriftPpm is -2000000: -500000 to 500000/);
  expect(() => network.advance(-1)).toThrow(/advance is -1/);
  expect(() => new SimulatedNetwork({ changes: new Map([[1, { lateMs: Number.NaN }]]) })).toThrow(/lateMs is NaN/);
  expect(() => network.schedule.add(Number.NaN, { fire: () => {} }, null)).toThrow(/NaN/);
});

test("W5, W12 what was said of a device's links holds for who comes back under its id, too", () => {
  const network = new SimulatedNetwork({ link: { latencyMs: 1 } });
  for (const id of [1, 2, 3]) network.addDevice(id);
  const arrivesAfter = (from: number, to: number): number | undefined => {
    const arrivals = new Arrivals(network);
    const sentMs = network.nowMs;
    network.link(from, to).transmit(arrivals, 0, 100);
    network.advance(200);
    return arrivals.atMs[0] === undefined ? undefined : arrivals.atMs[0] - sentMs;
  };
  network.partition([[1], [2]]);
  network.setLink({ latencyMs: 50 }, { from: 3 });
  network.setLink({ jitterMs: 0 }, { between: [1, 3] });
  network.removeDevice(2);
  network.addDevice(2);
  network.addDevice(4);
  expect([arrivesAfter(1, 2), arrivesAfter(3, 2), arrivesAfter(3, 4), arrivesAfter(4, 3)]).toEqual([
    undefined,
    50,
    50,
    1,
  ]);
  network.heal();
  network.setLink({ ...network.link(4, 3).conditions, latencyMs: 7 });
  network.removeDevice(2);
  network.addDevice(2);
  expect([arrivesAfter(1, 2), arrivesAfter(3, 2)]).toEqual([7, 7]);
});

test("W3 who comes back does not meet the same fates again", () => {
  const network = new SimulatedNetwork({ seed: 5, link: { lossRatio: 0.3 } });
  network.addDevice(1);
  const lostOf = (): number[] => {
    network.addDevice(2);
    const arrivals = new Arrivals(network);
    for (let i = 0; i < 60; i++) network.link(1, 2).transmit(arrivals, i, 100);
    network.advance(1);
    network.removeDevice(2);
    return arrivals.packets;
  };
  expect(lostOf()).not.toEqual(lostOf());
});

test("W17 also where chance has a say in everything", () => {
  const everything: Partial<LinkConditions> = {
    ...{ lossRatio: 0.2, jitterMs: 20, duplicateRatio: 0.3, reorderRatio: 0.2, reorderMs: 400 },
    burst: { startRatio: 0.1, endRatio: 0.3, lossRatio: 0.8 },
  };
  const plain = flood(lineOf(everything), 200, { everyMs: 50 });
  const victim = plain.packets[30] as number;
  const changed = flood(lineOf(everything, { changes: new Map([[victim + 1, { lost: true }]]) }), 200, { everyMs: 50 });
  expect(changed.packets).toEqual(plain.packets.filter((packet) => packet !== victim));
  expect(plain.packets.filter((packet) => packet === victim).length).toBeGreaterThan(0);
});
