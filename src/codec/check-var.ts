import { MAX_VAR_DEPTH, MAX_VAR_VALUES } from "./limits.ts";

/** For each token from 0xc0 to 0xdf, how many bytes its number or length takes; `x` for those never written: all extensions. */
const SIZES = "0x00124xxx4812481248xxxxx1242424";

const PROTO = "__proto__";
const UNDERSCORE = 95;

/**
 * Throws unless the bytes from `start` to before `end` are one value in msgpack, whole, without extensions, without a key
 * `__proto__`, and within the bounds.
 * msgpackr would read much more (errors, circles, patterns, numbers of any length), some of it very slowly.
 */
export function checked(bytes: Uint8Array, start: number, end: number): void {
  // Past the end, or NaN, once something is wrong: from there it never comes back to the end.
  let at = start;
  let values = 0;
  const skip = (depth: number, isKey: boolean): void => {
    const token = bytes[at++] as number;
    values += 1;
    if (values > MAX_VAR_VALUES || depth > MAX_VAR_DEPTH) at = Number.NaN;
    if (token < 0x80 || token > 0xdf) return;
    let count = token & 31;
    if (token > 0xbf) {
      const size = Number(SIZES[count]);
      count = 0;
      for (let i = 0; i < size; i++) count = count * 256 + (bytes[at + i] as number);
      at += size;
    }
    if (token < 0xa0 || token > 0xdb) {
      if (token < 0xa0) count &= 15;
      const isMap = token < 0x90 || token > 0xdd;
      if (isMap) count *= 2;
      for (; count > 0 && at <= end; count--) skip(depth + 1, isMap && count % 2 === 0);
    } else if (token < 0xc7 || token > 0xd3) {
      const next = at + count;
      const maybeProto = isKey && count === PROTO.length && bytes[at] === UNDERSCORE;
      at = maybeProto && String.fromCharCode(...bytes.subarray(at, next)) === PROTO ? Number.NaN : next;
    }
  };
  skip(0, false);
  if (at !== end) throw new RangeError(`not plain, or more than ${MAX_VAR_VALUES} values or ${MAX_VAR_DEPTH} levels`);
}
