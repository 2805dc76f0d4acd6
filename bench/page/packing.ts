/** Before each message. */
const LENGTH_BYTES = 2;

/** Puts messages together, each behind its length, and hands on chunks of so many bytes at most. */
export class Packer {
  readonly #chunk: Uint8Array<ArrayBuffer>;
  readonly #send: (chunk: Uint8Array<ArrayBuffer>) => void;
  #filled = 0;

  /** `send` must not keep the chunk. */
  constructor(chunkBytes: number, send: (chunk: Uint8Array<ArrayBuffer>) => void) {
    this.#chunk = new Uint8Array(chunkBytes);
    this.#send = send;
  }

  /** What waits. Unit: bytes. */
  get filled(): number {
    return this.#filled;
  }

  add(bytes: Uint8Array): void {
    if (this.#filled + LENGTH_BYTES + bytes.length > this.#chunk.length) this.flush();
    const chunk = this.#chunk;
    const at = this.#filled;
    chunk[at] = bytes.length & 255;
    chunk[at + 1] = bytes.length >> 8;
    chunk.set(bytes, at + LENGTH_BYTES);
    this.#filled = at + LENGTH_BYTES + bytes.length;
  }

  flush(): void {
    if (this.#filled === 0) return;
    const chunk = this.#chunk.subarray(0, this.#filled);
    this.#filled = 0;
    this.#send(chunk);
  }
}

/** Takes out each message as a view. */
export function unpack(data: ArrayBuffer, take: (message: Uint8Array) => void): void {
  const chunk = new Uint8Array(data);
  for (let at = 0; at < chunk.length; ) {
    const length = (chunk[at] as number) | ((chunk[at + 1] as number) << 8);
    take(new Uint8Array(data, at + LENGTH_BYTES, length));
    at += LENGTH_BYTES + length;
  }
}
