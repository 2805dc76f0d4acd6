import { shown } from "../../base/diagnostics.ts";
import { guarded } from "../../base/guarded.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import type { ByteReader } from "../../codec/byte-reader.ts";
import type { Payload } from "../../codec/payload.ts";
import { Fault } from "../incoming/fault.ts";
import { faultOf } from "../incoming/read-payload.ts";
import { CALL_TIMEOUT_MS, MAX_OPEN_CALLS } from "../limits.ts";
import type { CallDefinition } from "../messages/definition.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import type { CallOptions } from "../session-options.ts";

/** Told once: the answer, or why there is none. */
export type CallResult<Answer> = (error: TickmeshError | null, answer: Answer | undefined) => void;

interface OpenCall {
  readonly name: string;
  readonly peerId: number;
  readonly answer: Payload<unknown>;
  readonly onResult: CallResult<unknown>;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** By `CallFailure`. */
const FAILURE_CODES = ["call-failed", "no-handler", "too-many-calls"];

/** Calls of ours that wait for their answers. All of them are settled in `poll`. */
export class OutgoingCalls {
  readonly #open = new Map<number, OpenCall>();
  #lastId = 0;

  /** The id under which the next call travels. Throws `too-many-calls`. */
  get nextId(): number {
    if (this.#open.size >= MAX_OPEN_CALLS) {
      throw new TickmeshError("too-many-calls", `${MAX_OPEN_CALLS} calls wait for answers already`);
    }
    return (this.#lastId + 1) >>> 0;
  }

  /** Waits for an answer from now on, for as long as the options say, or else the definition. Throws `too-many-calls`. */
  add(
    { name, call }: TableEntry,
    peerId: number,
    onResult: CallResult<unknown>,
    options: CallOptions,
    nowMs: number,
  ): void {
    const { answer, timeoutMs = CALL_TIMEOUT_MS } = call as CallDefinition<unknown, unknown>;
    const deadlineMs = nowMs + (options.timeoutMs ?? timeoutMs);
    this.#lastId = this.nextId;
    this.#open.set(this.#lastId, { name, peerId, answer, onResult, deadlineMs, signal: options.signal });
  }

  takeAnswer(peerId: number, reader: ByteReader): Fault | null {
    const id = reader.varint();
    const call = this.#of(peerId, id);
    // It was given up: nobody wants to know.
    if (call === null) return null;
    let answer: unknown;
    let fault: Fault | null = null;
    try {
      answer = call.answer.read(reader);
      if (reader.left > 0) fault = Fault.WRONG_PAYLOAD;
    } catch (error) {
      fault = faultOf(error);
    }
    if (fault === null) this.#settle(id, call, null, answer);
    else this.#fail(id, call, "call-failed", `its answer is a ${fault}`);
    return fault;
  }

  takeFailure(peerId: number, reader: ByteReader): Fault | null {
    const id = reader.varint();
    const code = FAILURE_CODES[reader.u8()];
    const words = reader.text(reader.left);
    if (code === undefined) return Fault.MALFORMED;
    const call = this.#of(peerId, id);
    if (call !== null) this.#fail(id, call, code, words);
    return null;
  }

  /** Gives up what has waited too long, or was aborted; `cancel` tells the peer. */
  poll(nowMs: number, isPresent: (peerId: number) => boolean, cancel: (peerId: number, id: number) => void): void {
    if (this.#open.size === 0) return;
    // A copy: who is told of one may make the next.
    for (const [id, call] of [...this.#open]) {
      if (!this.#open.has(id)) continue;
      if (!isPresent(call.peerId)) {
        this.#fail(id, call, "peer-left", "the peer is not there");
        continue;
      }
      if (call.signal?.aborted === true) {
        cancel(call.peerId, id);
        this.#fail(id, call, "aborted", "it was aborted", call.signal.reason);
      } else if (nowMs >= call.deadlineMs) {
        cancel(call.peerId, id);
        this.#fail(id, call, "timeout", "no answer came in time");
      }
    }
  }

  /** Gives up those to one peer, or all. */
  drop(peerId: number | null, code: string, words: string): void {
    for (const [id, call] of [...this.#open]) {
      if (!this.#open.has(id)) continue;
      if (peerId === null || call.peerId === peerId) this.#fail(id, call, code, words);
    }
  }

  #of(peerId: number, id: number): OpenCall | null {
    const call = this.#open.get(id);
    return call?.peerId === peerId ? call : null;
  }

  #fail(id: number, call: OpenCall, code: string, words: string, cause?: unknown): void {
    const message = `call ${shown(call.name)} to peer ${call.peerId}: ${words}`;
    this.#settle(id, call, new TickmeshError(code, message, { cause }), undefined);
  }

  #settle(id: number, { onResult }: OpenCall, error: TickmeshError | null, answer: unknown): void {
    this.#open.delete(id);
    guarded(() => onResult(error, answer));
  }
}
