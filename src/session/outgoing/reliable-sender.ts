import { ErrorCode } from "../../base/error-code.ts";
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
import type { LinkChannel } from "../link/carrier.ts";
import type { Lane } from "../messages/lane.ts";
import { MAX_ENTRY_HEADER_BYTES } from "../wire/entry.ts";
import * as EntryType from "../wire/entry-type.ts";
import { aheadOf, writeFrameHeader } from "../wire/frame.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import type { DrainRate } from "./drain-rate.ts";
import { KeptFrames } from "./kept-frames.ts";
import { LaneQueue } from "./lane-queue.ts";
import { LaneSchedule } from "./lane-schedule.ts";
import type { Progress } from "./progress.ts";
import { SendWindow } from "./send-window.ts";

/** One frame is built at a time, and taken by the channel before the next: all senders share it. */
const frame = new Uint8Array(RELIABLE_FRAME_BYTES);

/** What lies in the browser's buffer goes out within this time: so long an urgent message waits there. Unit: ms. */
const BUFFERED_MS = 100;

/** A frame with one message that travels whole. Unit: bytes. */
const LONGEST_WHOLE_BYTES = FRAME_HEADER_BYTES + WHOLE_MESSAGE_BYTES + MAX_ENTRY_HEADER_BYTES;

/** What a last word can wait behind: as much as a browser takes, but for two frames. Unit: bytes. */
const MOST_BUFFERED_BYTES = MAX_BUFFERED_BYTES - 2 * RELIABLE_FRAME_BYTES;

/**
 * Reliable messages for one peer: what waits in the lanes goes into frames, and frames into the browser's buffer, which is kept short and
 * is filled again as soon as a quarter is left. Frames are kept until the peer has read them: they outlive the connection.
 */
export class ReliableSender {
  readonly schedule: LaneSchedule;
  /** Of the present connection. */
  window = new SendWindow();
  /** `null` between two connections. */
  #channel: LinkChannel | null = null;
  readonly #limits: SessionLimits;
  readonly #progress: Progress;
  readonly #drainRate: DrainRate;
  readonly #kept = new KeptFrames();
  /** What the peer allows, as its hello said. */
  bulkCreditBytes = 0;
  sentFrames = 0;
  sentBytes = 0;
  /** Sent again, on another connection. */
  resentFrames = 0;
  waitingBytes = 0;
  /** The channel refused a frame: nothing more is sent on it. */
  isBroken = false;

  constructor(lanes: readonly Lane[], limits: SessionLimits, progress: Progress, drainRate: DrainRate) {
    this.#limits = limits;
    this.#progress = progress;
    this.#drainRate = drainRate;
    this.schedule = new LaneSchedule(lanes);
  }

  /** From here on messages travel on this channel, what is not acknowledged first. */
  attach(channel: LinkChannel): void {
    this.detach();
    this.window = new SendWindow();
    this.#kept.rewind();
    this.#channel = channel;
    channel.onBufferedAmountLow = () => this.pump();
  }

  /** The connection is gone: all waits for the next. */
  detach(): void {
    if (this.#channel !== null) this.#channel.onBufferedAmountLow = null;
    this.#channel = null;
    this.isBroken = false;
  }

  /** Whether the peer can have read so many of our frames, and we still have what it lacks. */
  canGoOnFrom(readFrames: number): boolean {
    return readFrames >= this.acknowledgedFrames && readFrames <= this.sentFrames;
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
    const bytesBefore = this.#kept.totalBytes;
    // None are, if it says less than an earlier one: unreliable frames may come late.
    for (let left = this.#kept.length + ahead; left > 0; left--) this.#kept.shift();
    this.window.onAcknowledged(bytesBefore - this.#kept.totalBytes);
    return true;
  }

  get acknowledgedFrames(): number {
    return this.sentFrames - this.#kept.length;
  }

  /** Those that the present connection was given, or an earlier one delivered. */
  get givenFrames(): number {
    return this.sentFrames - this.#kept.backlog;
  }

  get unacknowledgedFrames(): number {
    return this.#kept.length;
  }

  get bufferedBytes(): number {
    return this.#channel?.getBufferedAmount() ?? 0;
  }

  /** Sends what waits, as far as buffer and credit allow. It may be called at any time: it moves what was accepted already. */
  pump(): void {
    const channel = this.#channel;
    const kept = this.#kept;
    this.window.isFull = false;
    if (channel === null || this.isBroken || (this.waitingBytes === 0 && kept.backlog === 0)) return;
    const most = this.#bufferBytes();
    channel.bufferedAmountLowThreshold = most >> 2;
    // Looked up each time: what the backend hands to the network at once never lies there, nor would it tell of its going.
    for (let buffered = this.bufferedBytes; buffered < most; buffered = this.bufferedBytes) {
      this.window.isFull = kept.givenBytes >= this.window.bytes;
      if (kept.givenBytes >= 2 * this.window.bytes) return;
      if (kept.backlog > 0) {
        if (!this.#sendAgain()) return;
        continue;
      }
      if (kept.length >= MAX_UNACKNOWLEDGED_FRAMES || kept.totalBytes >= MAX_UNACKNOWLEDGED_BYTES) return;
      if (this.waitingBytes === 0 || !this.#sendFrame(!this.window.isFull && buffered <= most >> 2)) return;
    }
  }

  /**
   * A last word: the channel is closed then, which delivers what it has. `afterAll`: what waits goes before it, as far as the browser
   * takes it.
   */
  finish(words: string, afterAll: boolean): void {
    this.bulkCreditBytes = Number.POSITIVE_INFINITY;
    while (this.#kept.backlog > 0 && this.#sendAgain());
    // No more is kept: there will not be another connection.
    while (afterAll && this.waitingBytes > 0 && this.bufferedBytes <= MOST_BUFFERED_BYTES && this.#sendFrame(true)) {
      this.#kept.shift();
    }
    if (this.isBroken) return;
    const bytes = new TextEncoder().encode(words);
    const lane = new LaneQueue(this.schedule.queues[0]?.lane as Lane);
    lane.put(EntryType.GOODBYE, bytes, 0, bytes.length);
    this.#sendEntries(lane.take(frame, FRAME_HEADER_BYTES, frame.length), 0);
  }

  /** The oldest that this connection was not given. False if the channel refuses it. */
  #sendAgain(): boolean {
    const length = this.#kept.read(frame);
    this.resentFrames += 1;
    return this.#give(length);
  }

  /** False if there is none to send, or the channel refuses it. */
  #sendFrame(mayBulk: boolean): boolean {
    const creditBytes = this.bulkCreditBytes - this.#kept.bulkBytes;
    const full = this.#frameBytes();
    let at = FRAME_HEADER_BYTES;
    let bulkBytes = 0;
    let allowsBulk = mayBulk;
    for (;;) {
      const leftForBulk = creditBytes - bulkBytes;
      const queue = this.schedule.next(allowsBulk && leftForBulk >= MIN_PART_BYTES);
      if (queue === null) break;
      const { bulk } = queue.lane;
      const room = bulk ? at + leftForBulk : frame.length;
      const end = Math.min(full, room);
      let next = queue.take(frame, at, end);
      // One that travels whole may be longer than frames should be now.
      if (next === at && at === FRAME_HEADER_BYTES) next = queue.take(frame, at, Math.min(LONGEST_WHOLE_BYTES, room));
      if (next === at) {
        if (end === full) break;
        // What waits for credit is not to keep less urgent lanes waiting.
        allowsBulk = false;
        continue;
      }
      this.schedule.serve(queue, next - at);
      if (bulk) bulkBytes += next - at;
      at = next;
    }
    if (at === FRAME_HEADER_BYTES) return false;
    this.#recount();
    return this.#sendEntries(at, bulkBytes);
  }

  /** What the browser may be given: what it sends within `BUFFERED_MS`. */
  #bufferBytes(): number {
    const { sendBufferBytes, datagramBytes } = this.#limits;
    const drained = this.#drainRate.bytesPerMs * BUFFERED_MS;
    return drained < sendBufferBytes ? Math.max(4 * datagramBytes, drained) : sendBufferBytes;
  }

  /**
   * Browsers send a frame whole before another channel has its turn, and receivers read it when it is whole: it is as long as a quarter
   * of the window or of the buffer. What goes at once anyway goes together.
   */
  #frameBytes(): number {
    const free = 2 * this.window.bytes - this.#kept.givenBytes;
    const most = this.#bufferBytes();
    if (this.waitingBytes <= Math.min(free, most)) return frame.length;
    return Math.min(frame.length, Math.max(this.#limits.datagramBytes, Math.min(this.window.bytes, most) >> 2));
  }

  /** Those that stand in the frame up to `end`, and no others wait before it. False if the channel refuses it: it is kept all the same. */
  #sendEntries(end: number, bulkBytes: number): boolean {
    this.#kept.push(frame, end, bulkBytes);
    this.sentFrames += 1;
    return this.#give(end);
  }

  /** The oldest of the backlog, which stands in the frame. */
  #give(length: number): boolean {
    writeFrameHeader(frame, FrameKind.RELIABLE, this.givenFrames, this.#progress.acknowledge());
    this.isBroken = this.#channel?.putPacket(frame.subarray(0, length)) !== ErrorCode.OK;
    if (this.isBroken) return false;
    this.#kept.noteGiven();
    this.sentBytes += length;
    return true;
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
