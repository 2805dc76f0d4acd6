import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { ByteReader } from "../../src/codec/byte-reader.ts";
import { ByteWriter } from "../../src/codec/byte-writer.ts";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { layout } from "../../src/codec/layout.ts";
import { MAX_VAR_DEPTH } from "../../src/codec/limits.ts";
import { f32, u8 } from "../../src/codec/number-fields.ts";
import type { Payload } from "../../src/codec/payload.ts";
import { PayloadError } from "../../src/codec/payload-error.ts";
import type { SchemaResult, StandardSchema } from "../../src/codec/standard-schema.ts";
import { value } from "../../src/codec/value-payload.ts";
import { InvalidPayload, withSchema } from "../../src/codec/with-schema.ts";

function bytesOf<T>(payload: Payload<T>, content: T): Uint8Array<ArrayBuffer> {
  const to = new ByteWriter();
  to.u8(99);
  payload.write(content, to);
  return to.bytes.slice(1, to.length);
}

/** In the middle of a longer packet, as messages are. */
function read<T>(payload: Payload<T>, encoded: Uint8Array): T {
  const packet = Uint8Array.of(1, 2, 3, ...encoded, 4, 5);
  const from = new ByteReader().reset(packet, 3, 3 + encoded.length);
  const got = payload.read(from);
  expect(from.left).toBe(0);
  return got;
}

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double().filter((n) => !Object.is(n, -0)),
    fc.string({ maxLength: 60 }),
    fc.uint8Array({ maxLength: 100 }),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(
      fc.string({ maxLength: 12 }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
})).value;

test("Y11 value: what is read is what was written", () => {
  fc.assert(
    fc.property(plain, (content) => {
      expect(read(value(), bytesOf(value(), content))).toEqual(content);
    }),
    { seed: 105, numRuns: 500 },
  );
});

test("Y11 value: what arrives otherwise than it was", () => {
  const sent = { a: undefined, zero: -0, half: "\ud800", long: `\u{feff}${"x".repeat(64)}` };
  expect(read(value(), bytesOf(value<unknown>(), sent))).toEqual({
    a: null,
    zero: 0,
    half: expect.stringContaining("\u{fffd}"),
    long: "x".repeat(64),
  });
});

test("Y11 value: its limit holds at both ends", () => {
  const short = value<Uint8Array>({ maxBytes: 10 });
  expect(bytesOf(short, new Uint8Array(8))).toHaveLength(10);
  expect(() => bytesOf(short, new Uint8Array(9))).toThrow(RangeError);
  expect(() => bytesOf(short, new Uint8Array(9))).toThrow("takes 11 bytes, where 10 is the limit");
  const long = bytesOf(value<Uint8Array>(), new Uint8Array(9));
  expect(() => read(short, long)).toThrow(PayloadError);
  expect(() => bytesOf(value<Uint8Array>(), new Uint8Array(8_388_608))).toThrow("8388608");
});

test("Y11 value: what is no plain value is refused, and the next one is none the wiser", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const deep = Array.from({ length: MAX_VAR_DEPTH + 1 }).reduce<unknown>((inner) => [inner], 1);
  for (const content of [() => 1, Symbol("s"), new Date(0), 2n ** 70n, circle, deep, { a: [() => 1] }]) {
    expect(() => bytesOf(value<unknown>(), content)).toThrow(TypeError);
    expect([...bytesOf(value<unknown>(), [1])]).toEqual([0x91, 1]);
  }
});

test("Y11 value: bytes that are no plain msgpack are refused", () => {
  for (const wrong of [[], [0xc1], [1, 1], [0xd4, 0x72, 0x40], [0x91], [0xa2, 0x61], [0x81, 0x91, 1, 1]]) {
    expect(() => read(value(), Uint8Array.from(wrong)), String(wrong)).toThrow(PayloadError);
  }
  // One byte less than the value needs, with more of the packet behind it.
  const cut = new ByteReader().reset(Uint8Array.of(0xa2, 0x61, 0x62), 0, 2);
  expect(() => value().read(cut)).toThrow(PayloadError);
});

test("Y12 value: no key sets a prototype", () => {
  expect(() => bytesOf(value<unknown>(), JSON.parse('{"a":[{"__proto__":{"polluted":1}}]}'))).toThrow(TypeError);
  const key = new TextEncoder().encode("__proto__");
  for (const head of [[0xa9], [0xd9, 9], [0xc4, 9], [0x91, 0xa9]]) {
    expect(() => read(value(), Uint8Array.of(0x81, ...head, ...key, 0x81, 0xa1, 0x61, 1))).toThrow(PayloadError);
  }
  const others = { constructor: { prototype: { polluted: 1 } }, toString: 1 };
  expect(read(value(), bytesOf(value<unknown>(), others))).toEqual(others);
  expect("polluted" in {}).toBe(false);
});

test("Y10 a signature tells the kind and its limit, and a schema changes nothing of it", () => {
  const signatures = [value(), value({ maxBytes: 5 }), bytes(), bytes({ maxBytes: 5 })].map((of) => of.signature);
  expect(new Set(signatures).size).toBe(4);
  expect(withSchema(value(), z.number())).toMatchObject({ signature: value().signature, maxBytes: 8_388_608 });
});

test("Y9 a limit that cannot be is refused", () => {
  for (const maxBytes of [-1, 1.5, Number.NaN, 2 ** 32]) {
    expect(() => value({ maxBytes })).toThrow(expect.objectContaining({ code: "invalid-payload" }));
    expect(() => bytes({ maxBytes })).toThrow(expect.objectContaining({ code: "invalid-payload" }));
  }
});

test("Y13 bytes are carried as they are, up to the limit, and read as a view", () => {
  const payload = bytes({ maxBytes: 3 });
  expect([...bytesOf(payload, Uint8Array.of(1, 2, 3))]).toEqual([1, 2, 3]);
  expect([...bytesOf(payload, new Uint8Array())]).toEqual([]);
  expect(() => bytesOf(payload, new Uint8Array(4))).toThrow("4 bytes, where 3 is the limit");
  expect(() => bytesOf(payload as Payload<unknown>, [1])).toThrow(TypeError);
  expect(() => read(payload, new Uint8Array(4))).toThrow(PayloadError);
  const packet = Uint8Array.of(1, 2, 3);
  const view = payload.read(new ByteReader().reset(packet, 1));
  packet[1] = 9;
  expect([...view]).toEqual([9, 3]);
});

const Player = z.object({ name: z.string().max(5), at: z.object({ x: z.number() }), team: z.string().default("red") });

test("Y14 zod: the game gets the schema's output, and what it refuses is named by its first issue", () => {
  const payload = withSchema(value(), Player);
  expectTypeOf(payload).toEqualTypeOf<Payload<{ name: string; at: { x: number }; team: string }>>();
  const sent = { name: "Ada", at: { x: 1 }, extra: 1 };
  expect(read(payload, bytesOf(value<unknown>(), sent))).toEqual({ name: "Ada", at: { x: 1 }, team: "red" });
  const refused = (content: unknown) => () => read(payload, bytesOf(value<unknown>(), content));
  expect(refused({ name: "Ada", at: { x: "1" } })).toThrow(InvalidPayload);
  expect(refused({ name: "Ada", at: { x: "1" } })).toThrow(/^"at\.x": .*expected number/);
  expect(refused(5)).toThrow(/^Invalid input/);
  expect(refused({ name: "Ada", at: { x: "1" } })).toThrow(PayloadError);
});

test("Y14 over a layout, and with bytes that the layout itself refuses", () => {
  const payload = withSchema(layout({ x: f32(), n: u8() }), z.object({ x: z.number().max(10), n: z.number() }));
  expect(read(payload, bytesOf(payload, { x: 1.5, n: 2 }))).toEqual({ x: 1.5, n: 2 });
  expect(() => read(payload, bytesOf(payload, { x: 11, n: 2 }))).toThrow(InvalidPayload);
  expect(() => read(payload, new Uint8Array(3))).toThrow(PayloadError);
  expect(() => read(payload, new Uint8Array(3))).not.toThrow(InvalidPayload);
});

type Answer = SchemaResult<number> | Promise<SchemaResult<number>>;

function schemaOf(validate: (content: unknown) => Answer): StandardSchema<number> {
  return { "~standard": { version: 1, vendor: "by hand", validate } };
}

test("Y14 a schema by hand: its output, its issue, what it throws", () => {
  const doubled = withSchema(
    value(),
    schemaOf((content) => ({ value: Number(content) * 2 })),
  );
  expect(read(doubled, bytesOf(value<unknown>(), 4))).toBe(8);
  const path = [{ key: "a" }, 3, Symbol("s")];
  const never = withSchema(
    value(),
    schemaOf(() => ({ issues: [{ message: "never", path }, { message: "and" }] })),
  );
  expect(() => read(never, bytesOf(value<unknown>(), 4))).toThrow(/^"a\.3\.Symbol\(s\)": never$/);
  const silent = withSchema(
    value(),
    schemaOf(() => ({ issues: [] })),
  );
  expect(() => read(silent, bytesOf(value<unknown>(), 4))).toThrow(InvalidPayload);
  const throwing = withSchema(
    value(),
    schemaOf(() => {
      throw new Error("oh");
    }),
  );
  expect(() => read(throwing, bytesOf(value<unknown>(), 4))).toThrow(InvalidPayload);
});

test("Y14 a schema that answers later is refused where it is defined, or when it does", () => {
  const later = z.string().refine(async () => true);
  expect(() => withSchema(value(), later)).toThrow(expect.objectContaining({ code: "invalid-payload" }));
  expect(() =>
    withSchema(
      value(),
      schemaOf(() => Promise.reject(new Error("unheard"))),
    ),
  ).toThrow("asynchronous");
  const sometimes = withSchema(
    value(),
    schemaOf((content) => (content === 42 ? Promise.reject(new Error("unheard")) : { value: 1 })),
  );
  expect(read(sometimes, bytesOf(value<unknown>(), 41))).toBe(1);
  expect(() => read(sometimes, bytesOf(value<unknown>(), 42))).toThrow(InvalidPayload);
  const deep = withSchema(value(), z.object({ a: z.string().refine(async () => true) }));
  expect(() => read(deep, bytesOf(value<unknown>(), { a: "x" }))).toThrow("promise");
});
