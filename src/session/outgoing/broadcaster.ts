import { reasonOf, shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { ByteWriter } from "../../codec/byte-writer.ts";
import type { Payload } from "../../codec/payload.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import { LeaveReason } from "../leave-reason.ts";
import { WHOLE_MESSAGE_BYTES } from "../limits.ts";
import type { SessionLink } from "../link/session-link.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import { MessageStore, type WrittenMessage } from "./written-message.ts";

/** Writes a message once, whoever it is for, and puts it to the queues of those. */
export class Broadcaster {
  readonly #writer = new ByteWriter();
  readonly #store = new MessageStore();
  #entry: TableEntry | null = null;
  #key: string | number | null = null;
  /** What the current message became for the first peer that it was put to. */
  #kept: WrittenMessage | null = null;
  #large: Uint8Array | null = null;

  /** Throws a `TickmeshError` `invalid-payload` if the value cannot be written, or is longer than `limit` bytes. */
  write(entry: TableEntry, payload: unknown, limit: number): void {
    this.#begin(entry, entry.payload, payload, limit);
    const { latest } = entry;
    if (latest !== false) this.#key = latest === true ? 0 : latest(payload);
  }

  /** What an answer to a call looks like: its id, then the payload. As `write`. */
  writeForCall(entry: TableEntry, callId: number, payload: Payload<unknown>, value: unknown, limit: number): void {
    this.#begin(entry, payload, value, limit, callId);
  }

  #begin(entry: TableEntry, payload: Payload<unknown>, value: unknown, limit: number, callId?: number): void {
    const writer = this.#writer;
    writer.clear();
    this.#entry = entry;
    this.#key = null;
    this.#kept = null;
    this.#large = null;
    if (callId !== undefined) writer.varint(callId);
    try {
      payload.write(value, writer);
    } catch (error) {
      throw refusal(entry, reasonOf(error), error);
    }
    if (writer.length > limit) {
      throw refusal(entry, `it takes ${writer.length} bytes, where ${limit} is the limit`);
    }
  }

  /** Puts what was written last to a peer's queues. */
  put(link: SessionLink, type: number): void {
    const { length, bytes } = this.#writer;
    const entry = this.#entry as TableEntry;
    const lane = entry.lane.index;
    link.sentMessages[lane] = (link.sentMessages[lane] as number) + 1;
    if (entry.mode !== TransferMode.RELIABLE) {
      this.#kept ??= this.#store.keep(entry, bytes, length, this.#key);
      link.unreliable.put(this.#kept);
    } else if (length > WHOLE_MESSAGE_BYTES) {
      this.#large ??= bytes.slice(0, length);
      if (!link.reliable.putLarge(lane, type, this.#large)) link.end(LeaveReason.TOO_SLOW);
    } else if (!link.reliable.put(lane, type, bytes, 0, length)) {
      link.end(LeaveReason.TOO_SLOW);
    }
  }

  /** A copy of what was written last. */
  copy(): Uint8Array {
    return this.#writer.bytes.slice(0, this.#writer.length);
  }
}

function refusal({ name }: TableEntry, words: string, cause?: unknown): TickmeshError {
  return new TickmeshError("invalid-payload", `message ${shown(name)}: ${words}`, { cause });
}
