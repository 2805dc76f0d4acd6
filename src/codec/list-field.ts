import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type Field, Unwritable } from "./field.ts";
import { PayloadError } from "./payload-error.ts";
import { readLength } from "./text-fields.ts";
import { varintBytes } from "./varint-bytes.ts";

/** Values of one kind, with their number before them. */
export class ListField<T> implements Field<T[]> {
  readonly signature: string;
  readonly minBytes = 1;
  readonly maxBytes: number;
  readonly sample: T[] = [];
  readonly #element: Field<T>;
  readonly #max: number;

  constructor(element: Field<T>, max: number) {
    this.#element = element;
    this.#max = max;
    this.signature = `list(${element.signature},${max})`;
    this.maxBytes = varintBytes(max) + max * element.maxBytes;
  }

  encode(values: T[], to: ByteWriter): void {
    if (!Array.isArray(values) || values.length > this.#max) {
      throw new Unwritable(Array.isArray(values) ? values.length : values, `array of at most ${this.#max} elements`);
    }
    to.varint(values.length);
    let index = 0;
    try {
      // By index: a hole in the array is `undefined`, and refused as such.
      for (; index < values.length; index++) this.#element.encode(values[index] as T, to);
    } catch (error) {
      throw Unwritable.at(`[${index}]`, error);
    }
  }

  decode(from: ByteReader): T[] {
    const count = readLength(this.#max, from);
    // Before anything is made: no count costs more than the bytes that came with it.
    if (count * this.#element.minBytes > from.left) throw new PayloadError(`${count} elements in ${from.left} bytes`);
    const values: T[] = [];
    for (let i = 0; i < count; i++) values.push(this.#element.decode(from));
    return values;
  }
}
