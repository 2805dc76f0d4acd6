import type { ByteReader } from "../../codec/byte-reader.ts";
import { PayloadError } from "../../codec/payload-error.ts";
import {
  FIRST_MESSAGE_TYPE,
  FRAME_HEADER_BYTES,
  MAX_DATAGRAM_BYTES,
  MAX_UNACKNOWLEDGED_FRAMES,
  RELIABLE_FRAME_BYTES,
} from "../limits.ts";
import type { Progress } from "../outgoing/progress.ts";
import * as EntryType from "../wire/entry-type.ts";
import { aheadOf, frameNumber } from "../wire/frame.ts";
import { Assembly } from "./assembly.ts";
import { Fault } from "./fault.ts";
import { FrameWindow } from "./frame-window.ts";
import { PartSets } from "./part-sets.ts";

/** What an inbox hands on. */
export interface Receiver {
  /**
   * One entry, whole: the reader stands at its bytes and ends with them. `place`: of the unreliable frame that brought
   * it; −1 for a reliable one. Gives back what is wrong with it, or `null`; a `PayloadError` means `MALFORMED`.
   */
  onEntry(type: number, reader: ByteReader, place: number): Fault | null;
  /** The most bytes that an entry of this type may have; 0 if it cannot come in parts. */
  limitOf(type: number): number;
  /** `type`: of the message that it is about; 0 for none. */
  onFault(fault: Fault, type?: number): void;
  /** A large message is arriving. */
  onProgress(type: number, receivedBytes: number, totalBytes: number): void;
  /** Nothing more is to be read: the peer was let go. */
  readonly hasEnded: boolean;
}

/** Takes frames of one peer apart. Whatever bytes they hold, it neither throws nor holds more than its bounds. */
export class Inbox {
  readonly window = new FrameWindow();
  readonly partSets = new PartSets();
  readonly #receiver: Receiver;
  readonly #reader: ByteReader;
  readonly #progress: Progress;
  readonly #laneCount: number;
  /** By lane: one message at a time. */
  readonly #assemblies = new Map<number, Assembly>();
  #place = -1;
  /** Of the entry that is being read; of a part, the message's. */
  #type = 0;
  #nowMs = 0;
  /** Entries read, and frames: one without any is work too. */
  entries = 0;

  constructor(receiver: Receiver, reader: ByteReader, laneCount: number, progress: Progress) {
    this.#receiver = receiver;
    this.#reader = reader;
    this.#laneCount = laneCount;
    this.#progress = progress;
  }

  takeReliable(bytes: Uint8Array): void {
    const ahead = aheadOf(this.#progress.receivedFrames, frameNumber(bytes));
    // What another connection brought already is not read twice. Beside that, on an ordered channel numbers can only be as expected.
    if (ahead < 0 && ahead >= -MAX_UNACKNOWLEDGED_FRAMES) {
      this.entries += 1;
      return;
    }
    if (ahead !== 0 || bytes.length > RELIABLE_FRAME_BYTES) return this.#receiver.onFault(Fault.MALFORMED);
    this.#progress.read(bytes.length);
    this.#place = -1;
    this.#takeEntries(bytes);
  }

  takeUnreliable(bytes: Uint8Array, nowMs: number): void {
    if (bytes.length > MAX_DATAGRAM_BYTES) return this.#receiver.onFault(Fault.MALFORMED);
    this.#place = this.window.admit(frameNumber(bytes));
    this.#nowMs = nowMs;
    if (this.#place >= 0) this.#takeEntries(bytes);
  }

  #takeEntries(bytes: Uint8Array): void {
    let at = FRAME_HEADER_BYTES;
    this.entries += 1;
    const reader = this.#reader;
    while (at < bytes.length && !this.#receiver.hasEnded) {
      let type = bytes[at] as number;
      let length = bytes[at + 1] as number;
      if (type < 0x80 && length < 0x80) {
        at += 2;
      } else {
        try {
          reader.reset(bytes, at);
          type = reader.varint();
          length = reader.varint();
          at = reader.at;
        } catch {
          return this.#receiver.onFault(Fault.MALFORMED);
        }
      }
      const end = at + length;
      // Not "greater than": past the end the length is not even a number.
      if (!(end <= bytes.length)) return this.#receiver.onFault(Fault.MALFORMED);
      this.entries += 1;
      this.#type = type;
      const fault = this.#take(type, reader.reset(bytes, at, end));
      if (fault !== null) this.#receiver.onFault(fault, this.#type);
      at = end;
    }
  }

  #take(type: number, reader: ByteReader): Fault | null {
    try {
      return type > EntryType.UNRELIABLE_PART
        ? this.#receiver.onEntry(type, reader, this.#place)
        : this.#takePart(type, reader);
    } catch (error) {
      // Of the entry itself: what is wrong with a game's payload is told by whoever reads that.
      if (error instanceof PayloadError) return Fault.MALFORMED;
      throw error;
    }
  }

  #takePart(kind: number, reader: ByteReader): Fault | null {
    const isReliable = this.#place < 0;
    if (kind === EntryType.UNRELIABLE_PART) return isReliable ? Fault.MALFORMED : this.#takeUnreliablePart(reader);
    if (!isReliable || kind < EntryType.PART_FIRST) return Fault.MALFORMED;
    const lane = reader.u8();
    let assembly = this.#assemblies.get(lane);
    if (kind === EntryType.PART_FIRST) {
      if (assembly !== undefined || lane >= this.#laneCount) return Fault.MALFORMED;
      this.#type = reader.varint();
      const totalBytes = reader.varint();
      if (totalBytes > this.#receiver.limitOf(this.#type)) return Fault.TOO_LARGE;
      assembly = new Assembly(this.#type, totalBytes);
      this.#assemblies.set(lane, assembly);
    }
    if (assembly === undefined || reader.left === 0 || !assembly.add(reader.rest())) return Fault.MALFORMED;
    this.#type = assembly.type;
    this.#receiver.onProgress(assembly.type, assembly.receivedBytes, assembly.totalBytes);
    if (!assembly.isComplete || this.#receiver.hasEnded) return null;
    this.#assemblies.delete(lane);
    return this.#receiver.onEntry(assembly.type, reader.reset(assembly.bytes), -1);
  }

  #takeUnreliablePart(reader: ByteReader): Fault | null {
    const set = reader.u8();
    const index = reader.u8();
    const count = reader.u8();
    const type = reader.varint();
    this.#type = type;
    const message =
      type < FIRST_MESSAGE_TYPE
        ? undefined
        : this.partSets.add(set, index, count, type, reader.rest(), this.#place, this.#nowMs);
    if (message === undefined) return Fault.MALFORMED;
    return message === null ? null : this.#receiver.onEntry(type, reader.reset(message), this.#place);
  }
}
