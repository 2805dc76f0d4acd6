import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import { DisconnectReason } from "../../src/multiplayer/disconnect-reason.ts";
import { ConnectionStatus } from "../../src/multiplayer/multiplayer-peer.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import type { FakeBackend } from "../support/fake-backend.ts";
import { FakeMesh, fakeMesh } from "../support/fake-mesh.ts";

const words = collectDiagnostics();

function fakeClient(): FakeMesh & { far: FakeBackend } {
  const game = new FakeMesh();
  game.mesh.createClient(5);
  return Object.assign(game, { far: game.add(1).far });
}

test("M5 losses come before joins, each in the order of adding", () => {
  const game = fakeMesh();
  const joining = game.add(2).far;
  const [three, four] = game.join(3, 4);
  const failing = game.add(5).far;
  const joiningToo = game.add(6).far;
  four?.closeByPeer();
  three?.closeByPeer();
  failing.state("failed");
  joiningToo.open();
  joining.open();
  game.mesh.poll();
  expect(game.events.slice(2)).toEqual(["-3 closed-by-peer", "-4 closed-by-peer", "!5 no-path", "+2", "+6"]);
});

test("M6 handlers see the status as it was while the peer was there", () => {
  const game = fakeClient();
  const seen: number[] = [];
  game.mesh.on("peerConnected", () => seen.push(game.mesh.getConnectionStatus()));
  game.mesh.on("peerDisconnected", () => seen.push(game.mesh.getConnectionStatus()));
  game.far.open();
  game.mesh.poll();
  game.far.closeByPeer();
  game.mesh.poll();
  expect(seen).toEqual([ConnectionStatus.CONNECTED, ConnectionStatus.CONNECTED]);
  expect(game.mesh.getConnectionStatus()).toBe(ConnectionStatus.DISCONNECTED);
});

test("M7 a disconnected connection has five seconds to come back", () => {
  const game = fakeMesh();
  const [far] = game.join(2);
  far?.state("disconnected");
  game.mesh.poll();
  game.clock.advance(4_999);
  game.mesh.poll();
  far?.state("connected");
  game.mesh.poll();
  game.clock.advance(60_000);
  game.mesh.poll();
  expect(game.events).toEqual(["+2"]);

  far?.state("disconnected");
  game.mesh.poll();
  game.clock.advance(3_000);
  far?.state("connecting");
  game.mesh.poll();
  expect(game.mesh.putPacket(Uint8Array.of(1))).toBe(ErrorCode.OK);
  game.clock.advance(2_000);
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "-2 connection-lost"]);
  expect(far?.closed).toBe(true);
});

test("M7 without grace it goes at once", () => {
  const game = fakeMesh({ disconnectGraceMs: 0 });
  const [far] = game.join(2);
  far?.channels[0]?.receive(1);
  far?.state("disconnected");
  game.mesh.poll();
  expect([game.events, game.mesh.hasPeer(2)]).toEqual([["+2", "-2 connection-lost"], false]);
});

test("M7 durations that are none are refused in words", () => {
  const game = fakeMesh({ disconnectGraceMs: -1, connectTimeoutMs: Number.NaN });
  expect(words).toHaveLength(2);
  game.add(2);
  game.clock.advance(14_999);
  game.mesh.poll();
  expect(game.events).toEqual([]);
  game.clock.advance(1);
  game.mesh.poll();
  expect(game.events).toEqual(["!2 connect-timeout"]);
});

test("M13 a connection that does not open in time is given up", () => {
  const game = fakeClient();
  game.clock.advance(14_999);
  game.mesh.poll();
  expect([game.events, game.mesh.getConnectionStatus()]).toEqual([[], ConnectionStatus.CONNECTING]);
  game.clock.advance(1);
  let during = -1;
  game.mesh.on("peerFailed", () => {
    during = game.mesh.getConnectionStatus();
  });
  game.mesh.poll();
  expect(game.events).toEqual(["!1 connect-timeout"]);
  expect([during, game.mesh.getConnectionStatus()]).toEqual([
    ConnectionStatus.CONNECTING,
    ConnectionStatus.DISCONNECTED,
  ]);
  expect([game.far.closed, game.mesh.hasPeer(1)]).toEqual([true, false]);
});

test("M13 a connection that opened while nobody polled is not given up", () => {
  const game = fakeMesh();
  const { far } = game.add(2);
  game.clock.advance(60_000);
  far.open();
  game.mesh.poll();
  game.clock.advance(60_000);
  game.mesh.poll();
  expect(game.events).toEqual(["+2"]);
});

test("M13 a connection that fails or closes before it opened is reported with its reason", () => {
  const game = fakeMesh();
  const failing = game.add(2).far;
  const closing = game.add(3).connection;
  const open = game.add(4).far;
  const forever = fakeMesh({ connectTimeoutMs: Number.POSITIVE_INFINITY });
  forever.add(2);
  failing.state("failed");
  closing.close();
  open.channels[0]?.open();
  open.channels[0]?.closeByPeer();
  game.mesh.poll();
  expect(game.events).toEqual(["!2 no-path", "!3 closed-locally", "!4 closed-by-peer"]);
  forever.clock.advance(1e9);
  forever.mesh.poll();
  expect(forever.events).toEqual([]);
});

test("M14 a failed connection goes at once, and the first reason stays", () => {
  const game = fakeMesh();
  const [two, three, four] = game.join(2, 3, 4);
  two?.state("failed");
  three?.closeByPeer();
  three?.state("failed");
  game.mesh.getPeer(4)?.connection.close();
  expect(four?.closed).toBe(true);
  game.mesh.disconnectPeer(4, false, DisconnectReason.KICKED);
  game.mesh.poll();
  expect(game.events.slice(3)).toEqual(["-2 connection-lost", "-3 connection-lost", "-4 kicked"]);
});

test("M14 one channel that closes takes the peer along", () => {
  const game = fakeMesh();
  const [two] = game.join(2, 3);
  two?.channels[2]?.closeByPeer();
  game.mesh.getPeer(3)?.channels[1]?.close();
  game.mesh.poll();
  expect(game.events.slice(2)).toEqual(["-3 closed-locally"]);
  game.mesh.setTargetPeer(2);
  expect(game.mesh.putPacket(Uint8Array.of(1))).toBe(ErrorCode.ERR_UNCONFIGURED);
  game.clock.advance(5_000);
  game.mesh.poll();
  expect(game.events.slice(3)).toEqual(["-2 closed-by-peer"]);
  expect(two?.closed).toBe(true);
});

test("M15 peerDisconnected waits until what the peer sent is read", () => {
  const game = fakeMesh();
  const [two, three] = game.join(2, 3);
  two?.channels[0]?.receive(1);
  two?.channels[0]?.receive(2);
  two?.closeByPeer();
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "+3"]);
  game.mesh.setTargetPeer(2);
  expect(game.mesh.putPacket(Uint8Array.of(9))).toBe(ErrorCode.ERR_UNCONFIGURED);
  expect(words.at(-1)).toBe("putPacket: peer 2 is gone (closed-by-peer)");
  game.mesh.setTargetPeer(0);
  expect(game.mesh.putPacket(Uint8Array.of(9))).toBe(ErrorCode.OK);
  expect(three?.channels[0]?.sent.length).toBe(1);
  game.mesh.getPacket();
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "+3"]);
  expect(game.read()).toEqual(["2/0/2 2"]);
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "+3", "-2 closed-by-peer"]);
});

test("M15 a game that never reads holds a peer for the grace alone", () => {
  const game = fakeMesh({ disconnectGraceMs: 300 });
  const [far] = game.join(2);
  far?.channels[0]?.receive(1);
  far?.state("failed");
  game.mesh.poll();
  game.clock.advance(299);
  game.mesh.poll();
  expect(game.events).toEqual(["+2"]);
  game.clock.advance(1);
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "-2 connection-lost"]);
  expect([game.mesh.getAvailablePacketCount(), game.mesh.getPacketPeer()]).toEqual([0, 0]);
});

test("M15 channels that close one by one are waited for", () => {
  const game = fakeMesh();
  const [far] = game.join(2);
  far?.channels[1]?.closeByPeer();
  far?.channels[2]?.closeByPeer();
  game.mesh.poll();
  far?.channels[0]?.receive(1);
  game.mesh.poll();
  expect(game.read()).toEqual(["2/0/2 1"]);
  game.mesh.poll();
  far?.channels[0]?.receive(2);
  far?.channels[0]?.closeByPeer();
  game.mesh.poll();
  expect(game.read()).toEqual(["2/0/2 2"]);
  expect(game.events).toEqual(["+2"]);
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "-2 closed-by-peer"]);
});

test("M16 a peer that came, sent and went between two polls is heard out", () => {
  const game = fakeMesh();
  const { far } = game.add(2);
  far.open();
  far.channels[0]?.receive(7);
  far.closeByPeer();
  game.mesh.poll();
  expect(game.events).toEqual(["+2"]);
  expect(game.read()).toEqual(["2/0/2 7"]);
  game.mesh.poll();
  expect(game.events).toEqual(["+2", "-2 closed-by-peer"]);
});

test("M18 removePeer reports within the call, if the peer was connected", () => {
  const game = fakeMesh();
  const [two] = game.join(2);
  const { far } = game.add(3);
  two?.channels[0]?.receive(1);
  game.mesh.poll();
  game.mesh.removePeer(2);
  game.mesh.removePeer(3);
  expect(game.events).toEqual(["+2", "-2 closed-locally"]);
  expect([two?.closed, far.closed, game.mesh.getPeers().size]).toEqual([true, true, 0]);
  expect(game.mesh.getAvailablePacketCount()).toBe(0);
  expect(words).toEqual([]);
  game.mesh.removePeer(2);
  expect(words).toEqual(["removePeer(2): there is no such peer"]);
});

test("M18 a client that removes its server is disconnected after the handlers", () => {
  const game = fakeClient();
  game.mesh.removePeer(1);
  expect(game.mesh.getConnectionStatus()).toBe(ConnectionStatus.CONNECTING);
  game.add(1).far.open();
  game.mesh.poll();
  let during = -1;
  game.mesh.on("peerDisconnected", () => {
    during = game.mesh.getConnectionStatus();
  });
  game.mesh.removePeer(1);
  expect([during, game.mesh.getConnectionStatus()]).toEqual([
    ConnectionStatus.CONNECTED,
    ConnectionStatus.DISCONNECTED,
  ]);
});

test("M19 disconnectPeer closes now and reports in a later poll", () => {
  const game = fakeMesh();
  const [two, three] = game.join(2, 3);
  two?.channels[0]?.receive(1);
  game.mesh.poll();
  const connecting = game.add(4);
  game.mesh.disconnectPeer(2);
  game.mesh.disconnectPeer(3, false, DisconnectReason.KICKED);
  game.mesh.disconnectPeer(4);
  expect([two?.closed, three?.closed, game.events]).toEqual([true, true, ["+2", "+3"]]);
  expect(game.mesh.getPeer(2)?.connection.getConnectionState()).toBe(ConnectionState.CLOSED);
  game.mesh.poll();
  expect(game.events.slice(2)).toEqual(["-2 closed-locally", "-3 kicked", "!4 closed-locally"]);
  expect(connecting.far.closed).toBe(true);
  game.mesh.disconnectPeer(2);
  expect(words).toEqual(["disconnectPeer(2): there is no such peer"]);
});

test("M19 by force there is no event", () => {
  const game = fakeMesh();
  const [two] = game.join(2);
  game.mesh.disconnectPeer(2, true);
  game.mesh.poll();
  expect([game.events, two?.closed, game.mesh.hasPeer(2)]).toEqual([["+2"], true, false]);
  const client = fakeClient();
  client.mesh.disconnectPeer(1, true);
  expect([client.mesh.getConnectionStatus(), client.mesh.getUniqueId()]).toEqual([ConnectionStatus.DISCONNECTED, 5]);
});

test("M20 a client that lost its server keeps its id and can connect again", () => {
  const game = fakeClient();
  game.far.open();
  game.mesh.poll();
  game.far.closeByPeer();
  game.mesh.poll();
  expect([game.mesh.getUniqueId(), game.mesh.getConnectionStatus()]).toEqual([5, ConnectionStatus.DISCONNECTED]);
  expect(game.mesh.putPacket(Uint8Array.of(1))).toBe(ErrorCode.ERR_UNCONFIGURED);
  expect(game.mesh.createClient(6)).toBe(ErrorCode.ERR_ALREADY_IN_USE);
  game.add(1).far.open();
  game.mesh.poll();
  expect(game.mesh.getConnectionStatus()).toBe(ConnectionStatus.CONNECTED);
  expect(game.events).toEqual(["+1", "-1 closed-by-peer", "+1"]);
});
