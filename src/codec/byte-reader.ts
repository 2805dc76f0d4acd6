import { PayloadError } from "./payload-error.ts";

/** From this length on, the browser's own decoder is faster than a loop. Unit: bytes. */
const LONG_TEXT_BYTES = 64;

const NOTHING = new Uint8Array(0);

/**
 * Reads what a `ByteWriter` wrote, from a range of bytes that belong to somebody else. Every read past its end throws
 * `PayloadError`. One reader serves many packets, one after the other, and allocates nothing for each.
 */
export class ByteReader {
  /** The next byte to read, counted from the beginning of the bytes, not of the range. */
  at = 0;
  #bytes: Uint8Array = NOTHING;
  #end = 0;
  #view: DataView | null = null;
  #utf8: TextDecoder | null = null;

  /** Reads `bytes` from `start` to before `end` from here on; the caller answers for these being within the bytes. */
  reset(bytes: Uint8Array, start = 0, end: number = bytes.length): this {
    if (bytes !== this.#bytes) this.#view = null;
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
    return this;
  }

  /** The memory that it reads from. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Where the range ends, counted as `at` is. */
  get end(): number {
    return this.#end;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)] as number;
  }

  u16(): number {
    const at = this.#take(2);
    return (this.#bytes[at] as number) | ((this.#bytes[at + 1] as number) << 8);
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  i8(): number {
    return (this.u8() << 24) >> 24;
  }

  i16(): number {
    return (this.u16() << 16) >> 16;
  }

  i32(): number {
    return this.u16() | (this.u16() << 16);
  }

  f32(): number {
    const at = this.#take(4);
    return this.#asView().getFloat32(at, true);
  }

  f64(): number {
    const at = this.#take(8);
    return this.#asView().getFloat64(at, true);
  }

  /** A whole number from 0 to 2^32 − 1 as `ByteWriter.varint` writes it; one in more bytes than it needs is refused. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 127) << shift;
      if (byte > 127) continue;
      if ((byte === 0 && shift > 0) || (byte > 15 && shift === 28)) break;
      return value >>> 0;
    }
    throw new PayloadError("a number that is longer than it may be");
  }

  /** A view of the next bytes, not a copy. */
  raw(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** A view of all the bytes that are left. */
  rest(): Uint8Array {
    return this.raw(this.left);
  }

  /** A text of so many bytes. Throws `PayloadError` too where they are not well-formed UTF-8. */
  text(count: number): string {
    const at = this.#take(count);
    let text = "";
    for (let i = at; i < at + count; i++) {
      const byte = this.#bytes[i] as number;
      if (byte > 127 || count > LONG_TEXT_BYTES) return this.#decoded(at, at + count);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** Where the next so many bytes begin. */
  #take(count: number): number {
    const { at } = this;
    if (count > this.#end - at) throw new PayloadError(`${count} bytes are wanted, ${this.#end - at} are left`);
    this.at = at + count;
    return at;
  }

  #asView(): DataView {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view;
  }

  #decoded(start: number, end: number): string {
    this.#utf8 ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    try {
      return this.#utf8.decode(this.#bytes.subarray(start, end));
    } catch (error) {
      throw new PayloadError("a text that is not UTF-8", { cause: error });
    }
  }
}
