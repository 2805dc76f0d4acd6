import { readFileSync } from "node:fs";
import { ByteReader } from "../../src/codec/byte-reader.ts";
import { ByteWriter } from "../../src/codec/byte-writer.ts";
import type { Payload } from "../../src/codec/payload.ts";
import { PayloadError } from "../../src/codec/payload-error.ts";
import { FUZZED_PAYLOADS } from "./codec-payloads.ts";
import { bytesOf, hexOf } from "./fuzz.ts";
import type { FuzzTarget } from "./target.ts";

const corpus = JSON.parse(readFileSync(new URL("corpus/codec.json", import.meta.url), "utf8")) as string[];

const payloads = Object.entries(FUZZED_PAYLOADS);
const from = new ByteReader();
const to = new ByteWriter();

/** Bytes that stand for a value of a payload are read and written again; others are refused, with `PayloadError` and nothing else. */
export const codecTarget: FuzzTarget = {
  name: "codec",
  corpus: corpus.map(bytesOf),
  // The first byte says which payload the others are for, so that what is varied stays with its own.
  run(input: Uint8Array): string {
    const [name, payload] = payloads[(input[0] ?? 0) % payloads.length] as (typeof payloads)[number];
    const bytes = input.subarray(1);
    let value: unknown;
    try {
      value = payload.read(from.reset(bytes));
    } catch (error) {
      if (!(error instanceof PayloadError)) throw error;
      return `${name}: ${error.message.replace(/\d+/g, "#")}`;
    }
    if (Object.keys(Object.prototype).length > 0) throw new Error("the prototype of all objects has changed");
    checkPlain(value);
    checkAgain(payload, value, bytes);
    return `${name}: read, ${shapeOf(value)}`;
  },
};

/** What was read can be written: as the same bytes, but for `value`, where msgpack has several ways to write one value. */
function checkAgain(payload: Payload<unknown>, value: unknown, bytes: Uint8Array): void {
  if (from.left > 0) throw new Error(`${from.left} bytes are left`);
  if (bytes.length > payload.maxBytes) throw new Error("longer than the longest encoding");
  const isValue = payload.signature.startsWith("value");
  const first = written(payload, value);
  // Single precision is written as double, bytes that are not UTF-8 as three each.
  if (first === null) {
    if (!isValue || bytes.length * 3 < payload.maxBytes) throw new Error("what was read is too long to be written");
    return;
  }
  if (!isValue) {
    if (hexOf(first) !== hexOf(bytes)) throw new Error(`written again: ${hexOf(first)}`);
    return;
  }
  // Of a leading byte order mark, a long text loses one each time that it is read.
  if (hexOf(bytes).includes("efbbbf")) return;
  const second = written(payload, payload.read(from.reset(first)));
  if (second === null || hexOf(second) !== hexOf(first)) throw new Error(`written twice: ${hexOf(first)}`);
}

function written(payload: Payload<unknown>, value: unknown): Uint8Array | null {
  to.clear();
  try {
    payload.write(value, to);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return to.bytes.slice(0, to.length);
}

/** Plain data all through, of no class and with no prototype of its own. */
function checkPlain(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
    if (typeof value === "function" || typeof value === "bigint") throw new Error(`a ${typeof value}`);
    return;
  }
  const prototype = Array.isArray(value) ? Array.prototype : Object.prototype;
  if (Object.getPrototypeOf(value) !== prototype) throw new Error("a prototype of its own");
  for (const part of Object.values(value)) checkPlain(part);
}

function shapeOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value;
  return `${Object.prototype.toString.call(value)} of ${Math.min(4, Object.keys(value).length)}`;
}
