import { expect, test } from "vitest";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { meeting, type SessionMember } from "../support/virtual-session.ts";

const { UNRELIABLE, UNRELIABLE_ORDERED } = TransferMode;
const filler = Object.fromEntries(Array.from({ length: 107 }, (_, i) => [`filler${i}`, message<null>()]));
const messages = defineMessages({
  reliable: message({ payload: bytes() }),
  input: message({ payload: bytes(), lane: "input" }),
  blip: message({ payload: bytes(), mode: UNRELIABLE }),
  shot: message({ payload: bytes(), mode: UNRELIABLE_ORDERED, lane: "input" }),
  ...filler,
  last: message({ payload: bytes() }),
  beyond: message({ payload: bytes() }),
  ask: call<number, number>(),
});
type Table = typeof messages extends { readonly definitions: infer D } ? D : never;
type Name = "reliable" | "input" | "blip" | "shot" | "last" | "beyond";

function two(size = 2): {
  sessions: ReturnType<typeof meeting<Table>>["sessions"];
  a: SessionMember<Table>;
  b: SessionMember<Table>;
} {
  const { sessions, all } = meeting(size, { messages });
  const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
  return { sessions, a, b };
}

/** The frames and bytes that `send` costs, without heartbeats: it is done just after one. */
function cost(
  send: (say: (name: Name, length: number) => void) => unknown,
  size = 2,
): [frames: number, bytes: number][] {
  const { sessions, a } = two(size);
  sessions.pass(100);
  const count = (id: number): [number, number] => {
    const { sentFrames = 0, sentBytes = 0 } = a.session.statistics(id) ?? {};
    return [sentFrames, sentBytes];
  };
  const [frames] = count(2);
  sessions.until(() => count(2)[0] > frames);
  const before = a.session.peers.map(count);
  send((name, length) => void a.session.send(name, new Uint8Array(length)));
  expect(a.session.peers.map(count)).toEqual(before);
  a.session.flush();
  return a.session.peers.map(count).map(([f, b], i) => [f - (before[i]?.[0] ?? 0), b - (before[i]?.[1] ?? 0)]);
}

test("S24 ten small messages of either kind are one packet for each peer: two bytes a message, four a frame", () => {
  const ten = (name: Name) => (say: (name: Name, length: number) => void) => {
    for (let i = 0; i < 10; i++) say(name, 32);
  };
  for (const name of ["reliable", "blip", "shot", "last"] as const) {
    expect(cost(ten(name))).toEqual([[1, 4 + 10 * 34]]);
    expect(cost(ten(name), 4)).toEqual(new Array(3).fill([1, 4 + 10 * 34]));
  }
  // Lanes share a frame, and so do the two unreliable modes.
  expect(cost((say) => [say("reliable", 1), say("input", 2), say("last", 3)])).toEqual([[1, 4 + 3 + 4 + 5]]);
  expect(cost((say) => [say("blip", 1), say("shot", 2), say("blip", 3)])).toEqual([[1, 4 + 3 + 4 + 5]]);
  expect(cost((say) => [say("blip", 1), say("reliable", 1)])).toEqual([[2, 2 * (4 + 3)]]);
  expect(cost(() => {})).toEqual([[0, 0]]);
});

test("S24 a third byte from 128 bytes, and from 128 types on", () => {
  expect(messages.entries.flatMap(({ name, type }) => (name === "last" ? [type] : []))).toEqual([127]);
  for (const [name, length, overhead] of [
    ["reliable", 0, 2],
    ["reliable", 127, 2],
    ["reliable", 128, 3],
    ["last", 127, 2],
    ["beyond", 127, 3],
    ["beyond", 128, 4],
    ["blip", 0, 2],
    ["blip", 127, 2],
    ["blip", 128, 3],
  ] as const) {
    expect([name, length, cost((say) => say(name, length))]).toEqual([name, length, [[1, 4 + overhead + length]]]);
  }
});

test("S24 frames are filled: datagrams of 1,100 bytes, reliable ones of 16,384", () => {
  const hundred = (count: number, name: Name) => (say: (name: Name, length: number) => void) => {
    for (let i = 0; i < count; i++) say(name, 98);
  };
  expect(cost(hundred(10, "blip"))).toEqual([[1, 1_004]]);
  expect(cost(hundred(11, "blip"))).toEqual([[2, 1_108]]);
  expect(cost(hundred(100, "blip"))).toEqual([[10, 10_040]]);
  expect(cost(hundred(163, "reliable"))).toEqual([[1, 16_304]]);
  expect(cost(hundred(164, "reliable"))).toEqual([[2, 16_408]]);
  // To the last byte, and one more.
  expect(cost((say) => say("blip", 1_093))).toEqual([[1, 1_100]]);
  expect(cost((say) => [say("blip", 1_000), say("blip", 91)])).toEqual([[1, 1_100]]);
  expect(cost((say) => [say("blip", 1_000), say("blip", 92)])).toEqual([[2, 1_105]]);
});

test("S25 what is sent waits for flush, or else for the next poll", () => {
  const { sessions, a, b } = two();
  const heard: number[] = [];
  for (const name of ["reliable", "blip"] as const) b.session.onMessage(name, ({ length }) => heard.push(length));
  const pass = (): void => {
    for (let i = 0; i < 10; i++) {
      sessions.mesh.network.advance(10);
      b.session.poll();
      b.session.flush();
    }
  };
  a.session.send("reliable", new Uint8Array(1));
  a.session.send("blip", new Uint8Array(2));
  pass();
  expect(heard).toEqual([]);
  expect(a.session.statistics(2)).toMatchObject({ queuedMessages: 2 });
  a.session.flush();
  pass();
  expect([...heard].sort()).toEqual([1, 2]);
  a.session.send("reliable", new Uint8Array(3));
  pass();
  expect(heard).toHaveLength(2);
  a.session.poll();
  pass();
  expect(heard.at(-1)).toBe(3);
  // Flushed twice is sent once.
  a.session.send("reliable", new Uint8Array(4));
  a.session.flush();
  a.session.flush();
  a.session.poll();
  pass();
  expect(heard.slice(3)).toEqual([4]);
});

test("S32 queue tells how much waits for a peer, and how long a message that is sent now would wait", () => {
  for (const [seed, bandwidthKbps] of [
    [1, 800],
    [2, 2_000],
    [3, 1_200],
  ] as const) {
    const { sessions, all } = meeting(2, { messages, limits: { sendBufferBytes: 32_768 } }, { seed });
    const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
    const heard: Name[] = [];
    for (const name of ["last", "input"] as const) b.session.onMessage(name, () => heard.push(name));
    b.session.onMessage("reliable", () => {});
    sessions.pass(1_000);
    for (const lane of ["game", "input", "bulk"]) {
      expect(a.session.queue(2, lane)).toEqual({ bytes: 0, messages: 0, waitMs: 0 });
    }
    expect([a.session.queue(3), a.session.queue(1)]).toEqual([null, null]);
    expect(() => a.session.queue(2, "express")).toThrow(
      expect.objectContaining({ code: "unknown-lane", message: 'the table has no lane "express"' }),
    );
    sessions.mesh.network.setLink({ bandwidthKbps, queueBytes: 40_000 });
    for (let i = 0; i < 1_000; i++) a.session.send("reliable", new Uint8Array(998));
    a.session.flush();
    expect(a.session.queue(2)).toEqual({ bytes: expect.any(Number), messages: expect.any(Number), waitMs: Number.NaN });
    sessions.pass(1_500);
    const waiting = a.session.queue(2);
    const urgent = a.session.queue(2, "input");
    expect(waiting?.messages).toBeGreaterThan(300);
    expect(waiting?.bytes).toBeGreaterThan((waiting?.messages ?? 0) * 1_000);
    expect(urgent?.messages).toBe(0);
    expect(urgent?.bytes).toBeLessThanOrEqual(32_768 + 16_384);
    expect(urgent?.waitMs).toBeLessThan((waiting?.waitMs ?? 0) / 5);
    a.session.send("last", new Uint8Array(4));
    a.session.send("input", new Uint8Array(4));
    const tookMs = sessions.until(() => a.session.queue(2)?.bytes === 0, 60_000);
    const ratio = tookMs / (waiting?.waitMs ?? 0);
    expect([ratio > 0.5, ratio < 2, ratio]).toEqual([true, true, ratio]);
    sessions.until(() => heard.length === 2, 60_000);
    expect(heard).toEqual(["input", "last"]);
  }
});

test("S32 while nothing gets through the wait grows without end", () => {
  const { sessions, all } = meeting(2, { messages, limits: { goneAfterMs: 60_000 } });
  const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
  b.session.onMessage("reliable", () => {});
  sessions.mesh.network.setLink({ bandwidthKbps: 1_000 });
  for (let i = 0; i < 400; i++) a.session.send("reliable", new Uint8Array(998));
  sessions.pass(1_000);
  const before = a.session.queue(2)?.waitMs ?? 0;
  sessions.mesh.network.partition([[1], [2]]);
  sessions.pass(5_000);
  expect(a.session.queue(2)?.waitMs).toBeGreaterThan(before * 10);
});

test("S33 who sends in every tick pays no packet for pings and heartbeats, and who flushes nothing sends them all the same", () => {
  const { sessions, a, b } = two();
  sessions.pass(1_000);
  const frames = (): number => a.session.statistics(2)?.sentFrames ?? 0;
  const before = frames();
  for (let i = 0; i < 300; i++) {
    // As a loop does it: poll, the game, flush.
    sessions.mesh.network.advance(10);
    for (const { session, device } of [a, b]) {
      session.poll();
      session.send("blip", new Uint8Array(8));
      session.flush();
      device.endTurn();
    }
  }
  expect(frames() - before).toBe(300);
  expect(a.session.statistics(2)?.roundTripMs).toBeGreaterThan(0);

  const quiet = frames();
  a.session.flush = () => {};
  sessions.pass(3_000);
  expect(frames() - quiet).toBeGreaterThanOrEqual(10);
  expect([...a.events, ...b.events]).toEqual(["+2", "+1"]);
});
