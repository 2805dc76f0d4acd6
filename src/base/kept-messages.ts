import { Ring } from "./ring.ts";

interface Kept<Message> {
  readonly message: Message;
  readonly size: number;
}

/**
 * What one side of a line has sent and the other has not said to have read, to be sent again on another line. Messages are numbered
 * from 1 in the order of their keeping. Past its bounds it forgets them all: what is lost then is lost.
 */
export class KeptMessages<Message> {
  readonly #maxCount: number;
  readonly #maxSize: number;
  /** There is one only while something is kept: most have nothing to say, most of the time. */
  #kept: Ring<Kept<Message>> | null = null;
  #size = 0;
  /** How many were kept before the oldest that still is. */
  #forgotten = 0;

  constructor(maxCount: number, maxSize: number) {
    this.#maxCount = maxCount;
    this.#maxSize = maxSize;
  }

  /** How many were ever kept. */
  get count(): number {
    return this.#forgotten + this.length;
  }

  /** How many are kept now. */
  get length(): number {
    return this.#kept?.length ?? 0;
  }

  keep(message: Message, size: number): void {
    this.#kept ??= new Ring();
    this.#kept.push({ message, size });
    this.#size += size;
    if (this.length > this.#maxCount || this.#size > this.#maxSize) this.acknowledge(this.count);
  }

  /** The other side has read so many. False, and nothing is done, if it cannot have. */
  acknowledge(count: number): boolean {
    if (count > this.count) return false;
    while (this.#forgotten < count) {
      this.#size -= this.#kept?.shift()?.size ?? 0;
      this.#forgotten += 1;
    }
    if (this.length === 0) this.#kept = null;
    return true;
  }

  /**
   * The other side has read so many, and is sent what is still kept: it counts on from there, also past what was forgotten unread. False,
   * and nothing is done, if it cannot have.
   */
  resume(count: number): boolean {
    if (!this.acknowledge(count)) return false;
    this.#forgotten = count;
    return true;
  }

  /** Forgets what was read, and numbers what was not from 1 again: the other side knows of nothing. */
  restart(): void {
    this.#forgotten = 0;
  }

  /** What is still kept, oldest first. */
  all(): Message[] {
    const kept = this.#kept;
    if (kept === null) return [];
    return Array.from({ length: kept.length }, (_, index) => (kept.at(index) as Kept<Message>).message);
  }
}
