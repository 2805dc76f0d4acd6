import { expect, test } from "vitest";
import type { TickmeshError } from "../../src/base/tickmesh-error.ts";
import { layout } from "../../src/codec/layout.ts";
import { u8 } from "../../src/codec/number-fields.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { RawSession, varint } from "../support/raw-session.ts";
import { collectReportedErrors } from "../support/reported-errors.ts";
import { meeting, type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

const errors = collectReportedErrors();
const messages = defineMessages({
  double: call<number, number>(),
  echo: call<unknown, unknown>(),
  small: call({ request: layout({ n: u8() }), answer: layout({ n: u8() }), timeoutMs: 300 }),
  say: message<string>(),
});
type Table = typeof messages extends { readonly definitions: infer D } ? D : never;

function two(): { sessions: VirtualSessions<Table>; a: SessionMember<Table>; b: SessionMember<Table> } {
  const { sessions, all } = meeting(2, { messages });
  const [a, b] = all as [SessionMember<Table>, SessionMember<Table>];
  return { sessions, a, b };
}

/** Notes how a call ends: its answer, or the error's code. */
function note(results: unknown[]): (error: TickmeshError | null, answer: unknown) => void {
  return (error, answer) => void results.push(error === null ? answer : error.code);
}

test("S20 a call is answered by a value, or by a promise, in a poll, and in any order", async () => {
  const { sessions, a, b } = two();
  const waiting: ((n: number) => void)[] = [];
  b.session.onCall("double", (n, from) => {
    expect(from).toBe(1);
    return n < 10 ? n * 2 : new Promise((resolve) => waiting.push(() => resolve(n * 2)));
  });
  const results: unknown[] = [];
  for (const n of [11, 1, 12, 2, 13]) a.session.callWith(2, "double", n, note(results));
  sessions.pass(50);
  expect(results).toEqual([2, 4]);
  for (const answer of waiting.reverse()) answer(0);
  await sessions.settle(() => results.length === 5, 200);
  expect(results).toEqual([2, 4, 26, 24, 22]);

  let inPoll = false;
  let settled = false;
  a.session.callWith(2, "double", 5, () => {
    settled = true;
    expect(inPoll).toBe(true);
  });
  a.session.flush();
  for (let i = 0; i < 10 && !settled; i++) {
    sessions.mesh.network.advance(20);
    b.session.poll();
    b.session.flush();
    inPoll = true;
    a.session.poll();
    inPoll = false;
  }
  expect(settled).toBe(true);
});

test("S20 requests and answers of any size and kind, both ways at once", () => {
  const { sessions, a, b } = two();
  const values = [
    null,
    "",
    0,
    "🂡".repeat(10_000),
    new Array(1_000).fill({ x: 1 }),
    "x".repeat(4_090),
    "y".repeat(60_000),
  ];
  const results = { a: [] as unknown[], b: [] as unknown[] };
  for (const { session } of [a, b]) session.onCall("echo", (request) => request);
  for (const value of values) {
    a.session.callWith(2, "echo", value, note(results.a));
    b.session.callWith(1, "echo", value, note(results.b));
  }
  sessions.pass(2_000);
  expect(results).toEqual({ a: values, b: values });
  const small: unknown[] = [];
  b.session.onCall("small", ({ n }) => ({ n: n + 1 }));
  for (let n = 0; n < 255; n++) a.session.callWith(2, "small", { n }, note(small));
  sessions.pass(50);
  expect(small).toEqual(Array.from({ length: 255 }, (_, n) => ({ n: n + 1 })));
});

test("S20 calls that cross, that call on within a handler, and that are made in a result", () => {
  const { sessions, a, b } = two();
  const results: unknown[] = [];
  for (const [here, there] of [
    [a, 2],
    [b, 1],
  ] as const) {
    here.session.onCall("double", (n) => {
      if (n === 0) return 0;
      return new Promise<number>((resolve) => {
        here.session.callWith(there, "double", n - 1, (_, answer) => resolve((answer ?? 0) + 2));
      });
    });
  }
  a.session.callWith(2, "double", 4, (_, answer) => {
    results.push(answer);
    a.session.callWith(2, "double", 3, note(results));
  });
  b.session.callWith(1, "double", 2, note(results));
  return sessions.settle(() => results.length === 3).then(() => expect(results).toEqual([4, 8, 6]));
});

test("S20 the promise form, and a handler that takes the place of another", async () => {
  const { sessions, a, b } = two();
  const answers: unknown[] = [];
  const ask = async (): Promise<void> => {
    answers.push(await a.session.call(2, "double", 21).catch((error: TickmeshError) => error.code));
  };
  b.session.onCall("double", async (n) => n * 2);
  void ask();
  await sessions.settle(() => answers.length === 1);
  b.session.onCall("double", () => -1);
  void ask();
  await sessions.settle(() => answers.length === 2);
  b.session.onCall("double", null);
  void ask();
  await sessions.settle(() => answers.length === 3);
  expect(answers).toEqual([42, -1, "no-handler"]);
});

test("S21 a call fails with a code, and the words of what was thrown", async () => {
  const { sessions, a, b } = two();
  b.session.onCall("double", (n) => {
    if (n === 0) throw new Error("no dice");
    if (n === 1) return Promise.reject(new Error("later, no"));
    if (n === 2) return Promise.reject("a text 🂡");
    if (n === 3) throw new Error("x".repeat(1_000));
    return "not a number" as never;
  });
  b.session.onCall("small", () => ({ n: 300 }));
  const said: string[] = [];
  const keep = (error: TickmeshError | null): void => void said.push(`${error?.code}: ${error?.message}`);
  for (const n of [0, 1, 2, 3]) a.session.callWith(2, "double", n, keep);
  a.session.callWith(2, "small", { n: 1 }, keep);
  a.session.callWith(2, "echo", 1, keep);
  a.session.callWith(99, "double", 1, keep);
  await sessions.settle(() => said.length === 7, 500);
  const from2 = "to peer 2: ";
  expect([...said].sort()).toEqual(
    [
      `call-failed: call "double" ${from2}no dice`,
      `call-failed: call "double" ${from2}later, no`,
      `call-failed: call "double" ${from2}a text 🂡`,
      `call-failed: call "double" ${from2}${"x".repeat(256)}`,
      `call-failed: call "small" ${from2}message "small": n 300 is no whole number from 0 to 255`,
      `no-handler: call "echo" ${from2}nobody handles it there`,
      'peer-left: call "double" to peer 99: the peer is not there',
    ].sort(),
  );
  expect(errors).toEqual([]);
});

test("S21 time-outs: the call's own, the definition's, and the answer that comes too late", () => {
  const { sessions, a, b } = two();
  const answers: ((n: number) => void)[] = [];
  b.session.onCall("double", () => new Promise((resolve) => answers.push(resolve)));
  b.session.onCall("small", () => new Promise(() => {}));
  const results: unknown[] = [];
  const startMs = sessions.nowMs;
  const at = (name: string) => (error: TickmeshError | null) => {
    results.push([name, error?.code, Math.round((sessions.nowMs - startMs) / 50) * 50]);
  };
  a.session.callWith(2, "double", 1, at("default"));
  a.session.callWith(2, "double", 1, at("own"), { timeoutMs: 100 });
  a.session.callWith(2, "small", { n: 1 }, at("defined"));
  a.session.callWith(2, "small", { n: 1 }, at("longer"), { timeoutMs: 2_000 });
  sessions.pass(6_000);
  expect(results).toEqual([
    ["own", "timeout", 100],
    ["defined", "timeout", 300],
    ["longer", "timeout", 2_000],
    ["default", "timeout", 5_000],
  ]);
  for (const answer of answers) answer(1);
  return sessions
    .settle(() => true)
    .then(() => {
      sessions.pass(200);
      expect(results).toHaveLength(4);
      expect([a.session.statistics(2)?.faults, b.session.statistics(1)?.faults]).toEqual([{}, {}]);
    });
});

test("S21 aborted before, while it waits, and after", () => {
  const { sessions, a, b } = two();
  const heard: number[] = [];
  b.session.onCall("double", (n) => {
    heard.push(n);
    return n === 2 ? new Promise(() => {}) : n;
  });
  const results: unknown[] = [];
  const controllers = [1, 2, 3].map(() => new AbortController());
  controllers[0]?.abort(new Error("never mind"));
  const causes: unknown[] = [];
  for (const [i, { signal }] of controllers.entries()) {
    a.session.callWith(
      2,
      "double",
      i + 1,
      (error, answer) => {
        results.push(error?.code ?? answer);
        causes.push((error?.cause as Error | undefined)?.message);
      },
      { signal },
    );
  }
  expect(results).toEqual([]);
  sessions.pass(100);
  expect(results).toEqual(["aborted", 3]);
  controllers[1]?.abort("enough");
  controllers[2]?.abort();
  expect(results).toHaveLength(2);
  sessions.tick();
  expect([results, causes[0]]).toEqual([["aborted", 3, "aborted"], "never mind"]);
  sessions.pass(200);
  expect([results.length, heard]).toEqual([3, [2, 3]]);
});

test("S21 a peer that leaves, however, and a session that closes", async () => {
  for (const end of ["close", "disconnect", "crash", "self"]) {
    const { sessions, a, b } = two();
    b.session.onCall("double", () => new Promise(() => {}));
    const results: unknown[] = [];
    a.session.callWith(2, "double", 1, note(results), { timeoutMs: 60_000 });
    sessions.pass(100);
    a.session.callWith(2, "double", 2, note(results), { timeoutMs: 60_000 });
    if (end === "close") b.session.close();
    else if (end === "disconnect") a.session.disconnect(2);
    else if (end === "crash") b.device.crash();
    else a.session.close();
    if (end !== "self") expect(results).toEqual([]);
    sessions.pass(12_000);
    const code = end === "self" ? "closed" : "peer-left";
    expect(results).toEqual([code, code]);
  }
});

test("S21 what a result's handler throws is reported, and is nobody's fault", () => {
  const { sessions, a, b } = two();
  b.session.onCall("double", (n) => {
    if (n === 0) throw new Error("there");
    return n;
  });
  let count = 0;
  const bad = (): never => {
    count += 1;
    throw new Error(`here ${count}`);
  };
  for (const n of [0, 1, 2]) a.session.callWith(2, "double", n, bad);
  a.session.callWith(99, "double", 1, bad);
  a.session.callWith(2, "double", 1, bad, { timeoutMs: 1 });
  sessions.pass(200);
  a.session.callWith(2, "double", 1, bad);
  b.session.close();
  sessions.pass(200);
  a.session.callWith(2, "double", 1, bad);
  a.session.close();
  expect(errors).toEqual(Array.from({ length: 7 }, (_, i) => `here ${i + 1}`));
  expect(a.events).toEqual(["+2", "-2 left"]);
});

test("S21 an answer that is none is the call's end, and the peer's fault", () => {
  const sessions = new VirtualSessions<Table>({ messages });
  const a = sessions.add(1);
  const raw = new RawSession(sessions.addRaw(2), 1);
  sessions.until(() => raw.greet(messages.hash));
  sessions.pass(50);
  const results: unknown[] = [];
  for (let i = 0; i < 4; i++) a.session.callWith(2, "small", { n: i }, note(results), { timeoutMs: 4_000 });
  sessions.pass(50);
  expect(raw.entries(18)).toEqual([0, 1, 2, 3].map((n) => Uint8Array.of(n + 1, n)));
  // One too long, none at all, a right one, a second one for it, and one that nobody asked for.
  raw.reliable([7, 1, 5, 5], [7, 2], [7, 3, 9], [7, 3, 9], [7, 77, 1], [8, 4, 1, 0x68, 0x69], [8, 4, 1]);
  sessions.pass(50);
  expect(results).toEqual(["call-failed", "call-failed", { n: 9 }, "no-handler"]);
  expect(a.session.statistics(2)?.faults).toEqual({ "wrong-payload": 2 });
});

test("S22 a handler's signal is aborted when its caller gave up or left, and not otherwise", async () => {
  for (const end of ["abort", "timeout", "close", "disconnect", "answered", "we close"]) {
    const { sessions, a, b } = two();
    const signals: AbortSignal[] = [];
    let answer: (n: number) => void = () => {};
    b.session.onCall("double", (_, __, signal) => {
      signals.push(signal);
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const controller = new AbortController();
    a.session.callWith(2, "double", 1, () => {}, {
      signal: controller.signal,
      timeoutMs: end === "timeout" ? 200 : 60_000,
    });
    sessions.pass(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    if (end === "abort") controller.abort();
    else if (end === "close") a.session.close();
    else if (end === "disconnect") b.session.disconnect(1);
    else if (end === "we close") b.session.close();
    else if (end === "answered") answer(1);
    await sessions.settle(() => true);
    sessions.pass(400);
    expect([end, signals[0]?.aborted]).toEqual([end, end !== "answered"]);
    // Too late for anybody.
    answer(2);
    await sessions.settle(() => true);
    sessions.pass(100);
  }
  expect(errors).toEqual([]);
});

test("S23 more than 1,024 unanswered calls throw, and none of these is sent", async () => {
  const { sessions, a, b } = two();
  const waiting: (() => void)[] = [];
  b.session.onCall("double", (n) => new Promise((resolve) => waiting.push(() => resolve(n))));
  const results: unknown[] = [];
  for (let n = 0; n < 1_024; n++) a.session.callWith(2, "double", n, note(results));
  expect(() => a.session.callWith(2, "double", 0, note(results))).toThrow(
    expect.objectContaining({ code: "too-many-calls", message: "1024 calls wait for answers already" }),
  );
  await expect(a.session.call(2, "double", 0)).rejects.toMatchObject({ code: "too-many-calls" });
  sessions.pass(100);
  expect(waiting).toHaveLength(1_024);
  for (const answer of waiting) answer();
  await sessions.settle(() => results.length === 1_024);
  expect(results).toEqual(Array.from({ length: 1_024 }, (_, n) => n));
  a.session.callWith(2, "double", 1, note(results));
});

test("S23 a peer that does not keep to it is refused, call by call", () => {
  const sessions = new VirtualSessions<Table>({ messages });
  const a = sessions.add(1);
  const raw = new RawSession(sessions.addRaw(2), 1);
  sessions.until(() => raw.greet(messages.hash));
  sessions.pass(50);
  let handled = 0;
  a.session.onCall("double", () => {
    handled += 1;
    return new Promise(() => {});
  });
  const calls = Array.from({ length: 1_030 }, (_, id): [number, ...number[]] => [16, ...varint(id), 1]);
  raw.reliable(...calls, [16, 5, 1]);
  sessions.pass(100);
  expect(handled).toBe(1_024);
  const refused = raw.entries(8);
  expect(refused).toHaveLength(7);
  expect(refused[0]?.slice(0, 3)).toEqual(Uint8Array.of(...varint(1_024), 2));
  // Giving one up makes room for one.
  raw.reliable([9, 5], [9, 99, 99], [16, 5, 1]);
  sessions.pass(50);
  expect(handled).toBe(1_024);
  expect(a.events.at(-1)).toBe("-2 malformed-frame");
});

test("S21 who asks again when told that nobody is there is told once a poll", () => {
  const { sessions, all } = meeting(2, { messages });
  const [a] = all as [(typeof all)[number]];
  let told = 0;
  const ask = (): void =>
    a.session.callWith(9, "double", 1, (error) => {
      expect(error?.code).toBe("peer-left");
      told += 1;
      ask();
    });
  ask();
  for (let i = 1; i <= 5; i++) {
    sessions.tick();
    expect(told).toBe(i);
  }
});
