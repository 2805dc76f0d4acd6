import type { AssociationHost, MessageKind, SctpPacket, StreamReliability } from "./association-host.ts";
import { Chunk, NEVER, Resend, UNLIMITED } from "./chunk.ts";
import { Congestion } from "./congestion.ts";
import { Deadline } from "./deadline.ts";
import {
  DATA_HEADER_BYTES,
  FORWARD_PAUSE_US,
  HASTY_ACK_WINDOW_BYTES,
  MAX_BACKOFF_US,
  MAX_BURST_PACKETS,
  OUTER_BYTES,
} from "./limits.ts";
import { OutgoingQueue } from "./outgoing-queue.ts";
import { Outstanding } from "./outstanding.ts";
import { Packet, type ResetRequest } from "./packet.ts";
import { Reassembly } from "./reassembly.ts";
import { ReceiveTracker } from "./receive-tracker.ts";
import { RetransmissionTimeout } from "./retransmission-timeout.ts";
import { StreamReset } from "./stream-reset.ts";

/** What an association has done so far. */
export interface AssociationCounters {
  packetsSent: number;
  /** Not counted in `packetsSent` of the far end if they were lost. */
  packetsReceived: number;
  /** Chunks sent again. */
  retransmissions: number;
  /** Times that the retransmission timer ran out. */
  timeouts: number;
  /** Chunks that arrived and had arrived before, or were too many to hold. */
  refused: number;
  /** Messages given up after they had been sent, in whole or in part. */
  abandoned: number;
}

/** One end of an association: see `association-host.ts` for what it owes to whom. */
export class Association {
  readonly #host: AssociationHost;
  readonly #queue = new OutgoingQueue();
  readonly #outstanding = new Outstanding(this.#queue);
  readonly #congestion = new Congestion();
  readonly #timeout = new RetransmissionTimeout();
  readonly #tracker = new ReceiveTracker();
  readonly #reassembly = new Reassembly();
  readonly #reset = new StreamReset(this.#queue, this.#outstanding);
  /** Runs while something is outstanding. */
  readonly #retransmission = new Deadline(MAX_BACKOFF_US);
  #wakeUs = Number.POSITIVE_INFINITY;
  #noForwardBeforeUs = 0;
  #messages = 0;
  /** Streams whose opening message has not been answered yet: until then everything follows it in order. */
  readonly #unanswered = new Set<number>();
  #isTelling = false;
  #hasEnded = false;
  #packetsSent = 0;
  #packetsReceived = 0;
  #retransmissions = 0;
  #timeouts = 0;
  #refused = 0;

  constructor(host: AssociationHost) {
    this.#host = host;
  }

  get counters(): AssociationCounters {
    return {
      packetsSent: this.#packetsSent,
      packetsReceived: this.#packetsReceived,
      retransmissions: this.#retransmissions,
      timeouts: this.#timeouts,
      refused: this.#refused,
      abandoned: this.#outstanding.abandonedMessages,
    };
  }

  /** Whether there is nothing that this end still has to send, to hear of, to put together or to acknowledge. */
  get isQuiet(): boolean {
    return (
      this.#queue.isEmpty &&
      this.#outstanding.isEmpty &&
      this.#reassembly.heldBytes === 0 &&
      this.#reset.isIdle &&
      !this.#tracker.owesAck
    );
  }

  /** The congestion window. Unit: bytes. */
  get windowBytes(): number {
    return this.#congestion.windowBytes;
  }

  /** Says how messages sent on a stream from now on are to travel. Without it, they are ordered and reliable. */
  openStream(id: number, reliability: StreamReliability): void {
    this.#queue.stream(id).setReliability(reliability);
  }

  /** Payload bytes of a stream that were taken and have not left yet. */
  bufferedBytes(streamId: number): number {
    return this.#queue.find(streamId)?.bufferedBytes ?? 0;
  }

  send(streamId: number, kind: MessageKind, payload: unknown, bytes: number): void {
    if (this.#hasEnded) return;
    const stream = this.#queue.stream(streamId);
    const isControl = kind === "open" || kind === "acknowledge";
    if (kind === "open") this.#unanswered.add(streamId);
    const { nowUs } = this.#host;
    this.#messages += 1;
    stream.add(
      new Chunk(
        stream,
        stream.isOrdered || (this.#unanswered.size > 0 && this.#unanswered.has(streamId)),
        kind,
        payload,
        bytes,
        this.#messages,
        isControl ? NEVER : stream.expiryUs(nowUs),
        isControl ? UNLIMITED : stream.maxRetransmits,
      ),
    );
    this.#queue.takeTurn(stream);
    this.#sendWhatMay(nowUs);
    // What was added is no news to the host; what left of what was there before is.
    if (stream.bufferedBytes > stream.toldBytes) stream.toldBytes = stream.bufferedBytes;
    this.#finish();
  }

  /** Closes a stream once what was sent on it before has left. What is sent on it later waits until that is confirmed. */
  resetStream(id: number): void {
    if (this.#hasEnded) return;
    this.#reset.begin(id);
    this.#finish();
  }

  receive(arrived: SctpPacket): void {
    if (this.#hasEnded) return;
    const packet = arrived as Packet;
    const { nowUs } = this.#host;
    this.#packetsReceived += 1;
    if (packet.ackTsn >= 0) this.#onAck(packet, nowUs);
    if (packet.forwardTsn >= 0 && this.#tracker.skipTo(packet.forwardTsn)) {
      this.#reassembly.skip(packet.forwardTsn, packet.forwardStreams ?? []);
    }
    if (packet.resetRequest !== null) this.#onResetRequest(packet.resetRequest);
    if (packet.resetResponse !== null) {
      this.#reset.onResponse(packet.resetResponse, nowUs, this.#timeout.timeoutUs);
      this.#sendWhatMay(nowUs);
    }
    if (packet.first !== null) {
      this.#onChunk(packet.first, packet.asksForAck);
      if (packet.rest !== null) for (const chunk of packet.rest) this.#onChunk(chunk, packet.asksForAck);
    }
    this.#tracker.endPacket(nowUs);
    if (this.#tracker.owesAckNow) this.#sendAck();
    this.#finish();
  }

  onTimer(): void {
    if (this.#hasEnded) return;
    const { nowUs } = this.#host;
    if (nowUs < this.#wakeUs) return;
    this.#wakeUs = Number.POSITIVE_INFINITY;
    if (this.#tracker.dueUs <= nowUs) this.#sendAck();
    if (this.#reset.deadline.atUs <= nowUs) {
      this.#sendRequest(this.#reset.onTimeout(nowUs, this.#timeout.timeoutUs));
    }
    if (this.#retransmission.atUs <= nowUs) {
      this.#timeouts += 1;
      this.#retransmission.restart(nowUs, this.#timeout.timeoutUs);
      this.#congestion.onTimeout();
      this.#outstanding.onTimeout();
      this.#sendWhatMay(nowUs);
    }
    this.#finish();
  }

  /** Sends nothing, calls nobody and holds nothing any more. */
  end(): void {
    this.#hasEnded = true;
    this.#queue.clear();
    this.#outstanding.clear();
    this.#reassembly.clear();
    this.#reset.clear();
  }

  #onAck(packet: Packet, nowUs: number): void {
    const { ackTsn, gaps } = packet;
    const outstanding = this.#outstanding;
    const congestion = this.#congestion;
    if (ackTsn < outstanding.ackTsn || ackTsn > outstanding.lastTsn) return;
    const inFlightBefore = outstanding.inFlightBytes;
    const isProgress = ackTsn > outstanding.ackTsn;
    if (gaps === null) {
      const ageUs = outstanding.ageOf(ackTsn, nowUs);
      if (ageUs >= 0) this.#timeout.observe(ageUs);
    }
    congestion.endRecovery(ackTsn);
    outstanding.onAck(ackTsn, gaps, congestion.isRecovering);
    congestion.onPeerWindow(packet.windowBytes, outstanding.inFlightBytes);
    if (isProgress) {
      this.#retransmission.stop();
      congestion.onProgress(inFlightBefore, outstanding.ackedBytes);
    }
    if (outstanding.hasLoss) congestion.onLoss(outstanding.lastTsn);
    if (!outstanding.isEmpty && !this.#retransmission.isRunning) this.#startRetransmission(nowUs);
    if (outstanding.resendsAtOnce) this.#resendAtOnce(nowUs);
    this.#sendWhatMay(nowUs);
  }

  #onChunk(chunk: Chunk, asksForAck: boolean): void {
    const tracker = this.#tracker;
    if (tracker.isBeyond(chunk.tsn)) {
      this.#refused += 1;
      return;
    }
    if (this.#reassembly.isNearlyFull && chunk.tsn !== tracker.ackTsn + 1) {
      this.#refused += 1;
      tracker.acknowledgeNow();
      return;
    }
    if (tracker.observe(chunk.tsn, asksForAck)) this.#reassembly.add(chunk);
    else this.#refused += 1;
  }

  #onResetRequest(request: ResetRequest): void {
    const response = this.#reset.answer(request, this.#tracker.ackTsn);
    if (response === null) return;
    const packet = new Packet();
    packet.addResponse(response);
    this.#transmit(packet);
  }

  /** One packet, whatever the congestion window says. */
  #resendAtOnce(nowUs: number): void {
    const packet = this.#newDataPacket();
    this.#outstanding.resend(packet, packet.room, Resend.AT_ONCE);
    this.#countResent(packet);
    if (packet.first?.tsn === this.#outstanding.ackTsn + 1) this.#retransmission.stop();
    if (!this.#retransmission.isRunning) this.#startRetransmission(nowUs);
    this.#transmit(packet);
  }

  #sendWhatMay(nowUs: number): void {
    const outstanding = this.#outstanding;
    const congestion = this.#congestion;
    for (let sent = 0; sent < MAX_BURST_PACKETS && congestion.maySend(outstanding.inFlightBytes); sent++) {
      let packet: Packet | null = null;
      if (sent === 0) packet = this.#beginBurst(nowUs);
      const isEmpty = packet === null;
      packet = this.#fill(packet, nowUs);
      if (packet === null) return;
      this.#transmit(packet);
      // Nothing was there to be filled in, so nothing is.
      if (!isEmpty && packet.first === null) return;
    }
  }

  /** What goes in front of the data of the first packet. */
  #beginBurst(nowUs: number): Packet | null {
    let packet: Packet | null = null;
    if (this.#tracker.owesAck) {
      packet = this.#newDataPacket();
      this.#tracker.addAck(packet, this.#reassembly.windowBytes);
    }
    if (nowUs >= this.#noForwardBeforeUs && this.#outstanding.wantsForward(nowUs)) {
      packet ??= this.#newDataPacket();
      this.#outstanding.addForward(packet);
      this.#transmit(packet);
      packet = null;
      this.#noForwardBeforeUs = nowUs + Math.min(FORWARD_PAUSE_US, this.#timeout.roundTripUs);
    }
    const request = this.#reset.nextRequest(nowUs, this.#timeout.timeoutUs);
    if (request !== null) {
      packet ??= this.#newDataPacket();
      packet.addRequest(request);
    }
    return packet;
  }

  /** Adds chunks to a packet: first those to be sent again, then new ones. Gives it back, or `null` if nothing is in it. */
  #fill(begun: Packet | null, nowUs: number): Packet | null {
    const outstanding = this.#outstanding;
    if (this.#queue.isEmpty && !outstanding.resendsLater) return begun;
    const packet = begun ?? this.#newDataPacket();
    let room = Math.min(this.#congestion.available(outstanding.inFlightBytes), packet.room) & ~3;
    const resent = outstanding.resend(packet, room, Resend.WHEN_WINDOW_ALLOWS);
    if (resent > 0) this.#countResent(packet);
    room -= resent;
    while (room > DATA_HEADER_BYTES) {
      const chunk = this.#queue.produce(nowUs, room);
      if (chunk === null) break;
      room -= chunk.wireBytes;
      this.#congestion.onSent(chunk.wireBytes);
      if (outstanding.add(chunk, nowUs)) packet.addChunk(chunk);
    }
    if (!outstanding.isEmpty && !this.#retransmission.isRunning) this.#startRetransmission(nowUs);
    return packet.first === null ? begun : packet;
  }

  #newDataPacket(): Packet {
    const packet = new Packet();
    packet.asksForAck = this.#congestion.windowBytes < HASTY_ACK_WINDOW_BYTES;
    return packet;
  }

  #countResent(packet: Packet): void {
    this.#retransmissions += packet.rest === null ? 1 : packet.rest.length + 1;
  }

  #startRetransmission(nowUs: number): void {
    this.#retransmission.start(nowUs, this.#timeout.timeoutUs);
  }

  #sendAck(): void {
    const packet = new Packet();
    this.#tracker.addAck(packet, this.#reassembly.windowBytes);
    this.#transmit(packet);
  }

  #sendRequest(request: ResetRequest | null): void {
    if (request === null) return;
    const packet = new Packet();
    packet.addRequest(request);
    this.#transmit(packet);
  }

  #transmit(packet: Packet): void {
    this.#packetsSent += 1;
    this.#host.transmit(packet, packet.bytes + OUTER_BYTES);
  }

  /** The end of every call: what is closed is asked for, the host is asked to call again, and told what there is to tell. */
  #finish(): void {
    if (!this.#reset.isIdle) this.#sendRequest(this.#reset.nextRequest(this.#host.nowUs, this.#timeout.timeoutUs));
    if (!this.#isTelling && this.#hasNews) this.#tell();
    const nextUs = Math.min(this.#retransmission.atUs, this.#tracker.dueUs, this.#reset.deadline.atUs);
    // Later needs wait for the call that was asked for already: most are gone by then.
    if (nextUs >= this.#wakeUs || this.#hasEnded) return;
    this.#wakeUs = nextUs;
    this.#host.wakeAt(nextUs);
  }

  get #hasNews(): boolean {
    return (
      this.#reassembly.ready.length > 0 ||
      this.#queue.hasTouched ||
      this.#reset.closed.length > 0 ||
      this.#reset.confirmed.length > 0
    );
  }

  /** What handlers do may add to what there is to tell, and `end` clears it. */
  #tell(): void {
    const { ready } = this.#reassembly;
    this.#isTelling = true;
    while (ready.length > 0) {
      const { streamId, kind, payload, bytes } = ready.shift() as Chunk;
      if (this.#unanswered.size > 0) this.#unanswered.delete(streamId);
      this.#host.deliver(streamId, kind, payload, bytes);
    }
    while (this.#queue.hasTouched) {
      const stream = this.#queue.takeTouched();
      const hasFallen = stream.bufferedBytes < stream.toldBytes;
      stream.toldBytes = stream.bufferedBytes;
      if (hasFallen) this.#host.drained(stream.id);
    }
    const { closed, confirmed } = this.#reset;
    for (let id = closed.shift(); id !== undefined; id = closed.shift()) {
      this.#reassembly.reset(id);
      this.#host.streamReset(id);
    }
    for (let id = confirmed.shift(); id !== undefined; id = confirmed.shift()) {
      this.#unanswered.delete(id);
      this.#host.streamResetDone(id);
    }
    this.#isTelling = false;
  }
}
