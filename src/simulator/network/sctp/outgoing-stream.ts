import { Ring } from "../../../base/ring.ts";
import type { StreamReliability } from "./association-host.ts";
import { type Chunk, NEVER, UNLIMITED } from "./chunk.ts";
import { DATA_HEADER_BYTES, LIFETIME_MARGIN_US } from "./limits.ts";

/** How far the closing of a stream has come. */
type ResetStage = "open" | "draining" | "ready" | "asked";

/** The messages of one stream that wait to be sent. */
export class OutgoingStream {
  readonly id: number;
  isOrdered = true;
  #lifetimeUs = NEVER;
  maxRetransmits = UNLIMITED;
  /** Payload bytes that wait. */
  bufferedBytes = 0;
  /** What `bufferedBytes` was when the host was last told. */
  toldBytes = 0;
  /** On the list of streams whose `bufferedBytes` has to be looked at. */
  isTouched = false;
  nextTouched: OutgoingStream | null = null;
  /** The next stream in turn. */
  next: OutgoingStream | null = null;
  isInTurn = false;
  stage: ResetStage = "open";
  #messagesBeforeReset = 0;
  #nextSsn = 0;
  readonly #waiting = new Ring<Chunk>();
  /** The message that is being sent: it was first in the queue. */
  #current: Chunk | null = null;

  constructor(id: number) {
    this.id = id;
  }

  setReliability({ ordered, maxPacketLifeTime, maxRetransmits }: StreamReliability): void {
    this.isOrdered = ordered;
    this.#lifetimeUs = maxPacketLifeTime === null ? NEVER : maxPacketLifeTime * 1_000 + LIFETIME_MARGIN_US;
    this.maxRetransmits = maxRetransmits ?? UNLIMITED;
  }

  /** When a message that is sent now expires. */
  expiryUs(nowUs: number): number {
    return this.#lifetimeUs === NEVER ? NEVER : nowUs + this.#lifetimeUs;
  }

  get messageCount(): number {
    return this.#current === null ? this.#waiting.length : this.#waiting.length + 1;
  }

  /** Whether there is something that may be sent now. */
  get isSendable(): boolean {
    return (this.#current !== null || this.#waiting.length > 0) && this.stage !== "ready" && this.stage !== "asked";
  }

  /** Whether a message has left in part: no other stream may come between. */
  get isAmidMessage(): boolean {
    return this.#current !== null && this.#current.cutBytes > 0;
  }

  add(message: Chunk): void {
    this.#waiting.push(message);
    this.bufferedBytes += message.bytes;
  }

  /** The next chunk, of at most `room` bytes with its header, or `null` if all that waited has expired. */
  produce(nowUs: number, room: number): Chunk | null {
    while (this.isSendable) {
      this.#current ??= this.#waiting.shift() as Chunk;
      const message = this.#current;
      if (message.cutBytes === 0) {
        if (message.hasExpired(nowUs)) {
          this.bufferedBytes -= message.bytes;
          this.#finishMessage();
          continue;
        }
        if (message.isOrdered) message.ssn = this.#nextSsn++;
      }
      const most = room - DATA_HEADER_BYTES;
      const left = message.length - message.cutBytes;
      if (left > most) {
        this.bufferedBytes -= most;
        return message.cut(most);
      }
      const chunk = message.cutBytes === 0 ? message : message.cut(left);
      // An empty message has a length on the wire, but nothing of it was buffered.
      this.bufferedBytes -= message.bytes > 0 ? left : 0;
      this.#finishMessage();
      return chunk;
    }
    return null;
  }

  /** Gives up the rest of a message that left in part; false if nothing of it is left. */
  discardRest(message: number): boolean {
    const current = this.#current;
    if (current === null || current.message !== message) return false;
    this.bufferedBytes -= current.length - current.cutBytes;
    this.#finishMessage();
    return true;
  }

  /** Closes the stream after what waits now; what is sent later belongs to its next life. */
  reset(): void {
    if (this.stage !== "open") return;
    this.#messagesBeforeReset = this.messageCount;
    this.stage = this.#messagesBeforeReset === 0 ? "ready" : "draining";
  }

  /** The far end knows that the stream was closed: it begins anew. */
  reopen(): void {
    this.stage = "open";
    this.#nextSsn = 0;
  }

  #finishMessage(): void {
    this.#current = null;
    if (this.stage !== "draining") return;
    this.#messagesBeforeReset -= 1;
    if (this.#messagesBeforeReset === 0) this.stage = "ready";
  }
}
