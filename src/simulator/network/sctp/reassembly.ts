import { Ring } from "../../../base/ring.ts";
import type { Chunk } from "./chunk.ts";
import { RECEIVE_WATERMARK_BYTES } from "./limits.ts";

/** A message of which some chunks have arrived; of an ordered one, perhaps all. */
interface Partial {
  chunk: Chunk;
  readonly tsns: number[];
  hasFirst: boolean;
  lastTsn: number;
  bytes: number;
  isWhole: boolean;
}

interface IncomingStream {
  nextSsn: number;
  /** Ordered messages that are early or incomplete, by SSN. */
  readonly early: Map<number, Partial>;
  /** Unordered messages that are incomplete, by the number of the message. */
  readonly pieces: Map<number, Partial>;
}

/** Puts chunks together to messages, and ordered messages into their order. */
export class Reassembly {
  /** Messages that are ready to be delivered, each by one of its chunks. */
  readonly ready = new Ring<Chunk>();
  heldBytes = 0;
  /** The sender has given up what had not arrived up to here. */
  #skippedTsn = 0;
  readonly #streams = new Map<number, IncomingStream>();
  #latestId = -1;
  #latest: IncomingStream | null = null;

  get windowBytes(): number {
    return Math.max(0, RECEIVE_WATERMARK_BYTES - this.heldBytes);
  }

  /** Whether so much is held that only what comes next is to be taken. */
  get isNearlyFull(): boolean {
    return this.heldBytes > RECEIVE_WATERMARK_BYTES;
  }

  /** Takes in a chunk that has not arrived before. */
  add(chunk: Chunk): void {
    const isWhole = chunk.isFirst && chunk.isLast;
    if (!chunk.isOrdered) {
      if (isWhole) this.ready.push(chunk);
      else this.#addPiece(chunk);
      return;
    }
    const stream = this.#stream(chunk.streamId);
    if (chunk.ssn < stream.nextSsn) return;
    if (isWhole && chunk.ssn === stream.nextSsn) {
      stream.nextSsn += 1;
      this.ready.push(chunk);
      if (stream.early.size > 0) this.#deliverEarly(stream);
      return;
    }
    this.#collect(stream.early, chunk.ssn, chunk);
    if (chunk.ssn === stream.nextSsn) this.#deliverEarly(stream);
  }

  /** The sender has given up all up to `tsn`, among it the ordered messages up to an SSN of some streams, in pairs. */
  skip(tsn: number, streams: readonly number[]): void {
    for (let at = 0; at < streams.length; at += 2) {
      const stream = this.#stream(streams[at] as number);
      const ssn = streams[at + 1] as number;
      if (ssn < stream.nextSsn) continue;
      for (const early of stream.early.keys()) if (early <= ssn) this.#drop(stream.early, early);
      stream.nextSsn = ssn + 1;
      this.#deliverEarly(stream);
    }
    this.#skippedTsn = tsn;
    if (this.heldBytes === 0) return;
    for (const stream of this.#streams.values()) {
      for (const [message, partial] of stream.pieces) {
        if (isBroken(partial, tsn)) this.#drop(stream.pieces, message);
      }
    }
  }

  /** The sender has closed a stream: what it sends on it from now on counts from 0. */
  reset(streamId: number): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    for (const ssn of stream.early.keys()) this.#drop(stream.early, ssn);
    for (const message of stream.pieces.keys()) this.#drop(stream.pieces, message);
    this.#streams.delete(streamId);
    this.#latestId = -1;
  }

  clear(): void {
    this.#streams.clear();
    this.#latestId = -1;
    this.#latest = null;
    while (this.ready.length > 0) this.ready.shift();
    this.heldBytes = 0;
  }

  #stream(id: number): IncomingStream {
    if (this.#latestId === id) return this.#latest as IncomingStream;
    let stream = this.#streams.get(id);
    if (stream === undefined) {
      stream = { nextSsn: 0, early: new Map(), pieces: new Map() };
      this.#streams.set(id, stream);
    }
    this.#latestId = id;
    this.#latest = stream;
    return stream;
  }

  #addPiece(chunk: Chunk): void {
    const { pieces } = this.#stream(chunk.streamId);
    const partial = this.#collect(pieces, chunk.message, chunk);
    if (partial.isWhole) this.ready.push(chunk);
    else if (!isBroken(partial, this.#skippedTsn)) return;
    this.#drop(pieces, chunk.message);
  }

  #collect(into: Map<number, Partial>, key: number, chunk: Chunk): Partial {
    let partial = into.get(key);
    if (partial === undefined) {
      partial = { chunk, tsns: [], hasFirst: false, lastTsn: chunk.tsn, bytes: 0, isWhole: false };
      into.set(key, partial);
    }
    partial.tsns.push(chunk.tsn);
    if (chunk.isFirst) partial.hasFirst = true;
    partial.lastTsn = Math.max(partial.lastTsn, chunk.tsn);
    partial.bytes += chunk.length;
    partial.isWhole = partial.bytes >= chunk.bytes;
    this.heldBytes += chunk.length;
    return partial;
  }

  #deliverEarly(stream: IncomingStream): void {
    for (;;) {
      const partial = stream.early.get(stream.nextSsn);
      if (partial?.isWhole !== true) return;
      this.#drop(stream.early, stream.nextSsn);
      stream.nextSsn += 1;
      this.ready.push(partial.chunk);
    }
  }

  #drop(from: Map<number, Partial>, key: number): void {
    this.heldBytes -= from.get(key)?.bytes ?? 0;
    from.delete(key);
  }
}

/** Whether pieces of a message are missing that its sender has given up: all up to `tsn`. Its TSNs are in a row. */
function isBroken({ tsns, hasFirst, lastTsn }: Partial, tsn: number): boolean {
  if (lastTsn <= tsn) return true;
  const first = Math.min(...tsns) - (hasFirst ? 0 : 1);
  return first <= tsn && tsns.filter((held) => held <= tsn).length <= tsn - first;
}
