import { Packr } from "msgpackr/index-no-eval";

// Records are off because a record's definition travels once: lose that packet, and the later ones cannot be read.
const packr = new Packr({ useRecords: false, variableMapSize: true, moreTypes: false });

/**
 * A value as msgpack. The bytes belong to the caller: they share no buffer with later calls.
 * Throws if the value cannot be written (a function, a symbol, a circle).
 */
export function encodeVar(value: unknown): Uint8Array {
  return packr.pack(value).slice();
}

/** The value that msgpack bytes stand for. Throws if they stand for none, or for more than one. */
export function decodeVar(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}
