import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { askToCreate, askToJoin } from "../../src/lobby/admission.ts";
import { ColyseusRelayPipe } from "../../src/lobby/colyseus-relay-pipe.ts";
import { LobbyLink } from "../../src/lobby/lobby-link.ts";
import { LOBBY_PROTOCOL_VERSION } from "../../src/lobby/protocol.ts";
import { MAX_RELAY_PACKET_BYTES, type RelayLine } from "../../src/seam/relay-pipe.ts";
import { MAX_RELAY_OUTBOUND_BYTES } from "../../src/server/limits.ts";
import { type LobbyServer, type LobbyServerOptions, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { tally } from "../../src/server/tally.ts";
import { runRelayPipeContract } from "../contract/relay-pipe-contract.ts";
import { CuttableLine } from "../support/cuttable-line.ts";
import { joinOptions, post, RawLobbyClient, socketUrlOf } from "../support/raw-lobby-client.ts";
import { until } from "../support/until.ts";

const options: LobbyServerOptions = { port: 0, iceServers: [], createBurst: 1_000, joinBurst: 1_000 };
let server: LobbyServer;
let closers: (() => void)[];

beforeEach(async () => {
  server = await startLobbyServer(options);
  closers = [];
});
afterEach(async () => {
  for (const close of closers) close();
  await server.close();
});

const restart = async (more: LobbyServerOptions): Promise<void> => {
  await server.close();
  server = await startLobbyServer({ ...options, ...more });
};

interface Member {
  readonly id: number;
  readonly line: CuttableLine;
  readonly link: LobbyLink;
  readonly pipe: ColyseusRelayPipe;
}

/** Somebody in the lobby with a relay pipe, which has no socket yet. */
async function member(code?: string, idleMs?: number): Promise<Member> {
  const line = await CuttableLine.to(server.port);
  const access = { url: line.url, timeLimitMs: 4_000, clock: systemClock };
  const request = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId: "test/1", profile: {} };
  const lobby = { name: "Test", maxPeers: 32, isPublic: false, metadata: {} };
  const admission =
    code === undefined ? await askToCreate(access, { ...request, ...lobby }) : await askToJoin(access, code, request);
  const link = new LobbyLink(admission, access, "test/1", {}, systemRandom);
  const pipe = new ColyseusRelayPipe({
    access,
    gameId: "test/1",
    random: systemRandom,
    seat: () => link.seat,
    ...(idleMs !== undefined && { idleMs }),
  });
  closers.push(() => {
    pipe.close();
    link.leave();
    line.close();
  });
  return { id: link.seat.peerId, line, link, pipe };
}

async function members(count: number, idleMs?: number): Promise<Member[]> {
  const host = await member(undefined, idleMs);
  const guests: Member[] = [];
  for (let i = 1; i < count; i++) guests.push(await member(host.link.seat.code, idleMs));
  return [host, ...guests];
}

/** One side of a line, and what it was told. */
class Side {
  readonly events: string[] = [];
  readonly packets: Uint8Array[] = [];
  onPacket: () => void = () => {};
  readonly line: RelayLine;
  #isCalling = false;
  toldInCall = false;

  constructor(from: Member, to: Member, name: string) {
    this.line = this.#call(() =>
      from.pipe.open(to.id, name, {
        onOpen: () => this.#note("open"),
        onPacket: (bytes) => {
          this.toldInCall ||= this.#isCalling;
          this.packets.push(bytes);
          this.onPacket();
        },
        onDrain: () => this.#note("drain"),
        onDown: (reason) => this.#note(`down: ${reason}`),
      }),
    );
  }

  send(...packets: Uint8Array[]): void {
    this.#call(() => {
      for (const packet of packets) this.line.send(packet);
    });
  }

  get isOpen(): boolean {
    return this.events.includes("open");
  }

  get isDown(): boolean {
    return this.events.some((event) => event.startsWith("down"));
  }

  #note(event: string): void {
    this.toldInCall ||= this.#isCalling;
    this.events.push(event);
  }

  #call<T>(act: () => T): T {
    this.#isCalling = true;
    try {
      return act();
    } finally {
      this.#isCalling = false;
    }
  }
}

const numbered = (from: number, to: number, size = 8): Uint8Array[] =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const packet = new Uint8Array(size);
    new DataView(packet.buffer).setUint32(0, from + index);
    return packet;
  });
const numbers = (packets: readonly Uint8Array[]): number[] =>
  packets.map((packet) => new DataView(packet.buffer, packet.byteOffset).getUint32(0));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

async function connected(a: Member, b: Member, name = "line1"): Promise<[Side, Side]> {
  const sides: [Side, Side] = [new Side(a, b, name), new Side(b, a, name)];
  await until(() => sides.every(({ isOpen }) => isOpen));
  return sides;
}

runRelayPipeContract("of a lobby", async () => {
  const [a, b, c] = (await members(3)) as [Member, Member, Member];
  // They end with the server, after the test.
  return { pipes: [a.pipe, b.pipe, c.pipe], ids: [a.id, b.id, c.id], end: () => {} };
});

test("R1, R2 a line is up once both sides have opened it under one name; nothing is opened before it is needed", async () => {
  const [a, b, c] = (await members(3)) as [Member, Member, Member];
  expect([a.pipe.isOpen, b.pipe.isOpen]).toEqual([false, false]);
  const first = new Side(a, b, "one");
  const wrong = new Side(b, a, "two");
  const stranger = new Side(c, a, "one");
  // What was said before these were opened has come, too.
  for (const other of [b, c]) await connected(a, other, "fence");
  expect([first.events, wrong.events, stranger.events]).toEqual([[], [], []]);
  const second = new Side(b, a, "one");
  await until(() => first.isOpen && second.isOpen);
  expect([first.events, second.events, wrong.events, stranger.events]).toEqual([["open"], ["open"], [], []]);
});

test("R3, R5 packets arrive whole, in order and once, both ways, from whom they say", async () => {
  const [a, b] = (await members(2)) as [Member, Member];
  const [left, right] = await connected(a, b);
  const bytes = new Uint8Array(MAX_RELAY_PACKET_BYTES).map((_, index) => (index * 7) % 256);
  const kept = bytes.slice();
  left.send(bytes);
  bytes.fill(0);
  left.send(new Uint8Array(0));
  for (let i = 0; i < 50; i++) left.send(...numbered(i * 20 + 1, i * 20 + 20));
  right.send(...numbered(1, 300, 100));
  await until(() => right.packets.length === 1_002 && left.packets.length === 300);
  expect(right.packets[0]).toEqual(kept);
  expect(right.packets[1]).toEqual(new Uint8Array(0));
  expect(numbers(right.packets.slice(2))).toEqual(upTo(1_000));
  expect(numbers(left.packets)).toEqual(upTo(300));
  expect([left.toldInCall, right.toldInCall]).toEqual([false, false]);
});

test("R4 a packet that is too long takes the line down, and nothing is sent on a line that is not up", async () => {
  const [a, b] = (await members(2)) as [Member, Member];
  const early = new Side(a, b, "one");
  early.send(...numbered(1, 1));
  const late = new Side(b, a, "one");
  await until(() => early.isOpen && late.isOpen);
  early.send(...numbered(2, 2));
  await until(() => late.packets.length > 0);
  expect(numbers(late.packets)).toEqual([2]);
  early.send(new Uint8Array(MAX_RELAY_PACKET_BYTES + 1));
  expect(early.isDown).toBe(false);
  await until(() => early.isDown);
});

test("R6 what cannot be passed on waits, is counted, and told when it is gone; no packet is dropped", async () => {
  await restart({ relayBytesPerSecond: 500_000 });
  const [a, b] = (await members(2)) as [Member, Member];
  const [left, right] = await connected(a, b);
  const before = tally.relayBytes;
  const startedAtMs = performance.now();
  left.send(...numbered(1, 100, 10_000));
  const waiting = left.line.bufferedBytes;
  await until(() => right.packets.length === 100, { deadlineMs: 20_000 });
  const tookMs = performance.now() - startedAtMs;
  expect(numbers(right.packets)).toEqual(upTo(100));
  expect(waiting).toBeGreaterThan(700_000);
  // A million bytes, the first 131,072 at once.
  expect(tookMs).toBeGreaterThan(1_200);
  await until(() => left.events.includes("drain"));
  expect(left.line.bufferedBytes).toBe(0);
  expect(tally.relayBytes - before).toBeGreaterThan(1_000_000);
  expect([left.isDown, right.isDown, a.link.state]).toEqual([false, false, "open"]);
});

test("R7, R8 what was sent before a close arrives, then the far side is told; a line that broke is down on both", async () => {
  const [a, b] = (await members(2)) as [Member, Member];
  const [left, right] = await connected(a, b);
  left.send(...numbered(1, 200, 2_000));
  left.line.close();
  left.line.close();
  await until(() => right.isDown);
  expect(numbers(right.packets)).toEqual(upTo(200));
  expect([left.events.filter((event) => event.startsWith("down")), right.events.length]).toEqual([[], 2]);

  const [third, fourth] = await connected(a, b, "line2");
  a.line.cut();
  await until(() => third.isDown && fourth.isDown);
  a.line.mend();
  await connected(a, b, "line3");
});

test("L29 a relay's socket that hangs while a connection is to be mended is found out soon, one that does not is kept", async () => {
  const [a, b] = (await members(2)) as [Member, Member];
  const [near] = await connected(a, b);
  a.pipe.hurry();
  near.send(...numbered(1, 3));
  const other = await connected(a, b, "line2");
  expect([near.isDown, a.pipe.isOpen]).toEqual([false, true]);
  a.line.stall();
  a.pipe.hurry();
  await until(() => near.isDown);
  expect(near.events.at(-1)).toMatch(/^down: .*in a hurry$/);
  expect(other[0].events.at(-1)).toBe(near.events.at(-1));
});

test("R2 who gives a line up before the far side opens it is not waited for", async () => {
  const [a, b] = (await members(2)) as [Member, Member];
  const [left, right] = await connected(a, b, "line0");
  const early = new Side(a, b, "one");
  early.line.close();
  left.send(...numbered(1, 1));
  await until(() => right.packets.length === 1);
  const late = new Side(b, a, "one");
  right.send(...numbered(1, 1));
  await until(() => left.packets.length === 1);
  left.send(...numbered(2, 2));
  await until(() => right.packets.length === 2);
  expect([early.events, late.events]).toEqual([[], []]);
  late.line.close();
});

test("R1 a socket that no line needs is closed after a while, and there again for the next line", async () => {
  const [a, b] = (await members(2, 200)) as [Member, Member];
  const [left] = await connected(a, b);
  // Others, who came later and need theirs no more, have been without long enough.
  const [c, d] = [await member(a.link.seat.code, 200), await member(a.link.seat.code, 200)];
  const [idle] = await connected(c, d);
  idle.line.close();
  await until(() => !c.pipe.isOpen && !d.pipe.isOpen);
  expect([a.pipe.isOpen, b.pipe.isOpen]).toEqual([true, true]);
  left.line.close();
  await until(() => !a.pipe.isOpen && !b.pipe.isOpen);
  await connected(a, b, "line2");
  expect([a.link.state, b.link.state]).toEqual(["open", "open"]);
});

test("R10 a line that is full of packets leaves another its turn", async () => {
  await restart({ relayBytesPerSecond: 400_000 });
  const [a, b, c] = (await members(3)) as [Member, Member, Member];
  const [full, fullFar] = await connected(a, b);
  const [small, smallFar] = await connected(a, c);
  let before = 0;
  smallFar.onPacket = () => {
    before = fullFar.packets.length;
  };
  full.send(...numbered(1, 200, 10_000));
  small.send(...numbered(1, 5));
  await until(() => smallFar.packets.length === 5 && fullFar.packets.length === 200, { deadlineMs: 30_000 });
  expect(before).toBeLessThan(150);
});

test("V27 who leaves the lobby says goodbye through the relay, too; who is kicked has no relay any more", async () => {
  const [host, a, b] = (await members(3)) as [Member, Member, Member];
  const [left, right] = await connected(a, b);
  a.link.leave();
  left.send(...numbered(1, 3));
  left.line.close();
  a.pipe.close();
  await until(() => right.isDown);
  expect(numbers(right.packets)).toEqual([1, 2, 3]);
  const [mine, theirs] = await connected(host, b, "line2");
  host.link.act({ type: "kick", peerId: b.id });
  await until(() => mine.isDown && theirs.isDown);
  const refusals = (): number => tally.refusals.get("unknown-seat") ?? 0;
  const before = refusals();
  const again = new Side(host, b, "line3");
  const never = new Side(b, host, "line3");
  await until(() => refusals() >= before + 2);
  expect([again.isOpen, never.isOpen]).toEqual([false, false]);
});

/** A relay's socket of a raw client. */
async function rawRelay(code: string, token: string, more: object = {}): Promise<RawLobbyClient> {
  return RawLobbyClient.join(server.url, code, { token, relay: true, ...more });
}
const frame = (peerId: number, ...packet: number[]): Uint8Array => {
  const bytes = new Uint8Array([17, 0, 0, 0, 0, 0, ...packet]);
  new DataView(bytes.buffer).setUint32(2, peerId);
  return bytes;
};

test("V27 the relay takes members alone, by their tokens, and says whose a packet is", async () => {
  const [host, other] = [await RawLobbyClient.create(server.url), await RawLobbyClient.create(server.url)];
  const [a, b] = [await RawLobbyClient.join(server.url, host.code), await RawLobbyClient.join(server.url, host.code)];
  await expect(rawRelay(host.code, other.token)).rejects.toThrow(/^unknown-seat: /);
  await expect(rawRelay(host.code, "a.b.c")).rejects.toThrow(/^unknown-seat: /);
  const relays = [
    await rawRelay(host.code, host.token),
    await rawRelay(host.code, a.token),
    await rawRelay(host.code, b.token),
  ];
  const [hostRelay, aRelay, bRelay] = relays as [RawLobbyClient, RawLobbyClient, RawLobbyClient];
  expect(aRelay.all("relay-welcome")).toEqual([{ peers: [1] }]);
  await hostRelay.hears("relay-up", { peerId: a.peerId });
  const outside = await rawRelay(other.code, other.token);
  const heard: number[][] = [];
  for (const relay of [...relays, outside])
    relay.onBytes = (bytes) => heard.push([relays.indexOf(relay), ...bytes.subarray(2)]);
  aRelay.sendBytes(frame(b.peerId, 9, 9));
  aRelay.sendBytes(frame(a.peerId, 1));
  aRelay.sendBytes(frame(77, 2));
  await until(() => heard.length > 0);
  expect(heard).toEqual([[2, ...frame(a.peerId, 9, 9).subarray(2)]]);
  // Another page of theirs has no more of it.
  const newer = await RawLobbyClient.join(server.url, host.code, { token: a.token });
  await aRelay.closes();
  await bRelay.hears("relay-down", { peerId: a.peerId });
  newer.send("ack", { received: 0 });
  await host.hears("joined", { member: { peerId: a.peerId, profile: {} } });
  await expect(rawRelay(host.code, a.token)).rejects.toThrow(/^replaced: /);
  expect((await rawRelay(host.code, newer.token)).all("relay-welcome")).toHaveLength(1);
  expect([host.all("left").length, other.isOpen, outside.isOpen]).toEqual([1, true, true]);
});

test("V27 whatever else comes by a relay's socket ends it, and harms nobody", async () => {
  const host = await RawLobbyClient.create(server.url);
  const guest = await RawLobbyClient.join(server.url, host.code);
  const hostRelay = await rawRelay(host.code, host.token);
  const bad: readonly [string, Uint8Array | string][] = [
    ["a message", new Uint8Array([13, 0xa4, 108, 111, 99, 107, 0x80])],
    ["too short", new Uint8Array([17, 0, 0, 0])],
    ["of another type", new Uint8Array([17, 1, 0, 0, 0, 1, 5])],
    ["text", "hello"],
    ["nothing", new Uint8Array(0)],
  ];
  for (const [title, bytes] of bad) {
    const relay = await rawRelay(host.code, guest.token);
    relay.sendBytes(bytes);
    expect(await relay.closes(), title).toMatchObject({ code: 4100 });
  }
  const tooLong = await rawRelay(host.code, guest.token);
  tooLong.sendBytes(new Uint8Array(70_000).fill(17));
  await tooLong.closes();
  // By the lobby's own socket, where none belongs.
  const other = await RawLobbyClient.join(server.url, host.code);
  other.sendBytes(frame(1, 5));
  expect(await other.hears("refused")).toMatchObject({ code: "misbehaved" });
  // Before it has said that it is in.
  const seat = (
    await post(server.url, `/matchmake/joinById/${host.code}`, { ...joinOptions, token: guest.token, relay: true })
  ).body;
  const early = new RawLobbyClient(socketUrlOf(server.url, seat), false);
  await until(() => early.isOpen);
  early.sendBytes(frame(1, 5));
  await early.closes();
  let packets = 0;
  hostRelay.onBytes = () => {
    packets += 1;
  };
  const relay = await rawRelay(host.code, guest.token);
  relay.sendBytes(frame(1, 5));
  await until(() => packets === 1);
  expect([host.isOpen, guest.isOpen, host.all("left").length]).toEqual([true, true, 1]);
});

test("V27 who floods is read more slowly, and nobody else; who does not read is cut off", async () => {
  await restart({ relayBytesPerSecond: 400_000, relayBytesPerSecondTotal: 100_000_000 });
  const host = await RawLobbyClient.create(server.url, { maxPeers: 8 });
  const [flooder, honest] = [
    await RawLobbyClient.join(server.url, host.code),
    await RawLobbyClient.join(server.url, host.code),
  ];
  const relays = [
    await rawRelay(host.code, host.token),
    await rawRelay(host.code, flooder.token),
    await rawRelay(host.code, honest.token),
  ];
  const [hostRelay, floodRelay, honestRelay] = relays as [RawLobbyClient, RawLobbyClient, RawLobbyClient];
  const from = new Map<number, number>();
  let floodedBefore = 0;
  hostRelay.onBytes = (bytes) => {
    const peerId = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2);
    from.set(peerId, (from.get(peerId) ?? 0) + 1);
    if (peerId === honest.peerId) floodedBefore = from.get(flooder.peerId) ?? 0;
  };
  const packet = Array<number>(10_000).fill(1);
  for (let i = 0; i < 300; i++) floodRelay.sendBytes(frame(1, ...packet));
  const startedAtMs = performance.now();
  for (let i = 0; i < 10; i++) honestRelay.sendBytes(frame(1, 2));
  await until(() => from.get(honest.peerId) === 10);
  expect(floodedBefore).toBeLessThan(200);
  await until(() => from.get(flooder.peerId) === 300, { deadlineMs: 20_000 });
  expect(performance.now() - startedAtMs).toBeGreaterThan(4_000);
  expect([flooder.isOpen, floodRelay.isOpen]).toEqual([true, true]);
});

test("V27 a member that reads nothing of what is relayed to it loses that socket, and its seat not", async () => {
  await restart({ relayBytesPerSecond: 100_000_000, relayBytesPerSecondTotal: 100_000_000 });
  const host = await RawLobbyClient.create(server.url);
  const deaf = await RawLobbyClient.join(server.url, host.code);
  const hostRelay = await rawRelay(host.code, host.token);
  const line = await CuttableLine.to(server.port);
  closers.push(() => line.close());
  await RawLobbyClient.join(line.url, host.code, { token: deaf.token, relay: true });
  await hostRelay.hears("relay-up", { peerId: deaf.peerId });
  line.clog();
  const packet = Array<number>(60_000).fill(1);
  let sent = 0;
  const send = (): void => {
    for (let i = 0; i < 10 && hostRelay.socket.bufferedAmount < 1_000_000; i++) {
      hostRelay.sendBytes(frame(deaf.peerId, ...packet));
      sent += packet.length;
    }
  };
  await until(() => hostRelay.last("relay-down"), { step: send, deadlineMs: 30_000 });
  expect(sent).toBeGreaterThan(MAX_RELAY_OUTBOUND_BYTES);
  expect([host.isOpen, deaf.isOpen]).toEqual([true, true]);
});

test("V27 all relayed packets of a process have one allowance, of which each gets its part", async () => {
  await restart({ relayBytesPerSecond: 100_000_000, relayBytesPerSecondTotal: 4_000_000 });
  const host = await RawLobbyClient.create(server.url, { maxPeers: 8 });
  const guests = await Promise.all(Array.from({ length: 4 }, () => RawLobbyClient.join(server.url, host.code)));
  const hostRelay = await rawRelay(host.code, host.token);
  const from = new Map<number, number>();
  let bytesRead = 0;
  hostRelay.onBytes = (bytes) => {
    const peerId = new DataView(bytes.buffer, bytes.byteOffset).getUint32(2);
    from.set(peerId, (from.get(peerId) ?? 0) + 1);
    bytesRead += bytes.length;
  };
  const packet = Array<number>(20_000).fill(1);
  const startedAtMs = performance.now();
  const relays: RawLobbyClient[] = [];
  for (const guest of guests) relays.push(await rawRelay(host.code, guest.token));
  for (const relay of relays) for (let i = 0; i < 150; i++) relay.sendBytes(frame(1, ...packet));
  await until(() => bytesRead >= 9_000_000, { deadlineMs: 20_000 });
  const counts = guests.map(({ peerId }) => from.get(peerId) ?? 0);
  expect(Math.min(...counts)).toBeGreaterThan(40);
  await until(() => [...from.values()].every((count) => count === 150), { deadlineMs: 20_000 });
  // Twelve million, four of them at once.
  expect(performance.now() - startedAtMs).toBeGreaterThan(1_800);
});

test("V27 a server may relay nothing: it says so, and refuses", async () => {
  await restart({ relay: false });
  const host = await RawLobbyClient.create(server.url);
  expect(host.welcome["hasRelay"]).toBe(false);
  await expect(rawRelay(host.code, host.token)).rejects.toThrow(/^wrong-state: /);
  const [a, b] = (await members(2)) as [Member, Member];
  const side = new Side(a, b, "one");
  await until(() => side.isDown);
  expect(side.events).toEqual(["down: this server relays nothing"]);
});
