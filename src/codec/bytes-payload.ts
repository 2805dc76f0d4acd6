import { shown } from "../base/diagnostics.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { checkedLimit } from "./definition-fault.ts";
import { DEFAULT_PAYLOAD_BYTES, MAX_LENGTH_BYTES } from "./limits.ts";
import type { Payload } from "./payload.ts";
import { PayloadError } from "./payload-error.ts";

/**
 * Bytes as they are. What is read is a view of the packet that came in: it holds the whole packet in memory, so copy what is to be
 * kept. `maxBytes`: 8 MiB unless given.
 */
export function bytes(options: { readonly maxBytes?: number } = {}): Payload<Uint8Array> {
  const { maxBytes = DEFAULT_PAYLOAD_BYTES } = options;
  checkedLimit("maxBytes", maxBytes, 0, MAX_LENGTH_BYTES);
  return {
    signature: `bytes(${maxBytes})`,
    maxBytes,
    write(value: Uint8Array, to: ByteWriter): void {
      if (!(value instanceof Uint8Array)) throw new TypeError(`${shown(value)} is no Uint8Array`);
      if (value.length > maxBytes) throw new RangeError(`${value.length} bytes, where ${maxBytes} is the limit`);
      to.raw(value);
    },
    read(from: ByteReader): Uint8Array {
      if (from.left > maxBytes) throw new PayloadError(`${from.left} bytes, where ${maxBytes} is the limit`);
      return from.rest();
    },
  };
}
