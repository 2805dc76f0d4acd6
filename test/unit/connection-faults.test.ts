import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { ChannelState, WriteMode } from "../../src/connection/channel-state.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import {
  WebRTCPeerConnection,
  type WebRTCPeerConnectionOptions,
} from "../../src/connection/web-rtc-peer-connection.ts";
import type { ConnectionObserver } from "../../src/seam/connection-backend.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { type FakeBackend, FakeChannel, fakeBackends } from "../support/fake-backend.ts";

// What a browser does rarely, or cannot be made to do: told here by a backend whose far side is the test.
collectDiagnostics();

interface Scene {
  readonly connection: WebRTCPeerConnection;
  readonly far: FakeBackend;
  readonly observer: ConnectionObserver;
}

function connecting(options: WebRTCPeerConnectionOptions = {}): Scene {
  const { factory, made } = fakeBackends();
  let observer: ConnectionObserver | undefined;
  const connection = new WebRTCPeerConnection({
    ...options,
    backend: (configuration, given) => {
      observer = given;
      return factory(configuration, given);
    },
  });
  connection.initialize();
  return { connection, far: made[0] as FakeBackend, observer: observer as ConnectionObserver };
}

/** With one channel, open at both ends. */
function connected(
  options: WebRTCPeerConnectionOptions = {},
  channelOptions = {},
): Scene & { readonly channel: WebRTCDataChannel; readonly farEnd: FakeChannel } {
  const scene = connecting(options);
  const channel = scene.connection.createDataChannel("x", { negotiated: true, id: 1, ...channelOptions });
  scene.connection.createOffer();
  scene.far.open();
  scene.connection.poll();
  return { ...scene, channel: channel as WebRTCDataChannel, farEnd: scene.far.channels[0] as FakeChannel };
}

function readAll(channel: WebRTCDataChannel): (number | undefined)[] {
  const firstBytes: (number | undefined)[] = [];
  while (channel.getAvailablePacketCount() > 0) firstBytes.push(channel.getPacket()[0]);
  return firstBytes;
}

test("C10 a connection that failed here stays FAILED, whatever its backend still had to say", () => {
  const { connection, observer } = connecting();
  connection.createDataChannel("x");
  connection.createOffer();
  observer.onOperationFailed("setRemoteDescription", "no such thing");
  observer.onConnectionState("connecting");
  connection.poll();
  expect([connection.getConnectionState(), connection.closeReason]).toEqual([
    ConnectionState.FAILED,
    "bad-description",
  ]);
});

test("D4 an overflow wins over a state that is told in the same poll", () => {
  const { connection, farEnd, observer } = connected({ maxUnreadBytes: 300 });
  for (let i = 0; i < 9; i++) farEnd.receive(1, 2, 3);
  observer.onConnectionState("disconnected");
  connection.poll();
  expect([connection.getConnectionState(), connection.closeReason]).toEqual([
    ConnectionState.FAILED,
    "inbound-overflow",
  ]);
});

test("D4 after a reliable packet that had no room nothing is taken: no gap can be read over", () => {
  const { connection, channel, farEnd } = connected({ maxUnreadBytes: 300 });
  farEnd.receive(1);
  farEnd.receive(...new Array<number>(250).fill(2));
  farEnd.receive(3);
  connection.poll();
  expect(readAll(channel)).toEqual([1]);
});

test("D4 a flood past the bound costs no memory", () => {
  const { connection, farEnd } = connected({ maxUnreadBytes: 300 });
  for (let i = 0; i < 1_000; i++) farEnd.receive();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 1_000_000; i++) farEnd.receive();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
  connection.poll();
  expect(connection.closeReason).toBe("inbound-overflow");
  expect(connection.counters.droppedPackets).toBeGreaterThan(1_000_000);
});

test("D4 a packet that can never fit pushes out nothing", () => {
  const { connection, channel, farEnd } = connected({ maxUnreadBytes: 300 }, { maxRetransmits: 0 });
  for (let i = 0; i < 3; i++) farEnd.receive(i);
  farEnd.receive(...new Array<number>(400).fill(9));
  connection.poll();
  expect(readAll(channel)).toEqual([0, 1, 2]);
  expect(connection.counters.droppedPackets).toBe(1);
});

test("D4 what a closed channel left unread can still be pushed out, and then the channel is let go", () => {
  const { connection, farEnd, observer } = connected({ maxUnreadBytes: 300 });
  const loose = new FakeChannel("loose", {
    negotiated: false,
    id: null,
    ordered: false,
    maxRetransmits: 0,
    maxPacketLifeTime: null,
    protocol: "",
  });
  observer.onChannel(loose);
  loose.open();
  loose.receive(...new Array<number>(150).fill(1));
  loose.closeByPeer();
  connection.poll();
  farEnd.receive(...new Array<number>(150).fill(2));
  connection.poll();
  expect(connection.getConnectionState()).toBe(ConnectionState.CONNECTED);
  expect(connection.counters.droppedPackets).toBe(1);
});

test("D11 a readable packet that has to make room for a newer one stays until the next poll", () => {
  const { connection, channel, farEnd } = connected({ maxUnreadBytes: 300 }, { maxRetransmits: 0 });
  for (let i = 0; i < 3; i++) farEnd.receive(i);
  connection.poll();
  farEnd.receive(...new Array<number>(150).fill(9));
  expect(channel.getAvailablePacketCount()).toBe(3);
  expect(connection.counters.droppedPackets).toBe(0);
  connection.poll();
  expect(readAll(channel)).toEqual([2, 9]);
  expect(connection.counters.droppedPackets).toBe(2);
});

test("D11 a readable packet that was to make room and is read before the next poll is not dropped", () => {
  const { connection, channel, farEnd } = connected({ maxUnreadBytes: 300 }, { maxRetransmits: 0 });
  for (let i = 0; i < 3; i++) farEnd.receive(i);
  connection.poll();
  farEnd.receive(...new Array<number>(150).fill(9));
  expect(readAll(channel)).toEqual([0, 1, 2]);
  connection.poll();
  expect(readAll(channel)).toEqual([9]);
  expect(connection.counters.droppedPackets).toBe(0);
});

test("D6 close reads CLOSING at once, also if the far side was first, which the reason then says", () => {
  const { connection, channel, farEnd } = connected();
  farEnd.receive(1);
  farEnd.closeByPeer();
  channel.close();
  expect(channel.getReadyState()).toBe(ChannelState.CLOSING);
  connection.poll();
  expect([channel.getReadyState(), channel.getAvailablePacketCount()]).toEqual([ChannelState.CLOSED, 0]);
  expect(connection.closeReason).toBe("closed-by-peer");
});

test("D1 text is taken from memory that is shared, as from any other", () => {
  const { channel } = connected();
  channel.writeMode = WriteMode.TEXT;
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  expect(channel.putPacket(new Uint8Array(buffer, 0, 8))).toBe(ErrorCode.OK);
});

test("C19 the time for opening counts no more once it has opened", () => {
  let nowMs = 0;
  const { connection, observer } = connecting({ clock: { nowMs: () => nowMs }, openTimeoutMs: 20_000 });
  connection.createDataChannel("x");
  connection.createOffer();
  connection.setLocalDescription("offer", "v=0");
  connection.setRemoteDescription("answer", "v=0");
  for (const state of ["connected", "disconnected", "connecting"] as const) {
    observer.onConnectionState(state);
    nowMs += 30_000;
    connection.poll();
  }
  expect([connection.getConnectionState(), connection.closeReason]).toEqual([ConnectionState.CONNECTING, null]);
});
