import { Ring } from "../../../base/ring.ts";
import { Deadline } from "./deadline.ts";
import { MAX_TIMEOUT_US } from "./limits.ts";
import type { OutgoingQueue } from "./outgoing-queue.ts";
import type { Outstanding } from "./outstanding.ts";
import type { ResetRequest, ResetResponse } from "./packet.ts";

/** The far end has closed a stream, or else has confirmed that this end did. */
export interface StreamNews {
  readonly id: number;
  readonly isClosed: boolean;
}

/**
 * Closing streams (RFC 6525): one request at a time, for all streams that have sent their last. The far end answers "performed"
 * once it has everything up to there, else "in progress", which is asked again when the timeout has passed.
 */
export class StreamReset {
  readonly deadline = new Deadline(MAX_TIMEOUT_US);
  /** What there is to tell. */
  readonly news = new Ring<StreamNews>();
  readonly #queue: OutgoingQueue;
  readonly #outstanding: Outstanding;
  /** Streams of this end that are being closed. */
  #closing = 0;
  #request: ResetRequest | null = null;
  #requests = 0;
  #lastAnswer: ResetResponse = { number: 0, result: "performed" };

  constructor(queue: OutgoingQueue, outstanding: Outstanding) {
    this.#queue = queue;
    this.#outstanding = outstanding;
  }

  get isIdle(): boolean {
    return this.#closing === 0;
  }

  begin(streamId: number): void {
    const stream = this.#queue.stream(streamId);
    if (stream.stage !== "open") return;
    stream.reset();
    this.#closing += 1;
  }

  /** The request to send, if there is none on its way and a stream has sent its last. */
  nextRequest(nowUs: number, timeoutUs: number): ResetRequest | null {
    if (this.#closing === 0 || this.#request !== null) return null;
    const streamIds: number[] = [];
    for (const stream of this.#queue.streams) {
      if (stream.stage !== "ready") continue;
      stream.stage = "asked";
      streamIds.push(stream.id);
    }
    if (streamIds.length === 0) return null;
    this.#outstanding.addBarrier();
    this.#requests += 1;
    this.#request = { number: this.#requests, lastTsn: this.#outstanding.lastTsn, streamIds };
    this.deadline.start(nowUs, timeoutUs);
    return this.#request;
  }

  /** The deadline has passed: what is to be sent again. */
  onTimeout(nowUs: number, timeoutUs: number): ResetRequest | null {
    this.deadline.restart(nowUs, timeoutUs);
    return this.#request;
  }

  onResponse({ number, result }: ResetResponse, nowUs: number, timeoutUs: number): void {
    const request = this.#request;
    if (request === null || request.number !== number) return;
    if (result === "in-progress") {
      // A number that was answered is answered alike ever after: the next try needs one of its own.
      this.#requests += 1;
      this.#request = { ...request, number: this.#requests };
      this.deadline.start(nowUs, timeoutUs);
      return;
    }
    this.deadline.stop();
    this.#request = null;
    for (const id of request.streamIds) {
      const stream = this.#queue.stream(id);
      stream.reopen();
      if (stream.messageCount === 0) this.#queue.forget(id);
      else this.#queue.takeTurn(stream);
      this.#closing -= 1;
      this.news.push({ id, isClosed: false });
    }
  }

  /** Answers the far end's request; `null` for one that is older than the last. `ackTsn`: up to where everything is there. */
  answer(request: ResetRequest, ackTsn: number): ResetResponse | null {
    const last = this.#lastAnswer;
    if (request.number === last.number) return last;
    if (request.number !== last.number + 1) return null;
    const isDone = request.lastTsn <= ackTsn;
    this.#lastAnswer = { number: request.number, result: isDone ? "performed" : "in-progress" };
    if (isDone) for (const id of request.streamIds) this.news.push({ id, isClosed: true });
    return this.#lastAnswer;
  }

  clear(): void {
    while (this.news.length > 0) this.news.shift();
    this.deadline.stop();
  }
}
