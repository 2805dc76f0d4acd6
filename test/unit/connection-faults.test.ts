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
import { fakeMesh } from "../support/fake-mesh.ts";

// What a browser does rarely, or cannot be made to do: told here by a backend whose far side is the test.
const diagnostics = collectDiagnostics();

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

/** From now on, calling or reading that throws. */
function breakDown(thing: object, name: string): void {
  const died = (): never => {
    throw new TypeError(`${name} died`);
  };
  const isCall = typeof Reflect.get(thing, name) === "function";
  Object.defineProperty(
    thing,
    name,
    isCall ? { value: died, configurable: true } : { get: died, set: died, configurable: true },
  );
}

function ending({ connection }: Pick<Scene, "connection">): unknown[] {
  return [connection.getConnectionState(), connection.closeReason];
}

const FAULTY = [ConnectionState.FAILED, "backend-fault"];

test.each<[string, (scene: Scene) => unknown]>([
  ["createOffer", ({ connection }) => connection.createOffer()],
  ["setRemoteDescription", ({ connection }) => connection.setRemoteDescription("offer", "v=0")],
  [
    "setLocalDescription",
    ({ connection }) => {
      connection.createOffer();
      return connection.setLocalDescription("offer", "v=0");
    },
  ],
  [
    "addIceCandidate",
    ({ connection }) => {
      connection.addIceCandidate("0", 0, "candidate:early");
      return connection.setRemoteDescription("offer", "v=0");
    },
  ],
  [
    "addIceCandidate",
    ({ connection }) => {
      connection.setRemoteDescription("offer", "v=0");
      return connection.addIceCandidate("0", 0, "candidate:late");
    },
  ],
  ["maxMessageSize", ({ connection }) => connection.maxPacketSize],
])("C23 %s that throws shows in the next poll, and not in the call", (name, call) => {
  const scene = connecting();
  scene.connection.createDataChannel("x");
  breakDown(scene.far, name);
  expect(call(scene)).toBe(0);
  expect(ending(scene)).toEqual([expect.toBeOneOf([ConnectionState.NEW, ConnectionState.CONNECTING]), null]);
  scene.connection.poll();
  expect(ending(scene)).toEqual(FAULTY);
  expect(scene.far.closed).toBe(true);
  expect(diagnostics).toContain(`connection failed (backend-fault): ${name} died`);
});

test("C23 one that throws within a handler shows in the same poll or the next, and the handler goes on", () => {
  const scene = connecting();
  const { connection, far, observer } = scene;
  connection.createDataChannel("x");
  connection.createOffer();
  breakDown(far, "setLocalDescription");
  const codes: ErrorCode[] = [];
  connection.on("sessionDescriptionCreated", (type, sdp) => codes.push(connection.setLocalDescription(type, sdp)));
  observer.onDescription("offer", "v=0");
  connection.poll();
  connection.poll();
  expect([codes, ...ending(scene)]).toEqual([[ErrorCode.OK], ...FAULTY]);
});

test("C23 a send that throws gives FAILED each time, wakes once, and leaves readable what has arrived", () => {
  const scene = connected();
  const { connection, channel, farEnd } = scene;
  let wakes = 0;
  connection.wake = () => {
    wakes += 1;
  };
  breakDown(farEnd, "send");
  farEnd.receive(7);
  for (let i = 0; i < 3; i++) expect(channel.putPacket(new Uint8Array(1))).toBe(ErrorCode.FAILED);
  expect([wakes, ...ending(scene)]).toEqual([1, ConnectionState.CONNECTED, null]);
  connection.poll();
  expect([...ending(scene), channel.getReadyState(), ...readAll(channel)]).toEqual([...FAULTY, ChannelState.CLOSED, 7]);
  expect(diagnostics.filter((line) => line.startsWith("connection failed"))).toHaveLength(1);
});

test.each<[string, (channel: WebRTCDataChannel) => unknown, unknown]>([
  ["label", (channel) => channel.getLabel(), ""],
  ["id", (channel) => channel.getId(), 65_535],
  ["ordered", (channel) => channel.isOrdered(), false],
  ["bufferedAmount", (channel) => channel.getBufferedAmount(), 0],
  ["bufferedAmountLowThreshold", (channel) => channel.bufferedAmountLowThreshold, 0],
  ["bufferedAmountLowThreshold", (channel) => Object.assign(channel, { bufferedAmountLowThreshold: 9 }) && 9, 9],
])(
  "C23 a channel's %s that throws reads as nothing, and ends the connection in the next poll",
  (name, read, nothing) => {
    const scene = connected();
    breakDown(scene.farEnd.facts, name);
    expect(read(scene.channel)).toBe(nothing);
    scene.connection.poll();
    expect(ending(scene)).toEqual(FAULTY);
  },
);

test("C23 a channel's close that throws closes it all the same", () => {
  const scene = connected();
  breakDown(scene.farEnd, "close");
  scene.channel.close();
  expect(scene.channel.getReadyState()).toBe(ChannelState.CLOSING);
  scene.connection.poll();
  expect(ending(scene)).toEqual(FAULTY);
});

test("C23 a close that throws is told in words, and stays a close", () => {
  const scene = connected();
  breakDown(scene.far, "close");
  scene.connection.close();
  scene.connection.poll();
  expect(ending(scene)).toEqual([ConnectionState.CLOSED, "closed-locally"]);
  expect(diagnostics).toContain("close died");
  const next = connecting();
  breakDown(next.far, "close");
  expect(next.connection.initialize()).toBe(ErrorCode.OK);
  next.connection.poll();
  expect(ending(next)).toEqual([ConnectionState.NEW, null]);
});

test("C23 states in no known words, and channels that are none, are not thrown to anybody", () => {
  const scene = connected();
  scene.observer.onChannel({} as FakeChannel);
  scene.connection.poll();
  expect(ending(scene)).toEqual(FAULTY);
  const other = connected();
  other.observer.onConnectionState(undefined as unknown as "new");
  other.connection.poll();
  expect(ending(other)).toEqual(FAULTY);
});

/** All that a backend can tell. */
function babble(observer: ConnectionObserver): void {
  observer.onDescription("offer", "v=0");
  observer.onIceCandidate("0", 0, "candidate:0");
  observer.onChannel({} as FakeChannel);
  observer.onConnectionState("failed");
  observer.onGatheringState("complete");
  observer.onSignalingState("have-local-offer");
  observer.onOperationFailed("createOffer", "late");
}

test.each<["close" | "initialize" | "fault", number]>([
  ["close", ConnectionState.CLOSED],
  ["initialize", ConnectionState.NEW],
  ["fault", ConnectionState.FAILED],
])("C24 what a backend tells after %s is dropped", (how, state) => {
  const { connection, observer, farEnd, channel } = connected();
  const channelObserver = farEnd.observer;
  const heard: string[] = [];
  connection.on("sessionDescriptionCreated", () => heard.push("description"));
  connection.on("iceCandidateCreated", () => heard.push("candidate"));
  connection.on("dataChannelReceived", () => heard.push("channel"));
  channel.onBufferedAmountLow = () => heard.push("low");
  if (how === "fault") {
    observer.onOperationFailed("createOffer", "no such thing");
    connection.poll();
  } else connection[how]();
  const before = [connection.closeReason, connection.getGatheringState(), connection.getSignalingState()];
  connection.wake = () => heard.push("wake");
  babble(observer);
  channelObserver?.onOpen();
  channelObserver?.onMessage(new ArrayBuffer(1));
  channelObserver?.onBufferedAmountLow();
  channelObserver?.onClosed();
  connection.poll();
  expect(heard).toEqual([]);
  expect([channel.getReadyState(), channel.getAvailablePacketCount()]).toEqual([ChannelState.CLOSED, 0]);
  expect(connection.getConnectionState()).toBe(state);
  expect([connection.closeReason, connection.getGatheringState(), connection.getSignalingState()]).toEqual(before);
});

test("C24 what an old channel's facts throw does not end the new connection", () => {
  const scene = connected();
  scene.connection.initialize();
  breakDown(scene.farEnd.facts, "label");
  expect(scene.channel.getLabel()).toBe("");
  scene.connection.poll();
  expect(ending(scene)).toEqual([ConnectionState.NEW, null]);
});

test("C24 bytes after a channel has closed are dropped, and the connection goes on", () => {
  const scene = connected();
  const { connection, channel, farEnd } = scene;
  const { observer } = farEnd;
  farEnd.closeByPeer();
  observer?.onMessage(new ArrayBuffer(1));
  connection.poll();
  expect([channel.getAvailablePacketCount(), connection.getConnectionState()]).toEqual([0, ConnectionState.CONNECTED]);
});

test("C25 bytes before their channel has opened end the connection, and are not read", () => {
  const scene = connecting();
  const { connection, far } = scene;
  const channel = connection.createDataChannel("x", { negotiated: true, id: 1 }) as WebRTCDataChannel;
  connection.createOffer();
  far.channels[0]?.receive(1);
  far.open();
  far.channels[0]?.receive(2);
  connection.poll();
  expect([...ending(scene), ...readAll(channel)]).toEqual(FAULTY);
});

test.each([
  ["undefined", undefined],
  ["null", null],
  ["an object", {}],
  ["a number", 3],
  ["a Blob", new Blob(["x"])],
  ["a view", new Uint8Array(3)],
])("C25 %s is no message: nothing is taken after it, on whatever channel", (_name, message) => {
  for (const reliability of [{}, { maxRetransmits: 0 }]) {
    const scene = connected({ maxUnreadBytes: 1_000 }, reliability);
    const { connection, channel, farEnd } = scene;
    farEnd.receive(1);
    for (let i = 0; i < 9; i++) farEnd.observer?.onMessage(message as unknown as ArrayBuffer);
    for (let i = 0; i < 1_000; i++) farEnd.receive(2);
    connection.poll();
    expect([...ending(scene), ...readAll(channel)]).toEqual([...FAULTY, 1]);
  }
});

test("C26 of three peers the one whose backend throws leaves, and a broadcast reaches the others", () => {
  const scene = fakeMesh();
  const { mesh, events } = scene;
  const [two, bad, four] = scene.join(2, 3, 4) as [FakeBackend, FakeBackend, FakeBackend];
  events.length = 0;
  for (const channel of bad.channels) breakDown(channel, "send");
  breakDown(bad, "close");
  expect(mesh.putPacket(new Uint8Array([5]))).toBe(ErrorCode.OK);
  mesh.setTargetPeer(3);
  expect(mesh.putPacket(new Uint8Array([5]))).toBe(ErrorCode.FAILED);
  for (const { channels } of [two, four]) expect(channels.flatMap(({ sent }) => sent)).toHaveLength(1);
  mesh.poll();
  expect(events).toEqual(["-3 backend-fault"]);
  mesh.setTargetPeer(0);
  expect(mesh.putPacket(new Uint8Array([6]))).toBe(ErrorCode.OK);
  mesh.poll();
  for (const { channels } of [two, four]) expect(channels.flatMap(({ sent }) => sent)).toHaveLength(2);
  expect([...mesh.getPeers().keys()]).toEqual([2, 4]);
});

test("C28 a backend that restarts no ICE gives ERR_UNAVAILABLE, to restartIce and to the far side's restart", () => {
  const { connection, observer } = connected();
  observer.onDescription("offer", "offer");
  connection.poll();
  connection.setLocalDescription("offer", "offer");
  connection.setRemoteDescription("answer", "answer");
  const saidBefore = diagnostics.length;
  expect(connection.restartIce()).toBe(ErrorCode.ERR_UNAVAILABLE);
  expect(connection.setRemoteDescription("offer", "another")).toBe(ErrorCode.ERR_UNAVAILABLE);
  expect(connection.getConnectionState()).toBe(ConnectionState.CONNECTED);
  expect(diagnostics).toHaveLength(saidBefore + 2);
});
