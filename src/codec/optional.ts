import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { Field } from "./field.ts";
import { Flag } from "./flag.ts";

const isThere = new Flag();

/** A field that may be `undefined`: a bit says whether it is there. */
export class Optional<T> implements Field<T | undefined> {
  readonly inner: Field<T>;
  readonly signature: string;
  readonly minBytes = 1;
  readonly maxBytes: number;
  readonly sample = undefined;

  constructor(inner: Field<T>) {
    this.inner = inner;
    this.signature = `optional(${inner.signature})`;
    this.maxBytes = 1 + inner.maxBytes;
  }

  encode(value: T | undefined, to: ByteWriter): void {
    isThere.encode(value !== undefined, to);
    if (value !== undefined) this.inner.encode(value, to);
  }

  decode(from: ByteReader): T | undefined {
    return isThere.decode(from) ? this.inner.decode(from) : undefined;
  }
}
