import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { refuseDefinition } from "./definition-fault.ts";
import { type Field, Unwritable } from "./field.ts";
import { readUint, writeUint } from "./number-fields.ts";
import { PayloadError } from "./payload-error.ts";

/** From `min` on in steps of `step`, none above `max`; or 2^`bits` values from `min` to `max` themselves, equally far apart. */
export type QuantisedOptions =
  | { readonly min: number; readonly max: number; readonly step: number }
  | { readonly min: number; readonly max: number; readonly bits: number };

/**
 * A number within a range, to the nearest step: it arrives at most half a step off. One outside the range is taken to its nearer
 * end; NaN is refused. It takes 1 to 4 bytes, as the number of values needs: 256 values take one, 65,536 two. With `step`, zero
 * stays zero if `min` is a multiple of it; with `bits` (1 to 32) it does not where `min` is −`max`.
 *
 * Throws `TickmeshError` (`invalid-payload`) if there is no range, or more than 2^32 values.
 */
export function quantised(options: QuantisedOptions): Field<number> {
  const { min, max } = options;
  const range = max - min;
  const most = "bits" in options ? 2 ** options.bits - 1 : Math.floor((range / options.step) * ROUNDING);
  const step = "bits" in options ? range / most : options.step;
  const isUsable = range > 0 && step > 0 && most >= 1 && most < 2 ** 32 && Number.isInteger(most);
  // A step that is lost in the range's own precision would make two values one.
  if (!isUsable || min + step === min || max - step === max) {
    refuseDefinition(`quantised ${JSON.stringify(options)} has no values from min to max, or more than 2^32`);
  }
  return new Quantised(min, max, step, most);
}

/** A range of ten steps may divide into 9.999999999999998. */
const ROUNDING = 1 + 1e-12;

class Quantised implements Field<number> {
  readonly signature: string;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly sample = 0.5;
  readonly #min: number;
  readonly #max: number;
  readonly #step: number;
  readonly #perUnit: number;
  /** The highest index. */
  readonly #most: number;

  constructor(min: number, max: number, step: number, most: number) {
    this.signature = `quantised(${min},${max},${step})`;
    this.minBytes = most < 2 ** 8 ? 1 : most < 2 ** 16 ? 2 : most < 2 ** 24 ? 3 : 4;
    this.maxBytes = this.minBytes;
    this.#min = min;
    this.#max = max;
    this.#step = step;
    this.#perUnit = 1 / step;
    this.#most = most;
  }

  encode(value: number, to: ByteWriter): void {
    if (typeof value !== "number" || Number.isNaN(value)) throw new Unwritable(value, "number");
    const index = Math.floor((value - this.#min) * this.#perUnit + 0.5);
    writeUint(Math.min(Math.max(index, 0), this.#most), this.minBytes, to);
  }

  decode(from: ByteReader): number {
    const index = readUint(this.minBytes, from);
    if (index > this.#most) throw new PayloadError(`step ${index} of ${this.#most}`);
    return Math.min(this.#min + index * this.#step, this.#max);
  }
}
