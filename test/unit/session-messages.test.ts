import { expect, test } from "vitest";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { flag } from "../../src/codec/flag.ts";
import { layout } from "../../src/codec/layout.ts";
import { u8, u16 } from "../../src/codec/number-fields.ts";
import { text } from "../../src/codec/text-fields.ts";
import { value } from "../../src/codec/value-payload.ts";
import { withSchema } from "../../src/codec/with-schema.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { OfflineMultiplayerPeer } from "../../src/multiplayer/offline-multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { createSession } from "../../src/session/session.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { RawSession } from "../support/raw-session.ts";
import { collectReportedErrors } from "../support/reported-errors.ts";
import { meeting, type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

// Minutes of virtual time, on a machine that may be busy.

const { UNRELIABLE, UNRELIABLE_ORDERED } = TransferMode;
const words = collectDiagnostics();
const errors = collectReportedErrors();

const messages = defineMessages({
  any: message<unknown>(),
  raw: message({ payload: bytes({ maxBytes: 500_000 }), lane: "bulk" }),
  "naïve 名 🂡": message({ payload: layout({ n: u16(), name: text(60), up: flag() }), lane: "input" }),
  blip: message<number>({ mode: UNRELIABLE }),
  rollcall: call<number, number>(),
});
type Table = typeof messages extends { readonly definitions: infer D } ? D : never;

test("S13 what is sent is heard, with value and sender, on every lane and in every size", () => {
  const sizes = [0, 1, 127, 128, 1_100, 4_095, 4_096, 4_097, 16_383, 16_384, 16_385, 70_000, 500_000];
  const values = [null, 0, -1, 1.5, 2 ** 40, "", "🂡".repeat(10_000), [], {}, { a: [{ b: new Uint8Array(3) }] }, true];
  const { sessions, all } = meeting(
    2,
    { messages },
    { seed: 4, link: { latencyMs: 15, lossRatio: 0.03, jitterMs: 9 } },
  );
  const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
  const heard: Record<string, unknown[]> = { any: [], raw: [], naive: [] };
  b.session.onMessage("any", (payload, from) => heard["any"]?.push([payload, from]));
  b.session.onMessage("raw", (payload, from) =>
    heard["raw"]?.push([payload.length, payload.every((x) => x === (payload.length & 255)), from]),
  );
  b.session.onMessage("naïve 名 🂡", (payload, from) => heard["naive"]?.push([payload, from]));
  const named = (n: number) => ({ n, name: "ß".repeat(n % 31), up: n % 2 === 0 });
  for (const size of sizes) a.session.send("raw", new Uint8Array(size).fill(size & 255));
  for (const one of values) a.session.send("any", one);
  for (let n = 0; n < 1_000; n++) a.session.send("naïve 名 🂡", named(n));
  a.session.flush();
  expect([heard["any"], heard["naive"]]).toEqual([[], []]);
  sessions.until(() => heard["raw"]?.length === sizes.length && heard["naive"]?.length === 1_000, 120_000);
  sessions.pass(200);
  expect(heard["raw"]).toEqual(sizes.map((size) => [size, true, 1]));
  expect(heard["any"]).toEqual(values.map((one) => [one, 1]));
  expect(heard["naive"]).toEqual(Array.from({ length: 1_000 }, (_, n) => [named(n), 1]));
});

test("S13 it is heard in poll alone, and the payload may be changed after send", () => {
  const { sessions, all } = meeting(2, { messages });
  const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
  const heard: unknown[] = [];
  b.session.onMessage("raw", (payload) => heard.push([...payload]));
  const payload = Uint8Array.of(1, 2, 3);
  a.session.send("raw", payload);
  payload.fill(9);
  const large = new Uint8Array(9_000).fill(1);
  a.session.send("raw", large);
  large.fill(9);
  a.session.flush();
  sessions.mesh.network.advance(500);
  expect(heard).toEqual([]);
  b.session.poll();
  expect(heard).toEqual([[1, 2, 3], new Array(9_000).fill(1)]);
});

test("S13 what is sent, and who is added, in a handler", () => {
  const { sessions, all } = meeting(3, { messages }, { seed: 2 });
  const [a, b, c] = all as [SessionMember<Table>, SessionMember<Table>, SessionMember<Table>];
  const heard: string[] = [];
  b.session.onMessage("any", (n, from) => {
    b.session.send("any", (n as number) + 1, { to: from });
    b.session.flush();
    b.session.poll();
  });
  const stop = a.session.onMessage("any", (n) => {
    heard.push(`a ${n}`);
    if (n === 3) stop();
    else a.session.send("any", n, { to: 2 });
    a.session.onMessage("blip", () => heard.push(`blip at ${n}`));
  });
  a.session.send("any", 1, { to: 2 });
  sessions.pass(300);
  c.session.send("blip", 0, { to: 1 });
  sessions.pass(100);
  expect(heard).toEqual(["a 2", "a 3", "blip at 2", "blip at 3"]);
});

test("S13 127 types and more: each message finds its handlers", () => {
  const names = Array.from({ length: 1_000 }, (_, i) => `m${i}`);
  const many = defineMessages(Object.fromEntries(names.map((name) => [name, message<number>()])));
  const { sessions, all } = meeting(2, { messages: many });
  const heard: unknown[] = [];
  for (const name of names) all[1]?.session.onMessage(name, (n) => heard.push([name, n]));
  for (const [i, name] of names.entries()) all[0]?.session.send(name, i);
  sessions.pass(100);
  expect(heard).toEqual(names.map((name, i) => [name, i]));
});

test("S14 send reaches all, one, some, or all but one, and tells how many", () => {
  const { sessions, all } = meeting(5, { messages });
  const heard: string[] = [];
  for (const { id, session } of all) session.onMessage("any", (n) => heard.push(`${n}>${id}`));
  const session = all[0]?.session as SessionMember<Table>["session"];
  const counts = [
    session.send("any", "a"),
    session.send("any", "b", {}),
    session.send("any", "c", { to: 3 }),
    session.send("any", "d", { to: [2, 5] }),
    session.send("any", "e", { except: 4 }),
    session.send("any", "f", { to: [] }),
    session.send("any", "g", { to: [2, 3, 2, 99, 1], except: 3 }),
    session.send("any", "h", { to: 99 }),
    session.send("any", "i", { to: 1 }),
    session.send("any", "j", { except: 99 }),
    session.send("any", "k", { to: 0 }),
  ];
  sessions.pass(100);
  expect(counts).toEqual([4, 4, 1, 2, 3, 0, 1, 0, 0, 4, 0]);
  const expected = "a>2 a>3 a>4 a>5 b>2 b>3 b>4 b>5 c>3 d>2 d>5 e>2 e>3 e>5 g>2 j>2 j>3 j>4 j>5";
  expect(heard.sort()).toEqual(expected.split(" "));
});

test("S14 who plays alone sends to nobody", () => {
  const session = createSession({ peer: new OfflineMultiplayerPeer(), game: "g", version: "1", messages });
  expect([session.send("any", 1), session.peers, session.id, session.hostId]).toEqual([0, [], 1, 1]);
  expect([session.statistics(1), session.queue(2)]).toEqual([null, null]);
  session.poll();
  session.flush();
  expect(session.clock.isReference).toBe(true);
  session.close();
});

test("S15 names and values that cannot be sent throw, and nothing is sent to anybody", () => {
  const small = defineMessages({
    any: message<unknown>({ maxBytes: 10 }),
    named: message({ payload: layout({ name: text(5), hp: u8() }) }),
    raw: message({ payload: bytes({ maxBytes: 65_536 }) }),
    big: message({ payload: bytes({ maxBytes: 8_000_000 }) }),
    blip: message<unknown>({ mode: UNRELIABLE }),
    roll: call<number, number>(),
  });
  const { sessions, all } = meeting(3, { messages: small, limits: { messageBytes: 100_000 } });
  const [a, b, c] = all as [(typeof all)[number], (typeof all)[number], (typeof all)[number]];
  for (const name of ["any", "named", "raw", "big", "blip"] as const) {
    for (const { session } of [b, c]) session.onMessage(name, () => expect.unreachable());
  }
  const { session } = a;
  const send = (name: string, payload: unknown) => (): unknown => session.send(name as "any", payload);
  const before = a.session.statistics(2)?.sentMessages;
  for (const [run, code, said] of [
    [send("none", 1), "unknown-message", 'the table has no message "none"'],
    [send("toString", 1), "unknown-message", "toString"],
    [send("roll", 1), "unknown-message", '"roll"'],
    [() => session.onMessage("roll" as never, () => {}), "unknown-message", '"roll"'],
    [() => session.onCall("any" as never, () => {}), "unknown-call", '"any"'],
    [() => session.callWith(2, "any" as never, 1 as never, () => {}), "unknown-call", '"any"'],
    [send("any", "1234567890"), "invalid-payload", 'message "any": it takes 11 bytes, where 10 is the limit'],
    [send("any", () => 1), "invalid-payload", 'message "any": '],
    [send("named", { name: "123456", hp: 1 }), "invalid-payload", "name"],
    [send("named", { name: "1", hp: 256 }), "invalid-payload", "hp"],
    [send("named", null), "invalid-payload", 'message "named": '],
    [send("raw", "text"), "invalid-payload", 'message "raw": "text" is no Uint8Array'],
    [send("raw", new Uint8Array(65_537)), "invalid-payload", "65537 bytes, where 65536 is the limit"],
    [send("big", new Uint8Array(100_001)), "invalid-payload", "it takes 100001 bytes, where 100000 is the limit"],
    [send("blip", "x".repeat(4_346)), "invalid-payload", "it takes 4349 bytes, where 4348 is the limit"],
  ] as const) {
    expect(run, said).toThrow(expect.objectContaining({ code, message: expect.stringContaining(said) }));
  }
  sessions.pass(200);
  expect(a.session.statistics(2)?.sentMessages).toBe(before);
});

test("S15 the longest that may be is heard", () => {
  const longest = defineMessages({
    any: message<string>({ maxBytes: 10 }),
    big: message({ payload: bytes({ maxBytes: 8_000_000 }) }),
    blip: message<string>({ mode: UNRELIABLE }),
  });
  const { sessions, all } = meeting(2, { messages: longest, limits: { messageBytes: 100_000 } });
  const heard: number[] = [];
  all[1]?.session.onMessage("any", (s) => heard.push(s.length));
  all[1]?.session.onMessage("big", (s) => heard.push(s.length));
  all[1]?.session.onMessage("blip", (s) => heard.push(s.length));
  all[0]?.session.send("any", "123456789");
  all[0]?.session.send("big", new Uint8Array(100_000));
  all[0]?.session.send("blip", "x".repeat(4_345));
  sessions.pass(500);
  expect(heard.sort((x, y) => x - y)).toEqual([9, 4_345, 100_000]);
  expect(all[1]?.events).toEqual(["+1"]);
});

test("S15 members may send datagrams of different length to each other", () => {
  const longest = defineMessages({ blip: message<string>({ mode: UNRELIABLE }) });
  const sessions = new VirtualSessions({ messages: longest });
  const a = sessions.add(1, { limits: { datagramBytes: 16_384 } });
  const b = sessions.add(2, { limits: { datagramBytes: 256 } });
  sessions.meet();
  const heard: number[] = [];
  for (const { session } of [a, b]) session.onMessage("blip", (s) => heard.push(s.length));
  a.session.send("blip", "x".repeat(30_000));
  b.session.send("blip", "x".repeat(900));
  sessions.pass(500);
  expect([heard.sort((x, y) => x - y), a.events, b.events]).toEqual([[900, 30_000], ["+2"], ["+1"]]);
});

const rightful = defineMessages({
  start: message<number>({ from: "host" }),
  steer: message<{ ship: number }>({ from: "owner" }),
  takeBack: call<number, string>({ from: "host" }),
  sell: call<{ ship: number }, string>({ from: "owner" }),
});

test("S16 what is the host's or an owner's throws when another sends it", async () => {
  let host = 1;
  const { sessions, all } = meeting(3, {
    messages: rightful,
    hostOf: () => host,
    ownerOf: ({ payload }) => (payload as { ship: number }).ship,
  });
  const [a, b] = all as [(typeof all)[number], (typeof all)[number]];
  const heard: string[] = [];
  for (const { id, session } of all) {
    session.onMessage("start", (n, from) => heard.push(`${id}: start ${n} of ${from}`));
    session.onMessage("steer", ({ ship }, from) => heard.push(`${id}: steer ${ship} of ${from}`));
    session.onCall("takeBack", (_, from) => `took back for ${from}`);
    session.onCall("sell", ({ ship }, from) => `sold ${ship} of ${from}`);
  }
  expect([a.session.send("start", 1), b.session.send("steer", { ship: 2 })]).toEqual([2, 2]);
  const code = "not-allowed";
  const host2 = '"start" is sent by the host, peer 1: this is peer 2';
  expect(() => b.session.send("start", 1)).toThrow(expect.objectContaining({ code, message: host2 }));
  expect(() => a.session.send("steer", { ship: 2 })).toThrow(expect.objectContaining({ code }));
  await expect(b.session.call(1, "takeBack", 1)).rejects.toMatchObject({ code });
  await expect(b.session.call(1, "sell", { ship: 1 })).rejects.toMatchObject({ code });
  const answers: unknown[] = [];
  a.session.callWith(2, "takeBack", 1, (_, answer) => answers.push(answer));
  a.session.callWith(2, "sell", { ship: 1 }, (_, answer) => answers.push(answer));
  sessions.pass(200);
  expect(answers).toEqual(["took back for 1", "sold 1 of 1"]);
  expect(heard.sort()).toEqual(["1: steer 2 of 2", "2: start 1 of 1", "3: start 1 of 1", "3: steer 2 of 2"]);
  host = 2;
  sessions.tick();
  expect([a.session.hostId, b.session.send("start", 2)]).toEqual([2, 2]);
  expect(() => a.session.send("start", 1)).toThrow(expect.objectContaining({ code }));
});

test("S16 what comes from one that may not send it is dropped and counted", () => {
  const sessions = new VirtualSessions({
    messages: rightful,
    ownerOf: ({ payload }) => (payload as { ship: number }).ship,
  });
  const a = sessions.add(1);
  const raw = new RawSession(sessions.addRaw(2), 1);
  sessions.until(() => raw.greet(rightful.hash));
  sessions.pass(50);
  for (const name of ["start", "steer"] as const) a.session.onMessage(name, () => expect.unreachable());
  for (const name of ["takeBack", "sell"] as const) a.session.onCall(name, () => expect.unreachable());
  const ship1 = [0x81, 0xa4, 0x73, 0x68, 0x69, 0x70, 1];
  raw.reliable([16, 1], [17, ...ship1], [18, 1, 1], [19, 2, ...ship1]);
  sessions.pass(50);
  expect(a.session.statistics(2)?.faults).toEqual({ "not-allowed": 4 });
  // The game's own look at it may stumble: that is no right to send.
  raw.reliable([17, 0xc0]);
  sessions.pass(50);
  expect(a.session.statistics(2)?.faults).toEqual({ "not-allowed": 5 });
  expect(errors).toEqual([expect.stringContaining("null")]);
  expect([a.events, a.session.statistics(2)?.receivedMessages]).toEqual([["+2"], 0]);
});

test("S16 without hostOf the host is peer 1, if it is there, and without ownerOf nobody owns anything", () => {
  const sessions = new VirtualSessions({ messages: rightful });
  const [b, c] = [sessions.add(2), sessions.add(3)];
  sessions.meet();
  expect([b.session.hostId, c.session.hostId]).toEqual([0, 0]);
  expect(() => b.session.send("start", 1)).toThrow(expect.objectContaining({ code: "not-allowed" }));
  const a = sessions.add(1);
  sessions.meet();
  expect([a, b, c].map(({ session }) => session.hostId)).toEqual([1, 1, 1]);
  expect(a.session.send("start", 1)).toBe(2);
  for (const { session } of [a, b]) {
    expect(() => session.send("steer", { ship: 1 })).toThrow(expect.objectContaining({ code: "not-allowed" }));
  }
});

test("S17 with echo, what is sent to all is heard here too, in the next poll, as a copy", () => {
  const echoing = defineMessages({
    say: message<{ n: number }>({ echo: true }),
    flash: message<number>({ echo: true, mode: UNRELIABLE }),
    quiet: message<number>(),
  });
  const { sessions, all } = meeting(2, { messages: echoing });
  const [a, b] = all as [(typeof all)[number], (typeof all)[number]];
  const heard: unknown[] = [];
  a.session.onMessage("say", (payload, from) => heard.push([payload, from]));
  a.session.onMessage("flash", (payload, from) => heard.push([payload, from]));
  a.session.onMessage("quiet", () => expect.unreachable());
  const payload = { n: 1 };
  expect(a.session.send("say", payload)).toBe(1);
  payload.n = 2;
  a.session.send("flash", 3);
  a.session.send("quiet", 4);
  a.session.send("say", { n: 5 }, { to: 2 });
  a.session.send("say", { n: 6 }, { to: [1, 2] });
  a.session.flush();
  expect(heard).toEqual([]);
  a.session.poll();
  expect(heard).toEqual([
    [{ n: 1 }, 1],
    [3, 1],
    [{ n: 6 }, 1],
  ]);
  b.session.close();
  sessions.pass(100);
  expect(a.session.send("say", { n: 7 })).toBe(0);
  sessions.pass(50);
  expect(heard.slice(3)).toEqual([[{ n: 7 }, 1]]);
});

test("S17 an echo that this game's own validator refuses is reported, and keeps nothing from going on", () => {
  const schema = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (n: unknown) => (n === 13 ? { issues: [{ message: "thirteen" }] } : { value: n as number }),
    },
  } as const;
  const echoing = defineMessages({ say: message({ payload: withSchema(value<number>(), schema), echo: true }) });
  const session = createSession({ peer: new OfflineMultiplayerPeer(), game: "g", version: "1", messages: echoing });
  const heard: number[] = [];
  session.onMessage("say", (n) => {
    heard.push(n);
    if (n === 14) session.send("say", 15);
  });
  for (const n of [12, 13, 14]) session.send("say", n);
  session.poll();
  expect([heard, errors]).toEqual([[12, 14], ["thirteen"]]);
  session.poll();
  expect(heard).toEqual([12, 14, 15]);
});

test("S18 handlers hear in the order added; one that throws keeps nobody from hearing", () => {
  const { sessions, all } = meeting(2, { messages });
  const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
  const heard: string[] = [];
  const stops = [
    b.session.onMessage("any", (n) => void heard.push(`1 ${n}`)),
    b.session.onMessage("any", () => {
      throw new Error("handler");
    }),
    b.session.onMessage("any", (n) => {
      heard.push(`3 ${n}`);
      stops[0]?.();
      stops[1]?.();
      if (n === "x") b.session.onMessage("any", () => heard.push("late"));
    }),
    b.session.onMessage("any", (n) => void heard.push(`4 ${n}`)),
  ];
  a.session.send("any", "x");
  a.session.send("any", "y");
  sessions.pass(50);
  expect(heard).toEqual(["1 x", "3 x", "4 x", "3 y", "4 y", "late"]);
  expect(errors).toEqual(["handler"]);
});

test("S18 what nobody asked for is told once a name", () => {
  const { sessions, all } = meeting(2, { messages });
  const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
  for (let i = 0; i < 3; i++) {
    a.session.send("any", i);
    a.session.send("blip", i);
    sessions.pass(50);
  }
  expect([...words].sort()).toEqual([
    'message "any" of peer 1 is heard by no onMessage',
    'message "blip" of peer 1 is heard by no onMessage',
  ]);
  const heard: unknown[] = [];
  const stop = b.session.onMessage("any", (n) => heard.push(n));
  a.session.send("any", 3);
  sessions.pass(50);
  stop();
  a.session.send("any", 4);
  sessions.pass(50);
  expect([heard, words.length]).toEqual([[3], 2]);
});

const sequenced = defineMessages({
  ordered: message<number>({ mode: UNRELIABLE_ORDERED }),
  urgent: message<number>({ mode: UNRELIABLE_ORDERED, lane: "input" }),
  plain: message<number>({ mode: UNRELIABLE }),
});

test("S19 stale ordered messages are dropped, by lane; what is unreliable is never heard twice", () => {
  const sessions = new VirtualSessions({ messages: sequenced });
  const a = sessions.add(1);
  const raw = new RawSession(sessions.addRaw(2), 1);
  sessions.until(() => raw.greet(sequenced.hash));
  const heard: string[] = [];
  for (const name of ["ordered", "urgent", "plain"] as const)
    a.session.onMessage(name, (n) => heard.push(`${name} ${n}`));
  const say = (number: number, ...entries: [type: number, value: number][]): void => {
    raw.unreliable(entries, number);
    sessions.pass(30);
  };
  say(5, [16, 50], [16, 51], [18, 52]);
  say(3, [16, 30], [17, 31], [18, 32]);
  say(3, [18, 33]);
  say(4, [17, 40], [16, 41], [18, 42]);
  say(2, [17, 20], [18, 21]);
  say(5, [18, 53]);
  say(300, [16, 1]);
  say(44, [18, 2]);
  say(45, [18, 3]);
  say(45, [18, 4]);
  expect(heard.join(", ")).toBe(
    "ordered 50, ordered 51, plain 52, urgent 31, plain 32, urgent 40, plain 42, plain 21, ordered 1, plain 3",
  );
  expect(a.session.statistics(2)?.faults).toEqual({});
});

test("S19 over a network that reorders, ordered messages come in order and plain ones once", () => {
  for (const seed of [1, 2, 3]) {
    const link = { latencyMs: 20, lossRatio: 0.1, reorderRatio: 0.3, reorderMs: 40, duplicateRatio: 0.1 };
    const { sessions, all } = meeting(2, { messages: sequenced }, { seed, link });
    const heard = { ordered: [] as number[], plain: [] as number[] };
    for (const name of ["ordered", "plain"] as const) all[1]?.session.onMessage(name, (n) => heard[name].push(n));
    for (let n = 0; n < 1_000; n++) {
      for (const name of ["ordered", "plain"] as const) all[0]?.session.send(name, n);
      all[0]?.session.flush();
      if (n % 3 === 0) sessions.tick();
    }
    sessions.pass(500);
    const { ordered, plain } = heard;
    expect(ordered).toEqual([...ordered].sort((x, y) => x - y));
    expect([new Set(plain).size, new Set(ordered).size]).toEqual([plain.length, ordered.length]);
    expect(plain).not.toEqual([...plain].sort((x, y) => x - y));
    expect(plain.length).toBeGreaterThan(800);
    expect(ordered.length).toBeGreaterThan(300);
  }
});

test("S13 a game whose hostOf throws loses nothing else by it", () => {
  const broken = defineMessages({ rule: message<number>({ from: "host" }), chat: message<number>() });
  let host: { id: number } | null = { id: 1 };
  const { sessions, all } = meeting(2, { messages: broken, hostOf: () => (host as { id: number }).id });
  const [a, b] = all as [(typeof all)[number], (typeof all)[number]];
  const heard: unknown[] = [];
  b.session.onMessage("chat", (n) => {
    heard.push(n);
    host = null;
  });
  b.session.onMessage("rule", (n) => heard.push(`rule ${n}`));
  a.session.send("chat", 1);
  a.session.send("rule", 2);
  a.session.send("chat", 3);
  a.session.flush();
  sessions.mesh.network.advance(50);
  b.session.poll();
  host = { id: 1 };
  expect(heard).toEqual([1, 3]);
  expect(errors.length).toBeGreaterThan(0);
});
