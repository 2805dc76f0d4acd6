import fc from "fast-check";
import { expect, test } from "vitest";
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

test("D9 a key named __proto__ sets no prototype, deep nesting is refused", () => {
  const got = decodeVar(encodeVar(JSON.parse('{"__proto__":{"polluted":1}}')));
  expect((got as { polluted?: number }).polluted).toBeUndefined();
  expect(() => decodeVar(new Uint8Array(500_000).fill(0x91))).toThrow();
  expect(decodeVar(encodeVar([1]))).toEqual([1]);
});

test("D9 a record that one packet defines is not known to the next", () => {
  decodeVar(Uint8Array.of(0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 0x01));
  expect(decodeVar(Uint8Array.of(0x40))).toBe(64);
});

test("D9 what is written shares its memory with nothing", () => {
  const bytes = encodeVar([1, 2]);
  expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
});

test("D9 whole numbers are numbers whoever wrote them", () => {
  expect(decodeVar(Uint8Array.of(0xd3, 0, 0, 0, 0, 0, 0, 0, 5))).toBe(5);
  expect(decodeVar(Uint8Array.of(0xcf, 0, 0, 0, 1, 0, 0, 0, 0))).toBe(2 ** 32);
});
