import type { Chunk } from "./chunk.ts";
import { OutgoingStream } from "./outgoing-stream.ts";

/** All that waits to be sent: streams take turns, message by message, as with dcSCTP's `RRSendQueue`. */
export class OutgoingQueue {
  readonly #streams = new Map<number, OutgoingStream>();
  #latest: OutgoingStream | null = null;
  /** Streams with something to send, linked in the order of their turns. */
  #first: OutgoingStream | null = null;
  #last: OutgoingStream | null = null;
  /** Streams whose `bufferedBytes` has fallen, linked. */
  #touched: OutgoingStream | null = null;

  get isEmpty(): boolean {
    return this.#first === null;
  }

  get streams(): Iterable<OutgoingStream> {
    return this.#streams.values();
  }

  find(id: number): OutgoingStream | undefined {
    return this.#latest !== null && this.#latest.id === id ? this.#latest : this.#streams.get(id);
  }

  /** The stream of that number, made if there is none: ordered and reliable. */
  stream(id: number): OutgoingStream {
    let stream = this.find(id);
    if (stream === undefined) {
      stream = new OutgoingStream(id);
      this.#streams.set(id, stream);
    }
    this.#latest = stream;
    return stream;
  }

  forget(id: number): void {
    this.#streams.delete(id);
    if (this.#latest?.id === id) this.#latest = null;
  }

  /** To be called when a stream may have become able to send. */
  takeTurn(stream: OutgoingStream): void {
    if (stream.isInTurn || !stream.isSendable) return;
    stream.isInTurn = true;
    stream.next = null;
    if (this.#last === null) this.#first = stream;
    else this.#last.next = stream;
    this.#last = stream;
  }

  /** The next chunk to send, of at most `room` bytes with its header; `null` if there is none. */
  produce(nowUs: number, room: number): Chunk | null {
    for (let stream = this.#first; stream !== null; stream = this.#first) {
      const chunk = stream.produce(nowUs, room);
      this.#touch(stream);
      if (!stream.isAmidMessage) this.#endTurn(stream);
      if (chunk !== null) return chunk;
    }
    return null;
  }

  /** Gives up what has not left of a chunk's message; false if all of it has left. */
  discardRest(chunk: Chunk): boolean {
    const stream = this.find(chunk.streamId);
    if (stream?.discardRest(chunk.message) !== true) return false;
    this.#touch(stream);
    // A message that had left in part was first in turn.
    this.#endTurn(stream);
    return true;
  }

  /** Whether there are streams whose `bufferedBytes` has fallen since they were taken. */
  get hasTouched(): boolean {
    return this.#touched !== null;
  }

  takeTouched(): OutgoingStream {
    const stream = this.#touched as OutgoingStream;
    this.#touched = stream.nextTouched;
    stream.nextTouched = null;
    stream.isTouched = false;
    return stream;
  }

  clear(): void {
    this.#streams.clear();
    this.#latest = null;
    this.#first = null;
    this.#last = null;
    this.#touched = null;
  }

  #endTurn(stream: OutgoingStream): void {
    this.#first = stream.next;
    if (this.#first === null) this.#last = null;
    stream.isInTurn = false;
    this.takeTurn(stream);
  }

  #touch(stream: OutgoingStream): void {
    if (stream.isTouched) return;
    stream.isTouched = true;
    stream.nextTouched = this.#touched;
    this.#touched = stream;
  }
}
