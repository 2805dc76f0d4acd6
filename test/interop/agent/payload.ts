/** What a test sends: its number stands in the first four bytes, the rest follows from it. `size` is 4 or more. */
export interface Payload {
  readonly seed: number;
  readonly size: number;
}

export function payloadBytes({ seed, size }: Payload): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 4; i < size; i++) bytes[i] = i * 31 + (i >> 8) * 17 + seed * 7;
  new DataView(bytes.buffer).setUint32(0, seed);
  return bytes;
}

/** What these bytes say they are; the seed is −1 if they are not exactly that. */
export function readPayload(bytes: Uint8Array): Payload {
  const size = bytes.length;
  const seed = size < 4 ? -1 : new DataView(bytes.buffer, bytes.byteOffset, size).getUint32(0);
  const isIntact = seed !== -1 && payloadBytes({ seed, size }).every((value, i) => value === bytes[i]);
  return { seed: isIntact ? seed : -1, size };
}
