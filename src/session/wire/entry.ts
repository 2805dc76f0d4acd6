/**
 * What stands in a frame after its header: entries, each `type` and `length` as varints, then so many bytes. From
 * `FIRST_MESSAGE_TYPE` on the type is a message's; these are the session's own.
 */
export const EntryType = {
  /** The beginning of a message in parts: lane u8, type varint, length of the whole message varint, bytes. Reliable frames only. */
  PART_FIRST: 1,
  /** Its continuation: lane u8, bytes. */
  PART_NEXT: 2,
  /** A part of an unreliable message: set u8, index u8, count u8, type varint, bytes. Unreliable frames only. */
  UNRELIABLE_PART: 3,
  /** id u8. */
  PING: 4,
  /** id u8, time it waited for its answer u16 (1/16 ms), session time f64 (ms), unreliable frames received so far u32. */
  PONG: 5,
  /** Why in words, UTF-8. Nothing follows. */
  GOODBYE: 6,
  /** The answer to a call: id varint, payload. */
  ANSWER: 7,
  /** It has none: id varint, `CallFailure` u8, in words, UTF-8. */
  FAILURE: 8,
  /** An answer is not wanted any more: id varint. */
  CANCEL: 9,
} as const;

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
