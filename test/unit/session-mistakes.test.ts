import { expect, test } from "vitest";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { flag } from "../../src/codec/flag.ts";
import { layout } from "../../src/codec/layout.ts";
import { u8 } from "../../src/codec/number-fields.ts";
import { value } from "../../src/codec/value-payload.ts";
import { withSchema } from "../../src/codec/with-schema.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { OfflineMultiplayerPeer } from "../../src/multiplayer/offline-multiplayer-peer.ts";
import { Allowances } from "../../src/session/allowances.ts";
import { BURST_MS, Intake } from "../../src/session/incoming/intake.ts";
import { DEFAULT_LIMITS } from "../../src/session/limits.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import type { TableEntry } from "../../src/session/messages/table-entry.ts";
import { createSession } from "../../src/session/session.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { RawSession } from "../support/raw-session.ts";
import { collectReportedErrors } from "../support/reported-errors.ts";
import { meeting, type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

const errors = collectReportedErrors();
const lines = collectDiagnostics();

const short = {
  "~standard": {
    version: 1 as const,
    vendor: "test",
    validate: (of: unknown) =>
      typeof of === "string" && of.length < 5 ? { value: of } : { issues: [{ message: "it is too long" }] },
  },
};

const messages = defineMessages({
  chat: message<string>({ perSecond: 2 }),
  blip: message<number>({ perSecond: 10, mode: TransferMode.UNRELIABLE, echo: true }),
  free: message<number>(),
  ask: call<number, number>({ perSecond: 1 }),
  tell: call<number, number>(),
  name: message({ payload: withSchema(value<string>(), short) }),
  spot: message({ payload: layout({ x: u8(), up: flag() }) }),
  rule: message({ from: "host", payload: bytes() }),
});
type Table = typeof messages.definitions;
const [NAME, SPOT, RULE] = [21, 22, 23] as const;

function members(count: number): { sessions: VirtualSessions<Table>; all: readonly SessionMember<Table>[] } {
  const { sessions, all } = meeting(count, { messages });
  for (const { session } of all) {
    for (const name of ["chat", "blip", "free", "name"] as const) session.onMessage(name, () => {});
  }
  return { sessions, all };
}

/** The member of an id. */
function of(all: readonly SessionMember<Table>[], id: number): SessionMember<Table>["session"] {
  return (all[id - 1] as SessionMember<Table>).session;
}

function refusal(code: string, words: string): object {
  return expect.objectContaining({ name: "TickmeshError", code, message: expect.stringContaining(words) });
}

test("S44 reliable messages beyond their own limit throw, and nobody is sent them; time brings more", () => {
  const { sessions, all } = members(3);
  const [a, b, c] = [of(all, 1), of(all, 2), of(all, 3)];
  const heard: string[] = [];
  for (const [i, session] of [b, c].entries()) session.onMessage("chat", (words) => heard.push(`${words}>${i + 2}`));
  for (let i = 0; i < 4; i++) expect(a.send("chat", `${i}`, { to: 2 })).toBe(1);
  const many = refusal("too-many-messages", 'message "chat": peer 2 takes 2 a second');
  expect(() => a.send("chat", "no", { to: 2 })).toThrow(many);
  expect(() => a.send("chat", "no")).toThrow(many);
  expect(a.send("chat", "to the other", { except: 2 })).toBe(1);
  expect(a.send("free", 1)).toBe(2);
  sessions.pass(600);
  expect(a.send("chat", "more")).toBe(2);
  sessions.pass(100);
  expect(heard.sort()).toEqual(["0>2", "1>2", "2>2", "3>2", "more>2", "more>3", "to the other>3"]);
});

test("S44 unreliable ones are shed for the peer, counted, and not in what send gives; the echo is heard", () => {
  const { sessions, all } = members(2);
  const [a, b] = [of(all, 1), of(all, 2)];
  const heard: string[] = [];
  a.onMessage("blip", (n) => heard.push(`own ${n}`));
  b.onMessage("blip", (n) => heard.push(`${n}`));
  const counts = Array.from({ length: 25 }, (_, n) => a.send("blip", n));
  expect(counts).toEqual(Array.from({ length: 25 }, (_, n) => (n < 20 ? 1 : 0)));
  sessions.pass(100);
  expect(heard.filter((one) => one.startsWith("own"))).toHaveLength(25);
  expect(heard.filter((one) => !one.startsWith("own"))).toHaveLength(20);
  const { shedMessages, sentMessages } = a.statistics(2) as NonNullable<ReturnType<typeof a.statistics>>;
  expect([shedMessages, sentMessages]).toEqual([5, 20]);
  expect(a.send("blip", 26)).toBe(1);
});

test("S44 calls too; answers are not counted, and who is not there takes nothing", async () => {
  const { sessions, all } = members(2);
  const [a, b] = [of(all, 1), of(all, 2)];
  for (const session of [a, b]) session.onCall("ask", (n) => n + 1);
  const answers: unknown[] = [];
  const ask = (from: typeof a, to: number): void => from.callWith(to, "ask", 1, (_, answer) => answers.push(answer));
  for (const [from, to] of [
    [a, 2],
    [b, 1],
    [a, 2],
    [b, 1],
  ] as const) {
    ask(from, to);
  }
  const many = refusal("too-many-messages", 'message "ask": peer 2 takes 1 a second');
  expect(() => ask(a, 2)).toThrow(many);
  await expect(a.call(2, "ask", 1)).rejects.toEqual(many);
  for (let i = 0; i < 5; i++) ask(a, 9);
  sessions.pass(100);
  expect(answers.filter((answer) => answer === 2)).toHaveLength(4);
});

test("S44 a message that is refused for one peer is counted for none", () => {
  const { all } = members(3);
  const a = of(all, 1);
  const toAll = (): number => a.send("chat", "all");
  for (let i = 0; i < 4; i++) expect(a.send("chat", "third", { to: 3 })).toBe(1);
  for (let i = 0; i < 20; i++) expect(toAll).toThrow("peer 3 takes 2 a second");
  for (let i = 0; i < 4; i++) expect(a.send("chat", "second", { to: 2 })).toBe(1);
  expect(() => a.send("chat", "second", { to: 2 })).toThrow("peer 2 takes 2 a second");
});

test("S44 who sends as much as it may, and more, is no flood: whatever its network holds back, and whoever stands still", () => {
  const { sessions, all } = members(2);
  const [a, b] = [of(all, 1), of(all, 2)];
  const { network } = sessions.mesh;
  let [sent, heard] = [0, 0];
  b.onMessage("chat", () => {
    heard += 1;
  });
  const hurry = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 10) {
      a.send("blip", passed);
      try {
        sent += a.send("chat", "quick");
      } catch {
        // One too many: the next one may go.
      }
      sessions.tick();
    }
  };
  hurry(5_000);
  network.partition([[1], [2]]);
  hurry(5_000);
  network.heal();
  hurry(5_000);
  all[1]?.device.stall(5_000);
  hurry(10_000);
  sessions.pass(3_000);
  expect(all.flatMap(({ events }) => events).filter((event) => event.startsWith("-"))).toEqual([]);
  expect([b.statistics(1)?.faults, heard]).toEqual([{}, sent]);
  expect(sent).toBeGreaterThan(50);
});

test("S44 who sends as much as it may by a clock that is fast is no flood within days", () => {
  const entry = { ...messages.entries[0], perSecond: 30 } as TableEntry;
  const sender = new Allowances();
  const receiver = new Intake(1, DEFAULT_LIMITS, 0);
  let sent = 0;
  let refused = 0;
  // Four days, in steps of 100 ms by the receiver's clock.
  for (let step = 0; step < 4 * 864_000; step++) {
    const nowMs = step * 100;
    receiver.begin(nowMs);
    while (sender.take(entry, nowMs * 1.0009, BURST_MS)) {
      sent += 1;
      if (!receiver.admits(entry)) refused += 1;
    }
  }
  expect(sent).toBeGreaterThan(4 * 86_400 * 30);
  expect(refused).toBe(0);
});

test("S45 the first fault of a kind in a message is told, in words, and the others are counted", () => {
  const sessions = new VirtualSessions<Table>({ messages, limits: { replaceAfterMs: 60_000 } });
  const a = sessions.add(1);
  a.session.onMessage("name", () => {});
  const raw = new RawSession(sessions.addRaw(2), 1);
  sessions.until(() => raw.greet(messages.hash));
  sessions.pass(50);
  const long = [0xa6, ...new TextEncoder().encode("longer")];
  for (let i = 0; i < 2; i++) {
    raw.reliable([NAME, ...long]);
    raw.reliable([SPOT, 2, 1], [NAME, 0xc1]);
    raw.reliable([90 + i, 1], [RULE, 1]);
    sessions.pass(3_000);
  }
  expect(a.session.statistics(2)?.faults).toEqual({
    "invalid-payload": 2,
    "wrong-payload": 4,
    "unknown-message": 2,
    "not-allowed": 2,
  });
  const said = (what: string): string => `dropped what peer 2 sent: ${what}`;
  expect(lines).toEqual([
    said('invalid-payload "name": it is too long'),
    said('wrong-payload "spot": bits that stand for nothing'),
    expect.stringMatching(/^dropped what peer 2 sent: wrong-payload "name": ./),
    said("unknown-message"),
    said('not-allowed "rule"'),
  ]);
  raw.reliable([1, 1, SPOT, 20, 1]);
  sessions.pass(50);
  expect(lines.slice(5)).toEqual([said('too-large "spot"')]);
  expect(a.events.at(-1)).toBe("-2 too-large");
});

test("S45 a frame that is none is told without a message, and words of the far side's are cut", () => {
  const sessions = new VirtualSessions({
    messages: defineMessages({
      own: message({
        payload: {
          signature: "own",
          maxBytes: 100,
          write: () => {},
          read: () => {
            throw new Error("x".repeat(10_000));
          },
        },
      }),
    }),
  });
  const a = sessions.add(1);
  const raw = new RawSession(sessions.addRaw(2), 1);
  sessions.until(() => raw.greet(a.session.table));
  sessions.pass(50);
  raw.reliable([16, 1]);
  raw.put(TransferMode.RELIABLE, Uint8Array.of(0, 0, 0, 0));
  sessions.pass(50);
  expect(lines).toEqual([expect.any(String), "dropped what peer 2 sent: malformed-frame"]);
  expect(lines[0]?.length).toBeLessThan(320);
});

test("S46 whom a message is for must be ids: else it throws, and nobody is sent it", () => {
  const { sessions, all } = members(3);
  const [a, b] = [of(all, 1), of(all, 2)];
  b.onMessage("free", () => expect.unreachable());
  for (const [options, words] of [
    [{ to: -2 }, "to -2 is no whole number from 0 to 2147483647"],
    [{ to: undefined }, "to undefined is"],
    [{ to: null }, "to null is"],
    [{ to: "2" }, 'to "2" is'],
    [{ to: [2, Number.NaN] }, "to NaN is"],
    [{ to: new Set([2]) }, "to [object Set] is"],
    [{ to: 2_147_483_648 }, "to 2147483648 is"],
    [{ except: -1 }, "except -1 is"],
    [{ except: [2] }, "except [object Array] is"],
    [{ to: 3, except: undefined }, "except undefined is"],
  ] as const) {
    expect(() => a.send("free", 1, options as never), words).toThrow(refusal("invalid-target", words));
  }
  expect([a.send("free", 1, { to: 0 }), a.send("free", 1, { to: [] }), a.send("free", 1, { except: 2 })]).toEqual([
    0, 0, 1,
  ]);
  sessions.pass(100);
});

test("S46 a call goes to another: to oneself, and to what is no id, it is refused", async () => {
  const { all } = members(2);
  const a = of(all, 1);
  const self = refusal("invalid-target", "a call to peer 1, which is this one itself");
  expect(() => a.callWith(1, "tell", 1, () => expect.unreachable())).toThrow(self);
  await expect(a.call(1, "tell", 1)).rejects.toEqual(self);
  await expect(a.call("2" as never, "tell", 1)).rejects.toEqual(refusal("invalid-target", 'to "2" is no whole'));
  const alone = createSession({ peer: new OfflineMultiplayerPeer(), game: "g", version: "1", messages });
  await expect(alone.call(alone.hostId, "tell", 1)).rejects.toEqual(self);
  alone.close();
});

test("S47 a call's handler that fails is told at home, once a call and peer, and its answer if it is none", async () => {
  const { sessions, all } = members(3);
  const [a, b, c] = [of(all, 1), of(all, 2), of(all, 3)];
  b.onCall("tell", (n) => {
    if (n === 0) throw new Error("at once");
    if (n === 1) return Promise.reject(new Error("later"));
    return (() => 1) as never;
  });
  const codes: unknown[] = [];
  for (const n of [0, 1, 2]) a.callWith(2, "tell", n, (error) => codes.push(error?.code));
  await sessions.settle(() => codes.length === 3);
  for (const name of ["ask", "tell"] as const) b.onCall(name, () => Promise.reject(new Error("no")));
  a.callWith(2, "ask", 1, (error) => codes.push(error?.code));
  c.callWith(2, "tell", 1, (error) => codes.push(error?.code));
  a.callWith(2, "tell", 1, (error) => codes.push(error?.code));
  await sessions.settle(() => codes.length === 6);
  expect(lines).toEqual([
    'the handler of "tell" failed for peer 1: at once',
    'the handler of "ask" failed for peer 1: no',
    'the handler of "tell" failed for peer 3: no',
  ]);
  expect(errors).toEqual([]);
});

test("S47 an answer that cannot be written is told at home", () => {
  const { sessions, all } = members(2);
  of(all, 2).onCall("tell", () => (() => 1) as never);
  let code = "";
  of(all, 1).callWith(2, "tell", 1, (error) => {
    code = error?.code ?? "";
  });
  sessions.pass(100);
  expect(code).toBe("call-failed");
  expect(lines).toEqual([expect.stringMatching(/^the handler of "tell" failed for peer 1: message "tell": ./)]);
});

test("S47 nothing is told once nobody waits for the answer", async () => {
  const { sessions, all } = members(2);
  const [a, b] = [of(all, 1), of(all, 2)];
  let handled = 0;
  b.onCall("tell", (_, __, signal) => {
    handled += 1;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("given up"))));
  });
  const controller = new AbortController();
  let code = "";
  const result = (error: { code: string } | null): void => {
    code = error?.code ?? "";
  };
  a.callWith(2, "tell", 1, result, { signal: controller.signal });
  await sessions.settle(() => handled === 1);
  controller.abort();
  await sessions.settle(() => code === "aborted");
  await sessions.settle(() => false, 200).catch(() => {});
  expect([errors, lines]).toEqual([[], []]);
});

test("S48 a mesh has one session at a time", () => {
  const peer = new OfflineMultiplayerPeer();
  const options = { peer, game: "g", version: "1", messages };
  expect(() => createSession({ ...options, game: "" })).toThrow(refusal("invalid-options", "game"));
  const session = createSession(options);
  const { wake } = peer;
  const second = refusal("invalid-options", "createSession: this peer has a session, which was not closed");
  expect(() => createSession(options)).toThrow(second);
  expect(peer.wake).toBe(wake);
  session.close();
  createSession(options).close();
});

test("S48 options and events that do not exist are refused, with those that do", () => {
  const options = { peer: new OfflineMultiplayerPeer(), game: "g", version: "1", messages };
  for (const [more, words] of [
    [{ onReady: 1 }, 'there is no option "onReady", but peer, game, version, messages, hostOf, ownerOf, hello,'],
    [{ toString: 1 }, 'there is no option "toString"'],
    [{ limits: { toString: 1 } }, 'there is no limit "toString"'],
    [{ limits: { messagebytes: 1 } }, 'there is no limit "messagebytes", but datagramBytes, sendBufferBytes,'],
  ] as const) {
    expect(() => createSession({ ...options, ...(more as object) })).toThrow(refusal("invalid-options", words));
  }
  const session = createSession(options);
  const words = 'there is no event "peerConected", but peerJoined, peerLeft, peerRefused, peerUnstable, peerStable';
  for (const name of ["on", "once"] as const) {
    expect(() => session[name]("peerConected" as "progress", () => {})).toThrow(refusal("unknown-event", words));
  }
  expect(session.on("progress", () => {}).once("peerLeft", () => {})).toBe(session);
  session.close();
});
