import { isPeerId, MAX_PEER_ID } from "../base/peer-id.ts";
import type { Field } from "../codec/field.ts";
import { u32 } from "../codec/number-fields.ts";
import { PayloadError } from "../codec/payload-error.ts";

/** A peer's id, in 4 bytes; what can be none is refused when it is read. */
export function peerId(): Field<number> {
  const field = u32();
  return {
    signature: field.signature,
    minBytes: field.minBytes,
    maxBytes: field.maxBytes,
    sample: 1,
    encode: (value, to) => field.encode(value, to),
    decode: (from) => {
      const value = field.decode(from);
      if (!isPeerId(value)) throw new PayloadError(`${value} is no peer id, 1 to ${MAX_PEER_ID}`);
      return value;
    },
  };
}
