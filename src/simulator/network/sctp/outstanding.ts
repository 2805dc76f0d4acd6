import { Chunk, ChunkState, NEVER, Resend } from "./chunk.ts";
import { DATA_HEADER_BYTES, MISSING_REPORTS } from "./limits.ts";
import type { OutgoingQueue } from "./outgoing-queue.ts";
import type { Packet } from "./packet.ts";

/**
 * Chunks that were sent and are not acknowledged in a row yet: which are in flight, missing, to be sent again or given up.
 * TSNs count from 1 and never wrap: a run would have to send 2^53 chunks.
 */
export class Outstanding {
  /** All up to this have arrived, or were given up. */
  ackTsn = 0;
  nextTsn = 1;
  /** Chunks in flight, with their headers. */
  inFlightBytes = 0;
  readonly #queue: OutgoingQueue;
  /** By TSN, modulo a power of two. */
  #ring: (Chunk | null)[] = new Array<Chunk | null>(16).fill(null);
  #resendLater = 0;
  #resendAtOnce = 0;
  /** No chunk before this is to be sent again. */
  #resendFromTsn = 1;
  /** No chunk after this was ever reported missing or given up. */
  #lastDoubtfulTsn = 0;
  /** A forward notice does not pass these: streams were closed there, and the far end has not confirmed it yet. */
  #barriers: number[] = [];

  /** What the last SACK brought: bytes newly acknowledged, the highest TSN among them, and whether something was lost. */
  ackedBytes = 0;
  highestAckedTsn = 0;
  hasLoss = false;

  /** Messages given up after some or all of them had been sent. */
  abandonedMessages = 0;

  constructor(queue: OutgoingQueue) {
    this.#queue = queue;
  }

  get isEmpty(): boolean {
    return this.nextTsn === this.ackTsn + 1;
  }

  get lastTsn(): number {
    return this.nextTsn - 1;
  }

  get resendsAtOnce(): boolean {
    return this.#resendAtOnce > 0;
  }

  get resendsLater(): boolean {
    return this.#resendLater > 0;
  }

  /** Adds a chunk that is being sent. False if its message has expired meanwhile: it has a TSN, and is given up. */
  add(chunk: Chunk, nowUs: number): boolean {
    chunk.sentAtUs = nowUs;
    this.inFlightBytes += chunk.wireBytes;
    this.#insert(chunk);
    if (chunk.expiresAtUs === NEVER || chunk.expiresAtUs > nowUs) return true;
    this.#abandon(chunk);
    return false;
  }

  /** How long ago a chunk was sent; below 0 if that says nothing about the path, since it was sent again. */
  ageOf(tsn: number, nowUs: number): number {
    if (tsn <= this.ackTsn || tsn >= this.nextTsn) return -1;
    const chunk = this.#chunk(tsn);
    return chunk.retransmits > 0 ? -1 : nowUs - chunk.sentAtUs;
  }

  /** Takes in a SACK. `gaps`: first and last TSN of each run that arrived beyond `ackTsn`. */
  onAck(ackTsn: number, gaps: readonly number[] | null, isRecovering: boolean): void {
    this.ackedBytes = 0;
    this.highestAckedTsn = ackTsn;
    this.hasLoss = false;
    while (this.ackTsn < ackTsn) {
      const tsn = this.ackTsn + 1;
      this.#acknowledge(this.#chunk(tsn));
      this.#ring[tsn & (this.#ring.length - 1)] = null;
      this.ackTsn = tsn;
    }
    while (this.#barriers.length > 0 && (this.#barriers[0] as number) <= ackTsn + 1) this.#barriers.shift();
    if (gaps === null) return;
    for (let at = 0; at < gaps.length; at += 2) {
      const last = Math.min(gaps[at + 1] as number, this.lastTsn);
      for (let tsn = gaps[at] as number; tsn <= last; tsn++) {
        if (tsn > this.ackTsn) this.#acknowledge(this.#chunk(tsn));
      }
    }
    this.#reportMissing(ackTsn, gaps, isRecovering);
  }

  /** The timer has run out: everything that was not reported as arrived is taken for lost. */
  onTimeout(): void {
    // What is given up on the way may add an end to its message: beyond what was there at first, nothing is missing.
    const { lastTsn } = this;
    for (let tsn = this.ackTsn + 1; tsn <= lastTsn; tsn++) {
      const chunk = this.#chunk(tsn);
      if (chunk.state !== ChunkState.ACKNOWLEDGED) this.#reportOne(chunk, true, Resend.WHEN_WINDOW_ALLOWS);
    }
  }

  /**
   * Puts chunks to be sent again into a packet, lowest first, as many as `room` bytes hold. Those to be sent at once that do
   * not fit wait for the window, like the others. Returns the number of bytes.
   */
  resend(packet: Packet, room: number, kind: Resend): number {
    const wanted = kind === Resend.AT_ONCE ? this.#resendAtOnce : this.#resendLater;
    if (wanted === 0) return 0;
    let bytes = 0;
    let seen = 0;
    let left = room;
    const from = Math.max(this.#resendFromTsn, this.ackTsn + 1);
    for (let tsn = from; tsn < this.nextTsn && seen < wanted && left > DATA_HEADER_BYTES; tsn++) {
      const chunk = this.#chunk(tsn);
      if (chunk.resend !== kind) continue;
      seen += 1;
      const { wireBytes } = chunk;
      if (wireBytes > left) continue;
      this.#setResend(chunk, Resend.NO);
      chunk.state = ChunkState.IN_FLIGHT;
      chunk.missingReports = 0;
      chunk.retransmits += 1;
      packet.addChunk(chunk);
      this.inFlightBytes += wireBytes;
      bytes += wireBytes;
      left -= wireBytes;
    }
    if (kind === Resend.AT_ONCE && this.#resendAtOnce > 0) this.#postponeAll(from);
    if (this.#resendLater + this.#resendAtOnce === 0) this.#resendFromTsn = this.nextTsn;
    return bytes;
  }

  /** Whether the chunk that would be acknowledged next has been given up, so that the far end must be told to go on. */
  wantsForward(nowUs: number): boolean {
    if (this.#lastDoubtfulTsn <= this.ackTsn) return false;
    const next = this.#chunk(this.ackTsn + 1);
    if (!next.isAbandoned && (next.state !== ChunkState.MISSING || !next.hasExpired(nowUs))) return false;
    // Only what was reported missing expires: what is in flight may have arrived.
    for (let tsn = this.ackTsn + 1; tsn < this.nextTsn; tsn++) {
      const chunk = this.#chunk(tsn);
      if (chunk.isAbandoned) continue;
      if (chunk.state !== ChunkState.MISSING || !chunk.hasExpired(nowUs)) break;
      this.#abandon(chunk);
    }
    return true;
  }

  /** Tells the far end how far to go on, and which ordered messages it shall not wait for. */
  addForward(packet: Packet): void {
    let tsn = this.ackTsn;
    const streams: number[] = [];
    while (tsn < this.lastTsn && !this.#barriers.includes(tsn + 1)) {
      const chunk = this.#chunk(tsn + 1);
      if (!chunk.isAbandoned) break;
      tsn += 1;
      if (chunk.isOrdered) noteSkipped(streams, chunk);
    }
    packet.addForward(tsn, streams);
  }

  /** Streams are being closed: their last chunks have been sent. */
  addBarrier(): void {
    if (!this.isEmpty) this.#barriers.push(this.nextTsn);
  }

  clear(): void {
    this.#ring = [];
    this.#barriers = [];
    this.ackTsn = this.lastTsn;
  }

  #chunk(tsn: number): Chunk {
    return this.#ring[tsn & (this.#ring.length - 1)] as Chunk;
  }

  #insert(chunk: Chunk): void {
    const { length } = this.#ring;
    if (this.nextTsn - this.ackTsn > length) {
      const larger = new Array<Chunk | null>(length * 2).fill(null);
      for (let tsn = this.ackTsn + 1; tsn < this.nextTsn; tsn++) larger[tsn & (length * 2 - 1)] = this.#chunk(tsn);
      this.#ring = larger;
    }
    chunk.tsn = this.nextTsn;
    this.#ring[chunk.tsn & (this.#ring.length - 1)] = chunk;
    this.nextTsn += 1;
  }

  #acknowledge(chunk: Chunk): void {
    if (chunk.state === ChunkState.ACKNOWLEDGED) return;
    const { wireBytes } = chunk;
    this.ackedBytes += wireBytes;
    if (chunk.state === ChunkState.IN_FLIGHT) this.inFlightBytes -= wireBytes;
    this.#setResend(chunk, Resend.NO);
    chunk.state = ChunkState.ACKNOWLEDGED;
    if (chunk.tsn > this.highestAckedTsn) this.highestAckedTsn = chunk.tsn;
  }

  /** Counts what stands between the runs. Only below what was newly acknowledged: an old SACK says nothing new. */
  #reportMissing(ackTsn: number, gaps: readonly number[], isRecovering: boolean): void {
    const kind = isRecovering ? Resend.WHEN_WINDOW_ALLOWS : Resend.AT_ONCE;
    let tsn = ackTsn + 1;
    for (let at = 0; at < gaps.length; at += 2) {
      const end = Math.min(gaps[at] as number, this.highestAckedTsn + 1, this.nextTsn);
      for (; tsn < end; tsn++) {
        if (tsn > this.ackTsn && this.#reportOne(this.#chunk(tsn), false, kind)) this.hasLoss = true;
      }
      tsn = (gaps[at + 1] as number) + 1;
    }
  }

  /** One report that a chunk is missing. True if it was taken for lost by it. */
  #reportOne(chunk: Chunk, isLost: boolean, kind: Resend): boolean {
    if (chunk.state === ChunkState.IN_FLIGHT) this.inFlightBytes -= chunk.wireBytes;
    chunk.state = ChunkState.MISSING;
    chunk.missingReports += 1;
    this.#lastDoubtfulTsn = Math.max(this.#lastDoubtfulTsn, chunk.tsn);
    if (chunk.isAbandoned || chunk.resend !== Resend.NO) return false;
    if (!isLost && chunk.missingReports < MISSING_REPORTS) return false;
    if (chunk.retransmits < chunk.maxRetransmits) this.#setResend(chunk, kind);
    else this.#abandon(chunk);
    return true;
  }

  /** Gives up the whole message that a chunk belongs to. */
  #abandon(chunk: Chunk): void {
    this.abandonedMessages += 1;
    if (chunk.isFirst && chunk.isLast) {
      this.#abandonOne(chunk);
      return;
    }
    if (this.#queue.discardRest(chunk)) this.#insertEnd(chunk);
    for (let tsn = this.ackTsn + 1; tsn < this.nextTsn; tsn++) {
      const other = this.#chunk(tsn);
      if (other.message === chunk.message && !other.isAbandoned) this.#abandonOne(other);
    }
  }

  #abandonOne(chunk: Chunk): void {
    if (chunk.state === ChunkState.IN_FLIGHT) {
      this.inFlightBytes -= chunk.wireBytes;
      chunk.state = ChunkState.MISSING;
    }
    this.#setResend(chunk, Resend.NO);
    chunk.isAbandoned = true;
    this.#lastDoubtfulTsn = Math.max(this.#lastDoubtfulTsn, chunk.tsn);
  }

  /**
   * The receiver may have all that was sent of the message, and would wait for its end: a chunk that is never sent stands for
   * it, for the forward notice to name.
   */
  #insertEnd(chunk: Chunk): void {
    const { streamId, isOrdered, kind, message } = chunk;
    const end = new Chunk(streamId, isOrdered, kind, null, 0, message, NEVER, 0);
    end.isFirst = false;
    end.ssn = chunk.ssn;
    end.state = ChunkState.ACKNOWLEDGED;
    // It was never sent: its acknowledgement says nothing about the path.
    end.retransmits = 1;
    this.#insert(end);
  }

  #setResend(chunk: Chunk, kind: Resend): void {
    if (chunk.resend === kind) return;
    if (chunk.resend === Resend.WHEN_WINDOW_ALLOWS) this.#resendLater -= 1;
    else if (chunk.resend === Resend.AT_ONCE) this.#resendAtOnce -= 1;
    if (kind === Resend.WHEN_WINDOW_ALLOWS) this.#resendLater += 1;
    else if (kind === Resend.AT_ONCE) this.#resendAtOnce += 1;
    chunk.resend = kind;
    if (kind !== Resend.NO && chunk.tsn < this.#resendFromTsn) this.#resendFromTsn = chunk.tsn;
  }

  #postponeAll(from: number): void {
    for (let tsn = from; tsn < this.nextTsn && this.#resendAtOnce > 0; tsn++) {
      const chunk = this.#chunk(tsn);
      if (chunk.resend === Resend.AT_ONCE) this.#setResend(chunk, Resend.WHEN_WINDOW_ALLOWS);
    }
  }
}

/** Keeps the highest SSN of each stream, in pairs. */
function noteSkipped(streams: number[], chunk: Chunk): void {
  for (let at = 0; at < streams.length; at += 2) {
    if (streams[at] !== chunk.streamId) continue;
    streams[at + 1] = Math.max(streams[at + 1] as number, chunk.ssn);
    return;
  }
  streams.push(chunk.streamId, chunk.ssn);
}
