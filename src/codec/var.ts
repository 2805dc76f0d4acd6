import { C1, Packr } from "msgpackr/index-no-eval";

const packr = new Packr({
  // A record's definition travels once: lose that packet, and the later ones cannot be read.
  useRecords: false,
  variableMapSize: true,
  // A whole number is a `number` whoever wrote it: games do arithmetic on it, and that throws for a `bigint`.
  int64AsType: "number",
});

// msgpackr would write a function as `undefined`, and the far side would miss it in silence.
Object.assign(packr, {
  writeFunction: (): never => {
    throw new TypeError("a function is no value");
  },
});

/**
 * A value as msgpack. The bytes belong to the caller: they share no buffer with later calls.
 * Throws if the value cannot be written (a function, a symbol, a circle).
 */
export function encodeVar(value: unknown): Uint8Array {
  // Not `slice`, which is a view of the same memory in Node.
  return new Uint8Array(packr.pack(value));
}

/**
 * The value that msgpack bytes stand for. Byte strings in it are views of `bytes`. Throws if the bytes stand for no value, or
 * for more than one.
 */
export function decodeVar(bytes: Uint8Array): unknown {
  const value: unknown = packr.unpack(bytes);
  if (value === C1) throw new RangeError("byte 0xc1 stands for no value");
  return value;
}
