import { ByteWriter } from "../../codec/byte-writer.ts";
import { LeaveReason } from "../leave-reason.ts";
import type { SessionLink } from "../link/session-link.ts";
import type { CallDefinition } from "../messages/definition.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import type { Broadcaster } from "../outgoing/broadcaster.ts";
import * as EntryType from "../wire/entry-type.ts";
import type { Answering } from "./incoming-calls.ts";

/** What is said about calls, beside their requests. To who is not there nothing is. */
export class Replies implements Answering {
  readonly #broadcaster: Broadcaster;
  readonly #messageBytes: number;
  readonly #receiver: (peerId: number) => SessionLink | null;

  /** `messageBytes`: the longest answer. `receiver`: the link of a peer that is there, to which something is about to be said. */
  constructor(broadcaster: Broadcaster, messageBytes: number, receiver: (peerId: number) => SessionLink | null) {
    this.#broadcaster = broadcaster;
    this.#messageBytes = messageBytes;
    this.#receiver = receiver;
  }

  readonly answer = (peerId: number, entry: TableEntry, callId: number, answer: unknown): void => {
    const link = this.#receiver(peerId);
    if (link === null) return;
    const payload = (entry.call as CallDefinition<unknown, unknown>).answer;
    this.#broadcaster.writeForCall(entry, callId, payload, answer, this.#messageBytes);
    this.#broadcaster.put(link, EntryType.ANSWER);
  };

  readonly fail = (peerId: number, entry: TableEntry, callId: number, code: number, words: string): void => {
    const writer = new ByteWriter();
    writer.varint(callId);
    writer.u8(code);
    writer.text(words);
    this.#put(peerId, entry.lane.index, EntryType.FAILURE, writer);
  };

  readonly cancel = (peerId: number, callId: number): void => {
    const writer = new ByteWriter();
    writer.varint(callId);
    this.#put(peerId, 0, EntryType.CANCEL, writer);
  };

  #put(peerId: number, lane: number, type: number, { bytes, length }: ByteWriter): void {
    const link = this.#receiver(peerId);
    if (link?.reliable.put(lane, type, bytes, 0, length) === false) link.end(LeaveReason.TOO_SLOW);
  }
}
