import { ErrorCode } from "../../base/error-code.ts";
import { Ring } from "../../base/ring.ts";
import type { WebRTCDataChannel } from "../../connection/web-rtc-data-channel.ts";
import { MAX_BUFFERED_BYTES } from "../../seam/bounds.ts";
import {
  FRAME_HEADER_BYTES,
  MAX_UNACKNOWLEDGED_BYTES,
  MAX_UNACKNOWLEDGED_FRAMES,
  MIN_PART_BYTES,
  RELIABLE_FRAME_BYTES,
  type SessionLimits,
  WHOLE_MESSAGE_BYTES,
} from "../limits.ts";
import type { Lane } from "../messages/lane.ts";
import { EntryType } from "../wire/entry.ts";
import { aheadOf, FrameKind, writeFrameHeader } from "../wire/frame.ts";
import { LaneQueue } from "./lane-queue.ts";
import { LaneSchedule } from "./lane-schedule.ts";
import type { Progress } from "./progress.ts";

/** One frame is built at a time, and taken by the channel before the next: all senders share it. */
const frame = new Uint8Array(RELIABLE_FRAME_BYTES);

/** What a last word can wait behind: as much as a browser takes, but for two frames. Unit: bytes. */
const MOST_BUFFERED_BYTES = MAX_BUFFERED_BYTES - 2 * RELIABLE_FRAME_BYTES;

/**
 * Reliable messages for one peer: what waits in the lanes goes into frames, and frames into the browser's buffer, which is kept short and
 * is filled again as soon as a quarter is left.
 */
export class ReliableSender {
  readonly schedule: LaneSchedule;
  readonly #channel: WebRTCDataChannel;
  readonly #limits: SessionLimits;
  readonly #progress: Progress;
  /** Of each frame that was sent and is not acknowledged, the oldest first: its bytes, and 65,536 times those of them that are bulk. */
  readonly #inFlight = new Ring<number>();
  #bytesInFlight = 0;
  #bulkBytesInFlight = 0;
  /** What the peer allows, as its hello said. */
  bulkCreditBytes = 0;
  sentFrames = 0;
  sentBytes = 0;
  waitingBytes = 0;
  /** The channel refused a frame: what it held is lost, and so is the peer. */
  isBroken = false;

  constructor(channel: WebRTCDataChannel, lanes: readonly Lane[], limits: SessionLimits, progress: Progress) {
    this.#channel = channel;
    this.#limits = limits;
    this.#progress = progress;
    this.schedule = new LaneSchedule(lanes);
    channel.bufferedAmountLowThreshold = limits.sendBufferBytes >> 2;
    channel.onBufferedAmountLow = () => this.pump();
  }

  /** Copies a message; false if the peer is too slow: no more may wait for it. */
  put(lane: number, type: number, from: Uint8Array, start: number, end: number): boolean {
    if (end - start > WHOLE_MESSAGE_BYTES) return this.putLarge(lane, type, from.slice(start, end));
    if (!this.#hasRoom(end - start)) return false;
    const queue = this.#queue(lane);
    const before = queue.waitingBytes;
    queue.put(type, from, start, end);
    this.waitingBytes += queue.waitingBytes - before;
    return true;
  }

  /** As `put`, for one that is longer than `WHOLE_MESSAGE_BYTES` and belongs to the session: peers may share it. */
  putLarge(lane: number, type: number, message: Uint8Array): boolean {
    if (!this.#hasRoom(message.length)) return false;
    this.#queue(lane).putLarge(type, message);
    this.waitingBytes += message.length;
    return true;
  }

  /** The peer has read our frames up to this number; false if that cannot be. */
  acknowledge(number: number): boolean {
    const ahead = aheadOf(this.sentFrames, number);
    if (ahead > 0) return false;
    // None are, if it says less than an earlier one: unreliable frames may come late.
    for (let left = this.#inFlight.length + ahead; left > 0; left--) {
      const sizes = this.#inFlight.shift() as number;
      this.#bytesInFlight -= sizes & 0xffff;
      this.#bulkBytesInFlight -= sizes >>> 16;
    }
    return true;
  }

  get unacknowledgedFrames(): number {
    return this.#inFlight.length;
  }

  get bufferedBytes(): number {
    return this.#channel.getBufferedAmount();
  }

  /** Sends what waits, as far as buffer and credit allow. It may be called at any time: it moves what was accepted already. */
  pump(): void {
    if (this.waitingBytes === 0 || this.isBroken) return;
    let buffered = this.#channel.getBufferedAmount();
    while (this.waitingBytes > 0 && buffered < this.#limits.sendBufferBytes) {
      if (this.#inFlight.length >= MAX_UNACKNOWLEDGED_FRAMES || this.#bytesInFlight >= MAX_UNACKNOWLEDGED_BYTES) return;
      if (this.#sendFrame(buffered <= this.#limits.sendBufferBytes >> 2) === 0) return;
      // Looked up each time: what the backend hands to the network at once never lies there, nor would it tell of its going.
      buffered = this.#channel.getBufferedAmount();
    }
  }

  /**
   * A last word: the channel is closed then, which delivers what it has. `afterAll`: what waits goes before it, as far as the browser
   * takes it.
   */
  finish(words: string, afterAll: boolean): void {
    this.bulkCreditBytes = Number.POSITIVE_INFINITY;
    while (afterAll && this.waitingBytes > 0 && this.bufferedBytes <= MOST_BUFFERED_BYTES && this.#sendFrame(true) > 0);
    if (this.isBroken) return;
    const bytes = new TextEncoder().encode(words);
    const lane = new LaneQueue(this.schedule.queues[0]?.lane as Lane);
    lane.put(EntryType.GOODBYE, bytes, 0, bytes.length);
    this.#sendEntries(lane.take(frame, FRAME_HEADER_BYTES, frame.length), 0);
  }

  /** Gives the frame's length; 0 if there is none to send, or the channel refuses it. */
  #sendFrame(mayBulk: boolean): number {
    const creditBytes = this.bulkCreditBytes - this.#bulkBytesInFlight;
    let at = FRAME_HEADER_BYTES;
    let bulkBytes = 0;
    let allowsBulk = mayBulk;
    for (;;) {
      const leftForBulk = creditBytes - bulkBytes;
      const queue = this.schedule.next(allowsBulk && leftForBulk >= MIN_PART_BYTES);
      if (queue === null) break;
      const { bulk } = queue.lane;
      const end = bulk ? Math.min(frame.length, at + leftForBulk) : frame.length;
      const next = queue.take(frame, at, end);
      if (next === at) {
        if (end === frame.length) break;
        // What waits for credit is not to keep less urgent lanes waiting.
        allowsBulk = false;
        continue;
      }
      this.schedule.serve(queue, next - at);
      if (bulk) bulkBytes += next - at;
      at = next;
    }
    if (at === FRAME_HEADER_BYTES) return 0;
    this.#recount();
    return this.#sendEntries(at, bulkBytes);
  }

  /** Those that stand in the frame up to `end`. Gives its length; 0 if the channel refuses it. */
  #sendEntries(end: number, bulkBytes: number): number {
    writeFrameHeader(frame, FrameKind.RELIABLE, this.sentFrames, this.#progress.acknowledge());
    if (this.#channel.putPacket(frame.subarray(0, end)) !== ErrorCode.OK) {
      this.isBroken = true;
      return 0;
    }
    this.#inFlight.push(bulkBytes * 0x1_0000 + end);
    this.#bytesInFlight += end;
    this.#bulkBytesInFlight += bulkBytes;
    this.sentFrames += 1;
    this.sentBytes += end;
    return end;
  }

  #recount(): void {
    let bytes = 0;
    for (const queue of this.schedule.queues) bytes += queue.waitingBytes;
    this.waitingBytes = bytes;
  }

  #queue(lane: number): LaneQueue {
    const queue = this.schedule.queues[lane] as LaneQueue;
    if (queue.waitingBytes === 0) this.schedule.join(queue);
    return queue;
  }

  #hasRoom(bytes: number): boolean {
    return this.waitingBytes + bytes <= this.#limits.queuedReliableBytes;
  }
}
