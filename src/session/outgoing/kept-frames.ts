import { Ring } from "../../base/ring.ts";
import { KEPT_RING_BYTES, MAX_UNACKNOWLEDGED_BYTES, RELIABLE_FRAME_BYTES } from "../limits.ts";

/** What a ring of bytes begins with: some ticks of a game. Unit: bytes. */
const FIRST_BYTES = 2_048;

/**
 * The reliable frames of one peer that are not acknowledged, the oldest first, byte by byte: what a connection loses, the next one
 * carries. Those behind are the ones that the present connection was given already; the others are its backlog.
 */
export class KeptFrames {
  /** Used round and round; it grows with need. */
  #bytes = new Uint8Array(FIRST_BYTES);
  #start = 0;
  /** Of each frame its bytes, and 65,536 times those of them that are bulk. */
  readonly #sizes = new Ring<number>();
  totalBytes = 0;
  bulkBytes = 0;
  /** Given to the present connection. */
  #givenFrames = 0;
  givenBytes = 0;

  get length(): number {
    return this.#sizes.length;
  }

  get capacityBytes(): number {
    return this.#bytes.length;
  }

  /** Frames that the present connection was not given. */
  get backlog(): number {
    return this.#sizes.length - this.#givenFrames;
  }

  /** Copies one that comes after all others: a part of the backlog. */
  push(frame: Uint8Array, length: number, bulkBytes: number): void {
    if (this.totalBytes + length > this.#bytes.length) this.#grow(this.totalBytes + length);
    const at = (this.#start + this.totalBytes) % this.#bytes.length;
    const first = Math.min(length, this.#bytes.length - at);
    this.#bytes.set(frame.subarray(0, first), at);
    if (first < length) this.#bytes.set(frame.subarray(first, length), 0);
    this.#sizes.push(bulkBytes * 0x1_0000 + length);
    this.totalBytes += length;
    this.bulkBytes += bulkBytes;
  }

  /** Lets the oldest go. */
  shift(): void {
    const sizes = this.#sizes.shift() as number;
    const length = sizes & 0xffff;
    this.#start = (this.#start + length) % this.#bytes.length;
    this.totalBytes -= length;
    this.bulkBytes -= sizes >>> 16;
    if (this.#givenFrames > 0) {
      this.#givenFrames -= 1;
      this.givenBytes -= length;
    }
    if (this.totalBytes === 0 && this.#bytes.length > KEPT_RING_BYTES) this.#bytes = new Uint8Array(FIRST_BYTES);
    if (this.totalBytes === 0) this.#start = 0;
  }

  /** Copies the oldest of the backlog, and gives its length. */
  read(into: Uint8Array): number {
    const length = (this.#sizes.at(this.#givenFrames) as number) & 0xffff;
    const at = (this.#start + this.givenBytes) % this.#bytes.length;
    const first = Math.min(length, this.#bytes.length - at);
    into.set(this.#bytes.subarray(at, at + first));
    if (first < length) into.set(this.#bytes.subarray(0, length - first), first);
    return length;
  }

  /** The oldest of the backlog was given to the present connection. */
  noteGiven(): void {
    this.givenBytes += (this.#sizes.at(this.#givenFrames) as number) & 0xffff;
    this.#givenFrames += 1;
  }

  /** Another connection: it was given none of them. */
  rewind(): void {
    this.#givenFrames = 0;
    this.givenBytes = 0;
  }

  #grow(need: number): void {
    const most = MAX_UNACKNOWLEDGED_BYTES + 2 * RELIABLE_FRAME_BYTES;
    const grown = new Uint8Array(Math.max(need, Math.min(this.#bytes.length * 2, most)));
    const first = Math.min(this.totalBytes, this.#bytes.length - this.#start);
    grown.set(this.#bytes.subarray(this.#start, this.#start + first));
    grown.set(this.#bytes.subarray(0, this.totalBytes - first), first);
    this.#bytes = grown;
    this.#start = 0;
  }
}
