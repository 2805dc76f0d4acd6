import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { flag } from "../../src/codec/flag.ts";
import { layout } from "../../src/codec/layout.ts";
import { u16 } from "../../src/codec/number-fields.ts";
import { decodeVar, encodeVar } from "../../src/codec/var.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { Session } from "../../src/session/session.ts";
import type { FakeBackend, FakeChannel } from "../support/fake-backend.ts";
import { fakeMesh } from "../support/fake-mesh.ts";
import { ACCEPT, HELLO, header, readFrame, readVarint } from "../support/raw-session.ts";

const table = defineMessages({
  chat: message<string>(),
  move: message({ payload: layout({ x: u16(), up: flag() }), mode: TransferMode.UNRELIABLE }),
  roll: call<number, number>(),
  sky: message<string>({ mode: TransferMode.UNRELIABLE }),
});
const doc = readFileSync(new URL("../../docs/wire-format.md", import.meta.url), "utf8");

/** The frames of the page, in its order. `61×3` stands for a byte three times. */
function framesOfThePage(): Uint8Array[] {
  return [...doc.matchAll(/^\| `([0-9a-f× ]+)` \|/gm)].map(([, hex = ""]) => {
    const digits = hex.replace(/([0-9a-f]{2})×(\d+)/g, (_, byte: string, times: string) => byte.repeat(Number(times)));
    return Uint8Array.from(digits.replaceAll(" ", "").match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  });
}

/** As the page writes it: the header, then each entry. */
function inHex(frame: Uint8Array): string {
  const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const cuts = [4];
  if ((frame[0] ?? 0) >> 4 < HELLO) {
    for (let at = 4; at < frame.length; ) {
      const [length, start] = readVarint(frame, readVarint(frame, at)[1]);
      at = start + length;
      cuts.push(at);
    }
  } else cuts.push(frame.length);
  const parts = cuts.map((end, i) => hex(frame.slice(i === 0 ? 0 : cuts[i - 1], end)));
  const runs = (part: string): string =>
    part.replace(/^((?:..)*?)(..)(\2{20,})/, (_, before: string, byte: string, run: string) => {
      return `${before} ${byte}×${run.length / 2 + 1}`;
    });
  return parts
    .filter((part) => part !== "")
    .map(runs)
    .join(" ");
}

/** A session with a clock that stands still; its peer, 2, is played here. */
function ludo(version: string) {
  const game = fakeMesh();
  const session = new Session({
    peer: game.mesh,
    game: "ludo",
    version: "1",
    messages: table,
    hello: { name: "Ann" },
    clock: game.clock,
    random: { nextUint32: () => 0x01020304 },
  });
  const [far] = game.join(2) as [FakeBackend];
  const [reliable, , unreliable] = far.channels as [FakeChannel, FakeChannel, FakeChannel];
  const hear = (channel: FakeChannel, ...bytes: number[]): void => {
    channel.receive(...bytes);
    session.poll();
  };
  const hello = { p: 1, g: "ludo", v: version, t: table.hash, e: 0x0a0b0c0d, c: 1_048_576, r: null, d: null };
  hear(reliable, ...header(HELLO, 0, 0), ...encodeVar(hello));
  return { clock: game.clock, session, reliable, unreliable, hear, game };
}

/** What a session sends on the second connection to the same peer. */
function framesOfAnother(): Uint8Array[] {
  const { session, reliable, hear, game } = ludo("1");
  hear(reliable, ...header(ACCEPT, 0, 0), ...encodeVar({ e: 0x01020304 }));
  session.send("chat", "hi");
  session.send("chat", "Ω");
  session.flush();
  game.mesh.disconnectPeer(2, false, "connection-lost");
  session.poll();
  const [far] = game.join(2) as [FakeBackend];
  const [next] = far.channels as [FakeChannel];
  const resume = { p: 1, g: "ludo", v: "1", t: table.hash, e: 0x0a0b0c0d, c: 1_048_576, r: [0x01020304, 0], d: null };
  hear(next, ...header(HELLO, 0, 0), ...encodeVar(resume));
  hear(next, ...header(ACCEPT, 0, 0), ...encodeVar({ e: 0x01020304, n: 0 }));
  return next.sent;
}

/** What the session sends in this script. */
function framesOfASession(): Uint8Array[] {
  const { clock, session, reliable, unreliable, hear } = ludo("1");
  hear(reliable, ...header(ACCEPT, 0, 0), ...encodeVar({ e: 0x01020304 }));
  const frames = [...reliable.sent.splice(0), ...unreliable.sent.splice(0)];
  const flush = (): void => {
    session.flush();
    frames.push(...reliable.sent.splice(0), ...unreliable.sent.splice(0));
  };
  session.send("chat", "hi");
  session.send("chat", "Ω");
  flush();
  session.send("move", { x: 513, up: true });
  flush();
  const controller = new AbortController();
  session.callWith(2, "roll", 6, () => {}, { signal: controller.signal });
  flush();
  controller.abort();
  session.poll();
  flush();
  session.onCall("roll", (sides) => {
    if (sides === 0) throw new Error("no sides");
    return sides - 2;
  });
  hear(reliable, ...header(1, 0, 3), 18, 2, 1, 6, 18, 2, 2, 0);
  flush();
  // So much is acknowledged though nothing is to be said.
  for (let number = 1; number < 17; number++) reliable.receive(...header(1, number, 4));
  session.poll();
  flush();
  clock.advance(62.5);
  hear(unreliable, ...header(2, 0, 4), 4, 1, 7);
  flush();
  session.send("sky", "a".repeat(1_500));
  flush();
  session.send("chat", "a".repeat(20_000));
  flush();
  session.close("bye");
  flush();
  const other = ludo("2");
  return [...frames, ...other.reliable.sent.slice(1), ...framesOfAnother()];
}

test("S24 the frames of docs/wire-format.md are those that a session sends, byte by byte", () => {
  expect(framesOfThePage().map(inHex)).toEqual(framesOfASession().map(inHex));
});

test("S24 the frames of docs/wire-format.md say what stands there, to a decoder that was written from it", () => {
  const frames = framesOfThePage().map(readFrame);
  const heads = frames.map(({ kind, number, acknowledgement }) => [kind, number, acknowledgement]);
  expect(heads).toEqual([
    [3, 0, 0],
    [4, 0, 0],
    [2, 0, 0],
    [1, 0, 0],
    [2, 1, 0],
    [1, 1, 0],
    [1, 2, 0],
    [1, 3, 1],
    [2, 2, 17],
    [2, 3, 17],
    [2, 4, 17],
    [2, 5, 17],
    [1, 4, 17],
    [1, 5, 17],
    [1, 6, 17],
    [5, 0, 0],
    [3, 0, 0],
    [4, 0, 0],
    [1, 0, 0],
  ]);
  expect(frames.flatMap(({ body }) => (body === undefined ? [] : [body]))).toEqual([
    { p: 1, g: "ludo", v: "1", t: hashByThePage(), e: 0x01020304, c: 1_048_576, r: null, d: { name: "Ann" } },
    { e: 0x0a0b0c0d },
    { c: "version", w: 'version "2" is not "1"' },
    {
      ...{ p: 1, g: "ludo", v: "1", t: hashByThePage(), e: 0x01020304, c: 1_048_576, d: { name: "Ann" } },
      r: [0x0a0b0c0d, 0],
    },
    { e: 0x0a0b0c0d, n: 0 },
  ]);
  const said = frames.map(({ entries }) => entries.map(([type, bytes]) => meaning(type, bytes)));
  const parts = said.flat().filter((one) => Array.isArray(one)) as [
    what: string,
    type: number,
    text: Uint8Array,
    more: object,
  ][];
  expect(said.filter((entries) => entries.length > 0 && !Array.isArray(entries[0]))).toEqual([
    [{ ping: 0 }],
    [{ chat: "hi" }, { chat: "Ω" }],
    [{ move: { x: 513, up: true } }],
    [{ roll: 6, id: 1 }],
    [{ cancel: 1 }],
    [
      { answer: 4, id: 1 },
      { failure: 0, id: 2, words: "no sides" },
    ],
    [{ pong: 7, heldMs: 0, sessionMs: 62.5, received: 1 }],
    [{ goodbye: "bye" }],
    [{ chat: "hi" }, { chat: "Ω" }],
  ]);
  expect(parts.map(([what, type, , more]) => [what, type, more])).toEqual([
    ["unreliable part", 19, { set: 1, index: 0, count: 2 }],
    ["unreliable part", 19, { set: 1, index: 1, count: 2 }],
    ["first part", 16, { lane: 1, length: 20_003 }],
    ["next part", 0, { lane: 1 }],
  ]);
  const text = (...some: Uint8Array[]): unknown => decodeVar(Uint8Array.from(some.flatMap((bytes) => [...bytes])));
  const [one, two, three, four] = parts.map(([, , bytes]) => bytes) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  expect([text(one, two), text(three, four)]).toEqual(["a".repeat(1_500), "a".repeat(20_000)]);
});

test("S2 the table's hash is what docs/wire-format.md says", () => {
  expect(table.hash).toBe(hashByThePage());
});

/** The hash of the page's table, from what the page says of it. */
function hashByThePage(): string {
  const { groups } = /```text\n(?<lines>lane "input"[\s\S]*?)\n```/.exec(doc) ?? {};
  const lines = groups?.["lines"] ?? "";
  // Lines that end in a space: editors eat them, so the page shows them as `·`.
  const hashed = lines.replaceAll("·", " ");
  const half = (multiplier: number): string => {
    let hash = 0x811c9dc5n;
    for (const unit of hashed.split("")) hash = ((hash ^ BigInt(unit.charCodeAt(0))) * BigInt(multiplier)) % 2n ** 32n;
    return hash.toString(16).padStart(8, "0");
  };
  return half(0x01000193) + half(0x85ebca6b);
}

/** An entry, read as the page says. */
function meaning(type: number, bytes: Uint8Array): object | unknown[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = (start: number): string => new TextDecoder().decode(bytes.slice(start));
  const [id, afterId] = type >= 7 && type <= 9 ? readVarint(bytes, 0) : [0, 0];
  switch (type) {
    case 1: {
      const [its, afterType] = readVarint(bytes, 1);
      const [length, start] = readVarint(bytes, afterType);
      return ["first part", its, bytes.slice(start), { lane: bytes[0], length }];
    }
    case 2:
      return ["next part", 0, bytes.slice(1), { lane: bytes[0] }];
    case 3: {
      const [its, start] = readVarint(bytes, 3);
      return ["unreliable part", its, bytes.slice(start), { set: bytes[0], index: bytes[1], count: bytes[2] }];
    }
    case 4:
      return { ping: bytes[0] };
    case 5: {
      const [heldMs, sessionMs] = [view.getUint16(1, true) / 16, view.getFloat64(3, true)];
      return { pong: bytes[0], heldMs, sessionMs, received: view.getUint32(11, true) };
    }
    case 6:
      return { goodbye: words(0) };
    case 7:
      return { answer: decodeVar(bytes.slice(afterId)), id };
    case 8:
      return { failure: bytes[afterId], id, words: words(afterId + 1) };
    case 9:
      return { cancel: id };
    case 16:
      return { chat: decodeVar(bytes) };
    case 17:
      return { move: { x: view.getUint16(1, true), up: bytes[0] === 1 } };
    case 18: {
      const [callId, start] = readVarint(bytes, 0);
      return { roll: decodeVar(bytes.slice(start)), id: callId };
    }
    default:
      throw new Error(`an entry of type ${type}`);
  }
}
