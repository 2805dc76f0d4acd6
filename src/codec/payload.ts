import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** How the values of one kind of message travel. */
export interface Payload<T> {
  /**
   * Names the format, its fields and their order: part of the message table's hash, so that two builds that differ refuse each
   * other.
   */
  readonly signature: string;

  /** Longest encoding. Unit: bytes. */
  readonly maxBytes: number;

  /**
   * Appends the value. Throws a `TypeError` or `RangeError` that names the field, the value and the limit; what was appended
   * before is the caller's to discard.
   */
  write(value: T, to: ByteWriter): void;

  /**
   * Reads a value from all the bytes that the reader has. Throws `PayloadError` on whatever is not one; never returns anything
   * that `write` could not have been given.
   */
  read(from: ByteReader): T;
}
