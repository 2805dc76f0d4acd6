import { type Chunk, Resend } from "./chunk.ts";
import { Congestion } from "./congestion.ts";
import { Deadline } from "./deadline.ts";
import {
  DATA_HEADER_BYTES,
  FORWARD_PAUSE_US,
  HASTY_ACK_WINDOW_BYTES,
  MAX_BACKOFF_US,
  MAX_BURST_PACKETS,
} from "./limits.ts";
import { OutgoingQueue } from "./outgoing-queue.ts";
import type { OutgoingStream } from "./outgoing-stream.ts";
import { Outstanding } from "./outstanding.ts";
import { Packet } from "./packet.ts";
import { RetransmissionTimeout } from "./retransmission-timeout.ts";

/** What the sending half needs of its association. */
export interface SenderHost {
  transmit(packet: Packet): void;
  /** Adds what travels in front of data, an acknowledgement that is owed for one, to a new packet or to none. */
  beginPacket(): Packet | null;
}

/** The sending half of an association: what is sent, when, and when again. */
export class Sender {
  readonly queue = new OutgoingQueue();
  readonly outstanding = new Outstanding(this.queue);
  readonly timeout = new RetransmissionTimeout();
  readonly congestion = new Congestion();
  /** Runs while something is outstanding. */
  readonly deadline = new Deadline(MAX_BACKOFF_US);
  /** Chunks sent again. */
  retransmissions = 0;
  timeouts = 0;
  readonly #host: SenderHost;
  #noForwardBeforeUs = 0;

  constructor(host: SenderHost) {
    this.#host = host;
  }

  get isIdle(): boolean {
    return this.queue.isEmpty && this.outstanding.isEmpty;
  }

  send(stream: OutgoingStream, message: Chunk, nowUs: number): void {
    stream.add(message);
    this.queue.takeTurn(stream);
    this.sendWhatMay(nowUs);
  }

  /** A packet with data of this end's. */
  newPacket(): Packet {
    const packet = new Packet();
    packet.asksForAck = this.congestion.windowBytes < HASTY_ACK_WINDOW_BYTES;
    return packet;
  }

  onAck({ ackTsn, gaps, windowBytes }: Packet, nowUs: number): void {
    const { outstanding, congestion } = this;
    // An older one than the last says nothing new.
    if (ackTsn < outstanding.ackTsn || ackTsn > outstanding.lastTsn) return;
    const inFlightBefore = outstanding.inFlightBytes;
    const isProgress = ackTsn > outstanding.ackTsn;
    if (gaps === null) {
      const ageUs = outstanding.ageOf(ackTsn, nowUs);
      if (ageUs >= 0) this.timeout.observe(ageUs);
    }
    congestion.endRecovery(ackTsn);
    outstanding.onAck(ackTsn, gaps, congestion.isRecovering);
    congestion.onPeerWindow(windowBytes, outstanding.inFlightBytes);
    if (isProgress) {
      this.deadline.stop();
      congestion.onProgress(inFlightBefore, outstanding.ackedBytes);
    }
    if (outstanding.hasLoss) congestion.onLoss(outstanding.lastTsn);
    this.#startDeadline(nowUs);
    if (outstanding.resendsAtOnce) this.#resendAtOnce(nowUs);
    this.sendWhatMay(nowUs);
  }

  /** The deadline has passed. */
  onTimeout(nowUs: number): void {
    this.timeouts += 1;
    this.deadline.restart(nowUs, this.timeout.timeoutUs);
    this.congestion.onTimeout();
    this.outstanding.onTimeout();
    this.sendWhatMay(nowUs);
  }

  /** As many packets as the window and the limit on bursts allow. */
  sendWhatMay(nowUs: number): void {
    const { outstanding, congestion } = this;
    for (let sent = 0; sent < MAX_BURST_PACKETS && congestion.maySend(outstanding.inFlightBytes); sent++) {
      let packet: Packet | null = null;
      if (sent === 0) {
        packet = this.#host.beginPacket();
        if (nowUs >= this.#noForwardBeforeUs && outstanding.wantsForward(nowUs)) {
          packet ??= this.newPacket();
          this.#addForward(packet, nowUs);
        }
      }
      packet = this.#fill(packet, nowUs);
      if (packet === null) return;
      this.#host.transmit(packet);
    }
  }

  #addForward(packet: Packet, nowUs: number): void {
    this.outstanding.addForward(packet);
    this.#noForwardBeforeUs = nowUs + Math.min(FORWARD_PAUSE_US, this.timeout.roundTripUs);
  }

  /** Adds chunks to a packet: first those to be sent again, then new ones. Gives it back, or `null` if nothing is in it. */
  #fill(begun: Packet | null, nowUs: number): Packet | null {
    const { outstanding, queue } = this;
    if (queue.isEmpty && !outstanding.resendsLater) return begun;
    const packet = begun ?? this.newPacket();
    let room = Math.min(this.congestion.available(outstanding.inFlightBytes), packet.room) & ~3;
    const resent = outstanding.resend(packet, room, Resend.WHEN_WINDOW_ALLOWS);
    if (resent > 0) this.retransmissions += packet.chunkCount;
    room -= resent;
    while (room > DATA_HEADER_BYTES) {
      const chunk = queue.produce(nowUs, room);
      if (chunk === null) break;
      const { wireBytes } = chunk;
      room -= wireBytes;
      this.congestion.onSent(wireBytes);
      if (outstanding.add(chunk, nowUs)) packet.addChunk(chunk);
    }
    this.#startDeadline(nowUs);
    return packet.first === null ? begun : packet;
  }

  /** One packet, whatever the congestion window says. */
  #resendAtOnce(nowUs: number): void {
    const packet = this.newPacket();
    this.outstanding.resend(packet, packet.room, Resend.AT_ONCE);
    this.retransmissions += packet.chunkCount;
    if (packet.first?.tsn === this.outstanding.ackTsn + 1) this.deadline.stop();
    this.#startDeadline(nowUs);
    this.#host.transmit(packet);
  }

  #startDeadline(nowUs: number): void {
    if (!this.deadline.isRunning && !this.outstanding.isEmpty) this.deadline.start(nowUs, this.timeout.timeoutUs);
  }
}
