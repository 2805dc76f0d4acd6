import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type Field, Unwritable } from "./field.ts";
import { bitOf, Flag } from "./flag.ts";
import { Optional } from "./optional.ts";
import { PayloadError } from "./payload-error.ts";

/** A field with its key. */
interface Member {
  readonly key: string;
  /** What has bytes of its own; `null` of a flag. */
  readonly field: Field<unknown> | null;
  readonly isOptional: boolean;
  /** Which bit it has; −1 without one. */
  readonly bit: number;
}

type Values = Record<string, unknown>;

/** Declared fields, without their keys: first the bits of flags and optional fields, eight a byte, then the others, as declared. */
export class RecordField<T> implements Field<T> {
  readonly signature: string;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly sample: T;
  readonly #members: Member[] = [];
  /** Those of them that have a bit. */
  readonly #bits: Member[] = [];
  readonly #bitBytes: number;
  /** By the first byte of bits: an object of this shape that has them set. */
  readonly #templates: Values[] = [];

  constructor(fields: Readonly<Record<string, Field<unknown>>>) {
    const signatures: string[] = [];
    const sample: Values = {};
    let [minBytes, maxBytes] = [0, 0];
    for (const [key, declared] of Object.entries(fields)) {
      const isOptional = declared instanceof Optional;
      const isFlag = declared instanceof Flag;
      const field = isOptional ? declared.inner : declared;
      const bit = isOptional || isFlag ? this.#bits.length : -1;
      const member: Member = { key, field: isFlag ? null : field, isOptional, bit };
      this.#members.push(member);
      if (bit >= 0) this.#bits.push(member);
      if (bit < 0) minBytes += field.minBytes;
      if (!isFlag) maxBytes += field.maxBytes;
      sample[key] = declared.sample;
      signatures.push(`${JSON.stringify(key)}:${declared.signature}`);
    }
    this.#bitBytes = Math.ceil(this.#bits.length / 8);
    this.signature = `{${signatures.join(",")}}`;
    this.minBytes = this.#bitBytes + minBytes;
    this.maxBytes = this.#bitBytes + maxBytes;
    this.sample = sample as T;
  }

  encode(value: T, to: ByteWriter): void {
    if (typeof value !== "object" || value === null) throw new Unwritable(value, "object");
    const values = value as Values;
    const members = this.#members;
    const bitsAt = to.length;
    for (let i = 0; i < this.#bitBytes; i++) to.u8(0);
    let next = 0;
    try {
      // Engines find a value several times faster in an object's own order than by a key that is not always the same. Objects of a
      // game mostly have the declared order; from where one has not, what is left is found by key.
      for (const key in values) {
        if (next < members.length && (members[next] as Member).key === key) {
          put(members[next] as Member, values[key], bitsAt, to);
          next += 1;
        }
      }
      for (; next < members.length; next++) {
        const member = members[next] as Member;
        put(member, values[member.key], bitsAt, to);
      }
    } catch (error) {
      throw Unwritable.at(`.${(members[next] as Member).key}`, error);
    }
  }

  decode(from: ByteReader): T {
    const first = this.#bitBytes > 0 ? from.u8() : 0;
    // A copy has the whole shape at once, and eight of the bits; built up key by key it would pass through a shape a key.
    const values: Values = { ...(this.#templates[first] ?? this.#template(first)) };
    for (let i = 1; i < this.#bitBytes; i++) this.#setBits(values, i, from.u8());
    for (const { key, field, isOptional } of this.#members) {
      // Of an optional field, the bit has told whether it is there.
      if (field !== null) values[key] = isOptional && values[key] === false ? undefined : field.decode(from);
    }
    return values as T;
  }

  #template(first: number): Values {
    const values = { ...(this.sample as Values) };
    this.#setBits(values, 0, first);
    this.#templates[first] = values;
    return values;
  }

  /** Sets eight members' bits; of optional ones, for now, whether they are there. */
  #setBits(values: Values, index: number, byte: number): void {
    const bits = this.#bits.slice(index * 8, index * 8 + 8);
    if (byte >> bits.length !== 0) throw new PayloadError("bits that stand for nothing");
    for (const { key, bit } of bits) values[key] = ((byte >> (bit & 7)) & 1) === 1;
  }
}

function put({ field, isOptional, bit }: Member, value: unknown, bitsAt: number, to: ByteWriter): void {
  const isAbsent = isOptional && value === undefined;
  if (bit >= 0 && !isAbsent && (field !== null || bitOf(value) === 1)) {
    const at = bitsAt + (bit >> 3);
    to.bytes[at] = (to.bytes[at] as number) | (1 << (bit & 7));
  }
  if (field !== null && !isAbsent) field.encode(value, to);
}
