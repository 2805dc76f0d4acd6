import { afterEach, beforeEach, expect, test } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { decodeVar, encodeVar } from "../../src/codec/var.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { entry, frame, Kind, RawSpeaker } from "../support/raw-speaker.ts";
import type { VirtualPeer } from "../support/virtual-mesh.ts";
import { type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

const messages = defineMessages({
  say: message({ payload: bytes() }),
  bad: message({ from: "owner", payload: bytes() }),
});
type Table = typeof messages.definitions;
const [SAY, BAD] = [16, 17] as const;
const HONEST = 1;
const RAW = 3;
const EPOCH = 7;

interface RawHello {
  readonly e?: number;
  readonly g?: string;
  readonly r?: unknown;
  readonly d?: unknown;
}

/** An honest session, and a peer that is played here, byte by byte. They have shaken hands, and each has read two frames of the other. */
class Scene {
  readonly sessions = new VirtualSessions<Table>({ messages, check: (data) => (data === "bad" ? "no" : null) });
  readonly honest: SessionMember<Table> = this.sessions.add(HONEST);
  readonly virtual: VirtualPeer = this.sessions.addRaw(RAW);
  readonly raw = new RawSpeaker(this.virtual);
  /** First bytes of what the honest one heard. */
  readonly heard: (number | undefined)[] = [];
  readonly epoch: number;

  constructor() {
    this.honest.session.onMessage("say", ([first]) => this.heard.push(first));
    this.until(() => this.raw.reliable.length > 0);
    this.epoch = (this.#last(Kind.HELLO) as { readonly e: number }).e;
    this.hello({ r: null });
    this.accept();
    this.pass(50);
    for (const n of [1, 2]) {
      this.honest.session.send("say", Uint8Array.of(n));
      this.say(n - 1, n);
      this.pass(50);
    }
    expect([this.heard, this.framesHeard]).toEqual([
      [1, 2],
      [0, 1],
    ]);
    this.honest.events.length = 0;
    this.heard.length = 0;
  }

  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) {
      this.sessions.tick();
      this.raw.read();
    }
  }

  until(condition: () => boolean): void {
    for (let left = 2_000; !condition(); left--) {
      if (left === 0) throw new Error(`not so: ${condition}`);
      this.pass(10);
    }
  }

  /** Numbers of the reliable frames that have come on this connection. */
  get framesHeard(): number[] {
    const frames = this.raw.reliable.filter(([first = 0]) => first >> 4 === Kind.RELIABLE);
    return frames.map(([a = 0, b = 0, c = 0]) => ((a & 15) << 10) | (b << 2) | (c >> 6));
  }

  /** Loses the connection, and waits for the next one and its hello. */
  reconnect(): void {
    this.virtual.peer.disconnectPeer(HONEST, false, "connection-lost");
    this.pass(20);
    this.raw.reliable.length = 0;
    this.until(() => this.raw.isConnectedTo(HONEST) && this.raw.reliable.length > 0);
  }

  hello(more: RawHello = {}): void {
    const hello = { p: 1, g: "game", v: "1", t: messages.hash, e: EPOCH, c: 1_048_576, r: [this.epoch, 2], d: null };
    this.put(frame(Kind.HELLO, 0, 0, encodeVar({ ...hello, ...more })));
  }

  accept(more: object = {}): void {
    this.put(frame(Kind.ACCEPT, 0, 0, encodeVar({ e: this.epoch, ...more })));
  }

  /** A message in a reliable frame. `read`: of the honest one's frames. */
  say(number: number, first: number, read = 0): void {
    this.put(frame(Kind.RELIABLE, number, read, entry(SAY, Uint8Array.of(first))));
  }

  put(bytes: Uint8Array): void {
    this.raw.put(HONEST, TransferMode.RELIABLE, bytes);
  }

  get said(): unknown {
    return this.#last(Kind.HELLO);
  }

  get accepted(): unknown {
    return this.#last(Kind.ACCEPT);
  }

  #last(kind: number): unknown {
    const found = this.raw.reliable.findLast((bytes) => (bytes[0] ?? 0) >> 4 === kind);
    return found === undefined ? undefined : decodeVar(found.slice(4));
  }
}

beforeEach(() => setDiagnosticsHandler(() => {}));
afterEach(() => setDiagnosticsHandler(null));

test("S70 going on, byte by byte: who reads what, and what is sent again", () => {
  const all = new Scene();
  all.honest.session.send("say", Uint8Array.of(3));
  all.pass(50);
  expect(all.framesHeard).toEqual([0, 1, 2]);
  all.reconnect();
  expect(all.said).toMatchObject({ e: all.epoch, r: [EPOCH, 2] });
  // It says that it has read one: the other two are sent again.
  all.hello({ r: [all.epoch, 1] });
  all.pass(50);
  expect([all.accepted, all.framesHeard]).toEqual([{ e: EPOCH, n: 1 }, []]);
  all.accept({ n: 2 });
  all.say(2, 9);
  all.pass(50);
  expect([all.framesHeard, all.heard]).toEqual([[1, 2], [9]]);
  expect(all.honest.session.statistics(RAW)).toMatchObject({ resumes: 1, resentFrames: 2, faults: {} });
  all.say(3, 10, 3);
  all.pass(50);
  expect(all.honest.session.statistics(RAW)?.unacknowledgedFrames).toBe(0);
  expect(all.honest.events).toEqual([]);
});

const ANEW: Readonly<Record<string, RawHello>> = {
  "a beginning": { r: null },
  "more than was sent": { r: [0, 3] },
  "much more than was sent": { r: [0, Number.MAX_SAFE_INTEGER] },
  "another epoch of its own": { e: EPOCH + 1 },
  "another game's data": { d: { name: "somebody else" } },
  "an old epoch of ours": { r: [1, 2] },
};

test.each(Object.keys(ANEW))("S75, S78 %s is a beginning, whatever else is said", (name) => {
  const all = new Scene();
  all.reconnect();
  const { r, ...more } = ANEW[name] ?? {};
  const resume = Array.isArray(r) && r[0] === 0 ? [all.epoch, r[1]] : r;
  all.hello(r === undefined ? more : { ...more, r: resume });
  all.pass(50);
  expect(all.accepted).toEqual({ e: more.e ?? EPOCH });
  expect([all.honest.events, all.honest.session.peers]).toEqual([["-3 replaced"], []]);
  all.accept();
  all.say(0, 42);
  all.pass(50);
  expect([all.honest.events, all.heard]).toEqual([["-3 replaced", "+3 again"], [42]]);
  all.honest.session.send("say", Uint8Array.of(1));
  all.pass(50);
  expect(all.framesHeard).toEqual([0]);
});

test("S75, S78 less than it has acknowledged is a beginning", () => {
  const all = new Scene();
  all.say(2, 1, 2);
  all.pass(50);
  all.reconnect();
  all.hello({ r: [all.epoch, 1] });
  all.accept();
  all.pass(50);
  expect(all.honest.events).toEqual(["-3 replaced", "+3 again"]);
});

test("S75 it goes on only if both say so", () => {
  for (const n of [undefined, null, 0, 1, 3, -1, 2 ** 40]) {
    const all = new Scene();
    all.reconnect();
    all.hello();
    all.accept({ n });
    all.pass(50);
    expect([n, all.honest.events]).toEqual([n, ["-3 replaced", "+3 again"]]);
    all.honest.session.send("say", Uint8Array.of(1));
    all.pass(50);
    expect(all.framesHeard).toEqual([0]);
  }
});

test("S76 who comes anew is looked at by the game's check, and by all the rest", () => {
  for (const [more, refusal] of [
    [{ d: "bad" }, "!3 us check no"],
    [{ e: 8, g: "chess" }, '!3 us game game "chess" is not "game"'],
  ] as const) {
    const all = new Scene();
    all.reconnect();
    all.hello(more);
    all.pass(100);
    expect(all.honest.events).toEqual(["-3 replaced", refusal]);
  }
});

test("S78 who refuses to go on ends it, with its words", () => {
  const all = new Scene();
  all.reconnect();
  all.put(frame(Kind.REFUSE, 0, 0, encodeVar({ c: "check", w: "go away" })));
  all.pass(100);
  expect(all.honest.events).toEqual(["-3 refused go away"]);
});

test("S71, S78 frames that were read are not read again, and those that cannot be are malformed", () => {
  const all = new Scene();
  all.reconnect();
  all.hello();
  all.accept({ n: 2 });
  for (const number of [0, 1, 1, 2, 0, 2]) all.say(number, 100 + number);
  all.pass(50);
  expect(all.heard).toEqual([102]);
  expect(all.honest.session.statistics(RAW)?.faults).toEqual({});
  all.say(4, 104);
  all.pass(50);
  expect([all.heard, all.honest.events]).toEqual([[102], ["-3 malformed-frame"]]);
});

test("S78 acknowledgements of what was not sent yet on this connection harm only who sends them", () => {
  const all = new Scene();
  for (let i = 0; i < 30; i++) all.honest.session.send("say", new Uint8Array(4_000));
  all.pass(50);
  all.reconnect();
  all.hello();
  all.accept({ n: 2 });
  for (let i = 0; i < 5; i++) all.say(2 + i, i, 2 + 2 * i);
  all.pass(500);
  expect([all.heard, all.honest.events]).toEqual([[0, 1, 2, 3, 4], []]);
});

test("S78 words that are no handshake cost the connection, and not the peer, until it is silent for too long", () => {
  const all = new Scene();
  const JUNK: readonly (() => void)[] = [
    () => all.put(Uint8Array.of(1, 2, 3)),
    () => all.say(2, 1),
    () => all.put(frame(Kind.HELLO, 0, 0, encodeVar({ p: 1 }))),
    () => all.hello({ r: [all.epoch, -1] }),
    () => all.hello({ r: [all.epoch, 1.5] }),
    () => all.hello({ r: [all.epoch] }),
    () => all.accept({ n: "2" }),
  ];
  for (const junk of JUNK) {
    all.reconnect();
    junk();
    all.pass(100);
  }
  expect(all.honest.events.filter((event) => !event.includes("stable"))).toEqual([]);
  all.until(() => all.honest.events.includes("-3 silent"));
});

test("S78 twice the same words, or the other's first, are no handshake", () => {
  const all = new Scene();
  all.reconnect();
  all.hello();
  all.hello();
  all.pass(100);
  expect(all.honest.events).toEqual([]);
  all.reconnect();
  all.hello();
  all.accept({ n: 2 });
  all.pass(100);
  all.say(2, 5);
  all.pass(50);
  expect([all.heard, all.honest.events]).toEqual([[5], []]);
});

test("S78 who goes on again and again, and never speaks, is unstable, and nothing grows", () => {
  const all = new Scene();
  for (let i = 0; i < 40; i++) {
    all.honest.session.send("say", new Uint8Array(100));
    all.reconnect();
    if (i % 2 === 0) all.hello();
    all.pass(300);
  }
  const statistics = all.honest.session.statistics(RAW);
  expect(statistics).toMatchObject({ resumes: 0, faults: {} });
  expect(all.honest.session.peers).toEqual([RAW]);
  all.until(() => all.honest.events.includes("-3 silent"));
});

test("S78 faults are remembered from one connection to the next", () => {
  const all = new Scene();
  let number = 2;
  for (let i = 0; i < 3; i++) {
    all.reconnect();
    all.hello();
    all.accept({ n: number });
    for (let j = 0; j < 4; j++) {
      all.put(frame(Kind.RELIABLE, number, 0, entry(BAD, Uint8Array.of(1))));
      number += 1;
    }
    all.pass(50);
  }
  expect(all.honest.events).toEqual(["-3 not-allowed"]);
});
