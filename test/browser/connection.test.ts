import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { ChannelState } from "../../src/connection/channel-state.ts";
import { ConnectionState, GatheringState, SignalingState } from "../../src/connection/connection-state.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { connect, connectedPair, link, makePair, negotiate } from "../support/pair.ts";
import { until } from "../support/until.ts";

const diagnostics = collectDiagnostics();
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** An offer as text, from a connection of its own. */
async function someOffer(): Promise<string> {
  const connection = new WebRTCPeerConnection();
  connection.createDataChannel("any");
  let offer = "";
  connection.on("sessionDescriptionCreated", (_type, sdp) => {
    offer = sdp;
  });
  connection.createOffer();
  await until(() => offer, { step: () => connection.poll() });
  connection.close();
  return offer;
}

test("C1 a new connection reads NEW, NEW, STABLE and makes channels without initialize", () => {
  const connection = new WebRTCPeerConnection();
  expect(connection.getConnectionState()).toBe(ConnectionState.NEW);
  expect(connection.getGatheringState()).toBe(GatheringState.NEW);
  expect(connection.getSignalingState()).toBe(SignalingState.STABLE);
  expect(connection.createDataChannel("any")?.getReadyState()).toBe(ChannelState.CONNECTING);
  expect(connection.closeReason).toBeNull();
  connection.close();
});

test("C2 createOffer reads CONNECTING at once, once only, and ends the making of channels", () => {
  const connection = new WebRTCPeerConnection();
  connection.createDataChannel("any");
  expect(connection.createOffer()).toBe(ErrorCode.OK);
  expect(connection.getConnectionState()).toBe(ConnectionState.CONNECTING);
  expect(connection.createOffer()).toBe(ErrorCode.FAILED);
  expect(connection.createDataChannel("late")).toBeNull();
  expect(diagnostics).toHaveLength(2);
  connection.close();
});

test("C3 a second remote offer is refused", async () => {
  const offer = await someOffer();
  const connection = new WebRTCPeerConnection();
  expect(connection.setRemoteDescription("offer", offer)).toBe(ErrorCode.OK);
  expect(connection.getConnectionState()).toBe(ConnectionState.CONNECTING);
  expect(connection.setRemoteDescription("offer", offer)).toBe(ErrorCode.FAILED);
  connection.close();
});

test("C4 a remote offer leads to exactly one answer", async () => {
  const pair = makePair();
  const [toB, toA] = negotiate(pair, 1);
  const told: string[] = [];
  pair.b.on("sessionDescriptionCreated", (type) => told.push(type));
  await connect(pair, toB, toA);
  expect(told).toEqual(["answer"]);
  pair.a.close();
  pair.b.close();
});

test("C5 close reads CLOSED at once, nothing follows, and initialize makes it new again", async () => {
  const pair = makePair();
  const [toB, toA] = negotiate(pair, 1);
  await connect(pair, toB, toA);
  const { a, b } = pair;
  const events: string[] = [];
  a.on("iceCandidateCreated", () => events.push("candidate"));
  a.on("sessionDescriptionCreated", () => events.push("description"));
  a.close();
  a.close();
  expect(a.getConnectionState()).toBe(ConnectionState.CLOSED);
  expect(a.getSignalingState()).toBe(SignalingState.CLOSED);
  expect(a.closeReason).toBe("closed-locally");
  expect(toB.getReadyState()).toBe(ChannelState.CLOSED);
  await until(() => toA.getReadyState() === ChannelState.CLOSED, { step: pair.step });
  expect(a.getConnectionState()).toBe(ConnectionState.CLOSED);
  expect(events).toEqual([]);

  expect(a.initialize()).toBe(ErrorCode.OK);
  expect(b.initialize()).toBe(ErrorCode.OK);
  expect([a.getConnectionState(), a.getGatheringState(), a.getSignalingState()]).toEqual([0, 0, 0]);
  expect(a.closeReason).toBeNull();
  const [again, back] = negotiate(pair, 1);
  await connect(pair, again, back);
  expect(again.putPacket(bytes(7))).toBe(ErrorCode.OK);
  await until(() => back.getAvailablePacketCount() === 1, { step: pair.step });
  expect(back.getPacket()).toEqual(bytes(7));
  a.close();
  b.close();
});

test("C6 candidates are never empty, come after setLocalDescription, and their end shows in the state", async () => {
  const connection = new WebRTCPeerConnection();
  connection.createDataChannel("any");
  const names: string[] = [];
  let offer = "";
  connection.on("iceCandidateCreated", (media, index, name) => {
    expect(typeof media).toBe("string");
    expect(index).toBe(0);
    names.push(name);
  });
  connection.on("sessionDescriptionCreated", (_type, sdp) => {
    offer = sdp;
  });
  connection.createOffer();
  await until(() => offer, { step: () => connection.poll() });
  for (let i = 0; i < 20; i++) connection.poll();
  expect(names).toEqual([]);
  connection.setLocalDescription("offer", offer);
  await until(() => connection.getGatheringState() === GatheringState.COMPLETE, { step: () => connection.poll() });
  expect(connection.getSignalingState()).toBe(SignalingState.HAVE_LOCAL_OFFER);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(name).toMatch(/^candidate:/);
  connection.close();
});

test("C7 nothing shows outside poll, and wake fires once between two polls", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  let wakes = 0;
  let woken: () => void = () => {};
  b.wake = () => {
    wakes += 1;
    woken();
  };
  step();
  wakes = 0;
  const arrived = new Promise<void>((resolve) => {
    woken = resolve;
  });
  toB.putPacket(bytes(1));
  toB.putPacket(bytes(2));
  toB.putPacket(bytes(3));
  await arrived;
  // The far side's answer proves that all three have arrived, without b having been polled.
  await until(async () => (await received(b)) === 3);
  expect(toA.getAvailablePacketCount()).toBe(0);
  expect(wakes).toBe(1);
  b.poll();
  expect(toA.getAvailablePacketCount()).toBe(3);
  // The state, too, is the last poll's.
  a.close();
  await until(() => (b.getNative() as RTCPeerConnection).sctp?.state !== "connecting");
  expect(toA.getReadyState()).toBe(ChannelState.OPEN);
  await until(() => toA.getReadyState() === ChannelState.CLOSED, { step });
  expect(wakes).toBeGreaterThan(1);
  b.close();
});

async function received(connection: WebRTCPeerConnection): Promise<number> {
  let count = 0;
  const report = await (connection.getNative() as RTCPeerConnection).getStats();
  report.forEach((entry: { type: string; messagesReceived?: number }) => {
    if (entry.type === "data-channel") count += entry.messagesReceived ?? 0;
  });
  return count;
}

test("C8 candidates that come before the remote description are kept and used", async () => {
  const [a, b] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
  const pair = {
    a,
    b,
    step: () => {
      a.poll();
      b.poll();
    },
  };
  const [toB, toA] = negotiate(pair, 1);
  let offer = "";
  a.on("sessionDescriptionCreated", (type, sdp) => {
    offer = sdp;
    a.setLocalDescription(type, sdp);
  });
  a.on("iceCandidateCreated", (media, index, name) => {
    expect(b.addIceCandidate(media, index, name)).toBe(ErrorCode.OK);
  });
  // b's candidates never reach a: the pair can only connect through the early ones.
  b.on("sessionDescriptionCreated", (type, sdp) => {
    b.setLocalDescription(type, sdp);
    a.setRemoteDescription(type, sdp);
  });
  a.createOffer();
  await until(() => a.getGatheringState() === GatheringState.COMPLETE, { step: pair.step });
  expect(b.getConnectionState()).toBe(ConnectionState.NEW);
  b.setRemoteDescription("offer", offer);
  await until(() => toA.getReadyState() === ChannelState.OPEN && toB.getReadyState() === ChannelState.OPEN, {
    step: pair.step,
  });
  expect(b.counters.badCandidates).toBe(0);
  a.close();
  b.close();
});

test("C8 at most 256 early candidates are kept; more are counted", () => {
  const connection = new WebRTCPeerConnection();
  for (let i = 0; i < 260; i++) expect(connection.addIceCandidate("0", 0, `candidate:${i}`)).toBe(ErrorCode.OK);
  expect(connection.counters.badCandidates).toBe(4);
  expect(diagnostics).toHaveLength(1);
  connection.close();
});

test("C9 bad candidates are counted, reported once, and do no harm", async () => {
  const pair = makePair();
  const [toB, toA] = negotiate(pair, 1);
  let added = false;
  pair.b.on("iceCandidateCreated", () => {
    if (added) return;
    added = true;
    expect(pair.b.addIceCandidate("0", 0, "candidate:rubbish")).toBe(ErrorCode.OK);
    expect(pair.b.addIceCandidate("no such section", 0, "candidate:1 1 udp 1 127.0.0.1 9 typ host")).toBe(ErrorCode.OK);
    expect(pair.b.addIceCandidate("0", 0, "x".repeat(5_000))).toBe(ErrorCode.OK);
    expect(pair.b.addIceCandidate("0", 0, "")).toBe(ErrorCode.OK);
  });
  await connect(pair, toB, toA);
  await until(() => pair.b.counters.badCandidates === 3, { step: pair.step });
  expect(diagnostics).toHaveLength(1);
  expect(pair.b.addIceCandidate(3 as unknown as string, 0, "candidate:")).toBe(ErrorCode.ERR_INVALID_PARAMETER);
  pair.a.close();
  pair.b.close();
});

test.for(["setLocalDescription", "setRemoteDescription", "answer"] as const)(
  "C10 a malformed description ends the connection with a reason (%s)",
  async (which) => {
    const connection = new WebRTCPeerConnection();
    const channel = connection.createDataChannel("any");
    connection.on("sessionDescriptionCreated", (type, sdp) => {
      expect(connection.setLocalDescription(type, which === "setLocalDescription" ? "v=rubbish" : sdp)).toBe(
        ErrorCode.OK,
      );
      if (which === "answer") expect(connection.setRemoteDescription("answer", "v=rubbish")).toBe(ErrorCode.OK);
    });
    if (which === "setRemoteDescription") {
      expect(connection.setRemoteDescription("offer", "v=rubbish")).toBe(ErrorCode.OK);
    } else connection.createOffer();
    expect(connection.getConnectionState()).toBe(ConnectionState.CONNECTING);
    await until(() => connection.getConnectionState() === ConnectionState.FAILED, { step: () => connection.poll() });
    expect(connection.closeReason).toBe("bad-description");
    expect(channel?.getReadyState()).toBe(ChannelState.CLOSED);
    expect(diagnostics.filter((line) => line.includes("bad-description"))).toHaveLength(1);
    connection.close();
    expect(connection.closeReason).toBe("bad-description");
    expect(connection.initialize()).toBe(ErrorCode.OK);
    expect(connection.createDataChannel("again")).not.toBeNull();
    connection.close();
  },
);

test("C11 initialize checks its configuration", () => {
  const connection = new WebRTCPeerConnection();
  const outcomes: [unknown, ErrorCode][] = [
    [{ iceServers: ["stun:a.example"] }, ErrorCode.ERR_INVALID_PARAMETER],
    [{ iceServers: "stun:a.example" }, ErrorCode.ERR_INVALID_PARAMETER],
    [{ iceServers: [{}] }, ErrorCode.FAILED],
    [{ iceServers: [{ urls: 3 }] }, ErrorCode.FAILED],
    [{ iceServers: [{ urls: ["stun:a.example", 3] }] }, ErrorCode.FAILED],
    [{ iceServers: [{ urls: "http://a.example" }] }, ErrorCode.ERR_INVALID_PARAMETER],
    [{ iceServers: [{ urls: "stun:a.example:99999" }] }, ErrorCode.ERR_INVALID_PARAMETER],
    [{ iceServers: [{ urls: "stun:" }] }, ErrorCode.ERR_INVALID_PARAMETER],
    // TURN without credentials is what only the browser refuses.
    [{ iceServers: [{ urls: "turn:a.example" }] }, ErrorCode.FAILED],
    [{ iceTransportPolicy: "none of these" }, ErrorCode.FAILED],
    [null, ErrorCode.ERR_INVALID_PARAMETER],
  ];
  for (const [configuration, code] of outcomes) {
    expect([configuration, connection.initialize(configuration as never)]).toEqual([configuration, code]);
    expect(connection.createDataChannel("none")).toBeNull();
    expect(connection.createOffer()).toBe(ErrorCode.ERR_UNCONFIGURED);
    expect(connection.setLocalDescription("offer", "v=0")).toBe(ErrorCode.ERR_UNCONFIGURED);
    expect(connection.setRemoteDescription("offer", "v=0")).toBe(ErrorCode.ERR_UNCONFIGURED);
    expect(connection.addIceCandidate("0", 0, "candidate:1")).toBe(ErrorCode.ERR_UNCONFIGURED);
    expect(connection.poll()).toBe(ErrorCode.ERR_UNCONFIGURED);
    expect(connection.getConnectionState()).toBe(ConnectionState.NEW);
  }
  const good = [
    { urls: ["stun:a.example:3478", "stun:[::1]"] },
    { urls: "turn:b.example", username: "u", credential: "c" },
  ];
  expect(connection.initialize({ iceServers: good })).toBe(ErrorCode.OK);
  expect((connection.getNative() as RTCPeerConnection).getConfiguration().iceServers).toHaveLength(2);
  connection.close();
});

test("C12 initialize closes the connection that was there", async () => {
  const { a, b, toA, toB, step } = await connectedPair();
  const native = a.getNative() as RTCPeerConnection;
  expect(a.initialize()).toBe(ErrorCode.OK);
  expect(a.getConnectionState()).toBe(ConnectionState.NEW);
  expect(toB.getReadyState()).toBe(ChannelState.CLOSED);
  await until(() => toA.getReadyState() === ChannelState.CLOSED, { step });
  await until(() => native.connectionState === "closed");
  a.close();
  b.close();
});

test("C13 createDataChannel refuses what cannot be", () => {
  const connection = new WebRTCPeerConnection();
  const refused: [string, object][] = [
    ["no id", { negotiated: true }],
    ["both limits", { maxPacketLifeTime: 1, maxRetransmits: 1 }],
    ["id too large", { negotiated: true, id: 65_535 }],
    ["id negative", { negotiated: true, id: -1 }],
    ["id no whole number", { negotiated: true, id: 1.5 }],
    ["lifetime too large", { maxPacketLifeTime: 65_536 }],
    ["retransmits negative", { maxRetransmits: -1 }],
    ["retransmits null", { maxRetransmits: null }],
    ["protocol too long", { protocol: "p".repeat(65_536) }],
    ["protocol no string", { protocol: 5 }],
    ["ordered no boolean", { ordered: "false" }],
    ["ordered null", { ordered: null }],
    ["negotiated no boolean", { negotiated: 1, id: 2 }],
    ["é".repeat(40_000), {}],
  ];
  for (const [label, options] of refused) expect(connection.createDataChannel(label, options)).toBeNull();
  expect(diagnostics).toHaveLength(refused.length);
  expect(connection.createDataChannel("one", { negotiated: true, id: 1 })).not.toBeNull();
  expect(connection.createDataChannel("two", { negotiated: true, id: 1 })).toBeNull();
  expect(connection.createDataChannel("ignored id", { id: 70_000 })?.getId()).toBe(65_535);
  expect(connection.createDataChannel("é".repeat(30_000))).not.toBeNull();
  connection.close();
});

test("C14 createOffer needs a channel", () => {
  const connection = new WebRTCPeerConnection();
  expect(connection.createOffer()).toBe(ErrorCode.FAILED);
  expect(connection.getConnectionState()).toBe(ConnectionState.NEW);
  expect(connection.createDataChannel("now")).not.toBeNull();
  expect(connection.createOffer()).toBe(ErrorCode.OK);
  connection.close();
});

test("C15 an answer needs a local offer, once; unknown types are refused", async () => {
  const connection = new WebRTCPeerConnection();
  connection.createDataChannel("any");
  expect(connection.setRemoteDescription("answer", "v=0")).toBe(ErrorCode.FAILED);
  expect(connection.setLocalDescription("answer", "v=0")).toBe(ErrorCode.FAILED);
  expect(connection.setRemoteDescription("bid", "v=0")).toBe(ErrorCode.ERR_INVALID_PARAMETER);
  expect(connection.setLocalDescription("bid", "v=0")).toBe(ErrorCode.ERR_INVALID_PARAMETER);
  expect(connection.setLocalDescription("offer", 7 as unknown as string)).toBe(ErrorCode.ERR_INVALID_PARAMETER);
  connection.close();
  const { a, b, toA, toB, step } = await connectedPair();
  const [nativeA, nativeB] = [a.getNative() as RTCPeerConnection, b.getNative() as RTCPeerConnection];
  expect(a.setRemoteDescription("answer", nativeA.remoteDescription?.sdp ?? "")).toBe(ErrorCode.FAILED);
  expect(a.setLocalDescription("offer", nativeA.localDescription?.sdp ?? "")).toBe(ErrorCode.FAILED);
  expect(b.setLocalDescription("answer", nativeB.localDescription?.sdp ?? "")).toBe(ErrorCode.FAILED);
  for (const each of [a, b]) {
    expect(each.setLocalDescription("rollback", "")).toBe(ErrorCode.FAILED);
    expect(each.setRemoteDescription("rollback", "")).toBe(ErrorCode.FAILED);
  }
  toB.putPacket(bytes(1));
  await until(() => toA.getAvailablePacketCount() === 1, { step });
  expect([a.getConnectionState(), b.getConnectionState()]).toEqual([2, 2]);
  expect([a.getSignalingState(), b.getSignalingState()]).toEqual([SignalingState.STABLE, SignalingState.STABLE]);
  a.close();
  b.close();
});

test("C16 a closed connection refuses everything but initialize", () => {
  const connection = new WebRTCPeerConnection();
  connection.createDataChannel("any");
  connection.close();
  expect(connection.createDataChannel("late")).toBeNull();
  expect(connection.createOffer()).toBe(ErrorCode.FAILED);
  expect(connection.setLocalDescription("offer", "v=0")).toBe(ErrorCode.FAILED);
  expect(connection.setRemoteDescription("offer", "v=0")).toBe(ErrorCode.FAILED);
  expect(connection.addIceCandidate("0", 0, "candidate:1")).toBe(ErrorCode.FAILED);
  expect(connection.poll()).toBe(ErrorCode.OK);
});

test("C17 in-band channels are received, open, with the options they were made with", async () => {
  const pair = makePair();
  const made = [
    pair.a.createDataChannel("plain", { protocol: "sub" }),
    pair.a.createDataChannel("loose", { ordered: false, maxRetransmits: 3 }),
  ] as WebRTCDataChannel[];
  const got: WebRTCDataChannel[] = [];
  pair.b.on("dataChannelReceived", (channel) => {
    expect(channel.getReadyState()).toBe(ChannelState.OPEN);
    expect(channel.putPacket(bytes(9))).toBe(ErrorCode.OK);
    got.push(channel);
  });
  await connect(pair, ...made);
  made[0]?.putPacket(bytes(1, 2));
  await until(() => got.length === 2 && made.every((channel) => channel.getAvailablePacketCount() === 1), {
    step: pair.step,
  });
  got.sort((x, y) => x.getLabel().localeCompare(y.getLabel()));
  expect(
    got.map((c) => [c.getLabel(), c.getProtocol(), c.isOrdered(), c.isNegotiated(), c.getMaxRetransmits()]),
  ).toEqual([
    ["loose", "", false, false, 3],
    ["plain", "sub", true, false, 65_535],
  ]);
  await until(() => got[1]?.getAvailablePacketCount() === 1, { step: pair.step });
  expect(got[1]?.getPacket()).toEqual(bytes(1, 2));
  pair.a.close();
  pair.b.close();
});

test.for([64_000, 1_500_000])(
  "C18 %i reliable bytes put just before close all arrive",
  { timeout: 20_000 },
  async (total) => {
    const { a, b, toA, toB, step } = await connectedPair();
    const packet = new Uint8Array(1_000);
    for (let i = 0; i < total / packet.length; i++) {
      packet[0] = i % 251;
      expect(toB.putPacket(packet)).toBe(ErrorCode.OK);
    }
    a.close();
    let read = 0;
    // Slow on purpose: five packets a poll, so that most are still unread when the channel has closed.
    await until(
      () => {
        for (let i = 0; i < 5 && toA.getAvailablePacketCount() > 0; i++) {
          const next = toA.getPacket();
          expect([toA.getPacketError(), next.length, next[0]]).toEqual([ErrorCode.OK, 1_000, read % 251]);
          read += 1;
        }
        return toA.getAvailablePacketCount() === 0 && toA.getReadyState() === ChannelState.CLOSED;
      },
      { step, deadlineMs: 19_000 },
    );
    expect(read).toBe(total / packet.length);
    expect(b.closeReason).toBe("closed-by-peer");
    b.close();
  },
);

test("C19 a path that is never found ends the connection, without the browser's help", async () => {
  let nowMs = 0;
  const pair = makePair({ clock: { nowMs: () => nowMs }, openTimeoutMs: 20_000 });
  negotiate(pair, 1);
  pair.a.addIceCandidate = () => ErrorCode.OK;
  pair.b.addIceCandidate = () => ErrorCode.OK;
  pair.a.createOffer();
  await until(() => pair.a.getSignalingState() === SignalingState.STABLE && pair.a.getGatheringState() === 2, {
    step: pair.step,
  });
  nowMs = 19_999;
  pair.step();
  expect(pair.a.getConnectionState()).toBe(ConnectionState.CONNECTING);
  nowMs = 20_001;
  pair.step();
  expect(pair.a.getConnectionState()).toBe(ConnectionState.FAILED);
  expect(pair.a.closeReason).toBe("no-path");
  pair.b.close();
});

test("C20 setDefaultExtension takes a factory of backends, null restores the browser's", () => {
  const factory = (): never => {
    throw new Error("made of nothing");
  };
  WebRTCPeerConnection.setDefaultExtension(factory);
  expect(new WebRTCPeerConnection().createDataChannel("any")).toBeNull();
  expect(diagnostics.at(-1)).toContain("made of nothing");
  WebRTCPeerConnection.setDefaultExtension("WebRTCLibPeerConnection" as unknown as null);
  expect(diagnostics.at(-1)).toContain("WebRTCLibPeerConnection");
  expect(new WebRTCPeerConnection().createDataChannel("any")).toBeNull();
  WebRTCPeerConnection.setDefaultExtension(null);
  const connection = new WebRTCPeerConnection();
  expect(connection.createDataChannel("any")).not.toBeNull();
  connection.close();
});

test("C7 a handler that throws does not keep the other handlers, or the rest of the poll, from running", async () => {
  const [a, b] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
  const errors: string[] = [];
  const listen = (event: ErrorEvent): void => {
    errors.push(event.message);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("error", listen, { capture: true });
  b.on("sessionDescriptionCreated", () => {
    throw new Error("thrown by a handler");
  });
  link(a, b);
  const pair = {
    a,
    b,
    step: () => {
      a.poll();
      b.poll();
    },
  };
  const [toB, toA] = negotiate(pair, 1);
  await connect(pair, toB, toA);
  await until(() => errors.length > 0);
  expect(errors[0]).toContain("thrown by a handler");
  window.removeEventListener("error", listen, { capture: true });
  a.close();
  b.close();
});

test("C27 restartIce has another path looked for below a connection that goes on, by either side, and as often as wanted", async () => {
  const { a, b, step, toB, toA } = await connectedPair();
  const offers: string[] = [];
  const answers: string[] = [];
  for (const connection of [a, b]) {
    connection.on("sessionDescriptionCreated", (type, sdp) => void (type === "offer" ? offers : answers).push(sdp));
  }
  const states = new Set<number>();
  let sent = 0;
  const got: number[] = [];
  const stepAndTalk = (): void => {
    if (sent < 200) toB.putPacket(bytes(sent));
    sent += 1;
    step();
    for (const connection of [a, b]) states.add(connection.getConnectionState());
    while (toA.getAvailablePacketCount() > 0) got.push(toA.getPacket()[0] as number);
  };
  for (const [i, connection] of [a, b, a].entries()) {
    expect(connection.restartIce()).toBe(ErrorCode.OK);
    const isStable = (): boolean =>
      [a, b].every((one) => one.getSignalingState() === SignalingState.STABLE && one.getGatheringState() === 2);
    await until(() => answers.length > i && isStable(), { step: stepAndTalk, what: "the restart" });
  }
  await until(() => got.length >= 200, { step: stepAndTalk, what: "what was sent" });
  expect(got).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect([...states]).toEqual([ConnectionState.CONNECTED]);
  expect(new Set(offers.map((sdp) => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1])).size).toBe(3);
  expect(toB.getReadyState()).toBe(ChannelState.OPEN);
  expect([a.closeReason, b.closeReason]).toEqual([null, null]);
  a.close();
  b.close();
});

test("C27 a restart that was never answered is begun again, and the latest offer counts", async () => {
  const a = new WebRTCPeerConnection();
  const b = new WebRTCPeerConnection();
  const [toB] = negotiate({ a, b, step: () => {} }, 1);
  const step = (): void => {
    a.poll();
    b.poll();
  };
  let isDeaf = false;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on("sessionDescriptionCreated", (type, sdp) => {
      expect(from.setLocalDescription(type, sdp)).toBe(ErrorCode.OK);
      if (!isDeaf) expect(to.setRemoteDescription(type, sdp)).toBe(ErrorCode.OK);
    });
    from.on("iceCandidateCreated", (...candidate) => void (isDeaf || to.addIceCandidate(...candidate)));
  }
  a.createOffer();
  await until(() => toB.getReadyState() === ChannelState.OPEN, { step });
  isDeaf = true;
  expect(a.restartIce()).toBe(ErrorCode.OK);
  await until(() => a.getSignalingState() === SignalingState.HAVE_LOCAL_OFFER, { step });
  isDeaf = false;
  expect(a.restartIce()).toBe(ErrorCode.OK);
  await until(() => a.getSignalingState() === SignalingState.STABLE, { step });
  expect(a.getConnectionState()).toBe(ConnectionState.CONNECTED);
  a.close();
  b.close();
});

test("C28 restartIce is refused, in words, while nothing stands, and a far side's offer while one's own waits", async () => {
  const pair = makePair();
  const [toB, toA] = negotiate(pair, 1);
  expect(pair.a.restartIce()).toBe(ErrorCode.FAILED);
  await connect(pair, toB, toA);
  expect(pair.a.restartIce()).toBe(ErrorCode.OK);
  expect(pair.a.setRemoteDescription("offer", "v=0\r\n")).toBe(ErrorCode.FAILED);
  expect(diagnostics).toHaveLength(2);
  await until(() => pair.b.getSignalingState() === SignalingState.HAVE_REMOTE_OFFER, { step: pair.step });
  await until(() => pair.a.getSignalingState() === SignalingState.STABLE, { step: pair.step });
  pair.a.close();
  expect(pair.a.restartIce()).toBe(ErrorCode.FAILED);
  pair.b.close();
});
