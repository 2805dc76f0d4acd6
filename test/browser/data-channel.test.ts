import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { ChannelState, WriteMode } from "../../src/connection/channel-state.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { connect, connectedPair, makePair, negotiate } from "../support/pair.ts";
import { until } from "../support/until.ts";

const diagnostics = collectDiagnostics();
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function filled(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7) & 255);
}

async function arrive(channel: WebRTCDataChannel, count: number, step: () => void): Promise<Uint8Array[]> {
  await until(() => channel.getAvailablePacketCount() >= count, { step, what: `${count} packets` });
  return Array.from({ length: count }, () => channel.getPacket());
}

test("D1 BINARY by default; a text round trip sets wasStringPacket, the next binary packet clears it", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  expect(toB.writeMode).toBe(WriteMode.BINARY);
  toB.writeMode = WriteMode.TEXT;
  toB.putPacket(text("grüße"));
  toB.writeMode = WriteMode.BINARY;
  toB.putPacket(bytes(1));
  await until(() => toA.getAvailablePacketCount() === 2, { step });
  expect(toA.wasStringPacket()).toBe(false);
  expect(new TextDecoder().decode(toA.getPacket())).toBe("grüße");
  expect(toA.wasStringPacket()).toBe(true);
  expect(toA.getPacket()).toEqual(bytes(1));
  expect(toA.wasStringPacket()).toBe(false);
  toB.writeMode = 7 as WriteMode;
  expect(toB.writeMode).toBe(WriteMode.BINARY);
  expect(diagnostics.at(-1)).toContain("7");
  a.close();
  b.close();
});

test("D2 a channel that is not open refuses packets; an empty packet is not sent", async () => {
  const connection = new WebRTCPeerConnection();
  const channel = connection.createDataChannel("any") as WebRTCDataChannel;
  expect(channel.putPacket(bytes(1))).toBe(ErrorCode.ERR_UNCONFIGURED);
  expect(channel.putPacket(bytes())).toBe(ErrorCode.OK);
  connection.close();
  expect(channel.putPacket(bytes(1))).toBe(ErrorCode.ERR_UNCONFIGURED);
  const { a, b, toA, toB, step } = await connectedPair();
  expect(toB.putPacket(bytes())).toBe(ErrorCode.OK);
  expect(toB.putPacket(bytes(5))).toBe(ErrorCode.OK);
  expect(await arrive(toA, 1, step)).toEqual([bytes(5)]);
  expect(toB.putPacket([1, 2] as unknown as Uint8Array)).toBe(ErrorCode.ERR_INVALID_PARAMETER);
  a.close();
  b.close();
});

test.for([65_530, 65_531, 200_001, 262_144])("D3 a packet of %i bytes arrives whole", async (length) => {
  const { a, b, toA, toB, step } = await connectedPair();
  const packet = filled(length, 3);
  expect(toB.putPacket(packet)).toBe(ErrorCode.OK);
  const [got] = await arrive(toA, 1, step);
  expect(got?.length).toBe(length);
  expect(got?.every((value, i) => value === packet[i])).toBe(true);
  a.close();
  b.close();
});

test("D4 ten packets of 6,553 bytes wait unread and all arrive", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  for (let i = 0; i < 10; i++) expect(toB.putPacket(filled(6_553, i))).toBe(ErrorCode.OK);
  const got = await arrive(toA, 10, step);
  got.forEach((packet, i) => {
    expect(packet).toEqual(filled(6_553, i));
  });
  a.close();
  b.close();
});

test("D4 reliable data past the bound ends the connection with a reason; what came before stays readable", async () => {
  const { a, b, toA, toB, step } = await connectedPair({ maxUnreadBytes: 100_000 });
  for (let i = 0; i < 12; i++) toB.putPacket(filled(10_000, i));
  await until(() => b.getConnectionState() === ConnectionState.FAILED, { step });
  expect(b.closeReason).toBe("inbound-overflow");
  expect(toA.getAvailablePacketCount()).toBe(9);
  for (let i = 0; i < 9; i++) expect(toA.getPacket()).toEqual(filled(10_000, i));
  expect(toA.getPacketError()).toBe(ErrorCode.OK);
  toA.getPacket();
  expect(toA.getPacketError()).toBe(ErrorCode.ERR_UNCONFIGURED);
  expect(diagnostics.some((line) => line.includes("inbound-overflow"))).toBe(true);
  a.close();
  b.close();
});

test("D4 unreliable packets past the bound are dropped, oldest first, and counted; reliable ones push them out", async () => {
  const pair = makePair({ maxUnreadBytes: 100_000 });
  const [loose, looseIn] = negotiate(pair, 1, { maxRetransmits: 0 });
  const [firm, firmIn] = negotiate(pair, 2);
  await connect(pair, loose, looseIn, firm, firmIn);
  for (let i = 0; i < 12; i++) loose.putPacket(filled(10_000, i));
  await until(() => pair.b.counters.droppedPackets === 3, { step: pair.step });
  for (let i = 0; i < 4; i++) firm.putPacket(filled(10_000, i));
  await until(() => firmIn.getAvailablePacketCount() === 4, { step: pair.step });
  expect(pair.b.counters.droppedPackets).toBe(7);
  expect(looseIn.getAvailablePacketCount()).toBe(5);
  for (let i = 7; i < 12; i++) expect(looseIn.getPacket()).toEqual(filled(10_000, i));
  expect(pair.b.getConnectionState()).toBe(ConnectionState.CONNECTED);
  pair.a.close();
  pair.b.close();
});

test("D5 getPacketError tells why there is no packet, and getVar leaves it alone", async () => {
  const connection = new WebRTCPeerConnection();
  const early = connection.createDataChannel("any") as WebRTCDataChannel;
  expect(early.getPacketError()).toBe(ErrorCode.OK);
  expect(early.getPacket()).toEqual(bytes());
  expect(early.getPacketError()).toBe(ErrorCode.ERR_UNCONFIGURED);
  connection.close();
  const { a, b, toA, toB, step } = await connectedPair();
  expect(toA.getVar()).toBeNull();
  expect(toA.getPacketError()).toBe(ErrorCode.OK);
  toA.getPacket();
  expect(toA.getPacketError()).toBe(ErrorCode.ERR_UNAVAILABLE);
  toB.putPacket(bytes(4));
  await until(() => toA.getAvailablePacketCount() === 1, { step });
  expect(toA.getVar()).toBe(4);
  expect(toA.getPacketError()).toBe(ErrorCode.ERR_UNAVAILABLE);
  a.close();
  b.close();
});

test("D6 one's own close discards what is unread; the far side's discards nothing", async () => {
  const pair = makePair();
  const [toB, toA] = negotiate(pair, 1);
  const [, stays] = negotiate(pair, 2);
  await connect(pair, toB, toA, stays);
  for (const value of [1, 2, 3]) toB.putPacket(bytes(value));
  for (const value of [7, 8]) toA.putPacket(bytes(value));
  await until(() => toB.getAvailablePacketCount() === 2 && toA.getAvailablePacketCount() === 3, { step: pair.step });
  toB.close();
  expect(toB.getReadyState()).toBe(ChannelState.CLOSING);
  expect(toB.getAvailablePacketCount()).toBe(0);
  toB.getPacket();
  expect(toB.getPacketError()).toBe(ErrorCode.ERR_UNCONFIGURED);
  await until(() => toA.getReadyState() === ChannelState.CLOSED && toB.getReadyState() === ChannelState.CLOSED, {
    step: pair.step,
  });
  expect([toA.getPacket(), toA.getPacket(), toA.getPacket()]).toEqual([bytes(1), bytes(2), bytes(3)]);
  expect(toA.getPacketError()).toBe(ErrorCode.OK);
  toA.getPacket();
  expect(toA.getPacketError()).toBe(ErrorCode.ERR_UNCONFIGURED);
  pair.a.close();
  pair.b.close();
});

test("D7 too large gives FAILED, a full buffer ERR_BUSY, and the channel goes on", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  expect(a.maxPacketSize).toBe(262_144);
  expect(toB.putPacket(new Uint8Array(262_145))).toBe(ErrorCode.FAILED);
  expect(diagnostics.at(-1)).toContain("262145");
  let taken = 0;
  let outcome: ErrorCode = ErrorCode.OK;
  while (taken < 100 && outcome === ErrorCode.OK) {
    outcome = toB.putPacket(new Uint8Array(262_144));
    if (outcome === ErrorCode.OK) taken += 1;
  }
  expect(outcome).toBe(ErrorCode.ERR_BUSY);
  expect(toB.getBufferedAmount()).toBeGreaterThan(15_000_000);
  let read = 0;
  await until(
    () => {
      while (toA.getAvailablePacketCount() > 0) {
        toA.getPacket();
        read += 1;
      }
      return read === taken;
    },
    { step, deadlineMs: 30_000 },
  );
  expect(toB.putPacket(bytes(1))).toBe(ErrorCode.OK);
  expect(await arrive(toA, 1, step)).toEqual([bytes(1)]);
  a.close();
  b.close();
}, 40_000);

test("D8 what is unset reads 65,535", async () => {
  const pair = makePair();
  const inBand = pair.a.createDataChannel("in band") as WebRTCDataChannel;
  expect([inBand.getId(), inBand.getMaxPacketLifeTime(), inBand.getMaxRetransmits()]).toEqual([65_535, 65_535, 65_535]);
  await connect(pair, inBand);
  expect(inBand.getId()).toBeLessThan(1_024);
  pair.a.close();
  pair.b.close();
});

test("D9 values travel as msgpack; what cannot be written or read is refused", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  const values = [0, -7, 1.5, "ç", true, null, [1, [2]], { x: 1, y: { z: "w" } }, bytes(1, 2, 3), 2 ** 40];
  for (const value of values) expect(toB.putVar(value)).toBe(ErrorCode.OK);
  await until(() => toA.getAvailablePacketCount() === values.length, { step });
  for (const value of values) expect(toA.getVar()).toEqual(value);

  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [() => 1, Symbol("s"), circle]) expect(toB.putVar(value)).toBe(ErrorCode.ERR_INVALID_PARAMETER);
  toB.encodeBufferMaxSize = 1_000;
  expect(toB.encodeBufferMaxSize).toBe(8_388_608);
  toB.encodeBufferMaxSize = 1_025;
  expect(toB.encodeBufferMaxSize).toBe(2_048);
  expect(toB.putVar(new Uint8Array(2_046))).toBe(ErrorCode.ERR_OUT_OF_MEMORY);
  expect(toB.putVar(new Uint8Array(2_000))).toBe(ErrorCode.OK);
  await until(() => toA.getAvailablePacketCount() === 1, { step });
  expect(toA.getVar()).toHaveLength(2_000);

  for (const packet of [bytes(0xc1), bytes(0x92, 1), bytes(1, 2), bytes(0xdb, 255, 255, 255, 255)])
    toB.putPacket(packet);
  toB.putPacket(bytes(42));
  await until(() => toA.getAvailablePacketCount() === 5, { step });
  for (let i = 0; i < 4; i++) expect(toA.getVar()).toBeNull();
  expect(toA.getVar()).toBe(42);
  a.close();
  b.close();
});

test("D10 bytes that were put may be reused; bytes that were got are the caller's", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  const buffer = new Uint8Array(64);
  for (let i = 0; i < 5; i++) {
    buffer.fill(i);
    toB.putPacket(buffer.subarray(10, 20));
  }
  buffer.fill(255);
  const got = await arrive(toA, 5, step);
  got.forEach((packet, i) => {
    expect(packet).toEqual(new Uint8Array(10).fill(i));
    packet.fill(99);
  });
  expect(new Set(got.map((packet) => packet.buffer)).size).toBe(5);
  toB.putPacket(bytes(3));
  expect(await arrive(toA, 1, step)).toEqual([bytes(3)]);
  a.close();
  b.close();
});

test("D11 packets become readable in poll, of the connection or of the channel alone", async () => {
  const { a, b, toA, toB } = await connectedPair();
  toB.putPacket(bytes(6));
  await until(() => {
    // Whatever has come meanwhile, it shows after a poll alone.
    expect(toA.getAvailablePacketCount()).toBe(0);
    expect(toA.getPacket()).toEqual(bytes());
    toA.poll();
    return toA.getAvailablePacketCount() === 1;
  });
  expect(toA.getPacket()).toEqual(bytes(6));
  a.close();
  b.close();
});

test("D12 text is made well-formed, empty messages are delivered", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  toB.writeMode = WriteMode.TEXT;
  toB.putPacket(bytes(0x61, 0xff, 0x62));
  toB.putPacket(bytes(0xef, 0xbb, 0xbf, 0x63, 0x00, 0x64));
  const got = await arrive(toA, 2, step);
  expect(got.map((packet) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(packet))).toEqual([
    "a\ufffdb",
    "c\0d",
  ]);
  a.close();
  b.close();

  // Another implementation, which does send empty messages.
  const plain = new RTCPeerConnection();
  const far = plain.createDataChannel("x", { negotiated: true, id: 1 });
  const ours = new WebRTCPeerConnection();
  const near = ours.createDataChannel("x", { negotiated: true, id: 1 }) as WebRTCDataChannel;
  ours.on("sessionDescriptionCreated", (type, sdp) => {
    ours.setLocalDescription(type, sdp);
    void plain
      .setRemoteDescription({ type, sdp })
      .then(() => plain.setLocalDescription())
      .then(() => ours.setRemoteDescription("answer", plain.localDescription?.sdp ?? ""));
  });
  ours.on("iceCandidateCreated", (sdpMid, _index, candidate) => void plain.addIceCandidate({ sdpMid, candidate }));
  ours.createOffer();
  await until(() => far.readyState === "open" && near.getReadyState() === ChannelState.OPEN, {
    step: () => ours.poll(),
  });
  far.send("");
  far.send(new Uint8Array(0));
  await until(() => near.getAvailablePacketCount() === 2, { step: () => ours.poll() });
  expect([near.getPacket(), near.wasStringPacket()]).toEqual([bytes(), true]);
  expect([near.getPacket(), near.wasStringPacket()]).toEqual([bytes(), false]);
  expect(near.getPacketError()).toBe(ErrorCode.OK);
  ours.close();
  plain.close();
});

test("D13 limits of lifetime and retransmission reach the browser's own channel", () => {
  const native: RTCDataChannel[] = [];
  const create = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (...args) {
    const channel = create.apply(this, args);
    native.push(channel);
    return channel;
  };
  const connection = new WebRTCPeerConnection();
  const life = connection.createDataChannel("life", { maxPacketLifeTime: 120, ordered: false });
  const count = connection.createDataChannel("count", { maxRetransmits: 0 });
  const firm = connection.createDataChannel("firm");
  RTCPeerConnection.prototype.createDataChannel = create;
  expect(native.map((c) => [c.maxPacketLifeTime, c.maxRetransmits, c.ordered])).toEqual([
    [120, null, false],
    [null, 0, true],
    [null, null, true],
  ]);
  expect([life?.getMaxPacketLifeTime(), life?.isOrdered()]).toEqual([120, false]);
  expect(count?.getMaxRetransmits()).toBe(0);
  expect(firm?.isOrdered()).toBe(true);
  connection.close();
});

test("D14 closing one channel leaves the connection and the other channels", async () => {
  const pair = makePair();
  const [one, oneIn] = negotiate(pair, 1);
  const [two, twoIn] = negotiate(pair, 2);
  await connect(pair, one, oneIn, two, twoIn);
  one.close();
  await until(() => oneIn.getReadyState() === ChannelState.CLOSED, { step: pair.step });
  expect(pair.b.closeReason).toBeNull();
  expect(pair.b.getConnectionState()).toBe(ConnectionState.CONNECTED);
  two.putPacket(bytes(2));
  expect(await arrive(twoIn, 1, pair.step)).toEqual([bytes(2)]);
  pair.a.close();
  pair.b.close();
});
