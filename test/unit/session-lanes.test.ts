import { expect, test } from "vitest";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import type { SessionLimits } from "../../src/session/limits.ts";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import type { PeerStatistics } from "../../src/session/peer-statistics.ts";
import type { VirtualNetworkOptions } from "../../src/simulator/network/simulated-network.ts";
import { meeting, type SessionMember } from "../support/virtual-session.ts";

const MiB = 1_048_576;
const content = bytes({ maxBytes: 16 * MiB });

const messages = defineMessages(
  {
    press: message({ payload: content, lane: "input" }),
    chat: message({ payload: content }),
    aside: message({ payload: content, lane: "aside" }),
    file: message({ payload: content, lane: "bulk" }),
    rest: message({ payload: content, lane: "rest" }),
    noise: message({ payload: content, mode: TransferMode.UNRELIABLE }),
    urgent: message({ payload: content, mode: TransferMode.UNRELIABLE, lane: "input" }),
    place: message({ payload: content, mode: TransferMode.UNRELIABLE, latest: (of: Uint8Array) => of[0] ?? 0 }),
    look: message({ payload: content, mode: TransferMode.UNRELIABLE_ORDERED, latest: true }),
  },
  { lanes: { aside: { priority: 1, weight: 3 }, rest: { priority: 3 } } },
);
type Table = typeof messages.definitions;
type Name = keyof Table & string;
type Member = SessionMember<Table>;

interface Heard {
  readonly name: Name;
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** Two that have met; what the second hears. */
function pair(network: VirtualNetworkOptions["link"] = {}, limits: Partial<SessionLimits> = {}) {
  const { sessions, all } = meeting(2, { messages, limits }, { link: { latencyMs: 20, ...network } });
  const [a, b] = all as [Member, Member];
  const heard: Heard[] = [];
  for (const name of Object.keys(messages.definitions) as Name[]) {
    b.session.onMessage(name, (content) => {
      // A copy, as a game makes one of what it keeps.
      heard.push({ name, bytes: content.slice(), atMs: sessions.nowMs });
    });
  }
  const reliableOf = ({ peer }: Member, id: number) => {
    const channel = peer.getPeer(id)?.channels[0];
    if (channel === undefined) throw new Error(`there is no peer ${id}`);
    return channel;
  };
  return { sessions, a, b, heard, of: (name: Name) => heard.filter((one) => one.name === name), reliableOf };
}

/** So many bytes, of which no two places are alike for long. */
function filled(length: number, first = 0): Uint8Array {
  const filled = new Uint8Array(length);
  for (let i = 0; i < length; i++) filled[i] = (i * 31 + (i >> 8) * 7 + first) & 255;
  if (length > 0) filled[0] = first;
  return filled;
}

/** A test's own comparison would take seconds for megabytes. */
function isSame(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one?.length === other.length && one.every((byte, at) => byte === other[at]);
}

test("S26 of what waits the most urgent lane goes first, whatever was sent before", () => {
  const { sessions, a, heard } = pair({ bandwidthKbps: 4_000 });
  for (const name of ["file", "chat", "press"] as const) {
    for (let i = 0; i < 40; i++) a.session.send(name, filled(4_000, i));
  }
  sessions.until(() => heard.length === 120);
  const order = heard.map(({ name }) => name);
  expect(order.slice(0, 40)).toEqual(Array.from({ length: 40 }, () => "press"));
  expect(order.slice(40, 80)).toEqual(Array.from({ length: 40 }, () => "chat"));
  expect(order.slice(80, 120)).toEqual(Array.from({ length: 40 }, () => "file"));
});

test("S26 lanes of equal priority share by weight, and one that was empty saves nothing up", () => {
  const { sessions, a, heard, of } = pair({ bandwidthKbps: 4_000 });
  for (let i = 0; i < 400; i++) a.session.send("chat", filled(1_000, i & 255));
  sessions.pass(300);
  for (let i = 0; i < 400; i++) a.session.send("aside", filled(1_000, i & 255));
  sessions.until(() => of("aside").length > 0);
  const before = heard.length;
  sessions.until(() => of("aside").length >= 250);
  const since = heard.slice(before);
  const asides = since.filter(({ name }) => name === "aside").length;
  expect(asides / since.length).toBeGreaterThan(0.7);
  expect(asides / since.length).toBeLessThan(0.8);
  sessions.until(() => heard.length === 800);
});

test("S26 nothing small waits for a large message of a less urgent lane by more than the send buffer", () => {
  const kbps = 8_000;
  const queueBytes = 64_000;
  for (const sendBufferBytes of [16_384, 65_536]) {
    const { sessions, a, of } = pair({ bandwidthKbps: kbps, queueBytes }, { sendBufferBytes });
    a.session.send("chat", filled(8 * MiB));
    // Until SCTP has found out how much the path takes, what is lost is waited for.
    sessions.pass(4_000);
    const waits: number[] = [];
    for (let i = 0; i < 20; i++) {
      const sentMs = sessions.nowMs;
      const count = of("press").length;
      a.session.send("press", filled(10, i));
      sessions.until(() => of("press").length > count);
      waits.push(sessions.nowMs - sentMs);
    }
    expect(of("chat")).toHaveLength(0);
    // The way, the queue on it, a tick at each end, and the buffer; never the eight seconds that the large one takes.
    const bufferMs = ((sendBufferBytes + 16_384 + queueBytes) * 8) / kbps;
    expect(waits.sort((x, y) => x - y)[17]).toBeLessThan(20 + 30 + bufferMs);
    sessions.until(() => of("chat").length === 1, 60_000);
  }
});

test("S27 messages of every length arrive whole, in order, in parts of at most a frame", () => {
  const { sessions, a, heard } = pair({ lossRatio: 0.02, jitterMs: 10 });
  const lengths = [0, 1, 127, 128, 4_095, 4_096, 4_097, 16_370, 16_384, 16_400, 65_536, 1_000_001, 3];
  for (const [i, length] of lengths.entries()) a.session.send("chat", filled(length, i));
  sessions.until(() => heard.length === lengths.length, 60_000);
  expect(heard.map(({ bytes }) => bytes.length)).toEqual(lengths);
  for (const [i, { bytes }] of heard.entries()) {
    expect(isSame(bytes, filled(lengths[i] ?? 0, i))).toBe(true);
  }
});

test("S27 progress tells how much of a large message has come, up to all of it", () => {
  const { sessions, a, b, heard } = pair();
  const told: [string, number, number][] = [];
  b.session.on("progress", (_id, name, received, total) => told.push([name, received, total]));
  a.session.send("file", filled(500_000));
  sessions.until(() => heard.length === 1);
  expect(told.every(([name, , total]) => name === "file" && total === 500_000)).toBe(true);
  const received = told.map(([, received]) => received);
  expect(received).toEqual([...received].sort((x, y) => x - y));
  expect(received.at(-1)).toBe(500_000);
  expect(received.length).toBeGreaterThan(20);
});

test("S27 unreliable messages of up to four parts are heard whole or not at all", () => {
  const { sessions, a, of } = pair({ lossRatio: 0.2, jitterMs: 30, reorderRatio: 0.1, reorderMs: 20 });
  for (let i = 0; i < 200; i++) {
    a.session.send("noise", filled(i % 2 === 0 ? 2_000 : 4_000, i));
    sessions.pass(100);
  }
  sessions.pass(500);
  const noises = of("noise");
  // 0.8 to the second is 64 %, to the fourth 41 %.
  expect(noises.length).toBeGreaterThan(70);
  expect(noises.length).toBeLessThan(140);
  for (const { bytes } of noises) expect(bytes).toEqual(filled(bytes.length, bytes[0]));
  expect(new Set(noises.map(({ bytes }) => bytes[0])).size).toBe(noises.length);
});

test("S27 parts of one message are never joined with those of another, however fast numbers of sets come round", () => {
  const { sessions, a, of } = pair({ latencyMs: 30, lossRatio: 0.01 }, { datagramBytes: 256 });
  // 256 sets take half the time for which one that is not whole is kept.
  for (let i = 0; i < 5_000; i++) {
    a.session.send("urgent", filled(300, i % 251));
    if (i % 5 === 0) sessions.tick();
  }
  sessions.pass(500);
  expect(of("urgent").length).toBeLessThan(5_000);
  for (const { bytes } of of("urgent")) expect(bytes).toEqual(filled(300, bytes[0]));
  expect(a.events.filter((event) => event.startsWith("-"))).toEqual([]);
});

test("S28 no more than sendBufferBytes and a frame lie in the browser's buffer", () => {
  for (const sendBufferBytes of [16_384, 65_536, 200_000]) {
    const { sessions, a, heard, reliableOf } = pair({ bandwidthKbps: 20_000 }, { sendBufferBytes });
    a.session.send("chat", filled(2 * MiB));
    a.session.send("file", filled(2 * MiB));
    let most = 0;
    sessions.until(() => {
      most = Math.max(most, reliableOf(a, 2).getBufferedAmount());
      return heard.length === 2;
    });
    expect(most).toBeLessThanOrEqual(sendBufferBytes + 16_384);
    if (sendBufferBytes <= 65_536) expect(most).toBeGreaterThanOrEqual(sendBufferBytes - 16_384);
  }
});

test("S28 the buffer is filled again without a poll of the sender's", () => {
  const { sessions, a, b, heard } = pair({ bandwidthKbps: 20_000 }, { sendBufferBytes: 16_384 });
  // So that more may be on the way than lies in the buffer.
  a.session.send("chat", filled(4 * MiB));
  sessions.until(() => heard.length === 1);
  a.session.send("chat", filled(100_000));
  a.session.flush();
  // From here on nobody calls the sender.
  sessions.mesh.peers.delete(1);
  sessions.until(() => heard.length === 2, 5_000);
  expect(heard[1]?.bytes.length).toBe(100_000);
  expect(b.session.peers).toEqual([1]);
});

test("S10 a close with more than the browser takes says goodbye all the same, after what it took", () => {
  const { sessions, a, b, of } = pair();
  for (let i = 0; i < 3; i++) a.session.send("file", filled(8_000_000, i));
  b.events.length = 0;
  a.session.close("bye");
  sessions.until(() => b.events.length > 0, 60_000);
  expect(b.events).toEqual(["-1 left bye"]);
  expect(of("file")).toHaveLength(2);
});

test("S29 a receiver that stands still for 5 s in the middle of 8 MiB loses nothing, and holds no more than the credit", () => {
  for (const bulkCreditBytes of [65_536, MiB]) {
    const { sessions, a, b, heard, of } = pair({}, { bulkCreditBytes, replaceAfterMs: 60_000 });
    const file = filled(8 * MiB);
    a.session.send("file", file);
    let received = 0;
    b.session.on("progress", (_id, _name, bytes) => {
      received = bytes;
    });
    sessions.until(() => received > 2 * MiB, 60_000);
    const before = received;
    b.device.stall(5_000);
    for (let i = 0; i < 490; i++) {
      if (i % 50 === 0)
        for (const name of ["press", "chat", "rest"] as const) a.session.send(name, filled(100, i / 50));
      sessions.tick();
    }
    expect(received).toBe(before);
    expect(of("rest")).toHaveLength(0);
    sessions.until(() => of("rest").length === 10, 200);
    // What came meanwhile: bulk up to the credit; the other lanes, the less urgent one too, all of it.
    expect(received - before).toBeLessThanOrEqual(bulkCreditBytes + 16_384);
    expect([of("press").length, of("chat").length, of("file").length]).toEqual([10, 10, 0]);
    sessions.until(() => of("file").length === 1, 120_000);
    expect(isSame(heard.find(({ name }) => name === "file")?.bytes, file)).toBe(true);
    expect([...a.events, ...b.events].filter((event) => event.startsWith("-"))).toEqual([]);
  }
});

test("S29 bulk that waits for credit keeps no other lane waiting, were it as urgent or less", () => {
  const { sessions, a, b, of } = pair({}, { bulkCreditBytes: 16_384 });
  // Whole messages, that fit into the credit or not, with the receiver away.
  b.device.stall(3_000);
  for (let i = 0; i < 30; i++) a.session.send("file", filled(4_000, i));
  sessions.pass(500);
  for (let i = 0; i < 10; i++) a.session.send("rest", filled(2_000, i));
  sessions.pass(500);
  const waiting = a.session.statistics(2)?.lanes;
  expect(waiting?.["rest"]?.queuedMessages).toBe(0);
  expect(waiting?.["bulk"]?.queuedMessages).toBeGreaterThan(20);
  sessions.until(() => of("rest").length === 10 && of("file").length === 30);
});

test("S29 24 MiB on other lanes for a receiver that stands still for 5 s wait here, and all of them are heard", () => {
  const { sessions, a, b, of } = pair();
  b.device.stall(5_000);
  for (let i = 0; i < 480; i++) {
    if (i < 240) a.session.send("chat", filled(100_000, i));
    sessions.tick();
    const { sentBytes, queuedBytes } = a.session.statistics(2) as PeerStatistics;
    if (i === 470) expect(sentBytes).toBeLessThan(4.1 * MiB);
    if (i === 470) expect(queuedBytes).toBeGreaterThan(18 * MiB);
  }
  sessions.until(() => of("chat").length === 240, 120_000);
  expect([...a.events, ...b.events].filter((event) => event.startsWith("-"))).toEqual([]);
});

test("S30 while the browser does not send, newer messages of a key take the place of older ones, and are counted", () => {
  const { sessions, a, of } = pair({ bandwidthKbps: 50, queueBytes: 3_000 });
  for (let i = 0; i < 60; i++) a.session.send("noise", filled(1_000, i));
  sessions.tick();
  const before = a.session.statistics(2);
  for (let round = 1; round <= 10; round++) {
    for (let key = 0; key < 5; key++) a.session.send("place", Uint8Array.of(key, round));
    a.session.send("look", Uint8Array.of(round));
    sessions.tick();
  }
  const after = a.session.statistics(2);
  expect((after?.shedMessages ?? 0) - (before?.shedMessages ?? 0)).toBe(54);
  expect(after?.queuedMessages).toBe(6);
  sessions.pass(15_000);
  for (let key = 0; key < 5; key++) {
    const rounds = of("place")
      .filter(({ bytes }) => bytes[0] === key)
      .map(({ bytes }) => bytes[1]);
    expect(rounds.length).toBeLessThanOrEqual(1);
    for (const round of rounds) expect(round).toBe(10);
  }
  expect(a.session.statistics(2)?.queuedMessages).toBe(0);
});

test("S30 past queuedUnreliableBytes the oldest of the least urgent lane are shed", () => {
  const { sessions, a, of } = pair({ bandwidthKbps: 4_000 }, { queuedUnreliableBytes: 10_000 });
  // Fills the browser's buffer.
  for (let i = 0; i < 40; i++) {
    a.session.send("urgent", filled(900, 200 + i));
    a.session.flush();
    if ((a.session.statistics(2)?.queuedMessages ?? 0) > 0) break;
  }
  for (let i = 0; i < 20; i++) a.session.send("noise", filled(1_000, i));
  for (let i = 0; i < 5; i++) a.session.send("urgent", filled(1_000, 100 + i));
  const { lanes } = a.session.statistics(2) ?? {};
  expect([lanes?.["input"]?.queuedMessages, lanes?.["input"]?.shedMessages]).toEqual([6, 0]);
  expect(lanes?.["game"]?.queuedMessages).toBe(4);
  expect(lanes?.["game"]?.shedMessages).toBe(16);
  expect(a.session.statistics(2)?.queuedBytes).toBeLessThanOrEqual(10_000);
  sessions.pass(3_000);
  expect(of("noise").map(({ bytes }) => bytes[0])).toEqual([16, 17, 18, 19]);
});

test("S31 a peer for which too much waits leaves as too slow, and the others stay", () => {
  const { sessions, all } = meeting(3, { messages, limits: { queuedReliableBytes: 100_000 } });
  const [a, b, c] = all as [Member, Member, Member];
  const heard: number[] = [];
  c.session.onMessage("chat", ({ length }) => heard.push(length));
  for (const { events } of all) events.length = 0;
  sessions.mesh.network.partition([[1, 3], [2]]);
  for (let i = 0; i < 60; i++) {
    a.session.send("chat", filled(4_000));
    sessions.tick();
  }
  expect(a.events).toEqual(["-2 too-slow"]);
  sessions.pass(300);
  expect([a.session.peers, heard.length]).toEqual([[3], 60]);
  sessions.mesh.network.heal();
  sessions.until(() => b.events.some((event) => event.startsWith("-1")), 30_000);
  // One message alone that is longer than what may wait: the same, whether it travels in parts or not.
  a.session.send("file", filled(100_001));
  sessions.tick();
  expect(a.events).toEqual(["-2 too-slow", "-3 too-slow"]);
});

test("S33 what has nothing to travel with is acknowledged by a heartbeat at the latest", () => {
  const { sessions, a } = pair({ latencyMs: 5 });
  sessions.pass(1_000);
  a.session.send("chat", filled(10));
  sessions.tick();
  expect(a.session.statistics(2)?.unacknowledgedFrames).toBe(1);
  const tookMs = sessions.until(() => a.session.statistics(2)?.unacknowledgedFrames === 0);
  expect(tookMs).toBeLessThanOrEqual(250 + 5 + 5 + 30);
});

test("S33 sixteen frames, 64 KiB or a quarter of the credit are acknowledged in the poll that reads them", () => {
  const latencyMs = 5;
  const cases = [
    { send: "chat", bytes: 10, count: 16, credit: MiB, left: 0 },
    // Of nine frames, up to 64 KiB may wait for the next heartbeat.
    { send: "chat", bytes: 140_000, count: 1, credit: MiB, left: 4 },
    { send: "file", bytes: 8_000, count: 1, credit: 16_384, left: 0 },
  ] as const;
  for (const { send, bytes, count, credit, left } of cases) {
    for (let phaseMs = 0; phaseMs < 250; phaseMs += 50) {
      const { sessions, a, b } = pair({ latencyMs }, { bulkCreditBytes: credit });
      // What the link takes is known, so that all of it goes at once.
      a.session.send("chat", filled(MiB));
      sessions.until(() => a.session.statistics(2)?.unacknowledgedFrames === 0);
      sessions.pass(1_000 + phaseMs);
      for (let i = 0; i < count; i++) {
        a.session.send(send, filled(bytes));
        a.session.flush();
      }
      const tookMs = sessions.until(() => (a.session.statistics(2)?.unacknowledgedFrames ?? 0) <= left);
      expect(tookMs).toBeLessThanOrEqual(60);
      expect(b.session.statistics(1)?.unacknowledgedFrames).toBe(0);
    }
  }
});

test("S33 acknowledgements that get lost are said again: nothing stays unacknowledged, and no credit is lost", () => {
  const { sessions, a, heard } = pair({}, { bulkCreditBytes: 65_536 });
  sessions.mesh.network.setLink({ lossRatio: 0.4 }, { from: 2, to: 1 });
  for (let i = 0; i < 20; i++) a.session.send("file", filled(50_000, i));
  sessions.until(() => heard.length === 20, 120_000);
  sessions.until(() => a.session.statistics(2)?.unacknowledgedFrames === 0, 5_000);
});

test("S33 frames that are not acknowledged are bounded, and what waits then goes in fuller ones", () => {
  const { sessions, a, b, of } = pair({}, { goneAfterMs: 100_000 });
  b.device.stall(20_000);
  for (let i = 0; i < 6_000; i++) {
    a.session.send("press", Uint8Array.of(i & 255, i >> 8));
    a.session.flush();
    if (i % 50 === 0) sessions.tick();
  }
  expect(a.session.statistics(2)?.unacknowledgedFrames).toBe(4_096);
  sessions.until(() => of("press").length === 6_000, 60_000);
  expect(of("press").map(({ bytes }) => (bytes[0] ?? 0) + 256 * (bytes[1] ?? 0))).toEqual([...Array(6_000).keys()]);
});
