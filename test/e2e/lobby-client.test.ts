import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CreateOptions, type JoinOptions, LobbyClient } from "../../src/lobby/index.ts";
import type { Lobby } from "../../src/lobby/lobby.ts";
import type { LobbyList } from "../../src/lobby/lobby-list.ts";
import { LobbyLimits } from "../../src/lobby/protocol.ts";
import { type LobbyServer, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { tally } from "../../src/server/tally.ts";
import { CuttableLine } from "../support/cuttable-line.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { until } from "../support/until.ts";
import { WatchedLobby } from "../support/watched-lobby.ts";

// There is no WebRTC here, of which meshes that are polled complain.
collectDiagnostics();

const generous = { iceServers: [], createBurst: 1_000, joinBurst: 1_000 };
let server: LobbyServer;
let line: CuttableLine;
let open: { leave?(): void; close?(): void }[];

beforeEach(async () => {
  server = await startLobbyServer({ port: 0, ...generous });
  line = await CuttableLine.to(server.port);
  open = [];
});
afterEach(async () => {
  for (const each of open) (each.leave ?? each.close)?.call(each);
  line.close();
  await server.close();
});

const client = (url = server.url, gameId = "test/1"): LobbyClient =>
  new LobbyClient({ url, gameId, timeLimitMs: 4_000 });
const watched = (lobby: Lobby): WatchedLobby => {
  open.push(lobby);
  return new WatchedLobby(lobby);
};
const create = async (options: Partial<CreateOptions> = {}, url?: string): Promise<WatchedLobby> =>
  watched(await client(url).create({ name: "Test", ...options }));
const join = async (code: string, options?: JoinOptions, url?: string): Promise<WatchedLobby> =>
  watched(await client(url).join(code, options));
const watch = (url?: string): LobbyList => {
  const list = client(url).watchLobbies();
  open.push(list);
  return list;
};
const listUntil = (list: LobbyList, condition: () => unknown): Promise<unknown> =>
  until(condition, { step: () => list.poll(), what: `${condition}; ${list.state} ${JSON.stringify(list.entries)}` });

test("L1 create and join settle without any poll", async () => {
  const { lobby } = await create({ profile: { name: "Ann" }, maxPeers: 4, isPublic: false, metadata: { map: "floe" } });
  expect(lobby).toMatchObject({ localId: 1, hostId: 1, isHost: true, name: "Test", maxPeers: 4, state: "open" });
  expect(lobby).toMatchObject({ isPublic: false, locked: false, metadata: { map: "floe" } });
  expect(lobby.peer.getUniqueId()).toBe(1);
  const guest = (await join(lobby.code, { profile: { name: "Bob" } })).lobby;
  expect(guest.peer.getUniqueId()).toBe(guest.localId);
  expect(guest.isHost).toBe(false);
  expect([...guest.members.values()]).toEqual([
    { peerId: 1, profile: { name: "Ann" } },
    { peerId: guest.localId, profile: { name: "Bob" } },
  ]);
});

test("L2 a code is understood as people type it", async () => {
  const { lobby } = await create();
  const [a, b, ...rest] = lobby.code.toLowerCase();
  await join(` ${a}-${b} ${rest.join(" ")}`);
  await expect(client().join("no code at all")).rejects.toMatchObject({ code: "unknown-code" });
  await expect(client().join("")).rejects.toMatchObject({ code: "unknown-code" });
});

test("L3 a caller's mistake is refused before anything is sent", async () => {
  const nowhere = client("http://127.0.0.1:1");
  const wrong: [Partial<CreateOptions>, string][] = [
    [{ name: "" }, "name"],
    [{ name: "x".repeat(33) }, "33 letters"],
    [{ name: "a\nb" }, "control characters"],
    [{ maxPeers: 1 }, "maxPeers 1"],
    [{ maxPeers: 33 }, "maxPeers 33"],
    [{ maxPeers: 2.5 }, "maxPeers 2.5"],
    [{ shape: "ring" as "star" }, 'shape "ring"'],
    [{ password: "x".repeat(65) }, "password"],
    [{ metadata: { text: "x".repeat(1_100) } }, "1024"],
    [{ metadata: { a: {} as string } }, "metadata.a"],
    [{ profile: { a: Number.NaN } }, "profile.a"],
  ];
  for (const [options, words] of wrong) {
    const refused = nowhere.create({ name: "Test", ...options });
    await expect(refused).rejects.toMatchObject({ code: "invalid-options", message: expect.stringContaining(words) });
  }
  expect(() => new LobbyClient({ url: server.url, gameId: "" })).toThrow("gameId");
  for (const url of [
    "not an address",
    "lobby.example.com",
    "localhost:2567",
    "//localhost:2567",
    "file:///lobby",
    "",
  ]) {
    const message = expect.stringMatching(/^url ".*": .*https:/);
    await expect(client(url).create({ name: "Test" })).rejects.toMatchObject({ code: "invalid-options", message });
  }
});

test("L3 nothing that a host says by mistake costs it its seat", async () => {
  const { lobby } = await create();
  for (const peerId of [0, Number.NaN, undefined, "2", 1]) {
    expect(() => lobby.kick(peerId as number)).toThrow(expect.objectContaining({ code: "invalid-options" }));
  }
  expect(() => lobby.lock("yes" as never)).toThrow(expect.objectContaining({ code: "invalid-options" }));
  expect(() => lobby.setProfile([1] as never)).toThrow(expect.objectContaining({ code: "invalid-options" }));
  await expect(client().join(null as never)).rejects.toMatchObject({ code: "unknown-code" });
  lobby.lock();
  await until(() => lobby.locked, { step: () => lobby.poll() });
  expect(lobby.state).toBe("open");
});

test("L10 leaving closes the mesh, also when the lobby has ended before", async () => {
  const host = await create();
  const guest = await join(host.lobby.code);
  await host.hears("memberJoined");
  host.lobby.kick(guest.lobby.localId);
  await guest.hears("kicked");
  guest.lobby.leave();
  expect(guest.lobby.peer.getUniqueId()).toBe(0);
});

test("L4 what the server refuses says why", async () => {
  const { lobby } = await create({ maxPeers: 2, password: "snow" });
  await expect(client().join("ACDEF")).rejects.toMatchObject({ code: "unknown-code", name: "TickmeshError" });
  await expect(client().join(lobby.code)).rejects.toMatchObject({ code: "wrong-password" });
  await expect(client(server.url, "test/2").join(lobby.code)).rejects.toMatchObject({ code: "wrong-version" });
  await join(lobby.code, { password: "snow" });
  for (const options of [{ password: "snow" }, { password: "ice" }, {}]) {
    await expect(client().join(lobby.code, options)).rejects.toMatchObject({ code: "full" });
  }
  lobby.lock();
  await until(() => lobby.locked, { step: () => lobby.poll() });
  await expect(client().join(lobby.code, { password: "snow" })).rejects.toMatchObject({ code: "locked" });
});

test("L4 who asks for a code that no lobby has is told what was typed, and how it was read", async () => {
  const refusal = async (typed: string): Promise<unknown> =>
    client()
      .join(typed)
      .catch(({ code, message }) => [code, message]);
  expect(await refusal("ABCDE")).toEqual(["unknown-code", 'no lobby has the code "ABCDE" (read as A3CDE)']);
  expect(await refusal("ACDEF")).toEqual(["unknown-code", 'no lobby has the code "ACDEF"']);
  expect(await refusal("ABC")).toEqual(["unknown-code", 'no lobby has the code "ABC"']);
});

test("L5 a server that is not there, or does not answer, is unreachable in time", async () => {
  await expect(client("http://127.0.0.1:1").create({ name: "Test" })).rejects.toMatchObject({
    code: "server-unreachable",
  });
  const mute = createServer(() => {});
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
  const hasty = new LobbyClient({ url, gameId: "test/1", timeLimitMs: 200 });
  await expect(hasty.create({ name: "Test" })).rejects.toMatchObject({ code: "server-unreachable" });
  await expect(hasty.list()).rejects.toMatchObject({ code: "server-unreachable" });
  mute.closeAllConnections();
  mute.close();
  const other = createServer((_, response) => response.writeHead(404).end("<html>"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const wrong = client(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
  await expect(wrong.create({ name: "Test" })).rejects.toMatchObject({ code: "server-unreachable" });
  other.close();
});

test("L6 a watched list follows every change", async () => {
  const list = watch();
  expect([list.state, list.entries]).toEqual(["connecting", []]);
  let changes = 0;
  list.on("changed", () => {
    changes += 1;
  });
  await listUntil(list, () => list.state === "live");
  const { lobby } = await create({ name: "Open", password: "snow" });
  await create({ name: "Hidden", isPublic: false });
  await listUntil(list, () => list.entries.length === 1);
  expect(list.entries[0]).toMatchObject({ code: lobby.code, name: "Open", peers: 1, hasPassword: true });
  expect(await client().list()).toEqual(list.entries);
  expect(await client(server.url, "test/2").list()).toEqual([]);
  const guest = await join(lobby.code, { password: "snow" });
  await listUntil(list, () => list.entries[0]?.peers === 2);
  guest.lobby.leave();
  lobby.setMetadata({ round: 3 });
  await listUntil(list, () => list.entries[0]?.peers === 1 && list.entries[0].metadata["round"] === 3);
  lobby.leave();
  await listUntil(list, () => list.entries.length === 0);
  expect(changes).toBeGreaterThanOrEqual(4);
});

test("L7 a list whose server goes says so, and comes back by itself", async () => {
  const { lobby } = await create();
  const list = watch(line.url);
  await listUntil(list, () => list.entries.length === 1);
  line.cut();
  // It tries again and again: what is read between two tries depends on when.
  await listUntil(list, () => list.state === "unreachable" && list.retryInMs > 0);
  expect(list.error).toMatchObject({ code: "server-unreachable" });
  expect(list.entries).toHaveLength(1);
  await listUntil(list, () => list.retryInMs === 0);
  lobby.leave();
  line.mend();
  list.retry();
  await listUntil(list, () => list.state === "live" && list.entries.length === 0);
  expect(list.error).toBeNull();
  list.close();
  expect(list.state).toBe("closed");
});

test("L8 events and changes come in poll, and wake announces them once", async () => {
  const host = await create();
  let wakes = 0;
  host.lobby.wake = () => {
    wakes += 1;
  };
  const guest = await join(host.lobby.code);
  const other = await join(host.lobby.code);
  guest.lobby.setProfile({ name: "Bob" });
  await other.hears("profileChanged");
  expect(host.events).toEqual([]);
  expect(host.lobby.members.size).toBe(1);
  expect(wakes).toBe(1);
  await until(() => host.lobby.members.size === 3, { step: () => host.lobby.poll() });
  expect(host.named("memberJoined")).toHaveLength(2);
});

test("L9 members, profiles, metadata, lock and host are the same for all", async () => {
  const host = await create({ profile: { name: "Ann" } });
  const [bob, cat] = [await join(host.lobby.code, { profile: { name: "Bob" } }), await join(host.lobby.code)];
  await bob.hears("memberJoined", { peerId: cat.lobby.localId, profile: {} });
  cat.lobby.setProfile({ name: "Cat" });
  host.lobby.setMetadata({ map: "sea" });
  host.lobby.lock();
  for (const each of [host, bob, cat]) {
    await each.hears("profileChanged", cat.lobby.localId, { name: "Cat" });
    await each.hears("metadataChanged", { map: "sea" });
    await each.hears("lockChanged", true);
    expect(each.lobby.metadata).toEqual({ map: "sea" });
    expect(each.lobby.members.get(cat.lobby.localId)?.profile).toEqual({ name: "Cat" });
  }
  const next = Math.min(bob.lobby.localId, cat.lobby.localId);
  host.lobby.leave();
  for (const each of [bob, cat]) {
    await each.hears("hostChanged", next);
    expect(each.named("memberLeft")).toEqual([["memberLeft", 1, "left"]]);
    expect(each.lobby.isHost).toBe(each.lobby.localId === next);
    expect([...each.lobby.members.keys()].sort()).toEqual([bob.lobby.localId, cat.lobby.localId].sort());
  }
});

test("L10 closing the mesh peer leaves the lobby", async () => {
  const host = await create();
  const guest = await join(host.lobby.code);
  await host.hears("memberJoined");
  guest.lobby.peer.close();
  await host.hears("memberLeft", guest.lobby.localId, "left");
  guest.lobby.poll();
  expect(guest.lobby.state).toBe("ended");
  host.lobby.leave();
  host.lobby.leave();
  expect(host.lobby.state).toBe("ended");
  expect(host.lobby.peer.getUniqueId()).toBe(0);
});

test("L11 who is kicked hears so, and so do the others", async () => {
  const host = await create();
  const [bob, cat] = [await join(host.lobby.code), await join(host.lobby.code)];
  host.lobby.kick(bob.lobby.localId);
  await bob.hears("kicked");
  expect(bob.lobby.state).toBe("ended");
  bob.lobby.peer.poll();
  for (const each of [host, cat]) await each.hears("memberLeft", bob.lobby.localId, "kicked");
  expect(() => host.lobby.kick(1)).toThrow("leave()");
});

test("L12 what only the host may do, and what needs the server, throws otherwise", async () => {
  const host = await create({}, line.url);
  const guest = await join(host.lobby.code);
  for (const act of [() => guest.lobby.lock(), () => guest.lobby.kick(1), () => guest.lobby.setMetadata({})]) {
    expect(act).toThrow(expect.objectContaining({ code: "not-host" }));
  }
  line.cut();
  await host.hears("serverLost");
  const acts = [() => host.lobby.lock(), () => host.lobby.setMetadata({}), () => host.lobby.setProfile({})];
  for (const act of acts) expect(act).toThrow(expect.objectContaining({ code: "not-connected" }));
  host.lobby.leave();
  expect(() => host.lobby.setProfile({})).toThrow(expect.objectContaining({ code: "not-connected" }));
});

test("L12, L19 while the game takes its line for whole it may say everything, and what counts is said once it is back", async () => {
  const host = await create({}, line.url);
  line.cut();
  // It is lost, and not polled.
  await until(() => host.lobby.retryInMs > 0);
  expect(host.lobby.state).toBe("open");
  host.lobby.proposeHost(7, 1);
  host.lobby.setProfile({ name: "Ann" });
  host.lobby.lock();
  host.lobby.setMetadata({ map: "reef" });
  host.lobby.lock(false);
  host.lobby.setMetadata({ map: "sea" });
  host.lobby.lock();
  line.mend();
  host.lobby.retry();
  await host.hears("lockChanged", true);
  await host.hears("metadataChanged", { map: "sea" });
  expect(host.events.slice(-3)).toEqual([
    ["profileChanged", 1, { name: "Ann" }],
    ["metadataChanged", { map: "sea" }],
    ["lockChanged", true],
  ]);
  expect(host.lobby).toMatchObject({ state: "open", hostId: 1, locked: true });
});

test("L12 a profile that is set while the server lets a player in again is told, too", async () => {
  const host = await create();
  const guest = await join(host.lobby.code, { profile: { name: "Bob" } }, line.url);
  line.cut();
  await until(() => guest.lobby.retryInMs > 0);
  line.mend();
  guest.lobby.retry();
  // It has asked already.
  guest.lobby.setProfile({ name: "Bea" });
  await host.hears("profileChanged", guest.id, { name: "Bea" });
  await guest.hears("profileChanged", guest.id, { name: "Bea" });
  expect(guest.named("profileChanged")).toHaveLength(1);
});

test("L13 a lobby that lost its server comes back to its seat, and learns who left meanwhile", async () => {
  const host = await create({}, line.url);
  const [bob, cat] = [await join(host.lobby.code), await join(host.lobby.code)];
  await host.hears("memberJoined", { peerId: cat.lobby.localId, profile: {} });
  line.cut();
  await host.hears("serverLost");
  expect(host.lobby.state).toBe("lost");
  expect(host.lobby.retryInMs).toBeGreaterThan(0);
  await bob.hears("memberLeft", 1, "lost");
  const hostId = Math.min(bob.lobby.localId, cat.lobby.localId);
  await bob.hears("hostChanged", hostId);
  cat.lobby.leave();
  await bob.hears("memberLeft", cat.lobby.localId, "left");
  line.mend();
  await host.hears("serverBack");
  await bob.hears("memberJoined", { peerId: 1, profile: {} });
  expect(host.lobby).toMatchObject({ state: "open", localId: 1, hostId: bob.lobby.localId });
  expect(host.named("serverLost")).toHaveLength(1);
  expect(host.events.slice(-3)).toEqual([
    ["serverBack"],
    ["memberLeft", cat.lobby.localId, "lost"],
    ["hostChanged", bob.lobby.localId, "missed"],
  ]);
});

test("L13 whoever leaves when it is told that the server is lost does not come back", async () => {
  const host = await create();
  const guest = await join(host.lobby.code, {}, line.url);
  guest.lobby.wake = () => guest.lobby.poll();
  guest.lobby.on("serverLost", () => guest.lobby.leave());
  line.cut();
  await host.hears("memberLeft", guest.lobby.localId, "lost");
  await guest.hears("serverLost");
  line.mend();
  expect([guest.lobby.state, guest.lobby.retryInMs]).toEqual(["ended", 0]);
});

test("L15 what is sent comes through in order and within the allowance, however much it is", async () => {
  const host = await create();
  const guest = await join(host.lobby.code);
  await host.hears("memberJoined");
  const count = LobbyLimits.burstMessages + 30;
  for (let i = 1; i <= count; i++) guest.lobby.setProfile({ i });
  await host.hears("profileChanged", guest.lobby.localId, { i: count });
  const heard = host.named("profileChanged").map((event) => (event[2] as { i: number }).i);
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  // Of those that had to wait, the latest alone.
  expect(heard.length).toBeLessThan(count);
  expect(guest.lobby.state).toBe("open");
});

test("L16 who comes back from another page replaces the older one", async () => {
  const host = await create();
  const older = await join(host.lobby.code, { profile: { page: 1 } });
  const newer = watched(await client().comeBack(older.lobby.seat, { profile: { page: 2 } }));
  expect(newer.lobby.localId).toBe(older.lobby.localId);
  expect(newer.lobby.code).toBe(host.lobby.code);
  await older.hears("removed", "replaced");
  expect(older.lobby.state).toBe("ended");
  expect(older.lobby.peer.getUniqueId()).toBe(0);
  newer.lobby.setProfile({ page: 3 });
  await host.hears("profileChanged", newer.lobby.localId, { page: 3 });
  await expect(client().comeBack(older.lobby.seat)).rejects.toMatchObject({ code: "replaced" });
  await expect(client().comeBack({ ...newer.lobby.seat, token: "no.token.atall" })).rejects.toMatchObject({
    code: "unknown-seat",
  });
  await expect(client().comeBack({} as never)).rejects.toMatchObject({ code: "invalid-options" });
  expect(newer.lobby.state).toBe("open");
});

test("L16 who comes back has the profile of before, unless another is given", async () => {
  const host = await create();
  const older = await join(host.lobby.code, { profile: { name: "Bob" } });
  const { localId } = older.lobby;
  older.lobby.setProfile({ name: "Bobby", page: 1 });
  await host.hears("profileChanged", localId, { name: "Bobby", page: 1 });
  const profiles = (): unknown[] => [...host.events].filter(([name]) => name === "memberJoined").map(([, one]) => one);
  const newer = watched(await client(line.url).comeBack(older.lobby.seat));
  await until(() => profiles().length === 2, { step: () => host.lobby.poll() });
  expect(profiles().at(-1)).toEqual({ peerId: localId, profile: { name: "Bobby", page: 1 } });
  expect(newer.lobby.members.get(localId)).toEqual({ peerId: localId, profile: { name: "Bobby", page: 1 } });
  // What it was told then it says itself, when its line breaks.
  line.cut();
  await newer.hears("serverLost");
  line.mend();
  newer.lobby.retry();
  await newer.hears("serverBack");
  await until(() => profiles().length === 3, { step: () => host.lobby.poll() });
  expect(profiles().at(-1)).toEqual({ peerId: localId, profile: { name: "Bobby", page: 1 } });
  const newest = watched(await client().comeBack(newer.lobby.seat, { profile: { page: 3 } }));
  await until(() => profiles().length === 4, { step: () => host.lobby.poll() });
  expect(profiles().at(-1)).toEqual({ peerId: localId, profile: { page: 3 } });
  const last = watched(await client().comeBack(newest.lobby.seat, { profile: {} }));
  await until(() => profiles().length === 5, { step: () => host.lobby.poll() });
  expect(profiles().at(-1)).toEqual({ peerId: localId, profile: {} });
  expect(last.lobby.members.get(localId)?.profile).toEqual({});
  const wrong = client().comeBack(last.lobby.seat, { profile: { a: Number.NaN } });
  await expect(wrong).rejects.toMatchObject({ code: "invalid-options" });
});

test("L16 an older page that was out of the server's sight does not come back over the newer one", async () => {
  const host = await create();
  const older = await join(host.lobby.code, {}, line.url);
  const { seat } = older.lobby;
  line.cut();
  await older.hears("serverLost");
  const newer = watched(await client().comeBack(seat));
  newer.lobby.setProfile({ page: 2 });
  await host.hears("profileChanged", seat.peerId, { page: 2 });
  line.mend();
  older.lobby.retry();
  await older.hears("removed", "replaced");
  newer.lobby.poll();
  expect([older.lobby.state, newer.lobby.state]).toEqual(["ended", "open"]);
});

test("L19 what a host asked for just before its line broke is asked for again", async () => {
  const host = await create({ metadata: { map: "floe" } }, line.url);
  line.cut();
  host.lobby.lock();
  host.lobby.setMetadata({ map: "reef" });
  host.lobby.setMetadata({ map: "sea" });
  await host.hears("serverLost");
  line.mend();
  host.lobby.retry();
  await host.hears("lockChanged", true);
  await host.hears("metadataChanged", { map: "sea" });
  expect(host.named("metadataChanged")).toHaveLength(1);
  expect(host.named("notDone")).toEqual([]);
});

test("L19 what it can ask for no more, because somebody else is host now, is told to be not done", async () => {
  const host = await create({}, line.url);
  const [bob, cat] = [await join(host.lobby.code), await join(host.lobby.code)];
  await host.hears("memberJoined", { peerId: cat.lobby.localId, profile: {} });
  line.cut();
  host.lobby.kick(bob.lobby.localId);
  host.lobby.kick(cat.lobby.localId);
  host.lobby.lock();
  await cat.hears("memberLeft", 1, "lost");
  cat.lobby.leave();
  await bob.hears("hostChanged", bob.lobby.localId);
  await host.hears("serverLost");
  line.mend();
  host.lobby.retry();
  await host.hears("notDone", { type: "lock", locked: true });
  expect(host.named("notDone")).toEqual([
    ["notDone", { type: "kick", peerId: bob.lobby.localId }],
    ["notDone", { type: "lock", locked: true }],
  ]);
  expect([host.lobby.state, host.lobby.isHost, bob.lobby.state]).toEqual(["open", false, "open"]);
});

test("L19 whoever leaves when the server is back is told nothing of what was not done", async () => {
  const host = await create({}, line.url);
  const [bob, cat] = [await join(host.lobby.code), await join(host.lobby.code)];
  await host.hears("memberJoined", { peerId: cat.lobby.localId, profile: {} });
  line.cut();
  host.lobby.kick(bob.lobby.localId);
  await cat.hears("memberLeft", 1, "lost");
  cat.lobby.leave();
  await bob.hears("hostChanged", bob.lobby.localId);
  await host.hears("serverLost");
  host.lobby.on("serverBack", () => host.lobby.leave());
  line.mend();
  host.lobby.retry();
  await host.hears("serverBack");
  await until(() => host.lobby.state === "ended");
  expect(host.named("notDone")).toEqual([]);
});

test("L19 whose word as host crosses with the server's that another is, is told, and stays", async () => {
  const host = await create();
  const bob = await join(host.lobby.code);
  await host.hears("memberJoined", { peerId: bob.lobby.localId, profile: {} });
  host.lobby.proposeHost(bob.lobby.localId, 2);
  host.lobby.setMetadata({ map: "reef" });
  host.lobby.lock();
  await host.hears("hostChanged", bob.lobby.localId, "agreed");
  await host.hears("notDone", { type: "lock", locked: true });
  expect(host.named("notDone")).toEqual([
    ["notDone", { type: "metadata", metadata: { map: "reef" } }],
    ["notDone", { type: "lock", locked: true }],
  ]);
  await bob.hears("hostChanged", bob.lobby.localId, "agreed");
  bob.lobby.lock();
  await host.hears("lockChanged", true);
  expect(host.lobby).toMatchObject({ state: "open", metadata: {} });
});

test("L20 who leaves while the server is away gives its seat back once it can be reached", async () => {
  const host = await create({ maxPeers: 2 });
  const guest = await join(host.lobby.code, {}, line.url);
  line.cut();
  await guest.hears("serverLost");
  await host.hears("memberLeft", guest.lobby.localId, "lost");
  await expect(client().join(host.lobby.code)).rejects.toMatchObject({ code: "full" });
  const refused = tally.refusals.get("unknown-seat");
  guest.lobby.leave();
  line.mend();
  const next = await until(
    () =>
      client()
        .join(host.lobby.code)
        .catch(() => null),
    { deadlineMs: 20_000 },
  );
  open.push(next);
  await host.hears("memberJoined", { peerId: next.localId, profile: {} });
  expect(host.named("memberLeft")).toHaveLength(1);
  expect(tally.refusals.get("unknown-seat")).toBe(refused);
});

test("L9 what changed while a lobby was away from its server is told by events too", async () => {
  const host = await create();
  const guest = await join(host.lobby.code, {}, line.url);
  line.cut();
  await guest.hears("serverLost");
  host.lobby.setProfile({ name: "Ann" });
  host.lobby.setMetadata({ map: "sea" });
  host.lobby.lock();
  line.mend();
  guest.lobby.retry();
  await guest.hears("lockChanged", true);
  expect(guest.named("profileChanged")).toEqual([["profileChanged", 1, { name: "Ann" }]]);
  expect(guest.named("metadataChanged")).toEqual([["metadataChanged", { map: "sea" }]]);
});
