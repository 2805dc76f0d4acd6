import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { TickmeshError } from "../../src/base/tickmesh-error.ts";
import { ByteReader } from "../../src/codec/byte-reader.ts";
import { ByteWriter } from "../../src/codec/byte-writer.ts";
import type { Field } from "../../src/codec/field.ts";
import { flag } from "../../src/codec/flag.ts";
import { type Layout, layout, list, optional } from "../../src/codec/layout.ts";
import { f32, f64, i8, i16, i32, u8, u16, u32 } from "../../src/codec/number-fields.ts";
import type { Payload } from "../../src/codec/payload.ts";
import { PayloadError } from "../../src/codec/payload-error.ts";
import { quantised } from "../../src/codec/quantised.ts";
import { blob, oneOf, text } from "../../src/codec/text-fields.ts";

function bytesOf<T>(payload: Payload<T>, value: T): number[] {
  const to = new ByteWriter();
  payload.write(value, to);
  expect(to.length).toBeLessThanOrEqual(payload.maxBytes);
  return [...to.bytes.subarray(0, to.length)];
}

function read<T>(payload: Payload<T>, ...bytes: number[]): T {
  return payload.read(new ByteReader().reset(Uint8Array.from(bytes)));
}

const again = <T>(payload: Payload<T>, value: T): T => read(payload, ...bytesOf(payload, value));

/** Whatever the types would allow. */
const loosely = <T>(payload: Payload<T>, value: unknown): number[] => bytesOf(payload, value as T);

test("Y3 the bytes of a layout: bits first, then the fields as declared", () => {
  const golden = layout({
    id: u16(),
    isFiring: flag(),
    x: quantised({ min: -10, max: 10, step: 0.1 }),
    name: optional(text(10)),
    mode: oneOf(["walk", "run"]),
    hits: list(layout({ by: u8(), isHard: flag() }), 3),
    isHome: flag(),
    seal: blob(4),
  });
  const value = {
    id: 0x0102,
    isFiring: true,
    x: -9.9,
    name: "é!",
    mode: "run" as const,
    hits: [
      { by: 7, isHard: true },
      { by: 8, isHard: false },
    ],
    isHome: false,
    seal: Uint8Array.of(9),
  };
  const bytes = [0b011, 2, 1, 1, 3, 0xc3, 0xa9, 0x21, 1, 2, 1, 7, 0, 8, 1, 9];
  expect(bytesOf(golden, value)).toEqual(bytes);
  const got = read(golden, ...bytes);
  expect(got).toEqual({ ...value, x: expect.closeTo(-9.9) });
  expect(Object.keys(got)).toEqual(Object.keys(value));
});

test("Y3 nine bits take two bytes", () => {
  const keys = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const flags = layout(Object.fromEntries(keys.map((key) => [key, flag()])));
  const value = Object.fromEntries(keys.map((key) => [key, key === "b" || key === "i"]));
  expect(bytesOf(flags, value)).toEqual([2, 1]);
  expect(again(flags, value)).toEqual(value);
});

test("Y4 types follow from the fields", () => {
  const place = layout({ x: f32(), tag: optional(text(4)), mode: oneOf(["a", "b"]), at: list(layout({ i: u8() }), 2) });
  expectTypeOf(place).toEqualTypeOf<
    Layout<{ x: number; mode: "a" | "b"; at: { i: number }[]; tag?: string | undefined }>
  >();
  expectTypeOf(layout({ inner: layout({ is: flag() }) })).toExtend<Payload<{ inner: { is: boolean } }>>();
  expectTypeOf(place).toExtend<Payload<unknown>>();
  expect(again(place, { x: 1, mode: "b", at: [] })).toEqual({ x: 1, mode: "b", at: [], tag: undefined });
});

/** Fields, each with the values that it carries unchanged. */
const exact: readonly (readonly [Field<unknown>, fc.Arbitrary<unknown>])[] = [
  [u8(), fc.nat(2 ** 8 - 1)],
  [u16(), fc.nat(2 ** 16 - 1)],
  [u32(), fc.nat(2 ** 32 - 1)],
  [i8(), fc.integer({ min: -128, max: 127 })],
  [i16(), fc.integer({ min: -32_768, max: 32_767 })],
  [i32(), fc.integer()],
  [f32(), fc.float({ noNaN: true, noDefaultInfinity: true })],
  [f64(), fc.double({ noNaN: true, noDefaultInfinity: true })],
  [flag(), fc.boolean()],
  [oneOf(["x", "", "z"]), fc.constantFrom("x", "", "z")],
  [text(400), fc.string({ unit: "binary", maxLength: 100 })],
  [blob(300), fc.uint8Array({ maxLength: 300 })],
  [optional(i8()), fc.option(fc.integer({ min: -128, max: 127 }), { nil: undefined })],
  [optional(flag()), fc.option(fc.boolean(), { nil: undefined })],
  [list(u16(), 200), fc.array(fc.nat(65_535), { maxLength: 200 })],
  [list(optional(text(9)), 9), fc.array(fc.option(fc.constantFrom("", "abc"), { nil: undefined }), { maxLength: 9 })],
];

/** A layout of some of these fields, again within itself, with a value for it. */
const layoutAndValue = fc
  .tuple(fc.array(fc.constantFrom(...exact), { maxLength: 20 }), fc.boolean())
  .chain(([fields, isNested]) => {
    const shape = layout(Object.fromEntries(fields.map(([field], i) => [`f${i}`, field])));
    const value = fc.record(Object.fromEntries(fields.map(([, values], i) => [`f${i}`, values])));
    if (!isNested || shape.field.minBytes === 0) return value.map((one) => [shape, one] as const);
    const nested = layout({ before: u8(), inner: shape, maybe: optional(shape), many: list(shape, 3) });
    const values = fc.record({
      before: fc.nat(255),
      inner: value,
      maybe: fc.option(value, { nil: undefined }),
      many: fc.array(value, { maxLength: 3 }),
    });
    return values.map((one) => [nested, one] as const);
  });

test("Y4, Y10 what is read of a layout is what was written, in at most maxBytes", () => {
  fc.assert(
    fc.property(layoutAndValue, ([shape, value]) => {
      expect(again(shape as Payload<unknown>, value)).toEqual(value);
    }),
    { seed: 103, numRuns: 500 },
  );
});

test("Y4 what the object has besides is not sent, and what it inherits is", () => {
  const shape = layout({ a: u8() });
  expect(loosely(shape, { a: 1, b: 2 })).toEqual([1]);
  expect(loosely(shape, Object.create({ a: 3 }))).toEqual([3]);
});

test("Y5 the path, the value and the limit are named", () => {
  const shape = layout({
    id: u8(),
    deep: layout({ spots: list(layout({ x: optional(i16()), is: flag() }), 2) }),
    kind: oneOf(["a", "b"]),
    name: text(4),
    seal: blob(2),
    speed: f32(),
    rate: f64(),
    turn: quantised({ min: 0, max: 1, bits: 8 }),
  });
  const good = { id: 1, deep: { spots: [] }, kind: "a", name: "", seal: new Uint8Array(), speed: 0, rate: 0, turn: 0 };
  const spots = (...all: unknown[]): unknown => ({ deep: { spots: all } });
  const cases: readonly (readonly [unknown, string])[] = [
    [{ id: 256 }, "id 256 is no whole number from 0 to 255"],
    [{ id: 1.5 }, "id 1.5 is no"],
    [{ id: "1" }, 'id "1" is no'],
    [{ id: undefined }, "id undefined is no"],
    [
      spots({ x: 1, is: true }, { x: 40_000, is: true }),
      "deep.spots[1].x 40000 is no whole number from -32768 to 32767",
    ],
    [spots({ is: 1 }), "deep.spots[0].is 1 is no boolean"],
    [spots({ x: null, is: true }), "deep.spots[0].x null is no"],
    [spots(null), "deep.spots[0] null is no object"],
    [{ deep: { spots: Array(3) } }, "deep.spots 3 is no array of at most 2 elements"],
    [{ deep: { spots: {} } }, "deep.spots [object Object] is no array"],
    [{ deep: 5 }, "deep 5 is no object"],
    [{ kind: "c" }, 'kind "c" is no one of a, b'],
    [{ name: "ééé" }, 'name "ééé" is no well-formed text of at most 4 bytes'],
    [{ name: "\ud800" }, "is no well-formed text"],
    [{ name: "a\udc00" }, "is no well-formed text"],
    [{ seal: new Uint8Array(3) }, "seal [object Uint8Array] is no Uint8Array of at most 2 bytes"],
    [{ seal: [1] }, "seal [object Array] is no Uint8Array"],
    [{ speed: Number.NaN }, "speed NaN is no finite f32"],
    [{ speed: 1e39 }, "speed 1e+39 is no finite f32"],
    [{ rate: Number.POSITIVE_INFINITY }, "rate Infinity is no finite f64"],
    [{ turn: Number.NaN }, "turn NaN is no number"],
    [{ turn: "1" }, 'turn "1" is no number'],
  ];
  expect(() => loosely(shape, good)).not.toThrow();
  for (const [part, words] of cases) {
    expect(() => loosely(shape, { ...good, ...(part as object) }), words).toThrow(words);
    expect(() => loosely(shape, { ...good, ...(part as object) }), words).toThrow(RangeError);
  }
  expect(() => loosely(shape, 5)).toThrow(/^5 is no object$/);
  expect(() => loosely(shape, null)).toThrow(/^null is no object$/);
});

test("Y6 quantised: half a step off at most, the nearer end, and the same bytes again", () => {
  const ranges = fc
    .record({
      min: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      size: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    })
    .chain(({ min, size }) => {
      const bits = fc.integer({ min: 1, max: 32 }).map((bits) => ({ min, max: min + size, bits }));
      const step = fc.integer({ min: 1, max: 100_000 }).map((steps) => ({ min, max: min + size, step: size / steps }));
      return fc.tuple(fc.oneof(bits, step), fc.double({ min: -0.5, max: 1.5, noNaN: true }));
    });
  fc.assert(
    fc.property(ranges, ([options, share]) => {
      const { min, max } = options;
      const step = "bits" in options ? (max - min) / (2 ** options.bits - 1) : options.step;
      // No finer than the numbers themselves are there.
      fc.pre(step > 1e-9 * Math.max(1, Math.abs(min), Math.abs(max)));
      const payload = layout({ n: quantised(options) });
      const n = min + share * (max - min);
      const got = again(payload, { n }).n;
      const nearest = Math.min(Math.max(n, min), max);
      // Where the range is no whole number of steps, the last one is shorter, and its end out of reach.
      expect(Math.abs(got - nearest)).toBeLessThanOrEqual(step * (nearest > max - step ? 1.001 : 0.501));
      expect(got >= min && got <= max).toBe(true);
      expect(bytesOf(payload, { n: got })).toEqual(bytesOf(payload, { n }));
    }),
    { seed: 104, numRuns: 2_000 },
  );
  const both = layout({ n: quantised({ min: -1, max: 1, step: 0.1 }) });
  expect(again(both, { n: 0 }).n).toBe(0);
  expect(again(both, { n: -0 }).n).toBe(0);
  expect(again(both, { n: 1 }).n).toBe(1);
  expect(again(both, { n: Number.POSITIVE_INFINITY }).n).toBe(1);
  expect(again(both, { n: Number.NEGATIVE_INFINITY }).n).toBe(-1);
});

test.each([
  [{ min: 0, max: 255, step: 1 }, 1],
  [{ min: 0, max: 256, step: 1 }, 2],
  [{ min: -2048, max: 2048, bits: 16 }, 2],
  [{ min: 0, max: 65_536, step: 1 }, 3],
  [{ min: 0, max: 1, bits: 24 }, 3],
  [{ min: 0, max: 1, bits: 25 }, 4],
  [{ min: 0, max: 2 ** 32 - 1, step: 1 }, 4],
])("Y6 quantised %o takes %d bytes", (options, bytes) => {
  const payload = layout({ n: quantised(options) });
  expect(payload.maxBytes).toBe(bytes);
  expect(bytesOf(payload, { n: options.max })).toHaveLength(bytes);
  expect(again(payload, { n: options.max }).n).toBe(options.max);
});

test("Y7 bytes that writing cannot have given are refused", () => {
  const cases: readonly (readonly [Payload<unknown>, readonly number[]])[] = [
    [layout({}), [0]],
    [layout({ a: u8() }), []],
    [layout({ a: u8() }), [1, 2]],
    [layout({ a: flag() }), [2]],
    [layout({ a: flag() }), [0x81]],
    [layout({ a: optional(u8()) }), [2]],
    [layout({ a: optional(u8()) }), [1]],
    [layout({ a: optional(u8()) }), [0, 1]],
    [layout({ a: list(flag(), 3) }), [1, 2]],
    [layout({ a: list(optional(u8()), 3) }), [1, 2, 0]],
    [layout({ a: oneOf(["x", "y"]) }), [2]],
    [layout({ a: quantised({ min: 0, max: 2, step: 1 }) }), [3]],
    [layout({ a: f32() }), [0, 0, 0x80, 0x7f]],
    [layout({ a: f32() }), [0, 0, 0xc0, 0x7f]],
    [layout({ a: f64() }), [0, 0, 0, 0, 0, 0, 0xf0, 0xff]],
    [layout({ a: text(2) }), [3, 97, 97, 97]],
    [layout({ a: text(9) }), [3, 97, 97]],
    [layout({ a: text(9) }), [2, 0xc0, 0x80]],
    [layout({ a: blob(2) }), [3, 1, 1, 1]],
    [layout({ a: blob(2) }), [0x81, 0, 1]],
    [layout({ a: list(u8(), 2) }), [3, 1, 1, 1]],
    [layout({ a: list(u16(), 2) }), [2, 1, 1, 1]],
  ];
  for (const [payload, bytes] of cases) {
    expect(() => read(payload, ...bytes), `${payload.signature} ${bytes}`).toThrow(PayloadError);
  }
});

test("Y8 a list's count is held against the bytes before anything is made", () => {
  const deep = layout({ rows: list(layout({ cells: list(layout({ x: f64(), y: f64() }), 65_535) }), 65_535) });
  expect(() => read(deep, 0xff, 0xff, 3, 0)).toThrow("65535 elements in 1 bytes");
  expect(() => read(deep, 1, 0xff, 0xff, 3, ...Array<number>(100).fill(0))).toThrow("65535 elements in 100 bytes");
});

test("Y9, Y12 a layout that cannot be is refused where it is defined", () => {
  const many = Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`f${i}`, u8()]));
  const definitions: readonly (() => unknown)[] = [
    () => layout(many),
    () => layout({ ["__proto__"]: u8() }),
    () => text(-1),
    () => text(1.5),
    () => blob(2 ** 32),
    () => list(u8(), 65_536),
    () => list(layout({}), 3),
    () => oneOf([]),
    () => oneOf(["a", "a"]),
    () => oneOf(Array.from({ length: 257 }, (_, i) => String(i))),
    () => optional(optional(u8())),
    () => quantised({ min: 0, max: 0, step: 1 }),
    () => quantised({ min: 1, max: 0, step: 1 }),
    () => quantised({ min: 0, max: 1, step: 0 }),
    () => quantised({ min: 0, max: 1, step: 2 }),
    () => quantised({ min: 0, max: 1, step: Number.NaN }),
    () => quantised({ min: 0, max: Number.POSITIVE_INFINITY, step: 1 }),
    () => quantised({ min: 0, max: 2 ** 32, step: 1 }),
    () => quantised({ min: 0, max: 1, bits: 0 }),
    () => quantised({ min: 0, max: 1, bits: 1.5 }),
    () => quantised({ min: 0, max: 1, bits: 33 }),
    () => quantised({ min: 1e20, max: 1e20 + 65_536, step: 1 }),
  ];
  for (const define of definitions) {
    expect(define, String(define)).toThrow(TickmeshError);
    expect(define, String(define)).toThrow(expect.objectContaining({ code: "invalid-payload" }));
  }
});

test("Y9 a field that was not called, or is none, is refused in words that name it", () => {
  for (const [define, words] of [
    [() => layout({ x: u8(), y: u16 as never }), "y: [object Function] is no field, as u8() is one, and u8 is not"],
    [() => layout({ x: 5 as never }), "x: 5 is no field"],
    [() => layout({ x: undefined as never }), "x: undefined is no field"],
    [() => list(u8 as never, 3), "list: [object Function] is no field"],
    [() => optional(null as never), "optional: null is no field"],
  ] as const) {
    expect(define).toThrow(
      expect.objectContaining({ code: "invalid-payload", message: expect.stringContaining(words) }),
    );
  }
});

test("Y10 signatures tell fields, order, kinds and limits", () => {
  const different = [
    layout({}),
    layout({ a: u8() }),
    layout({ b: u8() }),
    layout({ a: i8() }),
    layout({ a: optional(u8()) }),
    layout({ a: layout({ a: u8() }) }),
    layout({ a: u8(), b: flag() }),
    layout({ b: flag(), a: u8() }),
    layout({ "a:u8,b": flag() }),
    layout({ '"a":u8,"b"': flag() }),
    layout({ a: oneOf(["x", "y"]) }),
    layout({ a: oneOf(["y", "x"]) }),
    layout({ a: oneOf(["x,y"]) }),
    layout({ a: text(1) }),
    layout({ a: text(2) }),
    layout({ a: blob(2) }),
    layout({ a: list(u8(), 2) }),
    layout({ a: list(u8(), 3) }),
    layout({ a: list(u16(), 2) }),
    layout({ a: quantised({ min: 0, max: 1, step: 0.1 }) }),
    layout({ a: quantised({ min: 0, max: 1, step: 0.2 }) }),
    layout({ a: quantised({ min: 0, max: 1, bits: 8 }) }),
    layout({ a: quantised({ min: 0, max: 2, bits: 8 }) }),
    layout({ a: f32() }),
    layout({ a: f64() }),
  ].map(({ signature }) => signature);
  expect(new Set(different).size).toBe(different.length);
  expect(layout({ a: u8(), b: oneOf(["é"]) }).signature).toBe(layout({ a: u8(), b: oneOf(["é"]) }).signature);
});
