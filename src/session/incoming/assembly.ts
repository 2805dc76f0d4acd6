/** What a message in parts is given room for at first. Unit: bytes. */
const FIRST_BYTES = 65_536;

/** A message that is arriving in parts. Room grows with what has come, so that a length that was only claimed costs little. */
export class Assembly {
  readonly type: number;
  readonly totalBytes: number;
  receivedBytes = 0;
  #bytes: Uint8Array;

  constructor(type: number, totalBytes: number) {
    this.type = type;
    this.totalBytes = totalBytes;
    this.#bytes = new Uint8Array(Math.min(totalBytes, FIRST_BYTES));
  }

  /** Copies a part; false if it is more than was announced. */
  add(part: Uint8Array): boolean {
    const end = this.receivedBytes + part.length;
    if (end > this.totalBytes) return false;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.totalBytes, Math.max(end, this.#bytes.length * 2)));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(part, this.receivedBytes);
    this.receivedBytes = end;
    return true;
  }

  get isComplete(): boolean {
    return this.receivedBytes === this.totalBytes;
  }

  /** All of it, once it is complete. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }
}
