import { Ring } from "../../base/ring.ts";
import { varintBytes } from "../../codec/varint-bytes.ts";
import { MIN_PART_BYTES } from "../limits.ts";
import type { Lane } from "../messages/lane.ts";
import { MAX_ENTRY_HEADER_BYTES, putBytes, putVarint } from "../wire/entry.ts";
import * as EntryType from "../wire/entry-type.ts";

/** The first one of a lane, which for most lanes is all they need; and the others. Unit: bytes. */
const SMALL_SEGMENT_BYTES = 1_024;
const SEGMENT_BYTES = 16_384;

/** Whole entries, one after the other, as they will stand in a frame. */
interface Segment {
  readonly bytes: Uint8Array;
  start: number;
  end: number;
  messages: number;
}

/** A message that travels in parts. */
interface Large {
  readonly type: number;
  readonly message: Uint8Array;
  sent: number;
}

/**
 * The reliable messages of one lane that wait for one peer, written already: a frame is made by copying a stretch of them, whatever
 * the number of messages in it.
 */
export class LaneQueue {
  readonly lane: Lane;
  /** How much of its share the lane has had: the sum of bytes ÷ weight. */
  turn = 0;
  /** Entries and their headers. */
  waitingBytes = 0;
  waitingMessages = 0;
  readonly #items = new Ring<Segment | Large>();
  /** The last item, if more entries fit behind what it has. */
  #open: Segment | null = null;
  /** An emptied segment, for the next need. */
  #spare: Segment | null = null;

  constructor(lane: Lane) {
    this.lane = lane;
  }

  /** Copies a message. */
  put(type: number, from: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const need = varintBytes(type) + varintBytes(length) + length;
    const segment = this.#segmentFor(need);
    let at = putVarint(segment.bytes, segment.end, type);
    at = putVarint(segment.bytes, at, length);
    segment.end = putBytes(segment.bytes, at, from, start, end);
    segment.messages += 1;
    this.waitingBytes += need;
    this.waitingMessages += 1;
  }

  /** Keeps `message`, which nobody changes any more, and sends it in parts. */
  putLarge(type: number, message: Uint8Array): void {
    this.#items.push({ type, message, sent: 0 });
    this.#open = null;
    this.waitingBytes += message.length;
    this.waitingMessages += 1;
  }

  /** Moves what fits into a frame between `at` and `end`, and gives back the position after it: `at` if nothing does. */
  take(frame: Uint8Array, at: number, end: number): number {
    let position = at;
    for (;;) {
      const item = this.#items.at(0);
      if (item === undefined) return position;
      const next =
        "message" in item ? this.#takePart(item, frame, position, end) : this.#takeEntries(item, frame, position, end);
      if (next === position) return position;
      position = next;
    }
  }

  #takeEntries(segment: Segment, frame: Uint8Array, at: number, end: number): number {
    const room = end - at;
    const isWhole = segment.end - segment.start <= room;
    const { start, messages } = segment;
    if (isWhole) {
      segment.start = segment.end;
      segment.messages = 0;
    } else {
      this.#skipWhatFits(segment, room);
    }
    const next = putBytes(frame, at, segment.bytes, start, segment.start);
    this.waitingBytes -= segment.start - start;
    this.waitingMessages -= messages - segment.messages;
    if (isWhole) {
      this.#items.shift();
      this.#recycle(segment);
    }
    return next;
  }

  #skipWhatFits(segment: Segment, room: number): void {
    const { bytes } = segment;
    const last = segment.start + room;
    for (;;) {
      const stop = segment.start;
      let at = stop;
      while ((bytes[at++] as number) > 0x7f);
      let length = 0;
      let shift = 0;
      let byte: number;
      do {
        byte = bytes[at++] as number;
        length |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte > 0x7f);
      if (at + length > last) return;
      segment.start = at + length;
      segment.messages -= 1;
    }
  }

  #takePart(large: Large, frame: Uint8Array, at: number, end: number): number {
    const { type, message, sent } = large;
    const isFirst = sent === 0;
    const fixed = isFirst ? 1 + varintBytes(type) + varintBytes(message.length) : 1;
    const left = message.length - sent;
    const room = end - at - fixed - MAX_ENTRY_HEADER_BYTES;
    if (room < Math.min(left, MIN_PART_BYTES)) return at;
    const length = Math.min(left, room);
    let next = putVarint(frame, at, isFirst ? EntryType.PART_FIRST : EntryType.PART_NEXT);
    next = putVarint(frame, next, fixed + length);
    frame[next++] = this.lane.index;
    if (isFirst) {
      next = putVarint(frame, next, type);
      next = putVarint(frame, next, message.length);
    }
    next = putBytes(frame, next, message, sent, sent + length);
    large.sent += length;
    this.waitingBytes -= length;
    if (length === left) {
      this.#items.shift();
      this.waitingMessages -= 1;
    }
    return next;
  }

  #segmentFor(need: number): Segment {
    const open = this.#open;
    if (open !== null && open.end + need <= open.bytes.length) return open;
    let segment = this.#spare;
    this.#spare = null;
    if (segment === null || segment.bytes.length < need) {
      const size = open === null && need <= SMALL_SEGMENT_BYTES ? SMALL_SEGMENT_BYTES : SEGMENT_BYTES;
      segment = { bytes: new Uint8Array(size), start: 0, end: 0, messages: 0 };
    }
    this.#items.push(segment);
    this.#open = segment;
    return segment;
  }

  #recycle(segment: Segment): void {
    if (this.#open === segment) this.#open = null;
    segment.start = 0;
    segment.end = 0;
    if (this.#spare === null || this.#spare.bytes.length < segment.bytes.length) this.#spare = segment;
  }
}
