import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type Field, Unwritable } from "./field.ts";
import { PayloadError } from "./payload-error.ts";

/** A boolean. In a layout, eight flags and optional fields share a byte; elsewhere each takes one. */
export const flag = (): Field<boolean> => new Flag();

export class Flag implements Field<boolean> {
  readonly signature = "flag";
  readonly minBytes = 1;
  readonly maxBytes = 1;
  readonly sample = false;

  encode(value: boolean, to: ByteWriter): void {
    to.u8(bitOf(value));
  }

  decode(from: ByteReader): boolean {
    const byte = from.u8();
    if (byte > 1) throw new PayloadError(`${byte} is no flag`);
    return byte === 1;
  }
}

/** 0 or 1. Throws `Unwritable` for what is no boolean. */
export function bitOf(value: unknown): number {
  if (typeof value !== "boolean") throw new Unwritable(value, "boolean");
  return value ? 1 : 0;
}
