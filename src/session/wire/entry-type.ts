/**
 * What stands in a frame after its header: entries, each `type` and `length` as varints, then so many bytes. From
 * `FIRST_MESSAGE_TYPE` on the type is a message's; these are the session's own.
 */

/** The beginning of a message in parts: lane u8, type varint, length of the whole message varint, bytes. Reliable frames only. */
export const PART_FIRST = 1;
/** Its continuation: lane u8, bytes. */
export const PART_NEXT = 2;
/** A part of an unreliable message: set u8, index u8, count u8, type varint, bytes. Unreliable frames only. */
export const UNRELIABLE_PART = 3;
/** id u8. */
export const PING = 4;
/** id u8, time it waited for its answer u16 (1/16 ms), session time f64 (ms), unreliable frames received so far u32. */
export const PONG = 5;
/** Why in words, UTF-8. Nothing follows. */
export const GOODBYE = 6;
/** The answer to a call: id varint, payload. */
export const ANSWER = 7;
/** It has none: id varint, `CallFailure` u8, in words, UTF-8. */
export const FAILURE = 8;
/** An answer is not wanted any more: id varint. */
export const CANCEL = 9;
