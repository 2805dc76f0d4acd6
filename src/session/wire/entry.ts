/** Longest type and length before an entry's bytes. */
export const MAX_ENTRY_HEADER_BYTES = 10;

/** Gives back the position after it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  while (rest > 0x7f) {
    bytes[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[next++] = rest;
  return next;
}

/** Copies; short pieces by hand, as `set` costs more than they do. Gives back the position after it. */
export function putBytes(bytes: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  if (end - start > 48) {
    bytes.set(from.subarray(start, end), at);
  } else {
    for (let i = start, to = at; i < end; ) bytes[to++] = from[i++] as number;
  }
  return at + end - start;
}
