import { digest } from "../../network/digest.ts";

/** Tells contents apart: their digest, and their length beside it. Exact in a double. */
export function fingerprint(data: Uint8Array | string): number {
  return combined(digest(data), typeof data === "string" ? data.length : data.byteLength);
}

/** The fingerprint of what has that digest and length. */
export function combined(digest: number, length: number): number {
  return (digest >>> 0) + (length % 2 ** 20) * 2 ** 32;
}
