import { diagnose, reasonOf, shown } from "../../base/diagnostics.ts";
import type { ByteReader } from "../../codec/byte-reader.ts";
import { Fault } from "../incoming/fault.ts";
import { MAX_OPEN_CALLS, MAX_WORDS_LENGTH } from "../limits.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import * as CallFailure from "./call-failure.ts";

/** Answers a call, at once or later. `signal` is aborted when nobody waits for the answer any more. */
export type CallHandler = (request: unknown, from: number, signal: AbortSignal) => unknown;

/** How answers travel. Both forms are called in `poll` or from within a promise's settling, which a later poll sends. */
export interface Answering {
  answer(peerId: number, entry: TableEntry, callId: number, answer: unknown): void;
  fail(peerId: number, entry: TableEntry, callId: number, code: number, words: string): void;
}

/** Calls of one peer that we have in hand. */
export class IncomingCalls {
  readonly #peerId: number;
  readonly #answering: Answering;
  readonly #open = new Map<number, AbortController>();
  /** Calls of which a handler's failure was told: more of them go to who called alone. */
  readonly #told = new Set<TableEntry>();

  constructor(peerId: number, answering: Answering) {
    this.#peerId = peerId;
    this.#answering = answering;
  }

  take(entry: TableEntry, id: number, request: unknown, handler: CallHandler | undefined): void {
    const fail = (code: number, words: string): void => this.#answering.fail(this.#peerId, entry, id, code, words);
    if (handler === undefined) return fail(CallFailure.NO_HANDLER, "nobody handles it there");
    if (this.#open.size >= MAX_OPEN_CALLS || this.#open.has(id))
      return fail(CallFailure.TOO_MANY, "too many calls are unanswered");
    const controller = new AbortController();
    this.#open.set(id, controller);
    const settle = (send: () => void): void => {
      if (!this.#open.delete(id)) return;
      try {
        send();
      } catch (error) {
        // An answer that cannot be written is such a thing too. No uncaught error: to throw is how a handler refuses.
        const words = reasonOf(error).slice(0, MAX_WORDS_LENGTH);
        if (!this.#told.has(entry))
          diagnose(`the handler of ${shown(entry.name)} failed for peer ${this.#peerId}: ${words}`);
        this.#told.add(entry);
        fail(CallFailure.THREW, words);
      }
    };
    const answered = (answer: unknown): void => settle(() => this.#answering.answer(this.#peerId, entry, id, answer));
    const threw = (error: unknown): void =>
      settle(() => {
        throw error;
      });
    try {
      const answer = handler(request, this.#peerId, controller.signal);
      if (answer instanceof Promise) answer.then(answered, threw);
      else answered(answer);
    } catch (error) {
      threw(error);
    }
  }

  takeCancel(reader: ByteReader): Fault | null {
    this.#cancel(reader.varint());
    return reader.left > 0 ? Fault.MALFORMED : null;
  }

  /** The peer has left. */
  drop(): void {
    for (const id of [...this.#open.keys()]) this.#cancel(id);
  }

  #cancel(id: number): void {
    this.#open.get(id)?.abort();
    this.#open.delete(id);
  }
}
