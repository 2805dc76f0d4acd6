import { guarded } from "../../base/guarded.ts";
import { ByteReader } from "../../codec/byte-reader.ts";
import type { TableEntry } from "../messages/table-entry.ts";

/** Messages of this peer's own, which it asked to hear too. */
export class Echoes {
  #waiting: (readonly [entry: TableEntry, bytes: Uint8Array])[] = [];

  put(entry: TableEntry, bytes: Uint8Array): void {
    this.#waiting.push([entry, bytes]);
  }

  /** Those that wait now: what is put meanwhile waits for the next time. */
  hear(dispatch: (entry: TableEntry, payload: unknown) => void): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const [entry, bytes] of waiting) {
      // A validator may refuse what this game itself has said.
      guarded(() => dispatch(entry, entry.payload.read(new ByteReader().reset(bytes))));
    }
  }
}
