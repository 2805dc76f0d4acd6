import type { MessageKind } from "./association-host.ts";
import { DATA_HEADER_BYTES } from "./limits.ts";

/** What the sender knows of a chunk that it has sent. */
export const ChunkState = {
  /** Sent, and nothing heard of it since. */
  IN_FLIGHT: 0,
  /** Reported missing. */
  MISSING: 1,
  /** Reported as arrived. */
  ACKNOWLEDGED: 2,
} as const;
export type ChunkState = (typeof ChunkState)[keyof typeof ChunkState];

/** Whether a chunk is to be sent again. */
export const Resend = { NO: 0, WHEN_WINDOW_ALLOWS: 1, AT_ONCE: 2 } as const;
export type Resend = (typeof Resend)[keyof typeof Resend];

/** Stands for "no limit of retransmissions", which has 16 bits. */
export const UNLIMITED = 0x1_0000;

/** Stands for "does not expire". */
export const NEVER = -1;

/**
 * A message on its way, or a piece of one: what waits in the sender's queue, what is outstanding, and what arrives, in one
 * object, because there are hundreds of thousands of them a second. The receiver reads what does not change once it is sent.
 */
export class Chunk {
  // What travels.
  readonly streamId: number;
  readonly isOrdered: boolean;
  readonly kind: MessageKind;
  readonly payload: unknown;
  /** Length of the whole message. */
  readonly bytes: number;
  /** Tells the messages of an association apart. */
  readonly message: number;
  isFirst = true;
  isLast = true;
  /** Payload bytes in this chunk: all of the message's, unless it was cut. An empty message travels as one byte. */
  length: number;
  tsn = 0;
  /** Number among the ordered messages of its stream. */
  ssn = 0;

  // What the sender alone reads.
  readonly expiresAtUs: number;
  readonly maxRetransmits: number;
  /** Payload bytes that have left in chunks cut from this one. */
  cutBytes = 0;
  sentAtUs = 0;
  state: ChunkState = ChunkState.IN_FLIGHT;
  resend: Resend = Resend.NO;
  isAbandoned = false;
  missingReports = 0;
  retransmits = 0;

  constructor(
    streamId: number,
    isOrdered: boolean,
    kind: MessageKind,
    payload: unknown,
    bytes: number,
    message: number,
    expiresAtUs: number,
    maxRetransmits: number,
  ) {
    this.streamId = streamId;
    this.isOrdered = isOrdered;
    this.kind = kind;
    this.payload = payload;
    this.bytes = bytes;
    this.message = message;
    this.length = bytes > 0 ? bytes : 1;
    this.expiresAtUs = expiresAtUs;
    this.maxRetransmits = maxRetransmits;
  }

  /** Its size in a packet, header and padding included. */
  get wireBytes(): number {
    return (DATA_HEADER_BYTES + this.length + 3) & ~3;
  }

  hasExpired(nowUs: number): boolean {
    return this.expiresAtUs !== NEVER && this.expiresAtUs <= nowUs;
  }

  /** The next piece of this message, of `length` payload bytes. */
  cut(length: number): Chunk {
    const { streamId, isOrdered, kind, payload, bytes, message, expiresAtUs, maxRetransmits } = this;
    const piece = new Chunk(streamId, isOrdered, kind, payload, bytes, message, expiresAtUs, maxRetransmits);
    piece.isFirst = this.cutBytes === 0;
    piece.isLast = this.cutBytes + length === this.length;
    piece.ssn = this.ssn;
    piece.length = length;
    this.cutBytes += length;
    return piece;
  }
}
