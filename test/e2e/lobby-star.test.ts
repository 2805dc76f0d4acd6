import { afterEach, beforeEach, expect, test } from "vitest";
import { type CreateOptions, type Lobby, LobbyClient } from "../../src/lobby/index.ts";
import { LOBBY_PROTOCOL_VERSION } from "../../src/lobby/protocol.ts";
import { type LobbyServer, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { CuttableLine } from "../support/cuttable-line.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeNetwork } from "../support/fake-network.ts";
import { RawLobbyClient } from "../support/raw-lobby-client.ts";
import { until } from "../support/until.ts";
import { WatchedLobby } from "../support/watched-lobby.ts";

collectDiagnostics();

const key = new Uint8Array(32).fill(7);
const options = { iceServers: [], key, createBurst: 1_000, joinBurst: 1_000 };
let server: LobbyServer;
let line: CuttableLine;
let network: FakeNetwork;
let players: WatchedLobby[];

beforeEach(async () => {
  server = await startLobbyServer({ port: 0, ...options });
  line = await CuttableLine.to(server.port);
  network = new FakeNetwork();
  players = [];
});
afterEach(async () => {
  for (const { lobby } of players) lobby.leave();
  line.close();
  await server.close();
});

const client = (url = server.url): LobbyClient =>
  new LobbyClient({ url, gameId: "test/1", timeLimitMs: 4_000, connector: { backend: network.factory, hubs: [77] } });

function watched(lobby: Lobby): WatchedLobby {
  const player = new WatchedLobby(lobby);
  players.push(player);
  return player;
}

const create = async (more: Partial<CreateOptions> = {}, url?: string): Promise<WatchedLobby> =>
  watched(await client(url).create({ name: "Test", shape: "star", ...more }));

const join = async (code: string, url?: string): Promise<WatchedLobby> => watched(await client(url).join(code));

const passes = (condition: () => unknown): Promise<unknown> =>
  until(condition, {
    step: () => {
      for (const { lobby } of players) {
        lobby.poll();
        lobby.peer.poll();
      }
    },
    what: `${condition}; ${players.map(({ lobby }) => `${lobby.localId}: ${lobby.hubs}; ${connected(lobby)}`).join(" | ")}`,
  });

function connected({ peer }: Lobby): number[] {
  return [...peer.getPeers()].flatMap(([id, { connected }]) => (connected ? [id] : [])).sort((a, b) => a - b);
}

const hubsAre = (...ids: readonly number[]): boolean =>
  players.every(({ lobby }) => lobby.state === "ended" || String(lobby.hubs) === String(ids));

test("V37 a lobby's shape is told to who joins, and in the list, and outlives the server", async () => {
  const host = await create();
  const mesh = await create({ shape: "mesh" });
  const plain = watched(await client().create({ name: "Plain" }));
  expect([host, mesh, plain].map(({ lobby }) => lobby.shape)).toEqual(["star", "mesh", "mesh"]);
  const guest = await join(host.lobby.code);
  expect([guest.lobby.shape, guest.lobby.hubs]).toEqual(["star", [1]]);
  const listed = await client().list();
  expect(new Map(listed.map(({ code, shape }) => [code, shape])).get(host.lobby.code)).toBe("star");
  const { port } = server;
  await server.close();
  await host.hears("serverLost");
  server = await startLobbyServer({ ...options, port });
  for (const player of [host, guest]) {
    await until(() => player.lobby.state === "open", {
      step: () => {
        player.lobby.poll();
        player.lobby.retry();
      },
      deadlineMs: 20_000,
    });
  }
  const late = await join(host.lobby.code);
  expect([late.lobby.shape, guest.lobby.shape]).toEqual(["star", "star"]);
});

test("V37 another shape, and a client of an older protocol, are refused", async () => {
  await expect(RawLobbyClient.create(server.url, { shape: "ring" })).rejects.toThrow("invalid-options");
  await expect(RawLobbyClient.create(server.url, { protocolVersion: LOBBY_PROTOCOL_VERSION - 1 })).rejects.toThrow(
    "wrong-version",
  );
  const raw = await RawLobbyClient.create(server.url, {});
  expect(raw.welcome["shape"]).toBe("mesh");
});

test("L26 a mesh has no hubs, whatever the connector's options say, and takes none", async () => {
  const { lobby } = await create({ shape: "mesh" });
  expect([lobby.hubs, lobby.peer.getHubs()]).toEqual([null, null]);
  expect(() => lobby.setHubs([1])).toThrow(expect.objectContaining({ code: "wrong-state" }));
});

test("L26 hubs that are none are refused, and change nothing", async () => {
  const { lobby } = await create();
  for (const ids of [[], [0], ["1"], Array.from({ length: 17 }, (_, index) => index + 1), null]) {
    expect(() => lobby.setHubs(ids as number[])).toThrow(expect.objectContaining({ code: "invalid-options" }));
  }
  expect(lobby.hubs).toEqual([1]);
  lobby.leave();
  expect(() => lobby.setHubs([1])).toThrow(expect.objectContaining({ code: "not-connected" }));
});

test("L27 in a star everybody is connected to the hubs alone: the host, or those that were set", async () => {
  const host = await create();
  const [a, b, c] = [await join(host.lobby.code), await join(host.lobby.code), await join(host.lobby.code)];
  const ids = [a, b, c].map(({ id }) => id).sort((x, y) => x - y);
  await passes(() => connected(host.lobby).length === 3);
  expect([a, b, c].map(({ lobby }) => connected(lobby))).toEqual([[1], [1], [1]]);
  expect(hubsAre(1)).toBe(true);
  // One alone knows of it at first.
  a.lobby.setHubs([1, a.id]);
  await passes(() => connected(a.lobby).length === 3);
  for (const { lobby } of players) lobby.setHubs([1, a.id, a.id, 99]);
  await passes(() => hubsAre(1, a.id));
  const late = await join(host.lobby.code);
  expect(late.lobby.hubs).toEqual([1]);
  await passes(() => connected(late.lobby).join() === [1, a.id].sort((x, y) => x - y).join());
  expect([b, c].map(({ lobby }) => connected(lobby))).toEqual([b, c].map(() => [1, a.id].sort((x, y) => x - y)));
  expect(ids).toHaveLength(3);
});

test("L28 who is gone is no hub, and if none is left the host is; without the server all that were set are", async () => {
  const host = await create({ seatHoldMs: 60_000 }, line.url);
  const [a, b] = [await join(host.lobby.code), await join(host.lobby.code)];
  const staysIn = Math.min(a.id, b.id);
  for (const { lobby } of players) lobby.setHubs([1, a.id]);
  await passes(() => hubsAre(1, a.id) && connected(host.lobby).length === 2 && connected(a.lobby).length === 2);
  line.cut();
  await passes(() => host.lobby.state === "lost" && String(b.lobby.hubs) === `${a.id}`);
  expect([host.lobby.hubs, a.lobby.hubs]).toEqual([[1, a.id], [a.id]]);
  host.lobby.setHubs([b.id, a.id]);
  expect(host.lobby.hubs).toEqual([b.id, a.id]);
  // Nothing of it has closed a connection.
  expect(connected(host.lobby)).toEqual([a.id, b.id].sort((x, y) => x - y));
  line.mend();
  await passes(() => {
    host.lobby.retry();
    return host.lobby.state === "open" && String(a.lobby.hubs) === `1,${a.id}`;
  });
  expect(host.lobby.hostId).toBe(staysIn);
  b.lobby.leave();
  await passes(() => String(host.lobby.hubs) === `${a.id}`);
  a.lobby.leave();
  await passes(() => String(host.lobby.hubs) === "1");
  expect(host.lobby.hostId).toBe(1);
});
