import type { AssociationHost, MessageKind, SctpPacket, StreamReliability } from "./association-host.ts";
import { Chunk, NEVER, UNLIMITED } from "./chunk.ts";
import { OUTER_BYTES } from "./limits.ts";
import { Packet, type ResetRequest } from "./packet.ts";
import { Reassembly } from "./reassembly.ts";
import { ReceiveTracker } from "./receive-tracker.ts";
import { Sender, type SenderHost } from "./sender.ts";
import { type StreamNews, StreamReset } from "./stream-reset.ts";

/** What an association has done so far. */
export interface AssociationCounters {
  packetsSent: number;
  packetsReceived: number;
  /** Chunks sent again. */
  retransmissions: number;
  /** Times that the retransmission timer ran out. */
  timeouts: number;
  /** Chunks that had arrived before, or were too many to hold. */
  refused: number;
  /** Messages given up after they had been sent, in whole or in part. */
  abandoned: number;
}

/** One end of an association: see `association-host.ts` for what it owes to whom. */
export class Association implements SenderHost {
  readonly #host: AssociationHost;
  readonly #sender: Sender = new Sender(this);
  readonly #tracker = new ReceiveTracker();
  readonly #reassembly = new Reassembly();
  readonly #reset = new StreamReset(this.#sender.queue, this.#sender.outstanding);
  /** Streams whose opening message has not been answered yet: until then everything follows it in order. `null`: there was none. */
  #unanswered: Set<number> | null = null;
  #messages = 0;
  #wakeUs = Number.POSITIVE_INFINITY;
  #isTelling = false;
  #hasEnded = false;
  #packetsSent = 0;
  #packetsReceived = 0;
  #refused = 0;

  constructor(host: AssociationHost) {
    this.#host = host;
  }

  get counters(): AssociationCounters {
    return {
      packetsSent: this.#packetsSent,
      packetsReceived: this.#packetsReceived,
      retransmissions: this.#sender.retransmissions,
      timeouts: this.#sender.timeouts,
      refused: this.#refused,
      abandoned: this.#sender.outstanding.abandonedMessages,
    };
  }

  /** Whether there is nothing that this end still has to send, to hear of, to put together or to acknowledge. */
  get isQuiet(): boolean {
    return this.#sender.isIdle && this.#reassembly.heldBytes === 0 && this.#reset.isIdle && !this.#tracker.owesAck;
  }

  /** The congestion window. Unit: bytes. */
  get windowBytes(): number {
    return this.#sender.congestion.windowBytes;
  }

  /** Says how messages sent on a stream from now on are to travel. Without it, they are ordered and reliable. */
  openStream(id: number, reliability: StreamReliability): void {
    this.#sender.queue.stream(id).setReliability(reliability);
  }

  /** Payload bytes of a stream that were taken and have not left yet. */
  bufferedBytes(streamId: number): number {
    return this.#sender.queue.find(streamId)?.bufferedBytes ?? 0;
  }

  send(streamId: number, kind: MessageKind, payload: unknown, bytes: number): void {
    if (this.#hasEnded) return;
    const { nowUs } = this.#host;
    const stream = this.#sender.queue.stream(streamId);
    const isControl = kind === "open" || kind === "acknowledge";
    if (kind === "open") {
      this.#unanswered ??= new Set();
      this.#unanswered.add(streamId);
    }
    const isOrdered = stream.isOrdered || this.#unanswered?.has(streamId) === true;
    const expiresAtUs = isControl ? NEVER : stream.expiryUs(nowUs);
    const maxRetransmits = isControl ? UNLIMITED : stream.maxRetransmits;
    this.#messages += 1;
    const message = new Chunk(streamId, isOrdered, kind, payload, bytes, this.#messages, expiresAtUs, maxRetransmits);
    this.#sender.send(stream, message, nowUs);
    // What was added is no news to the host; what left of what was there before is.
    if (stream.bufferedBytes > stream.toldBytes) stream.toldBytes = stream.bufferedBytes;
    this.#finish(nowUs);
  }

  /** Closes a stream once what was sent on it before has left. What is sent on it later waits until that is confirmed. */
  resetStream(id: number): void {
    if (this.#hasEnded) return;
    this.#reset.begin(id);
    this.#finish(this.#host.nowUs);
  }

  receive(arrived: SctpPacket): void {
    if (this.#hasEnded) return;
    const packet = arrived as Packet;
    const { nowUs } = this.#host;
    this.#packetsReceived += 1;
    if (packet.ackTsn >= 0) this.#sender.onAck(packet, nowUs);
    if (packet.forwardTsn >= 0 && this.#tracker.skipTo(packet.forwardTsn)) {
      this.#reassembly.skip(packet.forwardTsn, packet.forwardStreams ?? []);
    }
    if (packet.resetRequest !== null) this.#answer(packet.resetRequest);
    if (packet.resetResponse !== null) {
      this.#reset.onResponse(packet.resetResponse, nowUs, this.#sender.timeout.timeoutUs);
      this.#sender.sendWhatMay(nowUs);
    }
    if (packet.first !== null) {
      this.#take(packet.first, packet.asksForAck);
      if (packet.rest !== null) for (const chunk of packet.rest) this.#take(chunk, packet.asksForAck);
    }
    this.#tracker.endPacket(nowUs);
    if (this.#tracker.owesAckNow) this.#sendAck();
    this.#finish(nowUs);
  }

  onTimer(): void {
    const { nowUs } = this.#host;
    if (this.#hasEnded || nowUs < this.#wakeUs) return;
    this.#wakeUs = Number.POSITIVE_INFINITY;
    if (this.#tracker.dueUs <= nowUs) this.#sendAck();
    if (this.#reset.deadline.atUs <= nowUs) this.#ask(this.#reset.onTimeout(nowUs, this.#sender.timeout.timeoutUs));
    if (this.#sender.deadline.atUs <= nowUs) this.#sender.onTimeout(nowUs);
    this.#finish(nowUs);
  }

  /** Sends nothing, calls nobody and holds nothing any more. */
  end(): void {
    this.#hasEnded = true;
    this.#sender.queue.clear();
    this.#sender.outstanding.clear();
    this.#reassembly.clear();
    this.#reset.clear();
  }

  /** For the sender's own use. */
  transmit(packet: Packet): void {
    if (this.#hasEnded) return;
    this.#packetsSent += 1;
    this.#host.transmit(packet, packet.bytes + OUTER_BYTES);
  }

  /** For the sender's own use: an acknowledgement, if one is owed, need not travel alone. */
  beginPacket(): Packet | null {
    if (!this.#tracker.owesAck) return null;
    const packet = this.#sender.newPacket();
    this.#tracker.addAck(packet, this.#reassembly.windowBytes);
    return packet;
  }

  #take(chunk: Chunk, asksForAck: boolean): void {
    const tracker = this.#tracker;
    const isTooMuch = this.#reassembly.isNearlyFull && chunk.tsn !== tracker.ackTsn + 1;
    if (isTooMuch) tracker.acknowledgeNow();
    if (isTooMuch || tracker.isBeyond(chunk.tsn) || !tracker.observe(chunk.tsn, asksForAck)) this.#refused += 1;
    else this.#reassembly.add(chunk);
  }

  #sendAck(): void {
    const packet = new Packet();
    this.#tracker.addAck(packet, this.#reassembly.windowBytes);
    this.transmit(packet);
  }

  #ask(request: ResetRequest | null): void {
    if (request === null) return;
    const packet = new Packet();
    packet.addRequest(request);
    this.transmit(packet);
  }

  #answer(request: ResetRequest): void {
    const response = this.#reset.answer(request, this.#tracker.ackTsn);
    if (response === null) return;
    const packet = new Packet();
    packet.addResponse(response);
    this.transmit(packet);
  }

  /** The end of every call: what is closed is asked for, the host is told what there is to tell, and asked to call again. */
  #finish(nowUs: number): void {
    if (!this.#reset.isIdle) this.#ask(this.#reset.nextRequest(nowUs, this.#sender.timeout.timeoutUs));
    if (!this.#isTelling && this.#hasNews) this.#tell();
    if (this.#hasEnded) return;
    const nextUs = Math.min(this.#sender.deadline.atUs, this.#tracker.dueUs);
    this.#wakeBy(this.#reset.isIdle ? nextUs : Math.min(nextUs, this.#reset.deadline.atUs));
  }

  #wakeBy(timeUs: number): void {
    // Later needs wait for the call that was asked for already: most are gone by then.
    if (timeUs >= this.#wakeUs) return;
    this.#wakeUs = timeUs;
    this.#host.wakeAt(timeUs);
  }

  get #hasNews(): boolean {
    return this.#reassembly.ready.length > 0 || this.#sender.queue.hasTouched || this.#reset.news.length > 0;
  }

  /** A handler that throws keeps nothing from being told: what is left is, by a call that is asked for now. */
  #tell(): void {
    this.#isTelling = true;
    try {
      this.#tellAll();
    } catch (error) {
      if (!this.#hasEnded) this.#wakeBy(this.#host.nowUs);
      throw error;
    } finally {
      this.#isTelling = false;
    }
  }

  /** What handlers do may add to what there is to tell, and `end` clears it. */
  #tellAll(): void {
    const { ready } = this.#reassembly;
    const { queue } = this.#sender;
    const { news } = this.#reset;
    while (ready.length > 0) {
      const { streamId, kind, payload, bytes } = ready.shift() as Chunk;
      this.#unanswered?.delete(streamId);
      this.#host.deliver(streamId, kind, payload, bytes);
    }
    while (queue.hasTouched) {
      const stream = queue.takeTouched();
      const hasFallen = stream.bufferedBytes < stream.toldBytes;
      stream.toldBytes = stream.bufferedBytes;
      if (hasFallen) this.#host.drained(stream.id);
    }
    while (news.length > 0) {
      const { id, isClosed } = news.shift() as StreamNews;
      if (isClosed) {
        this.#reassembly.reset(id);
        this.#host.streamReset(id);
      } else {
        this.#unanswered?.delete(id);
        this.#host.streamResetDone(id);
      }
    }
  }
}
