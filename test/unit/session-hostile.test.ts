import { afterEach, beforeEach, expect, test } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { layout } from "../../src/codec/layout.ts";
import { u8 } from "../../src/codec/number-fields.ts";
import { value } from "../../src/codec/value-payload.ts";
import { withSchema } from "../../src/codec/with-schema.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { entry, frame, joined, Kind, RawSpeaker, varint } from "../support/raw-speaker.ts";
import { type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

const { RELIABLE, UNRELIABLE } = TransferMode;

const schema = {
  "~standard": {
    version: 1 as const,
    vendor: "test",
    validate: (of: unknown) =>
      typeof of === "string" && of.length < 5 ? { value: of } : { issues: [{ message: "it is too long" }] },
  },
};

const messages = defineMessages({
  chat: message({ payload: value({ maxBytes: 65_536 }) }),
  rule: message({ from: "host", payload: bytes() }),
  mine: message({ from: "owner", payload: bytes() }),
  rare: message({ perSecond: 5, payload: bytes() }),
  file: message({ lane: "bulk", payload: bytes({ maxBytes: 16_000_000 }) }),
  blip: message({ mode: UNRELIABLE, payload: bytes() }),
  spot: message({ payload: layout({ x: u8() }) }),
  name: message({ payload: withSchema(value<string>(), schema) }),
  ask: call<number, number>(),
});
type Table = typeof messages.definitions;
const [CHAT, RULE, MINE, RARE, FILE, BLIP, SPOT, NAME, ASK] = [16, 17, 18, 19, 20, 21, 22, 23, 24] as const;

interface Scene {
  readonly sessions: VirtualSessions<Table>;
  readonly honest: SessionMember<Table>;
  readonly other: SessionMember<Table>;
  readonly raw: RawSpeaker;
  /** What the honest one heard, of anybody. */
  readonly heard: string[];
  /** Lets ticks pass in which the hostile one reads. */
  readonly pass: (ms: number) => void;
}

const HONEST = 1;
const HOSTILE = 3;

/** Two honest sessions, and a third peer that has shaken hands with the first: what comes now is the test's. */
function scene(isReady = true): Scene {
  // Who is hostile here cannot go on by another connection.
  const sessions = new VirtualSessions<Table>({ messages, ownerOf: () => 2, limits: { replaceAfterMs: 60_000 } });
  const honest = sessions.add(HONEST);
  const other = sessions.add(2);
  const raw = new RawSpeaker(sessions.addRaw(HOSTILE));
  const heard: string[] = [];
  for (const name of ["chat", "rule", "mine", "rare", "file", "blip", "spot", "name"] as const) {
    honest.session.onMessage(name, (_payload: unknown, from: number) => heard.push(`${from} ${name}`));
  }
  honest.session.onCall("ask", () => new Promise(() => {}));
  const step = (): void => {
    sessions.tick();
    raw.read();
  };
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 10) step();
  };
  while (!raw.isConnectedTo(HONEST) || !honest.session.hasPeer(2)) step();
  pass(50);
  if (isReady) {
    raw.sayHello(HONEST, { hash: messages.hash });
    raw.accept(HONEST);
    pass(50);
    expect(honest.session.hasPeer(HOSTILE)).toBe(true);
  }
  honest.events.length = 0;
  return { sessions, honest, other, raw, heard, pass };
}

/** The two honest ones talk as if nothing had been. */
function expectUnharmed({ honest, other, heard, pass }: Scene): void {
  heard.length = 0;
  other.session.send("chat", "hello");
  pass(100);
  expect(heard).toEqual(["2 chat"]);
  expect(honest.session.hasPeer(2)).toBe(true);
}

beforeEach(() => setDiagnosticsHandler(() => {}));
afterEach(() => setDiagnosticsHandler(null));

const NONE = new Uint8Array(0);
const of = (...bytes: readonly number[]): Uint8Array => Uint8Array.of(...bytes);

/** What ends a peer at once. */
const BROKEN: Readonly<Record<string, (raw: RawSpeaker) => void>> = {
  "a reliable packet of one byte": (raw) => raw.put(HONEST, RELIABLE, of(0x10)),
  "a reliable packet of three bytes": (raw) => raw.put(HONEST, RELIABLE, of(0x10, 0, 0)),
  "an unreliable packet of one byte": (raw) => raw.put(HONEST, UNRELIABLE, of(0x20)),
  "kind 0": (raw) => raw.put(HONEST, RELIABLE, frame(0, 0, 0)),
  "kind 15": (raw) => raw.put(HONEST, RELIABLE, frame(15, 0, 0)),
  "an unreliable frame on the reliable channel": (raw) => raw.put(HONEST, RELIABLE, frame(Kind.UNRELIABLE, 0, 0)),
  "a reliable frame on the unreliable channel": (raw) => raw.put(HONEST, UNRELIABLE, frame(Kind.RELIABLE, 0, 0)),
  "a second hello": (raw) => raw.sayHello(HONEST, { hash: messages.hash }),
  "a second accept": (raw) => raw.accept(HONEST),
  "a frame's number that is one too high": (raw) => raw.put(HONEST, RELIABLE, frame(Kind.RELIABLE, 1, 0)),
  "an acknowledgement of what was not sent": (raw) => raw.put(HONEST, RELIABLE, frame(Kind.RELIABLE, 0, 1)),
  "the same in an unreliable frame": (raw) => raw.put(HONEST, UNRELIABLE, frame(Kind.UNRELIABLE, 0, 8_000)),
  "an entry cut off after its type": (raw) => raw.tell(HONEST, of(CHAT)),
  "an entry cut off in its bytes": (raw) => raw.tell(HONEST, of(CHAT, 5, 1)),
  "a length beyond all": (raw) => raw.tell(HONEST, joined(varint(CHAT), varint(0xffff_ffff))),
  "a length in more bytes than it needs": (raw) => raw.tell(HONEST, of(CHAT, 0x81, 0x80, 0x00), new Uint8Array(1)),
  "a type in six bytes": (raw) => raw.tell(HONEST, of(0x90, 0x80, 0x80, 0x80, 0x80, 0x01, 0)),
  "type 0": (raw) => raw.tell(HONEST, entry(0)),
  "type 15": (raw) => raw.tell(HONEST, entry(15)),
  "a reliable message in an unreliable frame": (raw) => raw.tellLightly(HONEST, entry(RARE)),
  "an unreliable message in a reliable frame": (raw) => raw.tell(HONEST, entry(BLIP)),
  "a ping in a reliable frame": (raw) => raw.tell(HONEST, entry(4, of(1))),
  "a ping of no byte": (raw) => raw.tellLightly(HONEST, entry(4)),
  "a ping of two bytes": (raw) => raw.tellLightly(HONEST, entry(4, of(1, 2))),
  "a pong that is too short": (raw) => raw.tellLightly(HONEST, entry(5, new Uint8Array(14))),
  "a goodbye in an unreliable frame": (raw) => raw.tellLightly(HONEST, entry(6)),
  "a goodbye that is no text": (raw) => raw.tell(HONEST, entry(6, of(0xff, 0xfe))),
  "a reliable frame that is longer than one may be": (raw) => raw.tell(HONEST, entry(FILE, new Uint8Array(16_384))),
  "an unreliable frame that is longer than any": (raw) => raw.tellLightly(HONEST, entry(BLIP, new Uint8Array(16_384))),
  "an answer without an id": (raw) => raw.tell(HONEST, entry(7)),
  "a failure without a code": (raw) => raw.tell(HONEST, entry(8, of(1))),
  "a failure of an unknown code": (raw) => raw.tell(HONEST, entry(8, of(1, 9))),
  "a failure whose words are no text": (raw) => raw.tell(HONEST, entry(8, of(1, 0, 0xff))),
  "a cancel with more than an id": (raw) => raw.tell(HONEST, entry(9, of(1, 1))),
  "an answer in an unreliable frame": (raw) => raw.tellLightly(HONEST, entry(7, of(1, 1))),
  "a cancel in an unreliable frame": (raw) => raw.tellLightly(HONEST, entry(9, of(1))),
  "a next part of nothing": (raw) => raw.tell(HONEST, entry(2, of(1, 9))),
  "a first part in a lane that does not exist": (raw) =>
    raw.tell(HONEST, entry(1, of(99), varint(FILE), varint(99), of(1))),
  "a first part while another is not whole": (raw) => {
    const part = entry(1, of(2), varint(FILE), varint(99), of(1));
    raw.tell(HONEST, part, part);
  },
  "a first part without bytes": (raw) => raw.tell(HONEST, entry(1, of(2), varint(FILE), varint(99))),
  "a next part without bytes": (raw) =>
    raw.tell(HONEST, entry(1, of(2), varint(FILE), varint(99), of(1)), entry(2, of(2))),
  "parts of more than was announced": (raw) =>
    raw.tell(HONEST, entry(1, of(2), varint(FILE), varint(3), of(1)), entry(2, of(2, 1, 2, 3))),
  "a part in an unreliable frame": (raw) => raw.tellLightly(HONEST, entry(1, of(2), varint(FILE), varint(9), of(1))),
  "a goodbye in parts": (raw) => raw.tell(HONEST, entry(1, of(0), varint(6), varint(0))),
  "a part of a part": (raw) => raw.tell(HONEST, entry(1, of(0), varint(1), varint(0))),
  "an unreliable part in a reliable frame": (raw) => raw.tell(HONEST, entry(3, of(0, 0, 2), varint(BLIP), of(1))),
  "an unreliable part of one": (raw) => raw.tellLightly(HONEST, entry(3, of(0, 0, 1), varint(BLIP), of(1))),
  "an unreliable part of five": (raw) => raw.tellLightly(HONEST, entry(3, of(0, 0, 5), varint(BLIP), of(1))),
  "the third unreliable part of two": (raw) => raw.tellLightly(HONEST, entry(3, of(0, 2, 2), varint(BLIP), of(1))),
  "unreliable parts of other types in one set": (raw) =>
    raw.tellLightly(HONEST, entry(3, of(0, 0, 2), varint(BLIP), of(1)), entry(3, of(0, 1, 2), varint(BLIP + 1), of(1))),
  "an unreliable part of a ping": (raw) => raw.tellLightly(HONEST, entry(3, of(0, 0, 2), varint(4), of(1))),
  "an unreliable part that is cut off": (raw) => raw.tellLightly(HONEST, entry(3, of(0, 0))),
};

test.each(Object.keys(BROKEN))("S38, S39 malformed, and the end of who sent it: %s", (name) => {
  const all = scene();
  BROKEN[name]?.(all.raw);
  all.pass(50);
  expect(all.honest.events).toEqual(["-3 malformed-frame"]);
  all.pass(200);
  expect(all.raw.isConnectedTo(HONEST)).toBe(false);
  expectUnharmed(all);
});

/** What is longer than it may be. */
const TOO_LARGE: Readonly<Record<string, (raw: RawSpeaker) => void>> = {
  "a message in one piece": (raw) => raw.tell(HONEST, entry(SPOT, of(1, 2))),
  "parts that announce more than the message may have": (raw) =>
    raw.tell(HONEST, entry(1, of(1), varint(CHAT), varint(65_537), of(1))),
  "parts that announce 4 GiB": (raw) => raw.tell(HONEST, entry(1, of(2), varint(FILE), varint(0xffff_ffff), of(1))),
  "parts of a message that does not exist": (raw) => raw.tell(HONEST, entry(1, of(1), varint(999), varint(1), of(1))),
  "parts of a ping": (raw) => raw.tell(HONEST, entry(1, of(1), varint(4), varint(1), of(1))),
};

test.each(Object.keys(TOO_LARGE))("S38, S39 too large, and the end of who sent it: %s", (name) => {
  const all = scene();
  TOO_LARGE[name]?.(all.raw);
  all.pass(50);
  expect(all.honest.events).toEqual(["-3 too-large"]);
  expectUnharmed(all);
});

/** What is counted, and forgiven eight times. */
const FORGIVEN: Readonly<Record<string, readonly [fault: string, tell: (raw: RawSpeaker) => void]>> = {
  "a type that the table does not have": ["unknown-message", (raw) => raw.tell(HONEST, entry(999))],
  "the same in an unreliable frame": ["unknown-message", (raw) => raw.tellLightly(HONEST, entry(999, of(1)))],
  "no msgpack": ["wrong-payload", (raw) => raw.tell(HONEST, entry(CHAT, of(0xc1)))],
  "msgpack that goes on": ["wrong-payload", (raw) => raw.tell(HONEST, entry(CHAT, of(1, 1)))],
  "an extension of msgpack": ["wrong-payload", (raw) => raw.tell(HONEST, entry(CHAT, of(0xd4, 0x72, 0x40)))],
  "arrays within each other without end": [
    "wrong-payload",
    (raw) => raw.tell(HONEST, entry(CHAT, new Uint8Array(10_000).fill(0x91))),
  ],
  "a map of 4 billion keys": ["wrong-payload", (raw) => raw.tell(HONEST, entry(CHAT, of(0xdf, 255, 255, 255, 255)))],
  "a layout without its field": ["wrong-payload", (raw) => raw.tell(HONEST, entry(SPOT))],
  "what its schema refuses": ["invalid-payload", (raw) => raw.tell(HONEST, entry(NAME, of(0xa5, 97, 97, 97, 97, 97)))],
  "a message of an owner's": ["not-allowed", (raw) => raw.tell(HONEST, entry(MINE))],
  "a call whose request is none": ["wrong-payload", (raw) => raw.tell(HONEST, entry(ASK, of(1, 0xc1)))],
  "a call without an id": ["wrong-payload", (raw) => raw.tell(HONEST, entry(ASK))],
};

test.each(Object.keys(FORGIVEN))("S38, S39 counted, and forgiven eight times: %s", (name) => {
  const all = scene();
  const [fault, tell] = FORGIVEN[name] ?? ["", () => {}];
  for (let i = 0; i < 8; i++) tell(all.raw);
  all.pass(200);
  expect(all.honest.events).toEqual([]);
  expect(all.honest.session.statistics(HOSTILE)?.faults).toEqual({ [fault]: 8 });
  expect(all.heard).toEqual([]);
  // Others of its messages are heard meanwhile.
  all.raw.tell(HONEST, entry(CHAT, of(1)));
  all.pass(50);
  expect(all.heard).toEqual(["3 chat"]);
  tell(all.raw);
  tell(all.raw);
  all.pass(100);
  expect(all.honest.events).toEqual([`-3 ${fault}`]);
  expectUnharmed(all);
});

test("S39 who sends what only the host may is dropped and counted for 10 s, as sides may disagree, and then ends", () => {
  const all = scene();
  const claim = (seconds: number): void => {
    for (let i = 0; i < seconds * 20; i++) {
      all.raw.tell(HONEST, entry(RULE));
      all.pass(50);
    }
  };
  claim(9);
  expect(all.honest.events).toEqual([]);
  expect(all.honest.session.statistics(HOSTILE)?.faults["not-allowed"]).toBeGreaterThan(150);
  claim(2);
  expect(all.heard).toEqual([]);
  expect(all.honest.events).toEqual(["-3 not-allowed"]);
  expectUnharmed(all);
});

test("S39 one fault a second is forgiven for ever", () => {
  const all = scene();
  for (let i = 0; i < 40; i++) {
    all.raw.tell(HONEST, entry(999));
    all.raw.tellLightly(HONEST);
    all.pass(1_010);
  }
  expect(all.honest.events.filter((event) => event.startsWith("-"))).toEqual([]);
  expect(all.honest.session.statistics(HOSTILE)?.faults).toEqual({ "unknown-message": 40 });
});

test("S38 pings without end, pongs of no ping, answers of no call and old frames do no harm", () => {
  const all = scene();
  for (let i = 0; i < 200; i++) {
    all.raw.tellLightly(HONEST, ...Array.from({ length: 300 }, (_, id) => entry(4, of(id & 255))));
    all.raw.tellLightly(HONEST, entry(5, of(i & 255), new Uint8Array(14)));
    all.raw.tell(HONEST, entry(7, varint(i), of(1)), entry(8, varint(i), of(0)), entry(9, varint(i)));
    all.raw.put(HONEST, UNRELIABLE, frame(Kind.UNRELIABLE, i - 5, 0, entry(BLIP)));
    all.pass(10);
  }
  expect(all.honest.events).toEqual([]);
  expect(all.honest.session.statistics(HOSTILE)?.faults).toEqual({});
  // One pong a tick at most, whatever was asked.
  const pongs = all.raw.unreliable.filter((bytes) => bytes.length > 4).length;
  expect(pongs).toBeLessThanOrEqual(210);
  expectUnharmed(all);
});

test("S38 a pong that says it was held longer than it was away measures nothing", () => {
  const all = scene();
  all.pass(600);
  for (let id = 0; id < 256; id++) {
    const pong = new Uint8Array(15);
    pong.set([id, 0xff, 0xff]);
    all.raw.tellLightly(HONEST, entry(5, pong));
  }
  all.pass(50);
  expect(all.honest.events).toEqual([]);
  expect(all.honest.session.statistics(HOSTILE)?.roundTripMs).toBeNaN();
});

test("S40 a message's own rate: what a silence may have held back is no flood, one more is", () => {
  for (const [count, isFlood] of [
    [50, false],
    [52, true],
  ] as const) {
    const all = scene();
    for (let i = 0; i < count; i++) all.raw.tell(HONEST, entry(RARE));
    all.pass(20);
    all.pass(20);
    // While they came, a part of one more was allowed.
    expect(all.heard.length).toBe(isFlood ? 51 : 50);
    expect(all.honest.events).toEqual(isFlood ? ["-3 flood"] : []);
    expectUnharmed(all);
  }
});

test("S40 who sends as often as it may is never a flood, whoever stood still, and however the network held it back", () => {
  const all = scene();
  const { network } = all.sessions.mesh;
  let sent = 0;
  const send = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 200) {
      all.raw.tell(HONEST, entry(RARE));
      all.raw.tellLightly(HONEST);
      sent += 1;
      all.pass(200);
    }
  };
  send(5_000);
  all.honest.device.stall(6_000);
  send(6_400);
  network.partition([[1, 2], [3]]);
  send(5_000);
  network.heal();
  send(10_000);
  expect(all.honest.events.filter((event) => event.startsWith("-"))).toEqual([]);
  all.pass(3_000);
  expect(all.heard.filter((one) => one === "3 rare")).toHaveLength(sent);
});

test("S40 a flood of all kinds of messages ends who sends it", () => {
  const sessions = new VirtualSessions<Table>({ messages, limits: { messagesPerSecond: 100 } });
  const honest = sessions.add(HONEST);
  const raw = new RawSpeaker(sessions.addRaw(HOSTILE));
  while (!raw.isConnectedTo(HONEST)) sessions.tick();
  sessions.pass(50);
  raw.read();
  raw.sayHello(HONEST, { hash: messages.hash });
  raw.accept(HONEST);
  sessions.pass(50);
  for (let i = 0; i < 20; i++) raw.tell(HONEST, ...Array.from({ length: 51 }, () => entry(FILE)));
  sessions.pass(50);
  expect(honest.events).toEqual(["+3", "-3 flood"]);
});

test("S41 one poll reads no more than its share, wake says so, and the rest is heard later", () => {
  const all = scene();
  const { honest, raw } = all;
  const many = joined(...Array.from({ length: 8_000 }, () => entry(FILE)));
  for (let i = 0; i < 20; i++) raw.tell(HONEST, many);
  const polls: number[] = [];
  let wakes = 0;
  honest.session.wake = () => {
    wakes += 1;
  };
  all.sessions.mesh.network.advance(200);
  while (all.heard.length < 160_000 && polls.length < 10) {
    const before = all.heard.length;
    wakes = 0;
    honest.session.poll();
    polls.push(all.heard.length - before);
    if (all.heard.length < 160_000) expect(wakes).toBe(1);
  }
  expect(polls.length).toBe(3);
  expect(Math.max(...polls)).toBeLessThanOrEqual(65_536 + 8_000);
  expect(honest.events).toEqual([]);
});

test("S41 frames without anything in them are counted too", () => {
  const all = scene();
  all.honest.device.stall(3_000);
  for (let i = 0; i < 70_000; i++) all.raw.tell(HONEST);
  all.pass(2_900);
  all.sessions.mesh.network.advance(200);
  all.honest.session.poll();
  expect(all.honest.session.statistics(HOSTILE)?.receivedFrames).toBeLessThanOrEqual(65_600);
  all.honest.session.poll();
  expect(all.honest.session.statistics(HOSTILE)?.receivedFrames).toBeGreaterThanOrEqual(70_000);
});

test("S42 a length that is only claimed takes no memory, and parts that never end no more than was sent", () => {
  const all = scene();
  const before = process.memoryUsage().arrayBuffers;
  for (const lane of [0, 1, 2]) raw16(all.raw, lane);
  all.pass(50);
  // 16 MB were announced in each of three lanes.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4_000_000);
  for (let set = 0; set < 256; set++) {
    all.raw.tellLightly(HONEST, entry(3, of(set, 0, 4), varint(BLIP), new Uint8Array(1_000)));
  }
  all.pass(50);
  expect(all.honest.events).toEqual([]);
  all.raw.tellLightly(HONEST, entry(BLIP, NONE));
  all.pass(50);
  expect(all.heard).toEqual(["3 blip"]);
  expectUnharmed(all);
});

function raw16(raw: RawSpeaker, lane: number): void {
  raw.tell(HONEST, entry(1, of(lane), varint(FILE), varint(8_388_608), of(1)));
}

test("S38 calls of a peer that are never answered are bounded, and end with it", () => {
  const all = scene();
  for (let i = 0; i < 20; i++) {
    raw100Calls(all.raw, i * 100);
    all.pass(10);
  }
  all.pass(200);
  const failures = all.raw.reliable
    .filter((bytes) => (bytes[0] ?? 0) >> 4 === Kind.RELIABLE)
    .reduce((count, bytes) => count + countEntries(bytes, 8), 0);
  expect(failures).toBe(2_000 - 1_024);
  all.raw.tell(HONEST, entry(6));
  all.pass(50);
  expect(all.honest.events).toEqual(["-3 left"]);
  expectUnharmed(all);
});

function raw100Calls(raw: RawSpeaker, from: number): void {
  raw.tell(HONEST, ...Array.from({ length: 100 }, (_, i) => entry(ASK, varint(from + i), of(1))));
}

function countEntries(bytes: Uint8Array, wanted: number): number {
  let count = 0;
  for (let at = 4; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) if (bytes[at] === wanted) count += 1;
  return count;
}

test("S4, S38 before the handshake unreliable frames and stray packets are dropped, and not a byte reaches the game", () => {
  const all = scene(false);
  for (let i = 0; i < 500; i++) {
    all.raw.tellLightly(HONEST, entry(BLIP));
    all.raw.put(HONEST, TransferMode.UNRELIABLE_ORDERED, of(1, 2, 3));
    if (i % 50 === 0) all.pass(10);
  }
  all.pass(50);
  expect([all.heard, all.honest.events]).toEqual([[], []]);
  all.raw.sayHello(HONEST, { hash: messages.hash });
  all.raw.accept(HONEST);
  all.pass(50);
  expect(all.honest.events).toEqual(["+3"]);
});
