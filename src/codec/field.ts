import { shown } from "../base/diagnostics.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** A part of a layout: how one value travels among others. Those of a list are fields too. */
export interface Field<T> {
  readonly signature: string;
  /** Shortest and longest encoding. Unit: bytes. */
  readonly minBytes: number;
  readonly maxBytes: number;
  /** Any value of it: engines give an object its shape by it, before the real values are there. */
  readonly sample: T;
  /** Appends the value. Throws `Unwritable` if it is none. */
  encode(value: T, to: ByteWriter): void;
  /** Reads no further than the value. Throws `PayloadError`. */
  decode(from: ByteReader): T;
}

/** A value that a field cannot carry. The words begin with where it stands, to which each layout and list around adds its part. */
export class Unwritable extends RangeError {
  constructor(value: unknown, limit: string) {
    super(` ${shown(value)} is no ${limit}`);
  }

  /** What was thrown, with the step that led there: `.x`, `[3]`. */
  static at(step: string, error: unknown): unknown {
    if (error instanceof Unwritable) error.message = step + error.message;
    return error;
  }
}
