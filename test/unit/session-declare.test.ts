import { expect, test } from "vitest";
import { TickmeshError } from "../../src/base/tickmesh-error.ts";
import { flag } from "../../src/codec/flag.ts";
import { layout } from "../../src/codec/layout.ts";
import { u8, u16 } from "../../src/codec/number-fields.ts";
import { value } from "../../src/codec/value-payload.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { OfflineMultiplayerPeer } from "../../src/multiplayer/offline-multiplayer-peer.ts";
import { call, type Definitions, message } from "../../src/session/messages/definition.ts";
import type { LaneOptions } from "../../src/session/messages/lane.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { createSession } from "../../src/session/session.ts";

/** What a call throws: `code: message`. */
function thrownBy(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(TickmeshError);
    return `${(error as TickmeshError).code}: ${(error as TickmeshError).message}`;
  }
  return "nothing";
}

const define = (definitions: Definitions, lanes: Record<string, LaneOptions> = {}): string =>
  thrownBy(() => defineMessages(definitions as never, { lanes }));

test("S1 messages and calls are numbered in the order in which they were declared", () => {
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`m${999 - i}`, i % 3 ? message() : call()]));
  const { entries } = defineMessages(many);
  expect(entries.map(({ name, type }) => [name, type])).toEqual(Object.keys(many).map((name, i) => [name, 16 + i]));
  expect(entries.map(({ call }) => call !== null)).toEqual(Object.keys(many).map((_, i) => i % 3 === 0));
  expect(entries[0]?.lane.name).toBe("game");
});

test("S1 what a table cannot have is refused, in words that name it", () => {
  const { UNRELIABLE } = TransferMode;
  const long = "x".repeat(65);
  expect([
    define({}),
    define(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`m${i}`, message()]))),
  ]).toEqual([
    "invalid-messages: the number of messages 0 is no whole number from 1 to 1000",
    "invalid-messages: the number of messages 1001 is no whole number from 1 to 1000",
  ]);
  for (const [definitions, words] of [
    [{ "": message() }, 'message "": a name has 1 to 64 characters'],
    [{ [long]: message() }, "a name has 1 to 64 characters"],
    [{ a: {} }, 'message "a": it was not made by message() or call()'],
    [{ a: undefined }, 'message "a": it was not made by message() or call()'],
    [{ a: message({ lane: "fast" }) }, 'message "a": there is no lane "fast"'],
    [{ a: call({ lane: "toString" }) }, 'message "a": there is no lane "toString"'],
    [{ a: message({ mode: 3 as never }) }, 'message "a": mode 3 is no whole number from 0 to 2'],
    [{ a: message({ latest: true }) }, 'message "a": latest is for unreliable modes'],
    [{ a: message({ from: "me" as never }) }, 'message "a": from "me" is none of anyone, host, owner'],
    [{ a: message({ maxBytes: 0 }) }, 'message "a": maxBytes 0 is not above 0'],
    [
      { a: message({ payload: layout({ x: u8() }), maxBytes: 2 }) },
      'message "a": maxBytes 2 is more than its payload carries: 1',
    ],
    [{ a: message({ perSecond: Number.NaN }) }, 'message "a": perSecond NaN is not above 0'],
    [{ a: message({ perSecond: -1 }) }, 'message "a": perSecond -1 is not above 0'],
    [{ a: call({ timeoutMs: 0 }) }, 'message "a": timeoutMs 0 is not above 0'],
    [{ good: message(), a: message({ mode: UNRELIABLE, lane: "x" }) }, 'message "a": there is no lane "x"'],
  ] as const) {
    const said = define(definitions as never);
    expect(said).toContain("invalid-messages: ");
    expect(said).toContain(words);
  }
  for (const [lane, words] of [
    [{ priority: 16 }, 'lane "l": priority 16 is no whole number from 0 to 15'],
    [{ priority: -1 }, 'lane "l": priority -1'],
    [{ priority: 0, weight: 0 }, 'lane "l": weight 0 is no whole number from 1 to 100'],
    [{ priority: 0, weight: 101 }, 'lane "l": weight 101'],
  ] as const) {
    expect(define({ a: message() }, { l: lane })).toContain(`invalid-messages: ${words}`);
  }
  expect(define({ a: message() }, { [long]: { priority: 1 } })).toContain("a name has 1 to 64 characters");
  const lanes = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`l${i}`, { priority: 15, weight: 100 }]));
  expect(define({ a: message() }, lanes)).toContain("the number of lanes 17 is no whole number from 1 to 16");
});

test("S1 the edges are allowed: 1 and 1,000 names, 64 characters of any kind, 16 lanes, names that objects have", () => {
  const lanes = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`l${i}`, { priority: 15, weight: 100 }]));
  expect(define({ a: message({ lane: "l12" }) }, lanes)).toBe("nothing");
  for (const name of ["x".repeat(64), "🂡".repeat(32), "hasOwnProperty", "constructor", " ", "\u0000", "名"]) {
    expect(define({ [name]: message() })).toBe("nothing");
  }
  const own = Object.fromEntries([["__proto__", message()]]) as Definitions;
  expect(defineMessages(own as never).entries.map(({ name }) => name)).toEqual(["__proto__"]);
});

test("S2 the hash depends on order, names, modes, lanes and payloads, and on nothing else", () => {
  const { UNRELIABLE, UNRELIABLE_ORDERED } = TransferMode;
  const hash = (definitions: Definitions, lanes: Record<string, LaneOptions> = {}): string =>
    defineMessages(definitions as never, { lanes }).hash;
  const plain = { a: message(), b: call() };
  const others = [
    hash(plain),
    hash({ b: call(), a: message() }),
    hash({ a: message(), c: call() }),
    hash({ a: message() }),
    hash({ a: message(), b: message() }),
    hash({ a: message(), b: call(), c: call() }),
    hash({ a: message({ mode: UNRELIABLE }), b: call() }),
    hash({ a: message({ mode: UNRELIABLE_ORDERED }), b: call() }),
    hash({ a: message({ lane: "bulk" }), b: call() }),
    hash({ a: message(), b: call({ lane: "input" }) }),
    hash({ a: message({ payload: value({ maxBytes: 65_535 }) }), b: call() }),
    hash({ a: message({ payload: layout({ x: u8() }) }), b: call() }),
    hash({ a: message({ payload: layout({ x: u16() }) }), b: call() }),
    hash({ a: message({ payload: layout({ x: flag() }) }), b: call() }),
    hash({ a: message(), b: call({ request: layout({ x: u8() }) }) }),
    hash({ a: message(), b: call({ answer: layout({ x: u8() }) }) }),
    hash(plain, { more: { priority: 3 } }),
    hash(plain, { less: { priority: 3 } }),
    // Quotes and line ends in names cannot be mistaken for what stands between them.
    hash({ 'a" 2 1': message(), b: call() }),
    hash({ 'a\n"b"': message(), b: call() }),
  ];
  expect(new Set(others).size).toBe(others.length);
  for (const one of others) expect(one).toMatch(/^[0-9a-f]{16}$/);
  const same = hash(
    { a: message({ maxBytes: 5, perSecond: 3, from: "host", echo: true }), b: call({ timeoutMs: 1, perSecond: 1 }) },
    { input: { priority: 9 }, game: { priority: 9, weight: 50, bulk: true } },
  );
  expect(same).toBe(others[0]);
  expect(hash({ a: message({ mode: UNRELIABLE, latest: true }), b: call() })).toBe(others[6]);
});

test("S3 options that cannot be are refused, in words that name option, value and range", () => {
  const messages = defineMessages({ a: message() });
  const create = (options: object): string =>
    thrownBy(() =>
      createSession({ peer: new OfflineMultiplayerPeer(), game: "g", version: "1", messages, ...options }).close(),
    );
  expect(create({})).toBe("nothing");
  expect(create({ game: "x".repeat(64), version: "🂡", hello: "x".repeat(4_093) })).toBe("nothing");
  for (const [options, words] of [
    [{ game: "" }, 'game "" is no text of 1 to 64 characters'],
    [{ game: "x".repeat(65) }, "is no text of 1 to 64 characters"],
    [{ game: undefined }, "game undefined is no text"],
    [{ version: 1 }, "version 1 is no text of 1 to 64 characters"],
    [{ limits: { datagramBytes: 255 } }, "datagramBytes 255 is no whole number from 256 to 16384"],
    [{ limits: { datagramBytes: 16_385 } }, "datagramBytes 16385"],
    [{ limits: { sendBufferBytes: 16_383 } }, "sendBufferBytes 16383 is no whole number from 16384 to 8388608"],
    [{ limits: { bulkCreditBytes: 100 } }, "bulkCreditBytes 100 is no whole number from 16384 to 8388608"],
    [{ limits: { messageBytes: 0 } }, "messageBytes 0"],
    [{ limits: { queuedReliableBytes: Number.POSITIVE_INFINITY } }, "queuedReliableBytes Infinity"],
    [{ limits: { queuedUnreliableBytes: 1.5 } }, "queuedUnreliableBytes 1.5"],
    [{ limits: { messagesPerSecond: 0 } }, "messagesPerSecond 0"],
    [{ limits: { unstableAfterMs: Number.NaN } }, "unstableAfterMs NaN"],
    [{ limits: { goneAfterMs: 1_000 } }, "goneAfterMs is not above unstableAfterMs"],
    [{ limits: { handshakeMs: undefined } }, "handshakeMs undefined"],
    [{ hello: "x".repeat(4_094) }, "hello takes 4097 bytes, where 4096 is the limit"],
    [{ hello: () => 1 }, "hello"],
    [{ hello: 10n ** 30n }, "hello"],
  ] as const) {
    const said = create(options);
    expect(said).toContain("invalid-options: createSession: ");
    expect(said).toContain(words);
  }
});

test("S3 a refused session leaves the mesh as it was", () => {
  const peer = new OfflineMultiplayerPeer();
  const messages = defineMessages({ a: message() });
  const wake = (): void => {};
  peer.wake = wake;
  for (const options of [{ game: "" }, { hello: () => 1 }, { limits: { handshakeMs: 0 } }]) {
    expect(() => createSession({ peer, game: "g", version: "1", messages, ...options })).toThrow(TickmeshError);
  }
  expect(peer.wake).toBe(wake);
});
