import type { Clock } from "../../base/clock.ts";
import type { ByteReader } from "../../codec/byte-reader.ts";
import { ChannelState } from "../../connection/channel-state.ts";
import type { WebRTCDataChannel } from "../../connection/web-rtc-data-channel.ts";
import type { PeerInfo } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import { type Answering, IncomingCalls } from "../calls/incoming-calls.ts";
import type { OutgoingCalls } from "../calls/outgoing-calls.ts";
import { Fault } from "../incoming/fault.ts";
import { FaultRecord } from "../incoming/fault-record.ts";
import { Inbox, type Receiver } from "../incoming/inbox.ts";
import { Intake } from "../incoming/intake.ts";
import { LeaveReason } from "../leave-reason.ts";
import {
  ACKNOWLEDGE_AFTER_BYTES,
  ACKNOWLEDGE_AFTER_FRAMES,
  FIRST_MESSAGE_TYPE,
  FLUSH_FOLLOWS_MS,
  MAX_BYTES_PER_POLL,
  MAX_MESSAGES_PER_POLL,
  MAX_WORDS_LENGTH,
  type SessionLimits,
} from "../limits.ts";
import type { Lane } from "../messages/lane.ts";
import { DrainRate } from "../outgoing/drain-rate.ts";
import { Progress } from "../outgoing/progress.ts";
import { ReliableSender } from "../outgoing/reliable-sender.ts";
import { UnreliableSender } from "../outgoing/unreliable-sender.ts";
import { EntryType } from "../wire/entry.ts";
import { FrameKind, frameAcknowledgement, frameKind } from "../wire/frame.ts";
import type { Hello } from "../wire/hello.ts";
import { Handshake, type HelloCheck } from "./handshake.ts";
import { Heartbeat, type Pong } from "./heartbeat.ts";
import { PathWatch } from "./path-watch.ts";
import { RoundTrip } from "./round-trip.ts";

/** Told of each packet before it is taken apart. It must not change or keep the bytes. */
export type PacketTap = (from: number, isReliable: boolean, bytes: Uint8Array) => void;

/** What a link needs of the session that it belongs to. */
export interface LinkOwner extends Answering {
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly lanes: readonly Lane[];
  /** One for all links: they read in turn. */
  readonly reader: ByteReader;
  readonly hello: Hello;
  readonly check: HelloCheck | null;
  readonly calls: OutgoingCalls;
  /** Hears each packet that is read. */
  readonly tap: PacketTap | null;
  /** The shared clock's time. Unit: ms. */
  readonly nowMs: number;
  /** `poll` has something to do. */
  notify(): void;
  onReady(link: SessionLink): void;
  /** A message. Gives back what is wrong with it. */
  onMessage(link: SessionLink, type: number, reader: ByteReader, place: number): Fault | null;
  onProgress(link: SessionLink, type: number, receivedBytes: number, totalBytes: number): void;
  onPong(link: SessionLink, pong: Pong): void;
  /** The most bytes of a message; 0 if it cannot come in parts. */
  limitOf(type: number): number;
}

/** What a session knows of one peer, and how it speaks with it, from `peerConnected` on. */
export class SessionLink implements Receiver {
  readonly id: number;
  readonly progress = new Progress();
  readonly reliable: ReliableSender;
  readonly unreliable: UnreliableSender;
  readonly inbox: Inbox;
  readonly handshake: Handshake;
  readonly heartbeat: Heartbeat;
  readonly faults: FaultRecord;
  readonly roundTrip = new RoundTrip();
  readonly path = new PathWatch();
  readonly intake: Intake;
  readonly calls: IncomingCalls;
  readonly info: PeerInfo;
  /** By lane. */
  readonly sentMessages: number[];
  /** Both sides have accepted each other: messages travel. */
  isReady = false;
  isUnstable = false;
  /** Why it ends: nothing more is read or sent. The first reason wins. */
  ending: LeaveReason | null = null;
  /** That of a peer that said goodbye. */
  farewell = "";
  readonly drainRate = new DrainRate();
  receivedBytes = 0;
  receivedFrames = 0;
  /** Since the last poll. */
  #flushedMs = Number.NEGATIVE_INFINITY;
  #saidGoodbye = false;
  /** It said goodbye. */
  #hasLeft = false;
  readonly #owner: LinkOwner;
  readonly #reliableChannel: WebRTCDataChannel;
  readonly #unreliableChannel: WebRTCDataChannel;
  readonly #orderedChannel: WebRTCDataChannel;
  readonly #writeControl = (frame: Uint8Array, at: number): number =>
    this.heartbeat.write(frame, at, this.unreliable.sentFrames, this.inbox.window.receivedFrames, this.#owner.nowMs);

  constructor(owner: LinkOwner, id: number, info: PeerInfo) {
    this.id = id;
    this.info = info;
    this.#owner = owner;
    const [reliable, ordered, unreliable] = info.channels as [WebRTCDataChannel, WebRTCDataChannel, WebRTCDataChannel];
    this.#reliableChannel = reliable;
    this.#orderedChannel = ordered;
    this.#unreliableChannel = unreliable;
    const { clock, limits, lanes } = owner;
    this.reliable = new ReliableSender(reliable, lanes, limits, this.progress);
    this.unreliable = new UnreliableSender(unreliable, lanes, limits, this.progress);
    this.inbox = new Inbox(this, owner.reader, lanes.length, this.progress);
    this.heartbeat = new Heartbeat(clock);
    this.faults = new FaultRecord(clock);
    this.intake = new Intake(lanes.length, limits, clock.nowMs());
    this.calls = new IncomingCalls(id, owner);
    this.sentMessages = new Array<number>(lanes.length).fill(0);
    this.handshake = new Handshake(
      owner.hello,
      id,
      owner.check,
      clock.nowMs() + limits.handshakeMs,
      // It may be closing already: then the other side has had its say, and hears nothing more.
      (frame) => void (this.#canSend && reliable.putPacket(frame)),
      () => owner.notify(),
    );
  }

  get hasEnded(): boolean {
    return this.ending !== null;
  }

  /** The game knows of the peer, and the peer has not gone. */
  get isPresent(): boolean {
    return this.isReady && this.ending === null;
  }

  end(reason: LeaveReason): void {
    if (this.ending !== null) return;
    this.ending = reason;
    this.#reliableChannel.onBufferedAmountLow = null;
  }

  /** Whether it is heard again after a silence, and so has become stable. */
  comesBack(): boolean {
    const [reliable, unreliable] = [this.#reliableChannel, this.#unreliableChannel];
    const isBack = this.isUnstable && reliable.getAvailablePacketCount() + unreliable.getAvailablePacketCount() > 0;
    if (isBack) this.isUnstable = false;
    return isBack;
  }

  /** Reads what has come, as much as one poll may. */
  read(nowMs: number): void {
    this.intake.begin(nowMs);
    this.path.poll();
    const stopAtEntries = this.inbox.entries + MAX_MESSAGES_PER_POLL;
    const stopAtBytes = this.receivedBytes + MAX_BYTES_PER_POLL;
    const isWithin = (channel: WebRTCDataChannel): boolean => {
      if (this.hasEnded || channel.getAvailablePacketCount() === 0) return false;
      if (this.inbox.entries < stopAtEntries && this.receivedBytes < stopAtBytes) return true;
      this.#owner.notify();
      return false;
    };
    while (!this.#hasLeft && isWithin(this.#reliableChannel))
      this.#takeReliable(this.#heard(this.#reliableChannel, nowMs));
    while (isWithin(this.#unreliableChannel)) this.#takeUnreliable(this.#heard(this.#unreliableChannel, nowMs), nowMs);
    // Nobody's: but unread it would keep a peer that leaves from being gone.
    while (isWithin(this.#orderedChannel)) this.#heard(this.#orderedChannel, nowMs);
    if (this.#hasLeft) this.end(LeaveReason.LEFT);
  }

  /**
   * What time makes due, and what went wrong meanwhile. `isAwake`: what came has been heard, so that silence is the
   * peer's. True if it has become stable or unstable.
   */
  review(nowMs: number, isAwake: boolean): boolean {
    if (this.ending !== null) return false;
    const { limits } = this.#owner;
    if (!this.isReady) {
      this.handshake.poll(isAwake ? nowMs : Number.NEGATIVE_INFINITY);
      this.#noteReady();
      if (!this.isReady) return false;
    }
    if (this.reliable.isBroken) this.end(LeaveReason.SEND_FAILED);
    const silentMs = nowMs - this.heartbeat.heardMs;
    if (!isAwake && silentMs > 0) return false;
    if (silentMs >= limits.goneAfterMs) this.end(LeaveReason.SILENT);
    const isUnstable = silentMs >= limits.unstableAfterMs;
    if (isUnstable === this.isUnstable || this.ending !== null) return false;
    this.isUnstable = isUnstable;
    return true;
  }

  /** Sends what waits. */
  flush(nowMs: number): void {
    if (!this.isPresent || !this.#canSend) return;
    this.#flushedMs = nowMs;
    this.drainRate.begin(nowMs, this.#sentBytes);
    this.#flushUnreliable(nowMs, this.heartbeat.isDue(nowMs));
    this.reliable.pump();
  }

  /** Sends what is the session's own, and cannot wait for the game's next flush. */
  flushControl(nowMs: number): void {
    if (!this.isPresent || !this.#canSend) return;
    if (this.drainRate.isDue(nowMs)) {
      this.drainRate.sample(nowMs, this.#sentBytes, this.bufferedBytes);
    }
    const afterBytes = Math.min(ACKNOWLEDGE_AFTER_BYTES, this.#owner.limits.bulkCreditBytes >> 2);
    const { untoldFrames, untoldBytes } = this.progress;
    const isUrgent = untoldFrames >= ACKNOWLEDGE_AFTER_FRAMES || untoldBytes >= afterBytes;
    const waitsForFlush = nowMs - this.#flushedMs < FLUSH_FOLLOWS_MS;
    this.#flushedMs = Number.NEGATIVE_INFINITY;
    if (isUrgent || (!waitsForFlush && this.heartbeat.isDue(nowMs))) this.#flushUnreliable(nowMs, true);
    // Acknowledgements that have just been read may have given room to bulk.
    this.reliable.pump();
  }

  /** As `flush`, whatever the bounds: the connection is about to be closed, which delivers what it has. */
  flushLast(nowMs: number): void {
    if (this.isPresent) this.#flushUnreliable(nowMs, false);
  }

  /** Nothing may be sent after it. `afterAll`: what waits goes before it, whatever the bounds; else it is given up. */
  sayGoodbye(words: string, afterAll: boolean): void {
    if (!this.isReady || this.#saidGoodbye || this.ending === LeaveReason.LEFT || !this.#canSend) return;
    this.#saidGoodbye = true;
    this.reliable.finish(words.slice(0, MAX_WORDS_LENGTH), afterAll);
  }

  onEntry(type: number, reader: ByteReader, place: number): Fault | null {
    if (type >= FIRST_MESSAGE_TYPE) return this.#owner.onMessage(this, type, reader, place);
    // Pings and pongs belong into unreliable frames, what else there is into reliable ones.
    if (place < 0 === (type === EntryType.PING || type === EntryType.PONG)) return Fault.MALFORMED;
    switch (type) {
      case EntryType.PING:
        return this.heartbeat.takePing(reader);
      case EntryType.PONG:
        return this.#takePong(reader);
      case EntryType.GOODBYE:
        return this.#takeGoodbye(reader);
      case EntryType.ANSWER:
        return this.#owner.calls.takeAnswer(this.id, reader);
      case EntryType.FAILURE:
        return this.#owner.calls.takeFailure(this.id, reader);
      case EntryType.CANCEL:
        return this.calls.takeCancel(reader);
      default:
        return Fault.MALFORMED;
    }
  }

  onFault(fault: Fault): void {
    this.faults.note(fault, this.intake.isHostDisputed);
    if (this.faults.last !== null) this.end(this.faults.last);
  }

  onProgress(type: number, receivedBytes: number, totalBytes: number): void {
    this.#owner.onProgress(this, type, receivedBytes, totalBytes);
  }

  limitOf(type: number): number {
    return this.#owner.limitOf(type);
  }

  /** False from when the other side began to close. */
  get #canSend(): boolean {
    return isOpen(this.#reliableChannel);
  }

  /** Given to the browser and not sent yet. Unit: bytes. */
  get bufferedBytes(): number {
    return this.reliable.bufferedBytes + this.unreliable.bufferedBytes;
  }

  get #sentBytes(): number {
    return this.reliable.sentBytes + this.unreliable.sentBytes;
  }

  #heard(channel: WebRTCDataChannel, nowMs: number): Uint8Array {
    const bytes = channel.getPacket();
    this.heartbeat.heardMs = nowMs;
    if (this.isReady) this.#owner.tap?.(this.id, channel === this.#reliableChannel, bytes);
    this.receivedBytes += bytes.length;
    this.receivedFrames += 1;
    return bytes;
  }

  #takeReliable(bytes: Uint8Array): void {
    const kind = frameKind(bytes);
    if (!this.isReady) {
      this.handshake.take(kind, bytes);
      this.#noteReady();
    } else if (kind === FrameKind.REFUSE) {
      // It gave up waiting for what we had sent already.
      this.end(LeaveReason.CLOSED_BY_PEER);
    } else if (kind !== FrameKind.RELIABLE || !this.reliable.acknowledge(frameAcknowledgement(bytes))) {
      this.onFault(Fault.MALFORMED);
    } else {
      this.inbox.takeReliable(bytes);
    }
  }

  #takeUnreliable(bytes: Uint8Array, nowMs: number): void {
    // It may overtake the accept.
    if (!this.isReady) return;
    if (frameKind(bytes) !== FrameKind.UNRELIABLE || !this.reliable.acknowledge(frameAcknowledgement(bytes))) {
      this.onFault(Fault.MALFORMED);
    } else {
      this.inbox.takeUnreliable(bytes, nowMs);
    }
  }

  #noteReady(): void {
    if (this.isReady || !this.handshake.isReady) return;
    this.isReady = true;
    // It had nothing to say while our check took its time.
    this.heartbeat.heardMs = this.#owner.clock.nowMs();
    this.reliable.bulkCreditBytes = this.handshake.theirs?.creditBytes ?? 0;
    // Counted from here on, on both sides.
    this.receivedBytes = 0;
    this.receivedFrames = 0;
    this.#owner.onReady(this);
  }

  #takePong(reader: ByteReader): Fault | null {
    const pong = this.heartbeat.takePong(reader);
    if (typeof pong === "string" || pong === null) return pong;
    this.roundTrip.add(pong);
    this.#owner.onPong(this, pong);
    return null;
  }

  #takeGoodbye(reader: ByteReader): Fault | null {
    this.farewell = reader.text(reader.left).slice(0, MAX_WORDS_LENGTH);
    // What travelled beside it is still to be read.
    this.#hasLeft = true;
    return null;
  }

  #flushUnreliable(nowMs: number, always: boolean): void {
    if (!isOpen(this.#unreliableChannel)) return;
    const before = this.unreliable.sentFrames;
    this.unreliable.flush(this.heartbeat.isDue(nowMs) ? this.#writeControl : null, always);
    if (this.unreliable.sentFrames !== before) this.heartbeat.noteSent(nowMs);
  }
}

function isOpen(channel: WebRTCDataChannel): boolean {
  return channel.getReadyState() === ChannelState.OPEN;
}
