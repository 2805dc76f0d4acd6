/** From this length on, the browser's own copying is faster than a loop. Unit: bytes. */
const LONG_COPY_BYTES = 64;

const FIRST_CAPACITY_BYTES = 256;

/**
 * Appends numbers, texts and bytes to memory that grows, little-endian. It checks no number's range: too large a one is cut off to
 * its lowest bits.
 */
export class ByteWriter {
  /** The memory: what was written, then what is free. Growing replaces it. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY_BYTES);
  /** How much was written. May be set back, to discard the end. Unit: bytes. */
  length = 0;
  #view = new DataView(this.bytes.buffer);

  /** Forgets what was written; the memory stays. */
  clear(): void {
    this.length = 0;
  }

  /** Makes room for so many bytes more, and changes nothing else. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  u16(value: number): void {
    this.reserve(2);
    this.#view.setUint16(this.length, value, true);
    this.length += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.length, value, true);
    this.length += 4;
  }

  i8(value: number): void {
    this.u8(value);
  }

  i16(value: number): void {
    this.u16(value);
  }

  i32(value: number): void {
    this.u32(value);
  }

  f32(value: number): void {
    this.reserve(4);
    this.#view.setFloat32(this.length, value, true);
    this.length += 4;
  }

  f64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** A whole number from 0 to 2^32 − 1 in 1 to 5 bytes: seven bits in each, lowest first, the top bit set in all but the last (LEB128). */
  varint(value: number): void {
    let rest = value >>> 0;
    this.reserve(5);
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.length++] = rest;
  }

  /** The bytes alone, without their number. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    if (length < LONG_COPY_BYTES) {
      for (let i = 0; i < length; i++) this.bytes[this.length + i] = bytes[i] as number;
    } else {
      this.bytes.set(bytes, this.length);
    }
    this.length += length;
  }

  /** The text as UTF-8, without its length; half of a surrogate pair becomes U+FFFD. Gives the number of bytes. */
  text(text: string): number {
    const start = this.length;
    // No character of a string takes more.
    this.reserve(text.length * 3);
    for (let i = 0; i < text.length; i++) {
      const character = text.charCodeAt(i);
      if (character > 127 || i === LONG_COPY_BYTES) {
        this.length += new TextEncoder().encodeInto(text.slice(i), this.bytes.subarray(this.length)).written;
        break;
      }
      this.bytes[this.length++] = character;
    }
    return this.length - start;
  }
}
