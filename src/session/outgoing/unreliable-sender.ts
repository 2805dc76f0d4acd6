import { ErrorCode } from "../../base/error-code.ts";
import { varintBytes } from "../../codec/varint-bytes.ts";
import { FRAME_HEADER_BYTES, MAX_DATAGRAM_BYTES, type SessionLimits } from "../limits.ts";
import type { LinkChannel } from "../link/carrier.ts";
import type { Lane } from "../messages/lane.ts";
import { putBytes, putVarint } from "../wire/entry.ts";
import * as EntryType from "../wire/entry-type.ts";
import { writeFrameHeader } from "../wire/frame.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import type { Progress } from "./progress.ts";
import { UnreliableQueue } from "./unreliable-queue.ts";
import { sizeOf, type WrittenMessage } from "./written-message.ts";

/** One frame is built at a time, and taken by the channel before the next: all senders share it. */
const frame = new Uint8Array(MAX_DATAGRAM_BYTES);

/** Type, length, and what a part says beside its bytes: set, index, count and the message's type. */
const PART_HEADER_BYTES = 9;

/** The most bytes that one part carries. */
export function partBytes(datagramBytes: number): number {
  return datagramBytes - FRAME_HEADER_BYTES - PART_HEADER_BYTES;
}

/**
 * Unreliable messages for one peer: those of a flush share as few datagrams as possible. While the browser has not sent what it was given,
 * they wait here, where newer ones replace them.
 */
export class UnreliableSender {
  /** The most urgent first. */
  readonly queues: readonly UnreliableQueue[];
  readonly #byLane: readonly UnreliableQueue[];
  /** `null` between two connections. */
  #channel: LinkChannel | null = null;
  readonly #limits: SessionLimits;
  readonly #progress: Progress;
  readonly #partBytes: number;
  #at = FRAME_HEADER_BYTES;
  #set = 0;
  sentFrames = 0;
  sentBytes = 0;
  waitingBytes = 0;

  constructor(lanes: readonly Lane[], limits: SessionLimits, progress: Progress) {
    this.#limits = limits;
    this.#progress = progress;
    this.#partBytes = partBytes(limits.datagramBytes);
    this.#byLane = lanes.map((lane) => new UnreliableQueue(lane));
    this.queues = [...this.#byLane].sort((a, b) => a.lane.priority - b.lane.priority);
  }

  /** From here on messages travel on this channel. */
  attach(channel: LinkChannel): void {
    // Else the browser would tell after each frame that it is gone.
    channel.bufferedAmountLowThreshold = 0xffff_ffff;
    this.#channel = channel;
  }

  detach(): void {
    this.#channel = null;
  }

  put(message: WrittenMessage): void {
    const queue = this.queueOf(message.entry.lane.index);
    const before = queue.waitingBytes;
    queue.put(message);
    this.waitingBytes += queue.waitingBytes - before;
    while (this.waitingBytes > this.#limits.queuedUnreliableBytes) this.#shedOldest();
  }

  queueOf(lane: number): UnreliableQueue {
    return this.#byLane[lane] as UnreliableQueue;
  }

  get bufferedBytes(): number {
    return this.#channel?.getBufferedAmount() ?? 0;
  }

  /** Gives up what waits: there is no connection, and it would come too late. */
  shed(): void {
    while (this.waitingBytes > 0) this.#shedOldest();
  }

  /**
   * Sends what waits, as far as the browser keeps up. `writeControl` puts entries of the session's own at a position, and gives back the
   * position after them; `null` where there are none. `always`: a frame goes out even if nothing stands in it.
   */
  flush(writeControl: ((frame: Uint8Array, at: number) => number) | null, always: boolean): void {
    this.#at = FRAME_HEADER_BYTES;
    if (writeControl !== null) this.#at = writeControl(frame, this.#at);
    // What the last flush gave must be gone: until then newer messages can still take the place of older ones here.
    if (this.waitingBytes > 0 && this.bufferedBytes < this.#limits.datagramBytes) {
      for (const queue of this.queues) this.#drain(queue);
    }
    if (this.#at > FRAME_HEADER_BYTES || always) this.#send();
  }

  #drain(queue: UnreliableQueue): void {
    for (let message = queue.first(); message !== undefined; message = queue.first()) {
      const { entry, bytes, start, end } = message;
      const length = end - start;
      const need = varintBytes(entry.type) + varintBytes(length) + length;
      if (this.#at + need > this.#limits.datagramBytes && this.#at > FRAME_HEADER_BYTES) this.#send();
      if (this.#at + need > this.#limits.datagramBytes) {
        this.#sendParts(message);
      } else {
        const at = putVarint(frame, putVarint(frame, this.#at, entry.type), length);
        this.#at = putBytes(frame, at, bytes, start, end);
      }
      this.waitingBytes -= sizeOf(message);
      queue.shift();
    }
  }

  #sendParts({ entry, bytes, start, end }: WrittenMessage): void {
    const count = Math.ceil((end - start) / this.#partBytes);
    this.#set = (this.#set + 1) & 255;
    for (let index = 0; index < count; index++) {
      const from = start + index * this.#partBytes;
      const to = Math.min(end, from + this.#partBytes);
      let at = putVarint(frame, this.#at, EntryType.UNRELIABLE_PART);
      at = putVarint(frame, at, 3 + varintBytes(entry.type) + to - from);
      frame[at++] = this.#set;
      frame[at++] = index;
      frame[at++] = count;
      at = putVarint(frame, at, entry.type);
      this.#at = putBytes(frame, at, bytes, from, to);
      this.#send();
    }
  }

  #send(): void {
    writeFrameHeader(frame, FrameKind.UNRELIABLE, this.sentFrames, this.#progress.acknowledge());
    // One that the channel refuses is lost, as others are on the way.
    if (this.#channel?.putPacket(frame.subarray(0, this.#at)) === ErrorCode.OK) {
      this.sentFrames += 1;
      this.sentBytes += this.#at;
    }
    this.#at = FRAME_HEADER_BYTES;
  }

  /** Of the least urgent lane that has something. */
  #shedOldest(): void {
    for (let i = this.queues.length - 1; i >= 0; i--) {
      const queue = this.queues[i] as UnreliableQueue;
      if (queue.waitingBytes === 0) continue;
      const before = queue.waitingBytes;
      queue.shed();
      this.waitingBytes -= before - queue.waitingBytes;
      return;
    }
  }
}
