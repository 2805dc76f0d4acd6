import { afterEach, beforeEach, expect, test } from "vitest";
import { CODE_ALPHABET, LOBBY_LIST_ROOM, LOBBY_PROTOCOL_VERSION } from "../../src/lobby/protocol.ts";
import { type LobbyServer, type LobbyServerOptions, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { joinOptions, post, RawLobbyClient, socketUrlOf } from "../support/raw-lobby-client.ts";
import { until } from "../support/until.ts";

let server: LobbyServer;
const options: LobbyServerOptions = { port: 0, iceServers: [], createBurst: 1_000, joinBurst: 1_000 };

beforeEach(async () => {
  server = await startLobbyServer(options);
});
afterEach(() => server.close());

const create = (more: object = {}): Promise<RawLobbyClient> => RawLobbyClient.create(server.url, more);
const join = (code: string, more: object = {}): Promise<RawLobbyClient> => RawLobbyClient.join(server.url, code, more);
const watch = (gameId = "raw/1"): Promise<RawLobbyClient> => {
  const request = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId };
  return RawLobbyClient.enter(server.url, `/matchmake/joinOrCreate/${LOBBY_LIST_ROOM}`, request);
};
/** The same with another signature. */
const forged = (token: string): string => token.replace(/\.[\w-]+$/, `.${"A".repeat(43)}`);
const ping = (attempt: number): object => ({ kind: "retry", attempt });

test("V1 the creator is peer 1 and host of a lobby with a code of five letters", async () => {
  const host = await create({ name: "Ice", profile: { name: "Ann" }, metadata: { map: "floe" }, maxPeers: 3 });
  expect(host.received[0]?.type).toBe("welcome");
  expect(host.welcome).toMatchObject({
    seat: { code: host.code, peerId: 1, token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) },
    code: expect.stringMatching(new RegExp(`^[${CODE_ALPHABET}]{5}$`)),
    name: "Ice",
    maxPeers: 3,
    hostId: 1,
    locked: false,
    metadata: { map: "floe" },
    members: [{ peerId: 1, profile: { name: "Ann" } }],
  });
});

test("V1 the welcome does not wait for the client's word that it is in, and what comes later does", async () => {
  const host = await create({ maxPeers: 8 });
  const { body } = await post(server.url, `/matchmake/joinById/${host.code}`, joinOptions);
  const silent = new RawLobbyClient(socketUrlOf(server.url, body), false);
  await silent.hears("welcome", { code: host.code });
  const other = await RawLobbyClient.join(server.url, host.code);
  await host.hears("joined", { member: { peerId: other.peerId, profile: {} } });
  expect(silent.received.map(({ type }) => type)).toEqual(["welcome"]);
  silent.sendBytes(Uint8Array.of(10));
  await silent.hears("joined", { member: { peerId: other.peerId, profile: {} } });
  expect(silent.all("welcome")).toHaveLength(1);
});

test("V2 who joins gets a random id, and everybody hears of it", async () => {
  const host = await create({ maxPeers: 8 });
  const ids = new Set<number>();
  for (let i = 0; i < 7; i++) {
    const guest = await join(host.code, { profile: { number: i } });
    expect(guest.peerId).toBeGreaterThan(1);
    expect(guest.peerId).toBeLessThanOrEqual(2_147_483_647);
    ids.add(guest.peerId);
    await host.hears("joined", { member: { peerId: guest.peerId, profile: { number: i } } });
    expect(guest.welcome["members"]).toHaveLength(i + 2);
    expect(guest.all("joined")).toEqual([]);
  }
  expect(ids.size).toBe(7);
});

test("V3 every refusal has its code", async () => {
  const host = await create({ maxPeers: 2, password: "snow" });
  await expect(join("ACDEF")).rejects.toThrow("ACDEF");
  await expect(join(host.code)).rejects.toThrow(/^wrong-password: /);
  await expect(join(host.code, { password: "snor" })).rejects.toThrow(/^wrong-password: /);
  await expect(join(host.code, { password: "" })).rejects.toThrow(/^wrong-password: /);
  await expect(join(host.code, { password: "snow", gameId: "raw/2" })).rejects.toThrow(/^wrong-version: /);
  await expect(join(host.code, { password: "snow", protocolVersion: 9 })).rejects.toThrow(/^wrong-version: /);
  await expect(join(host.code, { password: "snow", surprise: 1 })).rejects.toThrow(/^invalid-options: /);
  await expect(join(host.code, { password: 5 })).rejects.toThrow(/^invalid-options: /);
  await expect(create({ protocolVersion: 9 })).rejects.toThrow(/^wrong-version: /);
  for (const bad of [{ maxPeers: 1 }, { maxPeers: 33 }, { name: "" }, { name: "a\nb" }, { metadata: { a: {} } }]) {
    await expect(create(bad)).rejects.toThrow(/^invalid-options: /);
  }
  const guest = await join(host.code, { password: "snow" });
  await expect(join(host.code, { password: "snow" })).rejects.toThrow(/^full: /);
  host.send("lock", { locked: true });
  await guest.hears("lock", { locked: true });
  await expect(join(host.code, { password: "snow" })).rejects.toThrow(/^locked: /);
});

test("V4 a lobby takes no more than maxPeers, even when forty join at once", async () => {
  const host = await create({ maxPeers: 5 });
  const results = await Promise.allSettled(Array.from({ length: 40 }, () => join(host.code)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  for (const result of results) if (result.status === "rejected") expect(String(result.reason)).toContain("full: ");
});

test("V5 the list tells what is public, and nothing else", async () => {
  const list = await watch();
  expect(list.received[0]).toEqual({ type: "lobbies", message: { changed: [], removed: [] } });
  const started = performance.now();
  const host = await create({ name: "Open", password: "snow", metadata: { map: "floe" } });
  await create({ name: "Hidden", isPublic: false });
  await create({ name: "Other game", gameId: "raw/2" });
  const listing = {
    code: host.code,
    name: "Open",
    gameId: "raw/1",
    peers: 1,
    maxPeers: 4,
    hasPassword: true,
    locked: false,
    shape: "mesh",
    metadata: { map: "floe" },
  };
  await list.hears("lobbies", { changed: [listing], removed: [] });
  expect(performance.now() - started).toBeLessThan(2_000);
  await join(host.code, { password: "snow" });
  await list.hears("lobbies", { changed: [{ ...listing, peers: 2 }] });
  host.send("metadata", { metadata: { map: "sea" } });
  await list.hears("lobbies", { changed: [{ ...listing, peers: 2, metadata: { map: "sea" } }] });
  host.send("lock", { locked: true });
  await list.hears("lobbies", { changed: [{ ...listing, peers: 2, locked: true, metadata: { map: "sea" } }] });
  const newcomer = await watch();
  expect(newcomer.last("lobbies")?.["changed"]).toHaveLength(1);
  const told = JSON.stringify([list.received, newcomer.received]);
  expect(told).not.toMatch(/Hidden|Other game|snow|secret/);
});

test("V6 signals reach the member they name, stamped, and never leave the lobby", async () => {
  const [host, other] = [await create(), await create()];
  const [a, b] = [await join(host.code), await join(host.code)];
  const outsider = await join(other.code);
  a.send("signal", { to: b.peerId, signal: ping(1) });
  expect(await b.hears("signal")).toEqual({ from: a.peerId, signal: ping(1) });
  a.send("signal", { to: outsider.peerId, signal: ping(2) });
  a.send("signal", { to: a.peerId, signal: ping(3) });
  a.send("signal", { to: 77, signal: ping(4) });
  a.send("signal", { to: host.peerId, signal: ping(5) });
  await host.hears("signal", { from: a.peerId, signal: ping(5) });
  expect([b, outsider, a, host].map((each) => each.all("signal").length)).toEqual([1, 0, 0, 1]);
});

test("V7 the lowest id becomes host, and only the host may lock, kick and describe", async () => {
  const host = await create();
  const guests = [await join(host.code), await join(host.code), await join(host.code)];
  const [first, second, third] = guests.sort((a, b) => a.peerId - b.peerId) as [
    RawLobbyClient,
    RawLobbyClient,
    RawLobbyClient,
  ];
  host.leave();
  await second.hears("left", { peerId: 1, reason: "left", hostId: first.peerId });
  second.send("lock", { locked: true });
  second.send("metadata", { metadata: { map: "mine" } });
  second.send("kick", { peerId: third.peerId });
  expect(await second.hears("undone", { type: "lock" })).toEqual({ type: "lock" });
  expect(await second.hears("undone", { type: "metadata" })).toEqual({ type: "metadata" });
  expect(await second.hears("undone", { type: "kick" })).toEqual({ type: "kick", peerId: third.peerId });
  // Nor may a host remove itself, or the one whom it stands in for.
  for (const peerId of [first.peerId, 1]) {
    first.send("kick", { peerId });
    expect(await first.hears("undone", { peerId })).toEqual({ type: "kick", peerId });
  }
  first.send("lock", { locked: true });
  await third.hears("lock", { locked: true });
  first.vanish();
  await third.hears("left", { peerId: first.peerId, reason: "lost", hostId: second.peerId });
});

test("V8 a kick is told to all, closes the kicked one's socket, and voids its seat", async () => {
  const host = await create();
  const [guest, witness] = [await join(host.code), await join(host.code)];
  host.send("kick", { peerId: guest.peerId });
  const notice = { peerId: guest.peerId, reason: "kicked", hostId: 1 };
  expect(await guest.hears("left")).toEqual(notice);
  expect(await witness.hears("left")).toEqual(notice);
  expect(await host.hears("left")).toEqual(notice);
  expect(await guest.closes()).toEqual({ code: 4100, reason: expect.stringContaining("kicked: ") });
  await expect(join(host.code, { token: guest.token })).rejects.toThrow(/^unknown-seat: /);
  witness.vanish();
  await host.hears("left", { peerId: witness.peerId, reason: "lost" });
  host.send("kick", { peerId: witness.peerId });
  await host.hears("left", { peerId: witness.peerId, reason: "kicked" });
  await expect(join(host.code, { token: witness.token })).rejects.toThrow(/^unknown-seat: /);
});

test("V9 a lost seat is held for whoever has its token, and for no one else", async () => {
  const host = await create({ maxPeers: 2, password: "snow" });
  const guest = await join(host.code, { password: "snow" });
  const { peerId, token } = guest;
  host.send("lock", { locked: true });
  await guest.hears("lock");
  guest.vanish();
  await host.hears("left", { peerId: guest.peerId, reason: "lost" });
  host.send("lock", { locked: false });
  await host.hears("lock", { locked: false });
  await expect(join(host.code, { password: "snow" })).rejects.toThrow(/^full: /);
  host.send("lock", { locked: true });
  await expect(join(host.code, { token: forged(token) })).rejects.toThrow(/^unknown-seat: /);
  const again = await join(host.code, { token });
  expect(again.welcome).toMatchObject({ seat: { code: host.code, peerId }, hostId: 1 });
  expect(host.all("joined")).toHaveLength(2);
  again.leave();
  await host.hears("left", { peerId, reason: "left" });
  await expect(join(host.code, { token: again.token })).rejects.toThrow(/^unknown-seat: /);
});

test("V9 a seat keeps its profile for who comes back without one", async () => {
  const host = await create();
  const guest = await join(host.code, { profile: { name: "Bob" } });
  const { peerId, token } = guest;
  guest.send("profile", { profile: { name: "Bobby" } });
  await host.hears("profile", { peerId });
  guest.vanish();
  await host.hears("left", { peerId, reason: "lost" });
  const again = await join(host.code, { profile: undefined, token });
  expect(again.welcome["members"]).toContainEqual({ peerId, profile: { name: "Bobby" } });
  expect(host.all("joined").at(-1)).toEqual({ member: { peerId, profile: { name: "Bobby" } } });
  const newest = await join(host.code, { profile: { name: "Rob" }, token: again.token });
  expect(newest.welcome["members"]).toContainEqual({ peerId, profile: { name: "Rob" } });
  const nobody = await join(host.code, { profile: undefined });
  expect(nobody.welcome["members"]).toContainEqual({ peerId: nobody.peerId, profile: {} });
});

test("V9 a seat is given back by whoever has its token, and needs no coming in", async () => {
  const host = await create({ maxPeers: 2 });
  const guest = await join(host.code);
  const { peerId, token } = guest;
  const leaves = (paper: string) => join(host.code, { token: paper, leaves: true });
  await expect(leaves(forged(token))).rejects.toThrow(/^unknown-seat: that is no seat/);
  expect(guest.isOpen).toBe(true);
  // Before the server has noticed that its socket is dead.
  await expect(leaves(token)).rejects.toThrow(/^unknown-seat: .* back$/);
  await host.hears("left", { peerId, reason: "left" });
  await guest.closes();
  const next = await join(host.code);
  next.vanish();
  await host.hears("left", { peerId: next.peerId, reason: "lost" });
  await expect(join(host.code)).rejects.toThrow(/^full: /);
  await expect(join(host.code, { token: next.token, leaves: true })).rejects.toThrow(/ back$/);
  expect((await join(host.code)).welcome["members"]).toHaveLength(2);
  expect(host.all("left")).toHaveLength(2);
});

const restart = async (more: LobbyServerOptions): Promise<void> => {
  await server.close();
  server = await startLobbyServer({ ...options, ...more });
};

test("V9 a seat that was held too long is nobody's", async () => {
  await restart({ seatHoldMs: 300 });
  const host = await create({ maxPeers: 2 });
  const guest = await join(host.code);
  guest.vanish();
  await host.hears("left", { reason: "lost" });
  const newcomer = await until(() => join(host.code).catch(() => null));
  expect(newcomer.peerId).not.toBe(guest.peerId);
  await expect(join(host.code, { token: guest.token })).rejects.toThrow(/^unknown-seat: /);
});

test("V10 a second socket on the same seat replaces the first", async () => {
  const host = await create();
  const older = await join(host.code);
  const newer = await join(host.code, { token: older.token, profile: { page: 2 } });
  expect(newer.peerId).toBe(older.peerId);
  expect(await older.hears("refused")).toMatchObject({ code: "replaced" });
  expect((await older.closes()).code).toBe(4100);
  expect(host.received.slice(-2).map(({ type }) => type)).toEqual(["left", "joined"]);
  newer.send("signal", { to: 1, signal: ping(1) });
  await host.hears("signal", { from: newer.peerId });
});

test("V18 past maxLobbies there is no more", async () => {
  await restart({ maxLobbies: 2 });
  const [first] = [await create(), await create()];
  await expect(create()).rejects.toThrow(/^server-full: /);
  first.leave();
  await until(() => create().catch(() => null));
});

test("V19 the welcome carries the ice servers", async () => {
  expect((await create()).welcome["iceServers"]).toEqual([]);
  const iceServers = [{ urls: "turn:turn.example.com", username: "u", credential: "c" }];
  await restart({ iceServers });
  expect((await create()).welcome["iceServers"]).toEqual(iceServers);
  await server.close();
  server = await startLobbyServer({ port: 0 });
  expect(JSON.stringify((await create()).welcome["iceServers"])).toContain("stun:");
});

// Another game's player is refused by every lobby there is, in words that name the lobby's own game.
const exists = (code: string): Promise<boolean> =>
  join(code, { gameId: "raw/2" }).then(
    () => true,
    (error) => String(error).includes("raw/1"),
  );

test("V20 a lobby goes with its last member, and stays while a seat is held", async () => {
  const host = await create();
  const guest = await join(host.code);
  host.leave();
  guest.leave();
  await until(async () => !(await exists(host.code)));
  const lonely = await create();
  lonely.vanish();
  await lonely.closes();
  expect(await exists(lonely.code)).toBe(true);
  const again = await join(lonely.code, { token: lonely.token });
  expect(again.welcome).toMatchObject({ seat: { peerId: 1 }, hostId: 1 });
});

test("V20 a lobby that nobody comes back to is gone once its last seat is", async () => {
  await restart({ seatHoldMs: 300 });
  const lonely = await create();
  lonely.vanish();
  await until(async () => !(await exists(lonely.code)));
});

test("V20 a seat that was taken again, kicked or given back keeps no lobby alive", async () => {
  const host = await create();
  host.vanish();
  await host.closes();
  const again = await join(host.code, { token: host.token });
  const guest = await join(host.code);
  guest.vanish();
  await again.hears("left", { peerId: guest.peerId });
  again.send("kick", { peerId: guest.peerId });
  await again.hears("left", { peerId: guest.peerId, reason: "kicked" });
  again.leave();
  await until(async () => !(await exists(host.code)));
  const lonely = await create();
  lonely.vanish();
  await lonely.closes();
  await expect(join(lonely.code, { token: lonely.token, leaves: true })).rejects.toThrow(/ back$/);
  await until(async () => !(await exists(lonely.code)));
});
