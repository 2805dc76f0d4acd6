import { Packr, RESET_BUFFER_MODE } from "msgpackr/index-no-eval";
import { checked } from "./check-var.ts";

const packr = new Packr({
  // A record's definition travels once: lose that packet, and the later ones cannot be read.
  useRecords: false,
  variableMapSize: true,
  // A whole number is a `number` whoever wrote it: games do arithmetic on it, and that throws for a `bigint`.
  int64AsType: "number",
  // Extensions are a matter between two programs; plain msgpack is read by all.
  encodeUndefinedAsNil: true,
});

// msgpackr would write a function as `undefined`, and the far side would miss it in silence.
Object.assign(packr, {
  writeFunction: (): never => {
    throw new TypeError("a function is no value");
  },
});

/**
 * A value as msgpack. The bytes belong to the caller: they share no buffer with later calls.
 * Throws if the value cannot be written (a function, a symbol, a date, a circle), or is past the limits.
 */
export function encodeVar(value: unknown): Uint8Array {
  // Not `slice`, which is a view of the same memory in Node.
  return new Uint8Array(borrowVar(value));
}

/** As `encodeVar`, but the bytes are good until the next call only. */
export function borrowVar(value: unknown): Uint8Array {
  // The next value goes where this one went.
  const bytes = packr.pack(value, RESET_BUFFER_MODE);
  checked(bytes, 0, bytes.length);
  return bytes;
}

/**
 * The value that msgpack bytes from `start` to before `end` stand for. Byte strings in it are views of `bytes`. Throws if they stand
 * for no value, for more than one, for one of a kind that `encodeVar` does not write, or for one past the limits.
 */
export function decodeVar(bytes: Uint8Array, start = 0, end: number = bytes.length): unknown {
  checked(bytes, start, end);
  return packr.unpack(bytes, { start, end });
}
