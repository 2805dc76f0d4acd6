import { bytes } from "../../src/codec/bytes-payload.ts";
import { flag } from "../../src/codec/flag.ts";
import { layout, list, optional } from "../../src/codec/layout.ts";
import { f32, f64, i8, i16, i32, u8, u16, u32 } from "../../src/codec/number-fields.ts";
import type { Payload } from "../../src/codec/payload.ts";
import { quantised } from "../../src/codec/quantised.ts";
import { blob, oneOf, text } from "../../src/codec/text-fields.ts";
import { value } from "../../src/codec/value-payload.ts";

const place = layout({ x: quantised({ min: -100, max: 100, step: 0.1 }), y: f32(), isHome: flag() });

/** Payloads with every kind of field, alone and within each other. */
export const FUZZED_PAYLOADS: Readonly<Record<string, Payload<unknown>>> = {
  value: value(),
  "short value": value({ maxBytes: 40 }),
  bytes: bytes({ maxBytes: 100 }),
  nothing: layout({}),
  numbers: layout({ a: u8(), b: u16(), c: u32(), d: i8(), e: i16(), f: i32(), g: f32(), h: f64() }),
  steps: layout({
    a: quantised({ min: 0, max: 1, bits: 8 }),
    b: quantised({ min: -1, max: 1, step: 0.3 }),
    c: quantised({ min: -1_000, max: 1_000, step: 0.001 }),
    d: quantised({ min: -1, max: 1, bits: 32 }),
    e: quantised({ min: 5, max: 6, bits: 1 }),
  }),
  flags: layout({ a: flag(), b: flag(), c: flag(), d: flag(), e: flag(), f: flag(), g: flag(), h: flag(), i: flag() }),
  words: layout({ kind: oneOf(["north", "south", "west"]), name: text(20), note: text(300), seal: blob(10) }),
  optionals: layout({
    a: optional(u8()),
    b: optional(place),
    c: optional(flag()),
    d: flag(),
    e: optional(list(optional(text(8)), 3)),
  }),
  lists: layout({
    numbers: list(i16(), 200),
    grid: list(list(u8(), 5), 5),
    places: list(place, 40),
    flags: list(flag(), 9),
    all: list(f64(), 65_535),
  }),
};
