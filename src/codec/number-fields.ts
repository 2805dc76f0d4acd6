import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type Field, Unwritable } from "./field.ts";
import { PayloadError } from "./payload-error.ts";

/** A whole number from 0 to 255, in 1 byte. */
export const u8 = (): Field<number> => new Whole("u8", 1, 0);
/** A whole number from 0 to 65,535, in 2 bytes. */
export const u16 = (): Field<number> => new Whole("u16", 2, 0);
/** A whole number from 0 to 2^32 − 1, in 4 bytes. */
export const u32 = (): Field<number> => new Whole("u32", 4, 0);
/** A whole number from −128 to 127, in 1 byte. */
export const i8 = (): Field<number> => new Whole("i8", 1, -128);
/** A whole number from −32,768 to 32,767, in 2 bytes. */
export const i16 = (): Field<number> => new Whole("i16", 2, -32_768);
/** A whole number from −2^31 to 2^31 − 1, in 4 bytes. */
export const i32 = (): Field<number> => new Whole("i32", 4, -2_147_483_648);
/** A number of single precision, in 4 bytes; NaN and the infinities are refused, at both ends. */
export const f32 = (): Field<number> => new Float("f32", 4);
/** Any number but NaN and the infinities, which are refused, at both ends; in 8 bytes. */
export const f64 = (): Field<number> => new Float("f64", 8);

/** Writes the lowest so many bytes of a whole number. `width`: 1 to 4. */
export function writeUint(value: number, width: number, to: ByteWriter): void {
  if (width === 1) to.u8(value);
  else if (width === 4) to.u32(value);
  else {
    to.u16(value);
    if (width === 3) to.u8(value >>> 16);
  }
}

export function readUint(width: number, from: ByteReader): number {
  if (width === 1) return from.u8();
  if (width === 4) return from.u32();
  const low = from.u16();
  return width === 2 ? low : low | (from.u8() << 16);
}

class Whole implements Field<number> {
  readonly signature: string;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly sample = 0;
  readonly #min: number;
  readonly #max: number;

  constructor(signature: string, width: number, min: number) {
    this.signature = signature;
    this.minBytes = width;
    this.maxBytes = width;
    this.#min = min;
    this.#max = min + 256 ** width - 1;
  }

  encode(value: number, to: ByteWriter): void {
    if (!Number.isInteger(value) || value < this.#min || value > this.#max) {
      throw new Unwritable(value, `whole number from ${this.#min} to ${this.#max}`);
    }
    writeUint(value, this.minBytes, to);
  }

  decode(from: ByteReader): number {
    const value = readUint(this.minBytes, from);
    return value > this.#max ? value + 2 * this.#min : value;
  }
}

class Float implements Field<number> {
  readonly signature: string;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly sample = 0.5;

  constructor(signature: string, width: number) {
    this.signature = signature;
    this.minBytes = width;
    this.maxBytes = width;
  }

  encode(value: number, to: ByteWriter): void {
    const isShort = this.minBytes === 4;
    if (typeof value !== "number" || !Number.isFinite(isShort ? Math.fround(value) : value)) {
      throw new Unwritable(value, `finite ${this.signature}`);
    }
    if (isShort) to.f32(value);
    else to.f64(value);
  }

  decode(from: ByteReader): number {
    const value = this.minBytes === 4 ? from.f32() : from.f64();
    if (!Number.isFinite(value)) throw new PayloadError(`${value} is no finite ${this.signature}`);
    return value;
  }
}
