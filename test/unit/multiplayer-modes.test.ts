import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { MAX_PEER_ID } from "../../src/base/peer-id.ts";
import { seededRandom } from "../../src/base/random.ts";
import { ConnectionStatus, TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { OfflineMultiplayerPeer } from "../../src/multiplayer/offline-multiplayer-peer.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMesh, fakeMesh } from "../support/fake-mesh.ts";

const words = collectDiagnostics();
const {
  OK,
  ERR_INVALID_PARAMETER,
  ERR_UNCONFIGURED,
  ERR_ALREADY_IN_USE,
  ERR_ALREADY_EXISTS,
  ERR_UNAUTHORIZED,
  FAILED,
} = ErrorCode;

test("M1 ids are whole numbers from 1 to 2,147,483,647, and a client's is not 1", () => {
  for (const id of [0, -1, 1.5, Number.NaN, MAX_PEER_ID + 1, 2 ** 32 + 2, "7" as unknown as number]) {
    const peer = new WebRTCMultiplayerPeer();
    expect([id, peer.createMesh(id), peer.createClient(id)]).toEqual([
      id,
      ERR_INVALID_PARAMETER,
      ERR_INVALID_PARAMETER,
    ]);
    expect(peer.getConnectionStatus()).toBe(ConnectionStatus.DISCONNECTED);
  }
  expect(new WebRTCMultiplayerPeer().createClient(1)).toBe(ERR_INVALID_PARAMETER);
  expect(new WebRTCMultiplayerPeer().createMesh(1)).toBe(OK);
  expect(new WebRTCMultiplayerPeer().createMesh(MAX_PEER_ID)).toBe(OK);
  expect(new WebRTCMultiplayerPeer().createClient(MAX_PEER_ID)).toBe(OK);
  expect(words.at(-1)).toContain("createClient: id 1");
});

test("M2 addPeer reports the first thing that is wrong", () => {
  const none = new FakeMesh();
  const { connection } = none.connection();
  expect(none.mesh.addPeer(connection, 0, -1)).toBe(ERR_UNCONFIGURED);

  const client = new FakeMesh();
  client.mesh.createClient(5);
  client.mesh.refuseNewConnections = true;
  expect(client.mesh.addPeer(connection, 2)).toBe(ERR_INVALID_PARAMETER);
  expect(client.mesh.addPeer(connection, 1)).toBe(ERR_UNAUTHORIZED);

  const server = new FakeMesh();
  server.mesh.createServer();
  expect(server.mesh.addPeer(connection, 1)).toBe(ERR_INVALID_PARAMETER);

  const { mesh } = fakeMesh();
  mesh.refuseNewConnections = true;
  for (const id of [0, -5, 2.5, 2 ** 31, 2 ** 32 + 9, 1])
    expect(mesh.addPeer(connection, id)).toBe(ERR_INVALID_PARAMETER);
  for (const lifetime of [-1, 0.5, 65_536, Number.NaN])
    expect(mesh.addPeer(connection, 2, lifetime)).toBe(ERR_INVALID_PARAMETER);
  expect(mesh.addPeer(null as never, 2)).toBe(ERR_UNAUTHORIZED);
  mesh.refuseNewConnections = false;
  for (const wrong of [null, undefined, {}]) expect(mesh.addPeer(wrong as never, 2)).toBe(ERR_INVALID_PARAMETER);
  expect(mesh.addPeer(connection, 2)).toBe(OK);

  const closed = none.connection().connection;
  closed.close();
  expect(mesh.addPeer(closed, 2)).toBe(ERR_INVALID_PARAMETER);
  const other = none.connection().connection;
  expect(mesh.addPeer(other, 2)).toBe(ERR_ALREADY_EXISTS);
  expect(mesh.getPeer(2)?.connection).toBe(connection);

  other.createDataChannel("mine", { negotiated: true, id: 3 });
  expect(mesh.addPeer(other, 3)).toBe(FAILED);
  expect(mesh.hasPeer(3)).toBe(false);
});

test("M3 the channels have Godot's labels and ids, and are really unreliable where they say so", () => {
  const game = new FakeMesh();
  game.mesh.createMesh(1, [TransferMode.RELIABLE, TransferMode.UNRELIABLE_ORDERED, TransferMode.UNRELIABLE]);
  const { connection, far } = game.connection();
  expect(game.mesh.addPeer(connection, 2, 1_000)).toBe(OK);
  expect(
    far.channels.map(({ facts: c }) => [c.label, c.id, c.negotiated, c.ordered, c.maxPacketLifeTime, c.maxRetransmits]),
  ).toEqual([
    ["reliable", 1, true, true, null, null],
    ["ordered", 2, true, true, 1_000, null],
    ["unreliable", 3, true, false, 1_000, null],
    ["4", 4, true, true, null, null],
    ["5", 5, true, true, 1, null],
    ["6", 6, true, false, 40, null],
  ]);

  const usual = game.connection();
  expect(game.mesh.addPeer(usual.connection, 3)).toBe(OK);
  expect(
    usual.far.channels.slice(1, 3).map(({ facts: c }) => [c.label, c.maxPacketLifeTime, c.maxRetransmits]),
  ).toEqual([
    ["ordered", 1, null],
    ["unreliable", 40, null],
  ]);
});

test("M6 servers and meshes are connected from the start, clients connecting", () => {
  const read = (peer: WebRTCMultiplayerPeer): number[] => [peer.getConnectionStatus(), peer.getUniqueId()];
  const [server, mesh, client] = [
    new WebRTCMultiplayerPeer(),
    new WebRTCMultiplayerPeer(),
    new WebRTCMultiplayerPeer(),
  ];
  expect([server.createServer(), mesh.createMesh(7), client.createClient(7)]).toEqual([OK, OK, OK]);
  expect(read(server)).toEqual([ConnectionStatus.CONNECTED, 1]);
  expect(read(mesh)).toEqual([ConnectionStatus.CONNECTED, 7]);
  expect(read(client)).toEqual([ConnectionStatus.CONNECTING, 7]);
});

test("M11 nobody is added while new connections are refused", () => {
  const game = fakeMesh();
  game.join(2);
  game.mesh.refuseNewConnections = true;
  expect(game.mesh.addPeer(game.connection().connection, 3)).toBe(ERR_UNAUTHORIZED);
  game.mesh.poll();
  expect([...game.mesh.getPeers().keys()]).toEqual([2]);
});

test("M12 close forgets everything but the transfer settings, without an event", () => {
  const game = fakeMesh();
  const [two] = game.join(2);
  two?.channels[0]?.receive(1);
  game.mesh.poll();
  Object.assign(game.mesh, { transferMode: TransferMode.UNRELIABLE, transferChannel: 3, refuseNewConnections: true });
  game.mesh.setTargetPeer(2);
  game.mesh.close();
  game.mesh.poll();
  expect(game.events).toEqual(["+2"]);
  expect(two?.closed).toBe(true);
  expect(game.mesh.getUniqueId()).toBe(0);
  expect(game.mesh.getConnectionStatus()).toBe(ConnectionStatus.DISCONNECTED);
  expect(game.mesh.getPeers().size).toBe(0);
  expect([game.mesh.getAvailablePacketCount(), game.mesh.getPacketPeer()]).toEqual([0, 0]);
  expect(game.mesh.putPacket(new Uint8Array(1))).toBe(ERR_UNCONFIGURED);
  expect(game.mesh.addPeer(game.connection().connection, 2)).toBe(ERR_UNCONFIGURED);
  expect([game.mesh.transferMode, game.mesh.transferChannel, game.mesh.refuseNewConnections]).toEqual([0, 3, true]);

  Object.assign(game.mesh, { transferChannel: 0, refuseNewConnections: false });
  expect(game.mesh.createMesh(9)).toBe(OK);
  expect(game.mesh.putPacket(new Uint8Array(1))).toBe(OK);
});

test("M21 a second create, and bad extra channels, change nothing", () => {
  const { mesh } = fakeMesh();
  expect([mesh.createMesh(4), mesh.createServer(), mesh.createClient(4)]).toEqual(Array(3).fill(ERR_ALREADY_IN_USE));
  expect(mesh.getUniqueId()).toBe(1);
  const fresh = new FakeMesh();
  const bad = [[3], [-1], [1.5], [Number.NaN], [true], ["2"], [2, 7], "2", null, 2, Array(254).fill(2)];
  for (const extras of bad) expect(fresh.mesh.createMesh(4, extras as never)).toBe(ERR_INVALID_PARAMETER);
  expect([fresh.mesh.getUniqueId(), fresh.mesh.getConnectionStatus()]).toEqual([0, ConnectionStatus.DISCONNECTED]);
  expect(fresh.mesh.createMesh(4)).toBe(OK);
  expect(fresh.mesh.addPeer(fresh.connection().connection, 2)).toBe(OK);
  expect(fresh.mesh.getPeer(2)?.channels.length).toBe(3);

  const many = new FakeMesh();
  expect(many.mesh.createMesh(4, Array(253).fill(TransferMode.RELIABLE))).toBe(OK);
  expect(many.mesh.addPeer(many.connection().connection, 2)).toBe(OK);
});

test("M24 peers can be looked up, in the order they were added", () => {
  const game = fakeMesh();
  const { connection } = game.add(9);
  game.join(3);
  expect([...game.mesh.getPeers()].map(([id, peer]) => [id, peer.connected])).toEqual([
    [9, false],
    [3, true],
  ]);
  expect(game.mesh.getPeer(9)?.connection).toBe(connection);
  expect(game.mesh.getPeer(9)?.channels.map((channel) => channel.getLabel())).toEqual([
    "reliable",
    "ordered",
    "unreliable",
  ]);
  expect([game.mesh.hasPeer(9), game.mesh.hasPeer(4)]).toEqual([true, false]);
  expect(game.mesh.getPeer(4)).toBeNull();
});

test("M27 servers and clients support relaying", () => {
  const supported = (create: (peer: WebRTCMultiplayerPeer) => void): boolean => {
    const peer = new WebRTCMultiplayerPeer();
    create(peer);
    return peer.isServerRelaySupported();
  };
  expect(supported(() => {})).toBe(false);
  expect(supported((peer) => peer.createMesh(2))).toBe(false);
  expect(supported((peer) => peer.createServer())).toBe(true);
  expect(supported((peer) => peer.createClient(2))).toBe(true);
});

test("M28 unique ids lie from 2 to 2,147,483,647", () => {
  const peer = new OfflineMultiplayerPeer();
  const random = seededRandom(1);
  const ids = new Set(Array.from({ length: 1_000 }, () => peer.generateUniqueId(random)));
  expect(ids.size).toBeGreaterThan(990);
  for (const id of ids) expect(Number.isInteger(id) && id >= 2 && id <= MAX_PEER_ID).toBe(true);
  const draws = [0, 1, 0x80000000, 0x80000001, 0xffffffff];
  expect(peer.generateUniqueId({ nextUint32: () => draws.shift() as number })).toBe(MAX_PEER_ID);
  expect(peer.generateUniqueId()).toBeGreaterThan(1);
});

test("M29 an offline peer is a server that nobody joins", () => {
  const peer = new OfflineMultiplayerPeer();
  peer.setTargetPeer(7);
  peer.poll();
  peer.disconnectPeer(2);
  peer.close();
  expect([peer.getConnectionStatus(), peer.getUniqueId(), peer.isServerRelaySupported()]).toEqual([2, 1, false]);
  expect([peer.putPacket(new Uint8Array(3)), peer.putVar({ a: 1 })]).toEqual([OK, OK]);
  expect([peer.getAvailablePacketCount(), peer.getPacketPeer(), peer.getPacketChannel(), peer.getPacketMode()]).toEqual(
    [0, 0, 0, 2],
  );
  expect([peer.getPacket().length, peer.getPacketError()]).toEqual([0, ErrorCode.ERR_UNAVAILABLE]);
});
