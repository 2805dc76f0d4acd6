import type { TableEntry } from "../messages/table-entry.ts";

/** An unreliable message as it will travel; the peers that it is for share it, so nobody changes it. */
export interface WrittenMessage {
  readonly entry: TableEntry;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Of the messages with the same key, only the latest counts. `null`: each counts. */
  readonly key: string | number | null;
}

/** What it counts for while it waits: an empty one takes place too. Unit: bytes. */
export function sizeOf({ start, end }: WrittenMessage): number {
  return end - start + 2;
}

/** Unit: bytes. */
const BLOCK_BYTES = 16_384;

/** Where written messages lie: one block after the other, each let go when nothing in it waits any more. */
export class MessageStore {
  #block = new Uint8Array(0);
  #used = 0;

  /** Copies. */
  keep(entry: TableEntry, from: Uint8Array, length: number, key: string | number | null): WrittenMessage {
    if (this.#used + length > this.#block.length) {
      this.#block = new Uint8Array(Math.max(BLOCK_BYTES, length));
      this.#used = 0;
    }
    const bytes = this.#block;
    const start = this.#used;
    this.#used += length;
    bytes.set(length === from.length ? from : from.subarray(0, length), start);
    return { entry, bytes, start, end: start + length, key };
  }
}
