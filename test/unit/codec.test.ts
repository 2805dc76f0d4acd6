import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_VAR_DEPTH, MAX_VAR_VALUES } from "../../src/codec/limits.ts";
import { decodeVar, encodeVar } from "../../src/codec/var.ts";

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true }).filter((n) => !Object.is(n, -0)),
    fc.string({ unit: "binary" }),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(
      fc.string({ maxLength: 8 }).filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
})).value;

test("D9 what is written can be read, and is the same", () => {
  fc.assert(
    fc.property(value, (v) => {
      expect(decodeVar(encodeVar(v))).toEqual(v);
    }),
    { seed: 4_404, numRuns: 500 },
  );
});

test("D9 random bytes are read or refused, and never touch a prototype", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).sort();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeVar(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { seed: 77, numRuns: 20_000 },
  );
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
});

test("D9 a key named __proto__ is neither written nor read, however it is put", () => {
  const name = [..."__proto__"].map((character) => character.charCodeAt(0));
  const inside = [0x81, 0xa1, 0x61, 1];
  expect(() => encodeVar(JSON.parse('{"__proto__":{"polluted":1}}'))).toThrow("not plain");
  for (const head of [[0xa9], [0xd9, 9], [0xda, 0, 9], [0xdb, 0, 0, 0, 9], [0xc4, 9], [0x91, 0xa9]]) {
    expect(() => decodeVar(Uint8Array.of(0x81, ...head, ...name, ...inside))).toThrow();
    expect(() => decodeVar(Uint8Array.of(0x91, 0x82, 0xa1, 0x61, 1, ...head, ...name, ...inside))).toThrow();
  }
  // It is a text as good as any other, where it is no key.
  expect(decodeVar(encodeVar({ a: "__proto__", __proto_: 1 }))).toEqual({ a: "__proto__", __proto_: 1 });
});

/** Of values that nothing here writes, though msgpackr would read them. */
const foreign: Record<string, number[]> = {
  "a number of any length": [0xc7, 0x09, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  "a pattern": [0xd4, 0x78, 0, 0x92, 0xa1, 0x61, 0xa0],
  "a set": [0xd4, 0x73, 0, 0x91, 1],
  "an error": [0xd4, 0x65, 0, 0x93, 0xa1, 0x61, 0xa0, 0],
  "a typed array": [0xc7, 2, 0x74, 1, 5],
  "a circle": [0xd6, 0x69, 0, 0, 0, 1, 0x91, 0xd6, 0x70, 0, 0, 0, 1],
  "texts elsewhere": [0xd6, 0x62, 0, 0, 0, 5, 0xc1, 1, 0xa1, 0x61, 0xa0],
  "a record": [0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01],
  "a date": [0xd6, 0xff, 0, 0, 0, 0],
  undefined: [0xd4, 0, 0],
  "no value": [0xc1],
};

test("D9 plain msgpack alone is read: no extension, no byte without a meaning, at any depth", () => {
  for (const [name, bytes] of Object.entries(foreign)) {
    for (const around of [[], [0x91], [0x81, 0xa1, 0x61], [0x92, 0x90]]) {
      expect(() => decodeVar(Uint8Array.of(...around, ...bytes)), name).toThrow("not plain");
    }
  }
  // The next one is none the wiser.
  expect(decodeVar(Uint8Array.of(0x40))).toBe(64);
});

test("D9 what stands for undefined is written as null, a date not at all", () => {
  expect(decodeVar(encodeVar({ a: undefined, b: [undefined] }))).toEqual({ a: null, b: [null] });
  for (const value of [new Date(0), [new Date(Number.NaN)], 2n ** 70n]) expect(() => encodeVar(value)).toThrow();
});

test("D9 a value that is cut off, or followed by more, is refused", () => {
  const whole = encodeVar({ list: [1, -1, 300, 70_000, 1.5, "ü", "x".repeat(300), new Uint8Array(300), null, true] });
  expect(decodeVar(whole)).toBeTypeOf("object");
  for (let length = 0; length < whole.length; length++) {
    expect(() => decodeVar(whole.slice(0, length))).toThrow("not plain");
  }
  expect(() => decodeVar(Uint8Array.of(...whole, 0xc0))).toThrow("not plain");
});

/** An array with a length of 32 bits, then what it holds. */
function array32(length: number, ...inside: number[]): Uint8Array {
  return Uint8Array.of(0xdd, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255, ...inside);
}

test("D15 more values than the limit are neither written nor read, keys and empty ones among them", () => {
  const most = Array.from({ length: MAX_VAR_VALUES - 1 }, () => 0);
  expect(decodeVar(encodeVar(most))).toEqual(most);
  expect(() => encodeVar([...most, 0])).toThrow(`${MAX_VAR_VALUES} values`);
  for (const value of [0, 0x80, 0x90, 0xa0, 0xc0]) {
    expect(() => decodeVar(array32(MAX_VAR_VALUES, ...most, value))).toThrow("values");
  }
  const half = MAX_VAR_VALUES / 2;
  const map = (size: number) => Object.fromEntries(Array.from({ length: size }, (_, key) => [`k${key}`, 0]));
  expect(decodeVar(encodeVar(map(half - 1)))).toEqual(map(half - 1));
  expect(() => encodeVar(map(half))).toThrow("values");
  // A length alone costs nothing.
  expect(() => decodeVar(array32(2 ** 32 - 1))).toThrow("values");
});

test("D15 deeper values than the limit are neither written nor read", () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  expect(decodeVar(encodeVar(nested(MAX_VAR_DEPTH)))).toEqual(nested(MAX_VAR_DEPTH));
  expect(() => encodeVar(nested(MAX_VAR_DEPTH + 1))).toThrow(`${MAX_VAR_DEPTH} levels`);
  expect(() => decodeVar(new Uint8Array(500_000).fill(0x91))).toThrow("levels");
  expect(() => decodeVar(Uint8Array.from({ length: 3_000 }, (_, i) => [0x81, 0xa1, 0x61][i % 3] as number))).toThrow(
    "levels",
  );
});

test("D9 what is written shares its memory with nothing", () => {
  const bytes = encodeVar([1, 2]);
  expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
});

test("D9 whole numbers are numbers whoever wrote them", () => {
  expect(decodeVar(Uint8Array.of(0xd3, 0, 0, 0, 0, 0, 0, 0, 5))).toBe(5);
  expect(decodeVar(Uint8Array.of(0xcf, 0, 0, 0, 1, 0, 0, 0, 0))).toBe(2 ** 32);
});
