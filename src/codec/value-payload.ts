import { reasonOf, shown } from "../base/diagnostics.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { checkedLimit } from "./definition-fault.ts";
import { DEFAULT_PAYLOAD_BYTES, MAX_LENGTH_BYTES } from "./limits.ts";
import type { Payload } from "./payload.ts";
import { PayloadError } from "./payload-error.ts";
import { borrowVar, decodeVar } from "./var.ts";

/**
 * Any plain value as msgpack: numbers, strings, booleans, null, arrays, objects and `Uint8Array`s within each other, at most 32,768
 * of them, 64 levels deep; `undefined` arrives as null, and −0 as 0. A `Uint8Array` that is read is a view of the packet that came in.
 *
 * `T` is what the game says it is: nothing checks that the far side sent one. `withSchema` does. `maxBytes`: 8 MiB unless given.
 */
export function value<T = unknown>(options: { readonly maxBytes?: number } = {}): Payload<T> {
  const { maxBytes = DEFAULT_PAYLOAD_BYTES } = options;
  checkedLimit("maxBytes", maxBytes, 1, MAX_LENGTH_BYTES);
  return {
    signature: `value(${maxBytes})`,
    maxBytes,
    write(content: T, to: ByteWriter): void {
      const bytes = encoded(content);
      if (bytes.length > maxBytes) {
        throw new RangeError(`${shown(content)} takes ${bytes.length} bytes, where ${maxBytes} is the limit`);
      }
      to.raw(bytes);
    },
    read(from: ByteReader): T {
      if (from.left > maxBytes) throw new PayloadError(`${from.left} bytes, where ${maxBytes} is the limit`);
      const start = from.at;
      from.at = from.end;
      try {
        return decodeVar(from.bytes, start, from.end) as T;
      } catch (error) {
        throw new PayloadError(reasonOf(error), { cause: error });
      }
    },
  };
}

/** Whatever msgpackr throws, or a getter of the game's, said of the value. */
function encoded(content: unknown): Uint8Array {
  try {
    return borrowVar(content);
  } catch (error) {
    throw new TypeError(`${shown(content)} is no plain value: ${reasonOf(error)}`, { cause: error });
  }
}
