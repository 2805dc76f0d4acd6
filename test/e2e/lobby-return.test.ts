import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { systemRandom } from "../../src/base/random.ts";
import { askToCreate, askToJoin } from "../../src/lobby/admission.ts";
import { type CreateOptions, type Lobby, LobbyClient, type LobbyClientOptions } from "../../src/lobby/index.ts";
import { HOST_STAYS_MS } from "../../src/lobby/limits.ts";
import { LobbyLink } from "../../src/lobby/lobby-link.ts";
import { LOBBY_PROTOCOL_VERSION, LOBBY_ROOM, LobbyLimits } from "../../src/lobby/protocol.ts";
import { type LobbyServer, type LobbyServerOptions, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { tally } from "../../src/server/tally.ts";
import { CuttableLine } from "../support/cuttable-line.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { joinOptions, RawLobbyClient } from "../support/raw-lobby-client.ts";
import { until } from "../support/until.ts";
import { WatchedLobby } from "../support/watched-lobby.ts";

// There is no WebRTC here, of which meshes that are polled complain.
collectDiagnostics();

const key = new Uint8Array(32).fill(7);
const options: LobbyServerOptions = { port: 0, iceServers: [], createBurst: 1_000, joinBurst: 1_000, key };
let server: LobbyServer;
let lines: CuttableLine[];
let open: { leave(): void }[];

beforeEach(async () => {
  server = await startLobbyServer(options);
  lines = [];
  open = [];
});
afterEach(async () => {
  for (const each of open) each.leave();
  for (const line of lines) line.close();
  await server.close();
});

const newLine = async (): Promise<CuttableLine> => {
  const line = await CuttableLine.to(server.port);
  lines.push(line);
  return line;
};
const client = (url = server.url, more: Partial<LobbyClientOptions> = {}): LobbyClient =>
  new LobbyClient({ url, gameId: "test/1", timeLimitMs: 4_000, ...more });
const watched = (lobby: Lobby): WatchedLobby => {
  open.push(lobby);
  return new WatchedLobby(lobby);
};
const create = async (more: Partial<CreateOptions> = {}, url?: string): Promise<WatchedLobby> =>
  watched(await client(url).create({ name: "Test", ...more }));
const join = async (code: string, url?: string, password = ""): Promise<WatchedLobby> =>
  watched(await client(url).join(code, { password }));

/** Another server on the same port, which knows nothing of what was before. */
async function restart(more: LobbyServerOptions = {}): Promise<void> {
  const { port } = server;
  await server.close();
  server = await startLobbyServer({ ...options, ...more, port });
}

const poll = (...all: WatchedLobby[]): void => {
  for (const { lobby } of all) lobby.poll();
};
const settled = (all: WatchedLobby[], condition: () => unknown): Promise<unknown> =>
  until(condition, {
    step: () => poll(...all),
    what: `${condition}; ${JSON.stringify(all.map(({ lobby, events }) => [lobby.localId, lobby.state, events]))}`,
  });

test("L14 a lobby that the server forgot is opened again under its code by whoever comes first, as it was", async () => {
  const host = await create({ maxPeers: 4, password: "snow", metadata: { map: "floe" }, profile: { name: "Ann" } });
  const { code } = host.lobby;
  const [bob, cat] = [await join(code, undefined, "snow"), await join(code, undefined, "snow")];
  const witness = await RawLobbyClient.join(server.url, code, { gameId: "test/1", password: "snow" });
  host.lobby.setMetadata({ map: "sea" });
  host.lobby.lock();
  // Once that is signed, everybody is told, and then who left.
  await until(() => {
    const [, facts = ""] = String(witness.last("record")?.["record"] ?? "").split(".");
    const { locked, metadata } = JSON.parse(Buffer.from(facts, "base64url").toString() || "{}");
    return locked === true && metadata?.map === "sea";
  });
  witness.leave();
  for (const each of [host, bob, cat]) await each.hears("memberLeft", witness.peerId, "left");
  const all = [host, bob, cat];
  await restart();
  for (const each of all) await each.hears("serverLost");
  for (const { lobby } of all) lobby.retry();
  await settled(all, () => all.every(({ lobby }) => lobby.state === "open" && lobby.members.size === 3));
  await settled(all, () => all.every(({ lobby }) => lobby.hostId === 1 && lobby.locked));
  for (const each of all) {
    expect(each.lobby).toMatchObject({ code, metadata: { map: "sea" }, maxPeers: 4 });
    expect(each.named("lobbyGone")).toEqual([]);
    expect(each.named("serverBack")).toHaveLength(1);
  }
  expect(host.lobby.isHost).toBe(true);
  host.lobby.lock(false);
  await settled(all, () => !bob.lobby.locked);
  await expect(client().join(code)).rejects.toMatchObject({ code: "wrong-password" });
  await expect(client().join(code, { password: "ice" })).rejects.toMatchObject({ code: "wrong-password" });
  const dan = await join(code, undefined, "snow");
  await bob.hears("memberJoined", { peerId: dan.id, profile: {} });
  await expect(client().join(code, { password: "snow" })).rejects.toMatchObject({ code: "full" });
  const [listed] = await client().list();
  expect(listed).toMatchObject({ code, peers: 4, hasPassword: true, metadata: { map: "sea" } });
});

test("L14 a guest alone opens it again, and stands in for the host until that one comes", async () => {
  const host = await create();
  const line = await newLine();
  const bob = await join(host.lobby.code);
  const cat = await join(host.lobby.code, line.url);
  await host.hears("memberJoined", { peerId: cat.id, profile: {} });
  line.cut();
  await cat.hears("serverLost");
  const away = await newLine();
  away.cut();
  await restart();
  await bob.hears("serverLost");
  bob.lobby.retry();
  await bob.hears("serverBack");
  await settled([bob, host], () => host.lobby.state === "open" && host.lobby.hostId === 1 && bob.lobby.hostId === 1);
  line.mend();
  cat.lobby.retry();
  await settled([bob, host, cat], () => cat.lobby.members.size === 3 && cat.lobby.hostId === 1);
});

test("L14 a server with another key lets nobody open the lobby again: it is gone", async () => {
  const host = await create();
  await restart({ key: new Uint8Array(32).fill(8) });
  await host.hears("serverLost");
  host.lobby.retry();
  await host.hears("lobbyGone");
  expect(host.lobby.state).toBe("gone");
  expect(await client().list()).toEqual([]);
});

test("V28 of many who open a lobby again at once exactly one does, and all sit in one", async () => {
  const host = await RawLobbyClient.create(server.url, { maxPeers: 9 });
  const { code } = host;
  const guests = await Promise.all(Array.from({ length: 7 }, () => RawLobbyClient.join(server.url, code)));
  await restart();
  const { protocolVersion, gameId, profile } = joinOptions;
  const members = [host, ...guests].map(({ peerId }) => peerId);
  const reopen = (who: RawLobbyClient, more: object = {}): Promise<RawLobbyClient> =>
    RawLobbyClient.enter(server.url, `/matchmake/create/${LOBBY_ROOM}`, {
      protocolVersion,
      gameId,
      profile,
      token: who.token,
      record: who.welcome["record"],
      members,
      ...more,
    });
  const opened = await Promise.allSettled(guests.map((guest) => reopen(guest)));
  const [first, ...others] = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  expect(others).toEqual([]);
  for (const each of opened) if (each.status === "rejected") expect(String(each.reason)).toContain("already-open: ");
  const rest = guests.filter(({ peerId }) => peerId !== first?.peerId);
  for (const guest of rest) {
    const back = await RawLobbyClient.join(server.url, code, { token: guest.token });
    expect([back.peerId, back.code]).toEqual([guest.peerId, code]);
  }
  // The host's seat is held for it, though it did nothing; one more than that finds room.
  const newcomer = await RawLobbyClient.join(server.url, code);
  expect(newcomer.welcome["members"]).toHaveLength(8);
  await expect(RawLobbyClient.join(server.url, code)).rejects.toThrow(/^full: /);
});

test("V28 nothing but what the server has signed opens a lobby again", async () => {
  const [host, other] = [await RawLobbyClient.create(server.url), await RawLobbyClient.create(server.url)];
  const guest = await RawLobbyClient.join(server.url, host.code);
  const kicked = await RawLobbyClient.join(server.url, host.code);
  host.send("kick", { peerId: kicked.peerId });
  await guest.hears("left", { peerId: kicked.peerId });
  const record = (await guest.hears("record"))["record"] as string;
  const { protocolVersion, gameId, profile } = joinOptions;
  const reopen = (papers: object): Promise<RawLobbyClient> =>
    RawLobbyClient.enter(server.url, `/matchmake/create/${LOBBY_ROOM}`, {
      ...{ protocolVersion, gameId, profile, members: [], ...papers },
    });
  const papers = { token: guest.token, record };
  await expect(reopen(papers)).rejects.toThrow(/^already-open: /);
  await restart();
  const [head, , signature] = record.split(".");
  const claims = JSON.parse(Buffer.from(record.split(".")[1] as string, "base64url").toString()) as object;
  const changed = Buffer.from(JSON.stringify({ ...claims, hostId: guest.peerId })).toString("base64url");
  const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  const wrong: readonly [string, object][] = [
    ["a record that was changed", { ...papers, record: `${head}.${changed}.${signature}` }],
    ["one without a signature", { ...papers, record: `${none}.${changed}.AA` }],
    ["a token of another lobby", { ...papers, token: other.token }],
    ["a record of another lobby", { ...papers, record: other.welcome["record"] }],
    ["a token for a record", { ...papers, record: guest.token }],
    ["a record for a token", { token: guest.welcome["record"], record }],
    ["the token of who was kicked", { ...papers, token: kicked.token }],
    ["another game", { ...papers, gameId: "raw/2" }],
  ];
  for (const [title, each] of wrong) await expect(reopen(each), title).rejects.toThrow(/^unknown-seat: /);
  for (const each of [
    { ...papers, record: "x".repeat(9_000) },
    { ...papers, members: Array(40).fill(3) },
  ]) {
    await expect(reopen(each)).rejects.toThrow(/^invalid-options: /);
  }
  const again = await reopen(papers);
  expect(again.welcome).toMatchObject({ code: host.code, seat: { peerId: guest.peerId }, hostId: guest.peerId });
  await expect(RawLobbyClient.join(server.url, host.code, { token: kicked.token })).rejects.toThrow(/^unknown-seat: /);
  await expect(RawLobbyClient.join(server.url, host.code, { token: other.token })).rejects.toThrow(/^unknown-seat: /);
  again.leave();
});

test("V24 tokens are bound to lobby, game and incarnation, and end", async () => {
  const [host, other] = [await RawLobbyClient.create(server.url), await RawLobbyClient.create(server.url)];
  const guest = await RawLobbyClient.join(server.url, host.code);
  const back = (code: string, token: string, more: object = {}): Promise<RawLobbyClient> =>
    RawLobbyClient.join(server.url, code, { token, ...more });
  await expect(back(other.code, guest.token)).rejects.toThrow(/^unknown-seat: /);
  await expect(back(host.code, other.token)).rejects.toThrow(/^unknown-seat: /);
  await expect(back(host.code, guest.welcome["record"] as string)).rejects.toThrow(/^invalid-options|^unknown-seat: /);
  await expect(back(host.code, "no token")).rejects.toThrow(/^invalid-options: /);
  const second = await back(host.code, guest.token);
  // The answer to it may have been lost: until it is known to have come, the one before is good.
  const third = await back(host.code, guest.token);
  third.send("ack", { received: 0 });
  third.send("profile", { profile: { page: 3 } });
  await host.hears("profile", { profile: { page: 3 } });
  await expect(back(host.code, guest.token)).rejects.toThrow(/^replaced: /);
  await expect(back(host.code, second.token, { leaves: true })).rejects.toThrow(/^replaced: /);
  expect((await back(host.code, third.token)).peerId).toBe(guest.peerId);

  let nowMs = 0;
  await restart({ calendar: { nowMs: () => nowMs }, tokenLifeMs: 10_000 });
  const late = await RawLobbyClient.create(server.url);
  nowMs = 9_000;
  const renewed = await back(late.code, late.token);
  nowMs = 11_000;
  await expect(back(late.code, late.token)).rejects.toThrow(/^unknown-seat: /);
  expect((await back(late.code, renewed.token)).peerId).toBe(1);
});

test("V25 the lobby's creator says how long seats are held, within the server's bounds", async () => {
  const host = await RawLobbyClient.create(server.url, { seatHoldMs: 1_200, maxPeers: 2 });
  expect(host.welcome["seatHoldMs"]).toBe(1_200);
  const guest = await RawLobbyClient.join(server.url, host.code);
  guest.vanish();
  await host.hears("left", { peerId: guest.peerId });
  await expect(RawLobbyClient.join(server.url, host.code)).rejects.toThrow(/^full: /);
  const newcomer = (): Promise<RawLobbyClient | null> => RawLobbyClient.join(server.url, host.code).catch(() => null);
  await until(newcomer, { step: () => {}, deadlineMs: 10_000 });
  await expect(RawLobbyClient.join(server.url, host.code, { token: guest.token })).rejects.toThrow(/^unknown-seat: /);
  const long = await RawLobbyClient.create(server.url, { seatHoldMs: 9e15 });
  const short = await RawLobbyClient.create(server.url, { seatHoldMs: 0 });
  expect([long.welcome["seatHoldMs"], short.welcome["seatHoldMs"]]).toEqual([600_000, 1_000]);
});

interface Seated {
  readonly line: CuttableLine;
  readonly link: LobbyLink;
  /** Attempts of the signals that came, by sender. */
  heard(from: number): number[];
}

/** One member's line to the lobby, without a mesh. */
async function seated(code?: string): Promise<Seated> {
  const line = await newLine();
  const access = { url: line.url, timeLimitMs: 4_000, clock: systemClock };
  const request = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId: "test/1", profile: {} };
  const lobby = { name: "Test", maxPeers: 8, isPublic: false, metadata: {} };
  const admission =
    code === undefined ? await askToCreate(access, { ...request, ...lobby }) : await askToJoin(access, code, request);
  const link = new LobbyLink(admission, access, "test/1", {}, systemRandom);
  open.push(link);
  const signals: [number, number][] = [];
  return {
    line,
    link,
    heard(from) {
      for (let event = link.signaller.receive(); event !== undefined; event = link.signaller.receive()) {
        if (event.kind === "signal") signals.push([event.from, event.signal.attempt]);
      }
      return signals.filter(([sender]) => sender === from).map(([, attempt]) => attempt);
    },
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const say = ({ link }: Seated, to: Seated, ...attempts: number[]): void => {
  for (const attempt of attempts) link.signaller.send(to.link.signaller.localId, { kind: "echo", attempt });
};
const idOf = ({ link }: Seated): number => link.signaller.localId;

test("V26 signals that were under way when a line was lost come when it is back, once each and in order", async () => {
  const a = await seated();
  const b = await seated(a.link.seat.code);
  // Heard of each other.
  await until(() => {
    a.heard(0);
    say(b, a, 1);
    return a.heard(idOf(b)).length > 0;
  });
  const before = a.heard(idOf(b)).length;
  for (let round = 0; round < 5; round++) {
    const base = 100 + round * 100;
    await until(() => {
      say(a, b, base);
      b.heard(0);
      return b.heard(idOf(a)).at(-1) === base;
    });
    const between = (attempts: readonly number[]): number[] =>
      attempts.filter((each) => each > base && each < base + 50);
    const wanted = upTo(20).map((each) => base + each);
    a.line.stall();
    const read = tally.messagesIn + wanted.length;
    // Neither side knows yet that nothing comes through.
    say(a, b, ...wanted);
    say(b, a, ...wanted);
    await until(() => tally.messagesIn >= read);
    a.line.cut();
    await until(() => a.link.state === "lost");
    a.line.mend();
    a.link.retry();
    await until(() => a.link.state === "open");
    say(a, b, base + 99);
    await until(() => {
      say(b, a, base + 99);
      return b.heard(idOf(a)).includes(base + 20) && a.heard(idOf(b)).includes(base + 99);
    });
    expect([between(b.heard(idOf(a))), between(a.heard(idOf(b)))]).toEqual([wanted, wanted]);
  }
  expect(before).toBeGreaterThan(0);
});

test("L29 a line that hangs while a connection is to be mended is found out soon, and the signal arrives by the next", async () => {
  const a = await seated();
  const b = await seated(a.link.seat.code);
  const lost = (): (string | undefined)[] => {
    const reasons: (string | undefined)[] = [];
    for (let notice = a.link.next(); notice !== undefined; notice = a.link.next()) {
      if (notice.kind === "lost") reasons.push(notice.reason);
    }
    return reasons;
  };
  const ask = (attempt: number): void => a.link.signaller.send(idOf(b), { kind: "probe", attempt });
  await until(() => {
    a.heard(0);
    ask(1);
    return b.heard(idOf(a)).length > 0;
  });
  expect(lost()).toEqual([]);
  a.line.stall();
  ask(77);
  await until(() => a.link.state === "lost");
  // Of what it asks by now some goes by connections that are kept from before.
  a.line.cut();
  a.line.mend();
  await until(() => {
    a.link.retry();
    return b.heard(idOf(a)).includes(77);
  });
  expect([lost(), a.link.state]).toEqual([["the lobby server left 2 pings unanswered that were in a hurry"], "open"]);
});

test("V28, V29 the host of before is told as one who stands in, and leaves its place to whom most say", async () => {
  const host = await create();
  const guests = [await join(host.lobby.code), await join(host.lobby.code), await join(host.lobby.code)];
  await settled([host, ...guests], () => guests.every(({ lobby }) => lobby.members.size === 4));
  const [bob, cat, dan] = guests.sort((a, b) => a.id - b.id) as [WatchedLobby, WatchedLobby, WatchedLobby];
  await restart();
  for (const each of [host, ...guests]) await each.hears("serverLost");
  for (const each of [bob, cat]) {
    each.lobby.retry();
    await each.hears("serverBack");
  }
  await settled([bob, cat], () => bob.lobby.hostId === bob.id && cat.lobby.hostId === bob.id);
  host.lobby.retry();
  for (const each of [bob, cat]) await each.hears("hostChanged", 1, "stands-in");
  dan.lobby.retry();
  await dan.hears("serverBack");
  await host.hears("serverBack");
  for (const { lobby } of [bob, cat, dan]) lobby.proposeHost(dan.id, 1);
  for (const each of [host, ...guests]) await settled([each], () => each.lobby.hostId === dan.id);
  await host.hears("hostChanged", dan.id, "agreed");
  host.lobby.proposeHost(bob.id, 5);
  dan.lobby.setMetadata({ map: "reef" });
  await bob.hears("metadataChanged", { map: "reef" });
  expect(bob.lobby.hostId).toBe(dan.id);
});

test("L30 some seconds after the server has said who is host it is told that it still is", async () => {
  const clock = new ManualClock();
  const host = watched(await client(server.url, { clock }).create({ name: "Test" }));
  const stayed: number[] = [];
  host.lobby.on("hostStayed", (peerId) => stayed.push(peerId));
  const guest = await join(host.lobby.code);
  await host.hears("memberJoined", { peerId: guest.id, profile: {} });
  host.lobby.proposeHost(guest.id, 1);
  await host.hears("hostChanged", guest.id);
  clock.advance(HOST_STAYS_MS - 1);
  host.lobby.poll();
  expect(stayed).toEqual([]);
  clock.advance(1);
  host.lobby.poll();
  clock.advance(HOST_STAYS_MS);
  host.lobby.poll();
  expect(stayed).toEqual([guest.id]);
  guest.lobby.leave();
  await host.hears("hostChanged", 1);
  host.lobby.leave();
  clock.advance(HOST_STAYS_MS);
  host.lobby.poll();
  expect(stayed).toHaveLength(1);
});

test("V26 past the bound of what is kept the line goes on, and only those are lost", async () => {
  const a = await seated();
  const b = await seated(a.link.seat.code);
  const witness = await seated(a.link.seat.code);
  await until(() => {
    say(b, a, 1);
    return a.heard(idOf(b)).length > 0;
  });
  a.line.stall();
  const sdp = "x".repeat(LobbyLimits.signal.sdpLength - 100);
  const count = Math.ceil((LobbyLimits.keptSignalBytes * 1.5) / sdp.length);
  for (let attempt = 101; attempt <= 100 + count; attempt++) {
    const offer = { kind: "description", attempt, type: "offer", sdp, candidates: [] } as const;
    b.link.signaller.send(idOf(a), offer);
  }
  // What comes after them has come: so have they.
  await until(() => {
    say(b, witness, 1);
    return witness.heard(idOf(b)).includes(1);
  });
  const comeBack = async (word: number): Promise<number[]> => {
    a.line.cut();
    await until(() => a.link.state === "lost");
    a.line.mend();
    a.link.retry();
    await until(() => a.link.state === "open");
    await until(() => {
      say(b, a, word);
      return a.heard(idOf(b)).includes(word);
    });
    return a.heard(idOf(b)).filter((attempt) => attempt > 100 && attempt <= 100 + count);
  };
  // The last of them are whole; and none comes twice, when the line is lost once more.
  const late = await comeBack(7_777);
  expect(late.length).toBeLessThan(count);
  expect(late).toEqual(
    upTo(count)
      .slice(count - late.length)
      .map((each) => 100 + each),
  );
  expect(await comeBack(8_888)).toEqual(late);
  expect(b.link.state).toBe("open");
});

test("V26 who says it has read more than there was is let go", async () => {
  const host = await RawLobbyClient.create(server.url);
  const guest = await RawLobbyClient.join(server.url, host.code);
  guest.send("ack", { received: 1 });
  expect(await guest.hears("refused")).toMatchObject({ code: "misbehaved" });
  const other = await RawLobbyClient.join(server.url, host.code);
  const back = await RawLobbyClient.join(server.url, host.code, { token: other.token, resume: { received: 99 } });
  // It is another page, then.
  expect(back.welcome["resumed"]).toBeNull();
});

test("V29 most of those present make one of them host, once the one before is gone", async () => {
  const host = await create();
  const guests = [await join(host.lobby.code), await join(host.lobby.code), await join(host.lobby.code)];
  guests.sort((a, b) => a.id - b.id);
  const [low, middle, high] = guests as [WatchedLobby, WatchedLobby, WatchedLobby];
  for (const each of guests) await settled([host, ...guests], () => each.lobby.members.size === 4);
  for (const { lobby } of guests) lobby.proposeHost(high.id, 1);
  host.lobby.setProfile({ done: true });
  await middle.hears("profileChanged", 1);
  expect(middle.lobby.hostId).toBe(1);
  host.lobby.leave();
  // They had agreed before.
  for (const each of guests) await each.hears("hostChanged", high.id);
  expect([low.lobby.hostTerm, high.lobby.isHost]).toEqual([1, true]);
  high.lobby.lock();
  await low.hears("lockChanged", true);
  // While that one stands nobody can be voted into its place.
  low.lobby.proposeHost(low.id, 5);
  middle.lobby.proposeHost(low.id, 5);
  low.lobby.setProfile({ done: true });
  await middle.hears("profileChanged", low.id);
  expect(middle.lobby.hostId).toBe(high.id);
  expect(() => low.lobby.proposeHost(0, 1)).toThrow(expect.objectContaining({ code: "invalid-options" }));
  expect(() => low.lobby.proposeHost(1, 0)).toThrow(expect.objectContaining({ code: "invalid-options" }));
  expect(() => host.lobby.proposeHost(low.id, 1)).toThrow(expect.objectContaining({ code: "not-connected" }));
});

test("V35 in a lobby that was opened again nobody is kept out by names of others", async () => {
  const host = await RawLobbyClient.create(server.url, { maxPeers: 3 });
  const { code, token, welcome } = host;
  const guests = [await RawLobbyClient.join(server.url, code), await RawLobbyClient.join(server.url, code)];
  await restart();
  const { protocolVersion, gameId, profile } = joinOptions;
  const request = { protocolVersion, gameId, profile, token, record: welcome["record"], members: [1, 901, 902, 903] };
  await RawLobbyClient.enter(server.url, `/matchmake/create/${LOBBY_ROOM}`, request);
  await expect(RawLobbyClient.join(server.url, code)).rejects.toThrow(/^full: /);
  for (const guest of guests) {
    const back = await RawLobbyClient.join(server.url, code, { token: guest.token });
    expect(back.peerId).toBe(guest.peerId);
  }
});

test("V34 a host that stays makes another host at once, and is none itself any more", async () => {
  const host = await create();
  const [bob, cat] = [await join(host.lobby.code), await join(host.lobby.code)];
  await settled([host, bob, cat], () => [host, bob, cat].every(({ lobby }) => lobby.members.size === 3));
  host.lobby.proposeHost(cat.id, 1);
  for (const each of [host, bob, cat]) await each.hears("hostChanged", cat.id);
  expect([host, bob, cat].map(({ lobby }) => [lobby.isHost, lobby.hostTerm])).toEqual([
    [false, 1],
    [false, 1],
    [true, 1],
  ]);
  cat.lobby.kick(host.id);
  await host.hears("kicked");
});

test("L22 a page that is loaded again comes back by its stored seat", async () => {
  const stored = new Map<string, string>();
  const rememberSeat = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  };
  const host = await create();
  const line = await newLine();
  const first = client(line.url, { rememberSeat });
  expect(first.storedSeat()).toBeNull();
  const older = watched(await first.join(host.lobby.code));
  expect(first.storedSeat()).toEqual(older.lobby.seat);
  // Each sitting-down gives a new one, which is stored at once, polled or not.
  line.cut();
  await older.hears("serverLost");
  line.mend();
  older.lobby.retry();
  await until(() => first.storedSeat()?.token !== older.lobby.seat.token);
  const second = client(server.url, { rememberSeat });
  const newer = watched(await second.comeBack(second.storedSeat() as never));
  expect(newer.id).toBe(older.id);
  await older.hears("removed", "replaced");
  // What the older page forgets is not the newer one's.
  expect(second.storedSeat()).toEqual(newer.lobby.seat);
  newer.lobby.leave();
  expect(second.storedSeat()).toBeNull();
  stored.set("tickmesh-seat:test/1", '{"code":"x"}');
  expect(second.storedSeat()).toBeNull();
  const forbidden = {
    getItem(): never {
      throw new Error("forbidden");
    },
    setItem(): never {
      throw new Error("forbidden");
    },
    removeItem(): never {
      throw new Error("forbidden");
    },
  };
  const careless = client(server.url, { rememberSeat: forbidden });
  const guest = watched(await careless.join(host.lobby.code));
  expect(careless.storedSeat()).toBeNull();
  guest.lobby.leave();
  // There is none in Node.
  expect(client(server.url, { rememberSeat: true }).storedSeat()).toBeNull();
});
