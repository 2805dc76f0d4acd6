import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { checkedLimit, refuseDefinition } from "./definition-fault.ts";
import { type Field, Unwritable } from "./field.ts";
import { MAX_LENGTH_BYTES, MAX_OPTIONS } from "./limits.ts";
import { PayloadError } from "./payload-error.ts";
import { utf8Length } from "./utf8-length.ts";
import { varintBytes } from "./varint-bytes.ts";

/** One of the strings given, as an index in 1 byte. There may be 256. */
export function oneOf<const Options extends readonly string[]>(options: Options): Field<Options[number]> {
  checkedLimit("the number of options of oneOf", options.length, 1, MAX_OPTIONS);
  if (new Set(options).size < options.length) refuseDefinition(`oneOf ${JSON.stringify(options)} names one twice`);
  const known = [...options];
  return {
    signature: `oneOf(${JSON.stringify(known)})`,
    minBytes: 1,
    maxBytes: 1,
    sample: known[0] as string,
    encode(value: string, to: ByteWriter): void {
      const index = known.indexOf(value);
      if (index < 0) throw new Unwritable(value, `one of ${known.join(", ")}`);
      to.u8(index);
    },
    decode(from: ByteReader): string {
      const index = from.u8();
      if (index >= known.length) throw new PayloadError(`option ${index} of ${known.length}`);
      return known[index] as string;
    },
  };
}

/** A string of at most so many bytes in UTF-8, with its length before it. Half of a surrogate pair is refused. */
export function text(maxBytes: number): Field<string> {
  return {
    ...lengthsUpTo("text", maxBytes),
    sample: "",
    encode(value: string, to: ByteWriter): void {
      // No string has more characters than bytes: this spares counting those of a very long one.
      const isText = typeof value === "string" && value.length <= maxBytes;
      const length = isText ? utf8Length(value) : -1;
      if (length < 0 || length > maxBytes) throw new Unwritable(value, `well-formed text of at most ${maxBytes} bytes`);
      to.varint(length);
      to.text(value);
    },
    decode(from: ByteReader): string {
      return from.text(readLength(maxBytes, from));
    },
  };
}

/**
 * At most so many bytes, with their number before them. What is read is a view of the packet that came in: it holds the whole
 * packet in memory, so copy what is to be kept.
 */
export function blob(maxBytes: number): Field<Uint8Array> {
  return {
    ...lengthsUpTo("blob", maxBytes),
    sample: new Uint8Array(0),
    encode(value: Uint8Array, to: ByteWriter): void {
      if (!(value instanceof Uint8Array) || value.length > maxBytes) {
        throw new Unwritable(value, `Uint8Array of at most ${maxBytes} bytes`);
      }
      to.varint(value.length);
      to.raw(value);
    },
    decode(from: ByteReader): Uint8Array {
      return from.raw(readLength(maxBytes, from));
    },
  };
}

function lengthsUpTo(name: string, maxBytes: number) {
  checkedLimit(`${name}'s limit`, maxBytes, 0, MAX_LENGTH_BYTES);
  return { signature: `${name}(${maxBytes})`, minBytes: 1, maxBytes: varintBytes(maxBytes) + maxBytes };
}

/** A length or count that is within its limit. */
export function readLength(most: number, from: ByteReader): number {
  const length = from.varint();
  if (length > most) throw new PayloadError(`a length of ${length}, where ${most} is the limit`);
  return length;
}
