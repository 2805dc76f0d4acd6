import { expect, test } from "vitest";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { ACCEPT, HELLO, RawSession, REFUSE } from "../support/raw-session.ts";
import { collectReportedErrors } from "../support/reported-errors.ts";
import { type MemberOptions, meeting, type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

// Minutes of virtual time, on a machine that may be busy.

const errors = collectReportedErrors();
const messages = defineMessages({
  chat: message<string>(),
  blip: message<number>({ mode: 0 }),
  roll: call<number, number>(),
});
type Table = typeof messages extends { readonly definitions: infer D } ? D : never;

/** Two members with options of their own, after some time. */
function pair(
  one: MemberOptions<Table>,
  other: MemberOptions<Table>,
  passMs = 1_000,
): { sessions: VirtualSessions<Table>; a: SessionMember<Table>; b: SessionMember<Table> } {
  const sessions = new VirtualSessions<Table>({ messages });
  const [a, b] = [sessions.add(1, one), sessions.add(2, other)];
  sessions.pass(passMs);
  return { sessions, a, b };
}

/** A session that a raw peer has met, and speaks to. */
function rawMeeting(options: MemberOptions<Table> = {}): {
  sessions: VirtualSessions<Table>;
  a: SessionMember<Table>;
  raw: RawSession;
} {
  const sessions = new VirtualSessions<Table>({ messages });
  const a = sessions.add(1, options);
  const raw = new RawSession(sessions.addRaw(2), 1);
  sessions.until(() => sessions.mesh.peer(2).peer.getPeer(1)?.connected === true);
  sessions.pass(100);
  raw.read();
  return { sessions, a, raw };
}

test("S4 a peer comes on all sides, whatever their number, the seed and the network", () => {
  for (const [seed, size] of [
    [1, 2],
    [2, 3],
    [3, 8],
    [4, 5],
  ] as const) {
    const network = { seed, link: { latencyMs: 40, jitterMs: 30, lossRatio: 0.1 } };
    const { sessions, all } = meeting(size, { messages }, network);
    sessions.pass(500);
    for (const { id, events, session } of all) {
      const others = all.map((member) => member.id).filter((other) => other !== id);
      expect([...events].sort()).toEqual(others.map((other) => `+${other}`));
      expect([...session.peers].sort()).toEqual(others);
      for (const other of others) expect(session.hasPeer(other)).toBe(true);
      expect([session.hasPeer(id), session.hasPeer(0), session.hasPeer(99)]).toEqual([false, false, false]);
    }
  }
});

test("S4 before a peer has come nothing is sent to it, and nothing of it reaches the game", () => {
  const { sessions, a, raw } = rawMeeting();
  a.session.onMessage("chat", () => expect.unreachable());
  a.session.onMessage("blip", () => expect.unreachable());
  expect([a.session.peers, a.session.hasPeer(2), a.session.statistics(2), a.session.queue(2)]).toEqual([
    [],
    false,
    null,
    null,
  ]);
  expect(a.session.send("chat", "early")).toBe(0);
  expect(a.session.send("blip", 1, { to: 2 })).toBe(0);
  raw.hello(messages.hash);
  raw.unreliable([[17, 1]]);
  sessions.pass(1_000);
  // It accepts, but is not accepted: no messages, no pings, no heartbeats.
  expect(raw.read().map(({ kind }) => kind)).toEqual([HELLO, ACCEPT]);
  expect([a.events, a.session.peers]).toEqual([[], []]);
  raw.accept((raw.body(HELLO) as { e: number }).e);
  sessions.pass(100);
  expect([a.events, a.session.peers]).toEqual([["+2"], [2]]);
  expect(raw.entries(16)).toEqual([]);
  expect(a.session.statistics(2)?.faults).toEqual({});
});

test("S4 what is sent in the handler of peerJoined is heard, and by nobody earlier", () => {
  const sessions = new VirtualSessions<Table>({ messages }, { seed: 9, link: { latencyMs: 30, lossRatio: 0.2 } });
  const heard: string[] = [];
  for (let id = 1; id <= 4; id++) {
    const { session, events } = sessions.add(id);
    session.on("peerJoined", (other) => session.send("chat", `${id} greets`, { to: other }));
    session.onMessage("chat", (text, from) => {
      expect(events).toContain(`+${from}`);
      heard.push(`${id}: ${text}`);
    });
  }
  sessions.until(() => heard.length === 12);
  sessions.pass(100);
  const all = [1, 2, 3, 4].flatMap((id) => [1, 2, 3, 4].filter((o) => o !== id).map((o) => `${id}: ${o} greets`));
  expect(heard.sort()).toEqual(all);
});

test("S5 another game, version or table is refused, in this order, and both sides learn it", () => {
  const other = defineMessages({ chat: message<string>() });
  for (const [one, two, code, words] of [
    [{ game: "x", version: "7", messages: other }, {}, "game", '"game" is not "x"'],
    [{ version: "7", messages: other }, {}, "version", 'version "1" is not "7"'],
    [{ messages: other }, {}, "messages", `table "${messages.hash}" is not "${other.hash}"`],
  ] as const) {
    const { sessions, a, b } = pair(one as MemberOptions<Table>, two);
    expect(a.events).toEqual([expect.stringContaining(`!2 us ${code} `)]);
    expect(a.events[0]).toContain(words);
    expect(b.events).toEqual([expect.stringContaining(`!1 us ${code} `)]);
    expect([a.session.peers, b.session.peers]).toEqual([[], []]);
    sessions.pass(2_000);
    expect([a.peer.getPeer(2)?.connected ?? false, b.peer.getPeer(1)?.connected ?? false]).toEqual([false, false]);
  }
});

test("S5 another protocol is refused before anything else is looked at", () => {
  const { sessions, a, raw } = rawMeeting();
  raw.hello("no table", { p: 2, g: "another", v: "another" });
  sessions.pass(200);
  expect(a.events).toEqual(["!2 us protocol protocol 2 is not 1"]);
  expect(raw.read().at(-1)).toMatchObject({ kind: REFUSE, body: { c: "protocol", w: "protocol 2 is not 1" } });
  expect(a.peer.getPeer(2)?.connected ?? false).toBe(false);
});

test("S5 the game's own check sees what the other said, and its words reach both", () => {
  const seen: unknown[] = [];
  const check = (data: unknown, id: number): string | null => {
    seen.push([data, id]);
    return (data as { token: string }).token === "right" ? null : `no seat for ${id} 🂡`;
  };
  const wrong = pair({ check }, { hello: { token: "wrong" } });
  expect(wrong.a.events).toEqual(["!2 us check no seat for 2 🂡"]);
  expect(wrong.b.events).toEqual(["!1 them check no seat for 2 🂡"]);
  const right = pair({ check, hello: "mine" }, { hello: { token: "right", name: "名" } });
  expect([right.a.events, right.b.events]).toEqual([["+2"], ["+1"]]);
  expect(seen).toEqual([
    [{ token: "wrong" }, 2],
    [{ token: "right", name: "名" }, 2],
  ]);
  expect([right.a.session.helloOf(2), right.b.session.helloOf(1), right.b.session.helloOf(3)]).toEqual([
    { token: "right", name: "名" },
    "mine",
    null,
  ]);
  const unsaid = pair({ check: (data) => (data === null ? "you said nothing" : null) }, {});
  expect(unsaid.b.events).toEqual(["!1 them check you said nothing"]);
});

test("S5 long words are cut, and empty ones refuse too", () => {
  for (const words of ["", "x".repeat(10_000), "🂡".repeat(5_000)]) {
    const { a, b } = pair({ check: () => words }, {});
    expect(a.events).toHaveLength(1);
    expect(b.events).toEqual([`!1 them check ${words.slice(0, 256)}`]);
  }
});

test("S6 a check may answer later, which counts in a later poll", async () => {
  for (const verdict of [null, "no"]) {
    let answer: (verdict: string | null) => void = () => {};
    const { sessions, a, b } = pair({ check: () => new Promise((resolve) => (answer = resolve)) }, {});
    let wakes = 0;
    a.session.wake = () => (wakes += 1);
    expect([a.events, b.events]).toEqual([[], []]);
    answer(verdict);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    expect([a.events, wakes]).toEqual([[], 1]);
    sessions.pass(100);
    expect([a.events, b.events]).toEqual(
      verdict === null ? [["+2"], ["+1"]] : [["!2 us check no"], ["!1 them check no"]],
    );
  }
});

test("S6 an answer after the peer left, after the time was up, or after close changes nothing", async () => {
  const answers: ((verdict: string | null) => void)[] = [];
  const check = (): Promise<string | null> => new Promise((resolve) => answers.push(resolve));
  const left = pair({ check }, {});
  left.b.session.close();
  left.sessions.pass(500);
  // Its own time, and so the end: S80 is about the others'.
  const late = pair({ check }, { limits: { handshakeMs: 60_000 } }, 6_000);
  expect(late.a.events).toEqual(["!2 us no-handshake the handshake took too long"]);
  const closed = pair({ check }, {});
  closed.a.session.close();
  let wakes = 0;
  closed.a.session.wake = () => (wakes += 1);
  for (const answer of answers) answer(null);
  expect(answers).toHaveLength(3);
  await left.sessions.settle(() => true);
  for (const { sessions } of [left, late, closed]) sessions.pass(500);
  expect([left.a.events, late.a.events.length, closed.a.events, wakes]).toEqual([[], 1, [], 0]);
});

test("S6 a check that throws refuses, at once or later, and its error is reported", async () => {
  const thrown = pair(
    {
      check: () => {
        throw new Error("at once");
      },
    },
    {},
  );
  expect(thrown.a.events).toEqual(["!2 us check the game's check failed"]);
  expect(thrown.b.events).toEqual(["!1 them check the game's check failed"]);
  const rejected = pair({ check: async () => Promise.reject(new Error("later")) }, {}, 0);
  await rejected.sessions.settle(() => rejected.b.events.length > 0);
  expect(rejected.b.events).toEqual(["!1 them check the game's check failed"]);
  expect(errors).toEqual(["at once", "later"]);
});

test("S6 a check that slips nothing at all past its type lets nobody in", async () => {
  const { sessions, a } = pair({ check: (async () => undefined) as never }, {}, 0);
  await sessions.settle(() => a.events.length > 0);
  expect(a.events).toEqual(["!2 us check undefined"]);
});

test("S7 a peer that never says hello is refused when the time is up", () => {
  for (const handshakeMs of [300, 5_000]) {
    const sessions = new VirtualSessions<Table>({ messages, limits: { handshakeMs } });
    const a = sessions.add(1);
    const godot = sessions.addRaw(2);
    sessions.until(() => a.peer.getPeer(2)?.connected === true);
    const tookMs = sessions.until(() => a.events.length > 0);
    expect(a.events).toEqual(["!2 us no-handshake the handshake took too long"]);
    expect(Math.abs(tookMs - handshakeMs)).toBeLessThanOrEqual(20);
    sessions.until(() => godot.log.some(([, what]) => what.startsWith("-1")));
  }
});

test("S80 a connection that breaks before both have come is followed by another, whenever that is", () => {
  for (let atMs = 0; atMs <= 100; atMs += 10) {
    const sessions = new VirtualSessions<Table>({ messages }, { seed: 1, link: { latencyMs: 40 } });
    const [a, b] = [sessions.add(1), sessions.add(2)];
    sessions.until(() => [a, b].some(({ id, peer }) => peer.getPeer(3 - id)?.connected === true));
    sessions.pass(atMs);
    sessions.mesh.network.partition([[1], [2]]);
    sessions.pass(6_000);
    sessions.mesh.network.heal();
    sessions.until(() => a.session.hasPeer(2) && b.session.hasPeer(1), 15_000);
    sessions.pass(20_000);
    expect([a.session.peers, b.session.peers]).toEqual([[2], [1]]);
  }
});

test("S80 who is silent on the next connection, too, stays closed; who came in between has another", () => {
  const sessions = new VirtualSessions<Table>({ messages });
  const a = sessions.add(1);
  const godot = sessions.addRaw(2);
  sessions.pass(60_000);
  const late = "!2 us no-handshake the handshake took too long";
  expect(a.events).toEqual([late, late]);
  expect(godot.log.map(([, what]) => what)).toEqual(["+1", "-1 closed-by-peer", "+1", "-1 closed-by-peer"]);
  // Asked for again, it is as new.
  a.connector.retry(2);
  godot.connector.retry(1);
  sessions.pass(60_000);
  expect(a.events).toEqual([late, late, late, late]);
});

test("S7 who says hello and never accepts is refused too", () => {
  const { sessions, a, raw } = rawMeeting();
  raw.hello(messages.hash);
  sessions.pass(4_500);
  expect(a.events).toEqual([]);
  sessions.pass(1_000);
  expect(a.events).toEqual(["!2 us no-handshake the handshake took too long"]);
});

test("S7 who sends something else on the reliable channel is refused at once", () => {
  const good = { p: 1, g: "game", v: "1", t: messages.hash, e: 1, c: 65_536, r: null, d: null };
  const hello = (change: object) => (raw: RawSession) => raw.handshake(HELLO, { ...good, ...change });
  const put =
    (...bytes: number[]) =>
    (raw: RawSession) =>
      raw.put(TransferMode.RELIABLE, Uint8Array.from(bytes));
  const sayings: ((raw: RawSession) => void)[] = [
    put(1),
    put(0x30, 0, 0),
    put(0x30, 0, 0, 0),
    put(0x30, 0, 0, 0, 0xc1),
    put(0xff, 0xff, 0xff, 0xff),
    put(0x10, 0, 0, 0, 16, 1, 0xc0),
    (raw) => raw.handshake(HELLO, null),
    (raw) => raw.handshake(HELLO, []),
    (raw) => raw.handshake(HELLO, {}),
    (raw) => raw.handshake(ACCEPT, { e: 12 }),
    (raw) => raw.handshake(REFUSE, { c: "because", w: "I say so" }),
    (raw) => raw.handshake(REFUSE, { c: "check" }),
    hello({ e: -1 }),
    hello({ e: 0.5 }),
    hello({ e: 2 ** 32 }),
    hello({ c: null }),
    hello({ c: 16_383 }),
    hello({ g: 1 }),
    hello({ t: undefined }),
    hello({ r: [1] }),
    hello({ r: [1, -1] }),
    hello({ r: "again" }),
    hello({ d: "x".repeat(6_000) }),
  ];
  for (const say of sayings) {
    const { sessions, a, raw } = rawMeeting();
    say(raw);
    sessions.pass(100);
    expect(a.events).toEqual([expect.stringContaining("!2 us no-handshake ")]);
    expect(raw.read().at(-1)).toMatchObject({ kind: REFUSE, body: { c: "no-handshake" } });
  }
  // Asked to go on with what it does not know, it begins anew.
  const { sessions, a, raw } = rawMeeting();
  hello({ r: [1, 20_000] })(raw);
  raw.accept((raw.body(HELLO) as { e: number }).e);
  sessions.pass(100);
  expect(a.events).toEqual(["+2"]);
});

test("S7 a hello said twice, or after the handshake, ends it", () => {
  const twice = rawMeeting();
  twice.raw.hello(messages.hash);
  twice.raw.hello(messages.hash);
  twice.sessions.pass(100);
  expect(twice.a.events).toEqual(["!2 us no-handshake what it sent is no handshake of this protocol"]);
  const after = rawMeeting();
  after.raw.hello(messages.hash);
  after.raw.accept((after.raw.body(HELLO) as { e: number }).e);
  after.raw.hello(messages.hash);
  after.sessions.pass(100);
  expect(after.a.events).toEqual(["+2", "-2 malformed-frame"]);
});

test("S7 one that gives up just as it is accepted is a peer that closed, and did nothing wrong", () => {
  const { sessions, a, raw } = rawMeeting();
  raw.hello(messages.hash);
  raw.accept((raw.body(HELLO) as { e: number }).e);
  raw.handshake(REFUSE, { c: "no-handshake", w: "the handshake took too long" });
  sessions.pass(100);
  expect(a.events).toEqual(["+2", "-2 closed-by-peer"]);
});

test("S80 one that gives up just as it is accepted comes anew on the next connection", () => {
  const sessions = new VirtualSessions<Table>({ messages }, { seed: 3, link: { latencyMs: 200 } });
  let answer: (verdict: null) => void = () => {};
  let isFirst = true;
  const check = (): Promise<null> | null => {
    if (!isFirst) return null;
    isFirst = false;
    return new Promise((resolve) => (answer = resolve));
  };
  const a = sessions.add(1, { check });
  const b = sessions.add(2);
  sessions.until(() => b.peer.getPeer(1)?.connected === true);
  sessions.pass(4_900);
  answer(null);
  return sessions
    .settle(() => b.events.length > 0)
    .then(() => {
      sessions.pass(10_000);
      expect(b.events).toEqual(["!1 us no-handshake the handshake took too long", "+1"]);
      expect(a.events).toEqual(["+2", "2 unstable", "-2 replaced", "+2 again"]);
    });
});

test("S6 a peer that waited long for the check is not silent for that", async () => {
  const limits = { handshakeMs: 60_000 };
  let answer: (verdict: null) => void = () => {};
  const { sessions, a, b } = pair(
    { limits, check: () => new Promise((resolve) => (answer = resolve)) },
    { limits },
    20_000,
  );
  answer(null);
  await sessions.settle(() => b.events.length > 0);
  sessions.pass(2_000);
  expect([a.events, b.events]).toEqual([["+2"], ["+1"]]);
});

test("S8 who is connected already is greeted, and nothing that came meanwhile is lost", () => {
  for (const waitMs of [0, 500, 3_000]) {
    const sessions = new VirtualSessions<Table>({ messages });
    const a = sessions.add(1);
    const late = sessions.addRaw(2);
    sessions.until(() => a.peer.getPeer(2)?.connected === true && late.peer.getPeer(1)?.connected === true);
    sessions.pass(waitMs);
    const b = sessions.open(late);
    const c = sessions.add(3);
    sessions.meet();
    expect([a.events, b.events, [...c.events].sort()]).toEqual([
      ["+2", "+3"],
      ["+1", "+3"],
      ["+1", "+2"],
    ]);
  }
});
