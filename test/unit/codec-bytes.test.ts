import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader } from "../../src/codec/byte-reader.ts";
import { ByteWriter } from "../../src/codec/byte-writer.ts";
import { PayloadError } from "../../src/codec/payload-error.ts";

const written = (to: ByteWriter): number[] => [...to.bytes.subarray(0, to.length)];
const reading = (...bytes: number[]): ByteReader => new ByteReader().reset(Uint8Array.from(bytes));

test("Y1 numbers travel little-endian", () => {
  const to = new ByteWriter();
  to.u8(0x01);
  to.u16(0x0203);
  to.u32(0x04050607);
  to.i8(-1);
  to.i16(-2);
  to.i32(-3);
  to.f32(1.5);
  to.f64(-2.25);
  const floats = [0, 0, 0xc0, 0x3f, 0, 0, 0, 0, 0, 0, 2, 0xc0];
  const whole = [1, 3, 2, 7, 6, 5, 4, 0xff, 0xfe, 0xff, 0xfd, 0xff, 0xff, 0xff];
  expect(written(to)).toEqual([...whole, ...floats]);
});

test.each([
  [0, [0]],
  [127, [0x7f]],
  [128, [0x80, 1]],
  [300, [0xac, 2]],
  [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
])("Y1 the varint of %d", (value, bytes) => {
  const to = new ByteWriter();
  to.varint(value);
  expect(written(to)).toEqual(bytes);
  expect(reading(...bytes).varint()).toBe(value);
});

/** Each way to write a value, and the way to read it. */
const step = fc.oneof(
  fc.record({ kind: fc.constant("u8" as const), value: fc.nat(2 ** 8 - 1) }),
  fc.record({ kind: fc.constant("u16" as const), value: fc.nat(2 ** 16 - 1) }),
  fc.record({ kind: fc.constantFrom("u32" as const, "varint" as const), value: fc.nat(2 ** 32 - 1) }),
  fc.record({ kind: fc.constant("i8" as const), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ kind: fc.constant("i16" as const), value: fc.integer({ min: -32_768, max: 32_767 }) }),
  fc.record({ kind: fc.constant("i32" as const), value: fc.integer() }),
  fc.record({ kind: fc.constant("f32" as const), value: fc.float() }),
  fc.record({ kind: fc.constant("f64" as const), value: fc.double() }),
);

test("Y1 what a writer wrote, a reader reads, wherever in the bytes it stands", () => {
  const from = new ByteReader();
  const to = new ByteWriter();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.nat(9), (steps, before) => {
      to.clear();
      to.raw(new Uint8Array(before));
      for (const { kind, value } of steps) to[kind](value);
      // In a view that does not begin where its memory does.
      const packet = new Uint8Array(to.length + 8).subarray(3);
      packet.set(to.bytes.subarray(0, to.length));
      from.reset(packet, before, to.length);
      for (const { kind, value } of steps) expect(from[kind]()).toBe(value);
      expect(from.left).toBe(0);
    }),
    { seed: 101, numRuns: 300 },
  );
});

test("Y1 a writer grows, and keeps its memory when it is cleared", () => {
  const to = new ByteWriter();
  const part = Uint8Array.from({ length: 1_000 }, (_, i) => i);
  for (let i = 0; i < 100; i++) to.raw(i % 2 === 0 ? part : part.subarray(0, 5));
  expect(to.length).toBe(50_250);
  expect([...to.bytes.subarray(1_005, 1_010)]).toEqual([...part.subarray(0, 5)]);
  const memory = to.bytes;
  to.clear();
  to.u8(7);
  expect(to.bytes).toBe(memory);
  expect(written(to)).toEqual([7]);
});

test("Y1, Y2 text is read as it was written", () => {
  const to = new ByteWriter();
  const from = new ByteReader();
  const check = (text: string): void => {
    to.clear();
    const length = to.text(text);
    expect(length).toBe(to.length);
    expect(written(to)).toEqual([...new TextEncoder().encode(text)]);
    expect(from.reset(to.bytes, 0, to.length).text(length)).toBe(text);
  };
  for (const text of ["", "a", "\u{feff}a", `\u{feff}${"x".repeat(100)}`, "é", `${"x".repeat(64)}é`, "🚀".repeat(200)])
    check(text);
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 150 }), check), { seed: 102, numRuns: 300 });
});

test("Y2 every read past the end throws", () => {
  const reads: ((from: ByteReader) => unknown)[] = [
    (from) => from.u8(),
    (from) => from.i8(),
    (from) => from.u16(),
    (from) => from.i16(),
    (from) => from.u32(),
    (from) => from.i32(),
    (from) => from.f32(),
    (from) => from.f64(),
    (from) => from.varint(),
    (from) => from.raw(1),
    (from) => from.text(1),
    (from) => from.raw(2 ** 32 - 1),
  ];
  // There is more memory behind the range: it is not the reader's.
  const bytes = new Uint8Array(32).fill(255);
  for (const read of reads) {
    expect(() => read(new ByteReader().reset(bytes, 4, 4))).toThrow(PayloadError);
    expect(() => read(new ByteReader())).toThrow(PayloadError);
  }
  expect(() => new ByteReader().reset(bytes, 0, 7).f64()).toThrow("8 bytes are wanted, 7 are left");
});

test("Y2 a varint that is too long, or longer than it needs, is none", () => {
  const wrong = [
    [0x80],
    [0x80, 0],
    [0xff, 0],
    [0xff, 0xff, 0xff, 0xff, 0x10],
    [0xff, 0xff, 0xff, 0xff, 0x7f],
    [0x80, 0x80, 0x80, 0x80, 0x80, 1],
    [0x80, 0x80, 0x80, 0x80, 0],
  ];
  for (const bytes of wrong) expect(() => reading(...bytes).varint(), String(bytes)).toThrow(PayloadError);
});

test("Y2 text that is not UTF-8 is refused, short or long", () => {
  const rest = Array.from({ length: 100 }, () => 0x61);
  for (const wrong of [[0x80], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xff]]) {
    expect(() => reading(...wrong).text(wrong.length)).toThrow(PayloadError);
    expect(() => reading(...rest, ...wrong).text(100 + wrong.length)).toThrow(PayloadError);
  }
});

test("Y13 what is read raw is a view of the bytes", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const from = new ByteReader().reset(bytes, 1);
  const view = from.raw(2);
  bytes[2] = 9;
  expect([...view]).toEqual([2, 9]);
  expect([...from.rest()]).toEqual([4]);
  expect([...from.rest()]).toEqual([]);
});
