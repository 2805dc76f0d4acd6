import { diagnose, reasonOf, shown } from "../../base/diagnostics.ts";
import { guarded } from "../../base/guarded.ts";
import type { ByteReader } from "../../codec/byte-reader.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { CallHandler, IncomingCalls } from "../calls/incoming-calls.ts";
import { FIRST_MESSAGE_TYPE, MAX_WORDS_LENGTH } from "../limits.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import type { Rights } from "../rights.ts";
import { Fault } from "./fault.ts";
import type { Intake } from "./intake.ts";
import { faultOf } from "./read-payload.ts";

export type MessageHandler = (payload: unknown, from: number) => void;

/** Brings messages to the game's handlers, if they are what the table says and their sender may send them. */
export class Dispatcher {
  readonly #entries: readonly TableEntry[];
  readonly #rights: Rights;
  /** By type. */
  readonly #limits: readonly number[];
  /** By type. Lists are replaced, never changed: handlers may come and go while one is walked. */
  readonly #handlers: (readonly MessageHandler[] | undefined)[];
  readonly #callHandlers = new Map<TableEntry, CallHandler>();

  /** `limits`: the most bytes of each entry's payload. */
  constructor(entries: readonly TableEntry[], limits: readonly number[], rights: Rights) {
    this.#entries = entries;
    this.#limits = limits;
    this.#rights = rights;
    this.#handlers = entries.map(() => undefined);
  }

  add(entry: TableEntry, handler: MessageHandler): () => void {
    const index = entry.type - FIRST_MESSAGE_TYPE;
    this.#handlers[index] = [...(this.#handlers[index] ?? []), handler];
    return () => {
      this.#handlers[index] = this.#handlers[index]?.filter((other) => other !== handler);
    };
  }

  setCallHandler(entry: TableEntry, handler: CallHandler | null): void {
    if (handler === null) this.#callHandlers.delete(entry);
    else this.#callHandlers.set(entry, handler);
  }

  /** 0 for what the table does not have. */
  limitOf(type: number): number {
    return this.#limits[type - FIRST_MESSAGE_TYPE] ?? 0;
  }

  nameOf(type: number): string | undefined {
    return this.#entries[type - FIRST_MESSAGE_TYPE]?.name;
  }

  /** `place`: as in `Receiver.onEntry`. */
  take(
    type: number,
    reader: ByteReader,
    place: number,
    from: number,
    intake: Intake,
    calls: IncomingCalls,
  ): Fault | null {
    const entry = this.#entries[type - FIRST_MESSAGE_TYPE];
    if (entry === undefined) return Fault.UNKNOWN_MESSAGE;
    if ((entry.mode === TransferMode.RELIABLE) !== place < 0) return Fault.MALFORMED;
    if (!intake.admits(entry)) return Fault.FLOOD;
    if (reader.left > this.limitOf(type)) return Fault.TOO_LARGE;
    if (entry.from === "host" && !intake.isFromHost(this.#rights.mayBeFrom(entry, from))) return Fault.NOT_ALLOWED;
    if (entry.mode === TransferMode.UNRELIABLE_ORDERED && !intake.isInOrder(entry.lane.index, place)) return null;
    let callId = 0;
    let payload: unknown;
    try {
      if (entry.call !== null) callId = reader.varint();
      payload = entry.payload.read(reader);
    } catch (error) {
      intake.details = `: ${reasonOf(error)}`.slice(0, MAX_WORDS_LENGTH);
      return faultOf(error);
    }
    if (reader.left > 0) return Fault.WRONG_PAYLOAD;
    // The game looks at what a peer said, and may stumble over it.
    if (entry.from === "owner" && !guarded(() => this.#rights.owns(entry, payload, from))) return Fault.NOT_ALLOWED;
    const lane = entry.lane.index;
    intake.receivedMessages[lane] = (intake.receivedMessages[lane] as number) + 1;
    if (entry.call === null) this.dispatch(entry, payload, from);
    else calls.take(entry, callId, payload, this.#callHandlers.get(entry));
    return null;
  }

  dispatch(entry: TableEntry, payload: unknown, from: number): void {
    const index = entry.type - FIRST_MESSAGE_TYPE;
    const handlers = this.#handlers[index];
    if (handlers === undefined) {
      diagnose(`message ${shown(entry.name)} of peer ${from} is heard by no onMessage`);
      // Once is enough.
      this.#handlers[index] = [];
      return;
    }
    for (const handler of handlers) guarded(() => handler(payload, from));
  }
}
