import type { SctpPacket } from "./association-host.ts";
import type { Chunk } from "./chunk.ts";
import {
  COMMON_HEADER_BYTES,
  FORWARD_BYTES,
  FORWARD_STREAM_BYTES,
  MTU_BYTES,
  RESET_REQUEST_BYTES,
  RESET_RESPONSE_BYTES,
  RESET_STREAM_BYTES,
  SACK_BYTES,
  SACK_ENTRY_BYTES,
} from "./limits.ts";

/** "I have sent the last on these streams": what it says is true once everything up to `lastTsn` is there. */
export interface ResetRequest {
  readonly number: number;
  readonly lastTsn: number;
  readonly streamIds: readonly number[];
}

export interface ResetResponse {
  readonly number: number;
  readonly result: "performed" | "in-progress" | "refused";
}

/** One SCTP packet: its chunks as fields, in the order in which they would stand. */
export class Packet implements SctpPacket {
  readonly sctp = true;
  /** All chunks up to this have arrived; below 0: the packet has no SACK. */
  ackTsn = -1;
  /** What the sender of this packet can still take. */
  windowBytes = 0;
  /** First and last TSN of each run that arrived beyond `ackTsn`. */
  gaps: readonly number[] | null = null;
  /** Nothing up to this will be sent again; below 0: no notice. */
  forwardTsn = -1;
  /** Stream and highest abandoned SSN, in pairs. */
  forwardStreams: readonly number[] | null = null;
  resetRequest: ResetRequest | null = null;
  resetResponse: ResetResponse | null = null;
  /** The receiver shall acknowledge at once (RFC 7053). */
  asksForAck = false;
  first: Chunk | null = null;
  /** The chunks after the first. */
  rest: Chunk[] | null = null;
  /** Its size, common header included, what goes round it not. */
  bytes = COMMON_HEADER_BYTES;

  get room(): number {
    return MTU_BYTES - this.bytes;
  }

  get chunkCount(): number {
    if (this.first === null) return 0;
    return this.rest === null ? 1 : this.rest.length + 1;
  }

  addAck(tsn: number, windowBytes: number, gaps: readonly number[] | null, duplicates: number): void {
    this.ackTsn = tsn;
    this.windowBytes = windowBytes;
    this.gaps = gaps;
    const entries = gaps === null ? duplicates : duplicates + gaps.length / 2;
    this.bytes += SACK_BYTES + SACK_ENTRY_BYTES * entries;
  }

  addForward(tsn: number, streams: readonly number[]): void {
    this.forwardTsn = tsn;
    this.forwardStreams = streams;
    this.bytes += FORWARD_BYTES + (FORWARD_STREAM_BYTES * streams.length) / 2;
  }

  addRequest(request: ResetRequest): void {
    this.resetRequest = request;
    this.bytes += (RESET_REQUEST_BYTES + RESET_STREAM_BYTES * request.streamIds.length + 3) & ~3;
  }

  addResponse(response: ResetResponse): void {
    this.resetResponse = response;
    this.bytes += RESET_RESPONSE_BYTES;
  }

  addChunk(chunk: Chunk): void {
    if (this.first === null) this.first = chunk;
    else if (this.rest === null) this.rest = [chunk];
    else this.rest.push(chunk);
    this.bytes += chunk.wireBytes;
  }
}
