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
  readonly #kept = new Ring<Kept<Message>>();
  #size = 0;
  /** How many were kept before the oldest that still is. */
  #forgotten = 0;

  constructor(maxCount: number, maxSize: number) {
    this.#maxCount = maxCount;
    this.#maxSize = maxSize;
  }

  /** How many were ever kept. */
  get count(): number {
    return this.#forgotten + this.#kept.length;
  }

  /** How many are kept now. */
  get length(): number {
    return this.#kept.length;
  }

  keep(message: Message, size: number): void {
    this.#kept.push({ message, size });
    this.#size += size;
    if (this.#kept.length > this.#maxCount || this.#size > this.#maxSize) this.acknowledge(this.count);
  }

  /** The other side has read so many. False, and nothing is done, if it cannot have. */
  acknowledge(count: number): boolean {
    if (count > this.count) return false;
    while (this.#forgotten < count) {
      this.#size -= (this.#kept.shift() as Kept<Message>).size;
      this.#forgotten += 1;
    }
    return true;
  }

  /** Forgets what was read, and numbers what was not from 1 again: the other side knows of nothing. */
  restart(): void {
    this.#forgotten = 0;
  }

  /** What is still kept, oldest first. */
  all(): Message[] {
    return Array.from({ length: this.#kept.length }, (_, index) => (this.#kept.at(index) as Kept<Message>).message);
  }
}
