import { Ring } from "../../base/ring.ts";
import { MAX_BUFFERED_BYTES, MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import {
  type ChannelBackend,
  type ChannelFacts,
  type ChannelObserver,
  type ChannelOptions,
  SendError,
} from "../../seam/connection-backend.ts";
import { PART_BYTES } from "./limits.ts";
import { PacketKind, textOf } from "./packet.ts";

/** What a channel needs of the link that carries it. */
export interface RelayChannelOwner {
  /** A channel has something to send. Tells nobody anything. */
  pump(): void;
  /** Whether an unreliable message of so many bytes can leave now. */
  hasRoomFor(bytes: number): boolean;
  /** Bytes of messages that have come in part, over all channels. */
  partialBytes: number;
}

/** One thing that a channel has to send: a message, or what is said of the channel. */
interface Outgoing {
  readonly kind: PacketKind;
  bytes: Uint8Array;
  sent: number;
}

/** What a channel knows of itself, it also notes. */
type Changing<Facts> = { -readonly [Name in keyof Facts]: Facts[Name] };

const NOTHING = new Uint8Array(0);

/** One channel of a relayed connection. */
export class RelayChannel implements ChannelBackend {
  readonly facts: Changing<ChannelFacts>;
  observer: ChannelObserver | null = null;
  /** Hears that the far side's mark has come: nothing more is told by this channel. */
  onMark: (() => void) | null = null;
  /** Hears that the far side has all that was sent before `mark`. */
  onMarked: (() => void) | null = null;
  /** Hears that less waits than before. */
  onProgress: (() => void) | null = null;
  state: "connecting" | "open" | "closing" | "closed" = "connecting";
  readonly #owner: RelayChannelOwner;
  readonly isReliable: boolean;
  readonly #queue = new Ring<Outgoing>();
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  /** What comes of the message under way is too much, and thrown away. */
  #skips = false;

  constructor(label: string, options: ChannelOptions, owner: RelayChannelOwner) {
    this.facts = { label, ...options, bufferedAmount: 0, bufferedAmountLowThreshold: 0 };
    this.#owner = owner;
    this.isReliable = options.maxPacketLifeTime === null && options.maxRetransmits === null;
  }

  get number(): number {
    return this.facts.id as number;
  }

  get hasOutgoing(): boolean {
    return this.#queue.length > 0;
  }

  send(data: Uint8Array | string): void {
    if (this.state !== "open") throw new SendError("not-open", `the channel is ${this.state}`);
    const isText = typeof data === "string";
    const bytes = isText ? new TextEncoder().encode(data) : data;
    const size = bytes.byteLength;
    if (size > MAX_MESSAGE_SIZE) {
      throw new SendError("too-large", `${size} bytes, a relayed connection carries at most ${MAX_MESSAGE_SIZE}`);
    }
    const waiting = this.facts.bufferedAmount;
    if (waiting + size > MAX_BUFFERED_BYTES) {
      throw new SendError("buffer-full", `the send buffer is full: ${waiting} bytes wait`);
    }
    if (!this.isReliable && !this.#mayWait(size)) return;
    const outgoing = this.#enqueue(isText ? PacketKind.TEXT : PacketKind.BINARY, bytes);
    // Bytes are the caller's, who may use them again: what still waits of them is copied.
    if (isText || outgoing.sent === size) return;
    outgoing.bytes = bytes.slice(outgoing.sent);
    outgoing.sent = 0;
  }

  close(): void {
    if (this.state === "closing" || this.state === "closed") return;
    const wasOpen = this.state === "open";
    this.state = "closing";
    if (wasOpen) this.#enqueue(PacketKind.CLOSE, NOTHING);
  }

  /** Says that what this channel is still to carry goes another way. From here on it is not written to. */
  mark(): void {
    this.#enqueue(PacketKind.MARK, NOTHING);
  }

  /** The link stands. */
  open(announcement: Uint8Array | null): void {
    if (this.state === "closing") {
      // Closed before: who negotiated it has to know.
      if (this.facts.negotiated) this.#enqueue(PacketKind.CLOSE, NOTHING);
      else this.end();
      return;
    }
    this.state = "open";
    if (announcement !== null) this.#enqueue(PacketKind.OPEN, announcement);
    this.observer?.onOpen();
  }

  /** It is closed at both ends, or the link is gone. */
  end(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.clear();
    this.observer?.onClosed();
  }

  /** Gives up what was not sent, and what came in part. */
  clear(): void {
    while (this.#queue.shift() !== undefined);
    this.facts.bufferedAmount = 0;
    this.#parts = [];
    this.#setPartsBytes(0);
  }

  /** The next packet's kind and payload, of which there is one. */
  takeOutgoing(): { readonly kind: PacketKind; readonly payload: Uint8Array } {
    const next = this.#queue.at(0) as Outgoing;
    const payload = next.bytes.subarray(next.sent, next.sent + PART_BYTES);
    next.sent += payload.length;
    const isLast = next.sent === next.bytes.length || next.kind === PacketKind.OPEN;
    if (isLast) this.#queue.shift();
    if (next.kind === PacketKind.OPEN) return { kind: next.kind, payload: next.bytes };
    this.facts.bufferedAmount -= payload.length;
    return { kind: isLast ? next.kind : PacketKind.PART, payload };
  }

  /** The size of the next packet's payload. */
  get nextBytes(): number {
    const next = this.#queue.at(0);
    if (next === undefined) return 0;
    return next.kind === PacketKind.OPEN ? next.bytes.length : Math.min(next.bytes.length - next.sent, PART_BYTES);
  }

  /** Less waits than the `before` bytes that waited. */
  tellProgress(before: number): void {
    const { bufferedAmount, bufferedAmountLowThreshold } = this.facts;
    this.onProgress?.();
    if (before > bufferedAmountLowThreshold && bufferedAmount <= bufferedAmountLowThreshold)
      this.observer?.onBufferedAmountLow();
  }

  /** Takes a part of a message. False if it makes no sense. */
  take(kind: PacketKind, payload: Uint8Array<ArrayBuffer>): boolean {
    const size = this.#partsBytes + payload.length;
    if (kind === PacketKind.PART && payload.length === PART_BYTES && size < MAX_MESSAGE_SIZE && !this.#skips) {
      this.#parts.push(payload);
      this.#setPartsBytes(size);
      return true;
    }
    const parts = this.#parts;
    const isWhole = kind !== PacketKind.PART && size <= MAX_MESSAGE_SIZE && !this.#skips;
    this.#skips = kind === PacketKind.PART;
    this.#parts = [];
    this.#setPartsBytes(0);
    if (isWhole) this.#tell(kind === PacketKind.TEXT, joined(parts, payload, size));
    return isWhole;
  }

  #setPartsBytes(bytes: number): void {
    this.#owner.partialBytes += bytes - this.#partsBytes;
    this.#partsBytes = bytes;
  }

  #tell(isText: boolean, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.state === "open") this.observer?.onMessage(isText ? textOf(bytes) : bytes.buffer);
  }

  /** Unreliable messages do not wait, so that they are fresh; but one that is too long for a packet must, while it is sent. */
  #mayWait(size: number): boolean {
    if (this.#queue.length > 0) return false;
    return size > PART_BYTES || this.#owner.hasRoomFor(size);
  }

  #enqueue(kind: PacketKind, bytes: Uint8Array): Outgoing {
    const outgoing = { kind, bytes, sent: 0 };
    this.#queue.push(outgoing);
    if (kind === PacketKind.BINARY || kind === PacketKind.TEXT) this.facts.bufferedAmount += bytes.length;
    this.#owner.pump();
    return outgoing;
  }
}

/** The parts as one array, in a buffer of its own. */
function joined(parts: readonly Uint8Array[], last: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (parts.length === 0) return last.slice();
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of [...parts, last]) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
