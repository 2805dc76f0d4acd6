import { expect, test } from "vitest";
import { PART_BYTES } from "../../src/backends/relay/limits.ts";
import { PacketKind, packet } from "../../src/backends/relay/packet.ts";
import { relayBackend } from "../../src/backends/relay/relay-backend.ts";
import type { RelayChannel } from "../../src/backends/relay/relay-channel.ts";
import { RelayLink, type RelayLinkObserver } from "../../src/backends/relay/relay-link.ts";
import { seededRandom } from "../../src/base/random.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import type { ChannelOptions } from "../../src/seam/connection-backend.ts";
import { RELAY_WINDOW_BYTES, type RelayLine, type RelayObserver } from "../../src/seam/relay-pipe.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { MemoryRelay } from "../support/memory-relay.ts";
import { connectedPair } from "../support/pair.ts";
import { until } from "../support/until.ts";

const diagnostics = collectDiagnostics();

const RELIABLE: ChannelOptions = {
  negotiated: true,
  id: 1,
  ordered: true,
  maxPacketLifeTime: null,
  maxRetransmits: null,
  protocol: "",
};
const LOOSE: ChannelOptions = { ...RELIABLE, id: 2, ordered: false, maxRetransmits: 0 };

interface End {
  readonly link: RelayLink;
  readonly received: RelayChannel[];
  down: string | null;
}

/** Two links over a relay that passes packets on when it is told to. */
class Line {
  readonly relay = new MemoryRelay({ later: (task) => void this.#tasks.push(task) });
  readonly a = this.#end(true);
  readonly b = this.#end(false);
  readonly #tasks: (() => void)[] = [];

  #end(isFirst: boolean): End {
    const observer: RelayLinkObserver = {
      onLineOpen: () => end.link.start(isFirst),
      onNote: () => {},
      onChannel: (channel) => void end.received.push(channel),
      onDown: (fault) => {
        end.down = fault ?? "farewell";
      },
    };
    const end: End = { link: new RelayLink(observer), received: [], down: null };
    return end;
  }

  connect(): void {
    this.a.link.connect(this.relay.pipe(1), 2, "line");
    this.b.link.connect(this.relay.pipe(2), 1, "line");
    this.pass();
  }

  /** Passes on what is on its way, and what follows from that. */
  pass(count = Number.POSITIVE_INFINITY): void {
    for (let i = 0; i < count && this.#tasks.length > 0; i++) this.#tasks.shift()?.();
  }
}

/** What a channel told of messages. */
function heard(channel: RelayChannel): (ArrayBuffer | string)[] {
  const messages: (ArrayBuffer | string)[] = [];
  channel.observer = {
    onOpen: () => {},
    onMessage: (data) => void messages.push(data),
    onClosing: () => {},
    onClosed: () => {},
    onBufferedAmountLow: () => {},
  };
  return messages;
}

test("R11 no more than the window is under way unacknowledged: what is reliable waits, and counts as buffered", () => {
  const line = new Line();
  const toB = line.a.link.createChannel("reliable", RELIABLE);
  const got = heard(line.b.link.createChannel("reliable", RELIABLE));
  line.connect();
  const before = line.relay.bytes;
  // Whoever sends uses the same bytes again.
  const bytes = new Uint8Array(10_000);
  for (let i = 0; i < 100; i++) toB.send(bytes.fill(i));
  expect(line.relay.bytes - before).toBeLessThanOrEqual(RELAY_WINDOW_BYTES);
  expect(line.relay.bytes - before).toBeGreaterThan(RELAY_WINDOW_BYTES / 2);
  expect(toB.facts.bufferedAmount).toBeGreaterThanOrEqual(1_000_000 - RELAY_WINDOW_BYTES);
  line.pass();
  expect(toB.facts.bufferedAmount).toBe(0);
  expect(got.map((data) => new Uint8Array(data as ArrayBuffer)[9_999])).toEqual(
    Array.from({ length: 100 }, (_, i) => i),
  );
  const long = Uint8Array.from({ length: 200_000 }, (_, i) => i % 251);
  const sent = long.slice();
  toB.send(sent);
  sent.fill(0);
  line.pass();
  expect(new Uint8Array(got.at(-1) as ArrayBuffer)).toEqual(long);
});

test("R12 what is unreliable does not wait: it goes beside a full reliable channel, and past the window it is dropped", () => {
  const line = new Line();
  const toB = line.a.link.createChannel("reliable", RELIABLE);
  const loose = line.a.link.createChannel("loose", LOOSE);
  heard(line.b.link.createChannel("reliable", RELIABLE));
  const got = heard(line.b.link.createChannel("loose", LOOSE));
  line.connect();
  for (let i = 0; i < 20; i++) toB.send(new Uint8Array(50_000));
  const before = line.relay.bytes;
  for (let i = 0; i < 10; i++) loose.send(`fresh ${i}`);
  expect(loose.facts.bufferedAmount).toBe(0);
  for (let i = 0; i < 100; i++) loose.send(new Uint8Array(1_000));
  expect(line.relay.bytes - before).toBeLessThanOrEqual(RELAY_WINDOW_BYTES / 4);
  expect(loose.facts.bufferedAmount).toBe(0);
  line.pass();
  expect(got.length).toBeLessThan(10 + 50);
  expect(got.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => `fresh ${i}`));
  // A long one is sent in parts, while it is the only one of its channel.
  got.length = 0;
  loose.send(new Uint8Array(200_000));
  loose.send("dropped");
  line.pass();
  expect(got.map((data) => (data as ArrayBuffer).byteLength)).toEqual([200_000]);
});

test("R13 channels take turns: a short message does not wait for the long ones of another channel", () => {
  const line = new Line();
  const long = line.a.link.createChannel("long", RELIABLE);
  const short = line.a.link.createChannel("short", { ...RELIABLE, id: 3 });
  const ofLong = heard(line.b.link.createChannel("long", RELIABLE));
  const ofShort = heard(line.b.link.createChannel("short", { ...RELIABLE, id: 3 }));
  line.connect();
  for (let i = 0; i < 40; i++) long.send(new Uint8Array(200_000));
  short.send("soon");
  for (let i = 0; i < 40 && ofShort.length === 0; i++) line.pass(1);
  expect(ofShort).toEqual(["soon"]);
  expect(ofLong.length).toBeLessThan(2);
  line.pass();
  expect(ofLong).toHaveLength(40);
});

test("R14 whatever bytes come are dropped, never thrown, and too many that make no sense end the line", () => {
  const random = seededRandom(5);
  const draw = (below: number): number => random.nextUint32() % below;
  for (let round = 0; round < 200; round++) {
    let observer: RelayObserver | null = null;
    let isDown = false;
    const said: Uint8Array[] = [];
    const far: RelayLine = { send: (bytes) => void said.push(bytes.slice()), bufferedBytes: 0, close: () => {} };
    const link: RelayLink = new RelayLink({
      onLineOpen: () => link.start(round % 2 === 0),
      onNote: () => {},
      onChannel: (channel) => void heard(channel),
      onDown: () => {
        isDown = true;
      },
    });
    heard(link.createChannel("reliable", RELIABLE));
    heard(link.createChannel("loose", LOOSE));
    const open = (_peerId: number, _name: string, given: RelayObserver): RelayLine => {
      observer = given;
      return far;
    };
    link.connect({ open }, 2, "line");
    const tell = observer as unknown as RelayObserver;
    tell.onOpen();
    for (let i = 0; i < 600 && !isDown; i++) {
      const body = Uint8Array.from({ length: draw(40) }, () => draw(256));
      // Any but the farewell, which is the end of it.
      const kind = draw(10);
      tell.onPacket(draw(4) === 0 ? body : packet(kind as PacketKind, draw(5), body));
    }
    // What comes in part is bounded, too.
    for (let i = 0; i < 60; i++) tell.onPacket(packet(PacketKind.PART, 1, new Uint8Array(PART_BYTES)));
    expect(link.partialBytes).toBeLessThanOrEqual(262_144);
    for (let i = 0; i < 256; i++) tell.onPacket(Uint8Array.of(i));
    expect(isDown).toBe(true);
    link.close();
  }
});

test("R14 a far side that acknowledges more than was sent, or makes channels without end, gets nothing from it", () => {
  const line = new Line();
  const toB = line.a.link.createChannel("reliable", RELIABLE);
  heard(line.b.link.createChannel("reliable", RELIABLE));
  line.connect();
  toB.send(new Uint8Array(200_000));
  const waiting = toB.facts.bufferedAmount;
  // B's own channel numbers are odd; what it says of its line comes from its pipe.
  const forged = packet(PacketKind.ACKNOWLEDGE, 0, Uint8Array.of(255, 255, 255, 127));
  line.relay.inject(2, forged);
  for (let i = 0; i < 2_000; i++)
    line.relay.inject(2, packet(PacketKind.OPEN, (i * 2 + 1) & 65_535, new Uint8Array(5)));
  while (line.a.received.length === 0) line.pass(1);
  expect(toB.facts.bufferedAmount).toBeLessThanOrEqual(waiting);
  expect(toB.facts.bufferedAmount).toBeGreaterThan(0);
  line.pass();
  expect(line.a.received.length).toBeLessThanOrEqual(1_024);
  expect(line.a.down).toBe("256 packets made no sense");
});

test("R15 why the line is down is told in words, unless the far side has closed", async () => {
  const relay = new MemoryRelay();
  const closing = await connectedPair({ backend: relayBackend(relay.pipe(1), 1) });
  closing.a.close();
  await until(() => closing.b.getConnectionState() === ConnectionState.CLOSED, { step: closing.step, what: "the end" });
  expect(diagnostics).toEqual([]);
  const failing = await connectedPair({ backend: relayBackend(relay.pipe(1), 1) });
  relay.crash("the server was turned off");
  failing.step();
  expect(failing.b.getConnectionState()).toBe(ConnectionState.FAILED);
  const words = "the relay's line to peer 1 is down: the server was turned off";
  expect(diagnostics).toEqual([words, words]);
  failing.a.close();
  failing.b.close();
});
