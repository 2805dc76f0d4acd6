import type { Clock } from "../../base/clock.ts";
import { diagnose, shown } from "../../base/diagnostics.ts";
import type { ByteReader } from "../../codec/byte-reader.ts";
import type { RepairStep } from "../../multiplayer/companion.ts";
import { Allowances } from "../allowances.ts";
import { type Answering, IncomingCalls } from "../calls/incoming-calls.ts";
import type { OutgoingCalls } from "../calls/outgoing-calls.ts";
import { Fault } from "../incoming/fault.ts";
import { FaultRecord } from "../incoming/fault-record.ts";
import { Inbox, type Receiver } from "../incoming/inbox.ts";
import { BURST_MS, Intake } from "../incoming/intake.ts";
import { LeaveReason } from "../leave-reason.ts";
import {
  ACKNOWLEDGE_AFTER_BYTES,
  ACKNOWLEDGE_AFTER_FRAMES,
  FIRST_MESSAGE_TYPE,
  FLUSH_FOLLOWS_MS,
  MAX_BYTES_PER_POLL,
  MAX_MESSAGES_PER_POLL,
  MAX_WORDS_LENGTH,
} from "../limits.ts";
import type { Lane } from "../messages/lane.ts";
import type { TableEntry } from "../messages/table-entry.ts";
import { DrainRate } from "../outgoing/drain-rate.ts";
import { Progress } from "../outgoing/progress.ts";
import { ReliableSender } from "../outgoing/reliable-sender.ts";
import { UnreliableSender } from "../outgoing/unreliable-sender.ts";
import * as EntryType from "../wire/entry-type.ts";
import { frameAcknowledgement, frameKind } from "../wire/frame.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import { type Hello, type Refusal, RefusalCode } from "../wire/hello.ts";
import type { Carrier, LinkChannel } from "./carrier.ts";
import { Heartbeat, type Pong, type SentFrames } from "./heartbeat.ts";
import { RoundTrip } from "./round-trip.ts";
import { isOpen, Transport, type TransportOwner } from "./transport.ts";
import type { Underlay } from "./underlay.ts";

/** Told of each packet before it is taken apart. It must not change or keep the bytes. */
export type PacketTap = (from: number, isReliable: boolean, bytes: Uint8Array) => void;

/** What a link needs of the session that it belongs to. */
export interface LinkOwner extends Answering, TransportOwner {
  readonly clock: Clock;
  readonly lanes: readonly Lane[];
  /** One for all links: they read in turn. */
  readonly reader: ByteReader;
  readonly calls: OutgoingCalls;
  /** Hears each packet that is read. */
  readonly tap: PacketTap | null;
  /** The shared clock's time. Unit: ms. */
  readonly nowMs: number;
  /** Messages travel from now on. */
  onReady(link: SessionLink): void;
  /** Messages travel again, after a silence. */
  onResumed(link: SessionLink): void;
  readonly underlay: Underlay;
  /** A frame of a star, on a connection. False if it is none. */
  onStarFrame(link: SessionLink, kind: number, isReliable: boolean, bytes: Uint8Array): boolean;
  /** A message. Gives back what is wrong with it. */
  onMessage(link: SessionLink, type: number, reader: ByteReader, place: number): Fault | null;
  onProgress(link: SessionLink, type: number, receivedBytes: number, totalBytes: number): void;
  onPong(link: SessionLink, pong: Pong): void;
  /** The most bytes of a message; 0 if it cannot come in parts. */
  limitOf(type: number): number;
  /** Of a message; `undefined` for what is none. */
  nameOf(type: number): string | undefined;
}

/**
 * What a session knows of one peer, and how it speaks with it, from its first `peerConnected` on. It outlives its connection: another one
 * to the same session of that peer goes on where the last one ended.
 */
export class SessionLink implements Receiver {
  readonly id: number;
  readonly progress = new Progress();
  readonly reliable: ReliableSender;
  readonly unreliable: UnreliableSender;
  readonly inbox: Inbox;
  readonly heartbeat: Heartbeat;
  readonly faults: FaultRecord;
  readonly roundTrip = new RoundTrip();
  readonly intake: Intake;
  readonly calls: IncomingCalls;
  readonly #sendable = new Allowances();
  /** `null` between two connections. */
  transport: Transport | null;
  /** What the peer said first; `null` until both sides are ready, or a connection was lost on which this side had accepted it. */
  theirs: Hello | null = null;
  /** When its last connection was lost, by the session's `AwakeTime`. Unit: ms. */
  #lostMs = 0;
  /** Connections after the first by which this went on. */
  resumes = 0;
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
  /** Of a star, what it sent for others: frames that went on to them, and those that were dropped. */
  forwardedFrames = 0;
  droppedFrames = 0;
  /** What was put on its connection for others, as a hub. */
  #forwardedBytes = 0;
  receivedBytes = 0;
  receivedFrames = 0;
  /** When the last byte was heard, by the session's `AwakeTime`; counts from when it is ready. Unit: ms. */
  #heardMs = 0;
  /** Since the last poll. */
  #flushedMs = Number.NEGATIVE_INFINITY;
  #saidGoodbye = false;
  /** It said goodbye. */
  #hasLeft = false;
  readonly #owner: LinkOwner;
  /** What was asked for last, to mend the present connection. */
  #asked: RepairStep = "none";
  readonly #writeControl = (frame: Uint8Array, at: number): number =>
    this.heartbeat.write(frame, at, this.#sentFrames, this.inbox.window.receivedFrames, this.#owner.nowMs);

  constructor(owner: LinkOwner, id: number, transport: Transport) {
    this.id = id;
    this.transport = transport;
    this.#owner = owner;
    const { clock, limits, lanes } = owner;
    this.reliable = new ReliableSender(lanes, limits, this.progress, this.drainRate);
    this.unreliable = new UnreliableSender(lanes, limits, this.progress);
    this.inbox = new Inbox(this, owner.reader, lanes.length, this.progress);
    this.heartbeat = new Heartbeat(clock);
    this.faults = new FaultRecord(clock);
    this.intake = new Intake(lanes.length, limits, clock.nowMs());
    this.calls = new IncomingCalls(id, owner);
    this.sentMessages = new Array<number>(lanes.length).fill(0);
  }

  /** How long nothing was heard of it, of the time that this game was there to hear it. Unit: ms. */
  get silentMs(): number {
    return this.#owner.time.nowMs - this.#heardMs;
  }

  /** Whether another connection can go on with what this one is about. */
  get outlivesConnection(): boolean {
    return this.ending === null && (this.theirs !== null || this.transport?.handshake.hasAccepted === true);
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
    if (this.transport !== null) this.transport.carrier.reliable.onBufferedAmountLow = null;
  }

  /** Why a peer that has not come will not. */
  get refusal(): (Refusal & { readonly by: "us" | "them" }) | null {
    return this.isReady ? null : (this.transport?.handshake.refusal ?? null);
  }

  /** It never came, and nothing was heard of why. */
  get isOverdue(): boolean {
    return !this.isReady && this.transport?.handshake.isOverdue === true;
  }

  /** Another session speaks in the peer's place, or the same one, which has forgotten this. */
  get isReplaced(): boolean {
    const { transport } = this;
    return this.isReady && transport?.isUp === false && transport.handshake.beginsAnew;
  }

  /** The connection is gone: what is reliable waits for the next. */
  suspend(): void {
    const handshake = this.transport?.handshake;
    // The other side may have heard so, and be ready.
    if (!this.isReady && handshake?.hasAccepted === true) this.theirs = handshake.theirs;
    this.#lostMs = this.#owner.time.nowMs;
    this.transport = null;
    this.reliable.detach();
    this.unreliable.detach();
  }

  /** Another connection. */
  resume(carrier: Carrier): void {
    this.suspend();
    const { theirs, reliable } = this;
    this.#asked = "none";
    const { receivedFrames } = this.progress;
    const canGoOnFrom = (frame: number): boolean => reliable.canGoOnFrom(frame);
    const point = theirs === null ? null : { theirs, receivedFrames, canGoOnFrom };
    this.transport = new Transport(this.#owner, this.id, carrier, point);
  }

  /** Whether it is heard again after a silence, and so has become stable. */
  comesBack(): boolean {
    if (!this.isUnstable || !this.isPresent || this.transport?.isUp !== true) return false;
    const { reliable, unreliable } = this.transport.carrier;
    this.isUnstable = reliable.getAvailablePacketCount() + unreliable.getAvailablePacketCount() === 0;
    return !this.isUnstable;
  }

  /** Whether one more message with a limit a second can be sent now. */
  hasAllowance(entry: TableEntry): boolean {
    return this.#sendable.has(entry, this.#owner.clock.nowMs(), BURST_MS);
  }

  /** Counts a message with a limit a second that is to be sent; false if there are too many of them now. */
  allows(entry: TableEntry): boolean {
    return this.#sendable.take(entry, this.#owner.clock.nowMs(), BURST_MS);
  }

  /** Reads what has come, as much as one poll may. */
  read(nowMs: number): void {
    this.intake.begin(nowMs);
    const { transport } = this;
    if (transport === null) return;
    transport.carrier.poll();
    const stopAtEntries = this.inbox.entries + MAX_MESSAGES_PER_POLL;
    const stopAtBytes = this.receivedBytes + MAX_BYTES_PER_POLL;
    const isWithin = (channel: LinkChannel): boolean => {
      if (this.hasEnded || channel.getAvailablePacketCount() === 0) return false;
      if (this.transport !== transport || this.isReplaced) return false;
      if (this.inbox.entries < stopAtEntries && this.receivedBytes < stopAtBytes) return true;
      this.#owner.notify();
      return false;
    };
    const { reliable, unreliable, ordered } = transport.carrier;
    while (!this.#hasLeft && isWithin(reliable)) this.#takeReliable(this.#heard(transport, reliable), transport);
    while (isWithin(unreliable)) this.#takeUnreliable(this.#heard(transport, unreliable), transport, nowMs);
    // Nobody's: but unread it would keep a peer that leaves from being gone.
    while (ordered !== null && isWithin(ordered)) this.#heard(transport, ordered);
    if (this.#hasLeft) this.end(LeaveReason.LEFT);
  }

  /** What time makes due, and what went wrong meanwhile. True if it has become stable or unstable. */
  review(): boolean {
    if (this.ending !== null) return false;
    const { limits, time } = this.#owner;
    const { isAwake, nowMs } = time;
    if (this.transport?.isUp === false) {
      this.transport.handshake.poll(isAwake ? nowMs : 0);
      this.#noteReady();
    }
    if (!this.isReady) {
      if (this.transport === null && nowMs - this.#lostMs >= limits.handshakeMs) this.end(LeaveReason.SILENT);
      return false;
    }
    this.#judgeTransport();
    const { silentMs } = this;
    if (!isAwake && silentMs > 0) return false;
    if (silentMs >= limits.goneAfterMs) this.end(LeaveReason.SILENT);
    this.#mend(nowMs, silentMs);
    const isUnstable = silentMs >= limits.unstableAfterMs;
    if (isUnstable === this.isUnstable || this.ending !== null) return false;
    this.isUnstable = isUnstable;
    return true;
  }

  /** Sends what waits. */
  flush(nowMs: number): void {
    if (!this.isPresent) return;
    if (!this.#canSend) return this.unreliable.shed();
    this.#flushedMs = nowMs;
    this.drainRate.begin(nowMs, this.#sentBytes);
    this.heartbeat.pingIntervalMs = this.reliable.window.pingIntervalMs;
    this.#flushUnreliable(nowMs, this.heartbeat.isDue(nowMs, this.unreliable.bufferedBytes > 0));
    this.reliable.pump();
  }

  /** Sends what is the session's own, and cannot wait for the game's next flush. */
  flushControl(nowMs: number): void {
    if (!this.isPresent || !this.#canSend) return;
    if (this.drainRate.isDue(nowMs)) {
      this.drainRate.sample(nowMs, this.#sentBytes, this.bufferedBytes, this.reliable.window.isFull);
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
    if (this.isPresent && this.#canSend) this.#flushUnreliable(nowMs, false);
  }

  /** Nothing may be sent after it. `afterAll`: what waits goes before it, whatever the bounds; else it is given up. */
  sayGoodbye(words: string, afterAll: boolean): void {
    if (this.#saidGoodbye || this.ending === LeaveReason.LEFT || !this.#canSend) return;
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

  onFault(fault: Fault, type = 0): void {
    const { faults, intake } = this;
    const name = this.#owner.nameOf(type);
    if (faults.note(fault, intake.isHostDisputed, name)) {
      const what = name === undefined ? fault : `${fault} ${shown(name)}`;
      diagnose(`dropped what peer ${this.id} sent: ${what}${intake.details}`);
    }
    intake.details = "";
    if (faults.last !== null) this.end(faults.last);
  }

  onProgress(type: number, receivedBytes: number, totalBytes: number): void {
    this.#owner.onProgress(this, type, receivedBytes, totalBytes);
  }

  limitOf(type: number): number {
    return this.#owner.limitOf(type);
  }

  get #canSend(): boolean {
    return this.transport?.canSend === true;
  }

  noteForwarded(nowMs: number, bytes: number): void {
    this.drainRate.begin(nowMs, this.#sentBytes);
    this.#forwardedBytes += bytes;
  }

  /** Given to the browser and not sent yet. Unit: bytes. */
  get bufferedBytes(): number {
    return this.reliable.bufferedBytes + this.unreliable.bufferedBytes;
  }

  get #sentFrames(): SentFrames {
    return { unreliable: this.unreliable.sentFrames, reliable: this.reliable.givenFrames };
  }

  get #sentBytes(): number {
    return this.reliable.sentBytes + this.unreliable.sentBytes + this.#forwardedBytes;
  }

  #heard({ isUp, carrier }: Transport, channel: LinkChannel): Uint8Array {
    const bytes = channel.getPacket();
    if (isUp) {
      this.#heardMs = this.#owner.time.nowMs;
      // What is in frames of a star is heard where it belongs.
      if (!isOfStar(bytes)) this.#owner.tap?.(this.id, channel === carrier.reliable, bytes);
    }
    this.receivedBytes += bytes.length;
    this.receivedFrames += 1;
    return bytes;
  }

  #takeReliable(bytes: Uint8Array, { isUp, handshake, carrier }: Transport): void {
    const kind = frameKind(bytes);
    if (!isUp) {
      handshake.take(kind, bytes);
      // A silence ends with the words that go on, and not with whatever else comes.
      if (handshake.goesOnFrom !== null) this.#heardMs = this.#owner.time.nowMs;
      this.#noteReady();
    } else if (kind === FrameKind.REFUSE) {
      // It gave up waiting for what we had sent already; to go on, it will have another connection.
      if (this.resumes === 0) this.end(LeaveReason.CLOSED_BY_PEER);
    } else if (carrier.via === 0 && kind >= FrameKind.FORWARD) {
      this.#takeOfStar(kind, true, bytes);
    } else if (kind !== FrameKind.RELIABLE || !this.reliable.acknowledge(frameAcknowledgement(bytes))) {
      this.onFault(Fault.MALFORMED);
    } else {
      this.inbox.takeReliable(bytes);
    }
  }

  #takeUnreliable(bytes: Uint8Array, { isUp, carrier }: Transport, nowMs: number): void {
    // It may overtake the accept.
    if (!isUp) return;
    const kind = frameKind(bytes);
    if (carrier.via === 0 && kind >= FrameKind.FORWARD) {
      this.#takeOfStar(kind, false, bytes);
    } else if (kind !== FrameKind.UNRELIABLE || !this.reliable.acknowledge(frameAcknowledgement(bytes))) {
      this.onFault(Fault.MALFORMED);
    } else {
      this.inbox.takeUnreliable(bytes, nowMs);
    }
  }

  #takeOfStar(kind: number, isReliable: boolean, bytes: Uint8Array): void {
    // Small ones cost as much as a message does.
    this.inbox.entries += 1;
    if (!this.#owner.onStarFrame(this, kind, isReliable, bytes)) this.onFault(Fault.MALFORMED);
  }

  #noteReady(): void {
    const { transport } = this;
    if (transport === null || transport.isUp || !transport.handshake.isReady || this.isReplaced) return;
    transport.isUp = true;
    const { theirs, goesOnFrom } = transport.handshake;
    // It had nothing to say while our check took its time.
    this.#heardMs = this.#owner.time.nowMs;
    this.reliable.bulkCreditBytes = theirs?.creditBytes ?? 0;
    this.reliable.attach(transport.carrier.reliable);
    this.unreliable.attach(transport.carrier.unreliable);
    this.drainRate.reset();
    if (this.isReady) {
      this.reliable.acknowledge(goesOnFrom as number);
      this.resumes += 1;
      const wasUnstable = this.isUnstable;
      this.isUnstable = false;
      if (wasUnstable) this.#owner.onResumed(this);
      return;
    }
    this.isReady = true;
    this.theirs = theirs;
    this.#owner.underlay.welcome(this.id);
    // Counted from here on, on both sides.
    this.receivedBytes = 0;
    this.receivedFrames = 0;
    this.#owner.onReady(this);
  }

  /** Whether the present connection is of use to a peer that is here. */
  #judgeTransport(): void {
    const { transport, reliable } = this;
    const refusal = transport?.isUp === false ? transport.handshake.refusal : null;
    if (refusal !== null && refusal.code !== RefusalCode.NO_HANDSHAKE) {
      this.farewell = refusal.reason;
      this.end(LeaveReason.REFUSED);
    } else if (transport !== null && (refusal !== null || reliable.isBroken)) {
      this.suspend();
      transport.carrier.abandon();
    }
  }

  /** Asks for a better connection, step by step, as long as nothing is heard by this one. */
  #mend(nowMs: number, silentMs: number): void {
    if (this.transport === null) return;
    const { unstableAfterMs, replaceAfterMs } = this.#owner.limits;
    const quietMs = Math.min(silentMs, nowMs - this.transport.sinceMs);
    const step = quietMs >= replaceAfterMs ? "replace" : quietMs >= unstableAfterMs ? "restart" : "none";
    if (step === this.#asked) return;
    this.#asked = step;
    this.transport.carrier.repair(step);
  }

  #takePong(reader: ByteReader): Fault | null {
    const pong = this.heartbeat.takePong(reader);
    if (typeof pong === "string" || pong === null) return pong;
    this.roundTrip.add(pong);
    const isLate = this.reliable.acknowledgedFrames < pong.reliableFrames;
    this.reliable.window.onRoundTrip(pong.roundTripMs, isLate, this.#owner.clock.nowMs());
    if (!pong.isExtra) this.#owner.onPong(this, pong);
    return null;
  }

  #takeGoodbye(reader: ByteReader): Fault | null {
    this.farewell = reader.text(reader.left).slice(0, MAX_WORDS_LENGTH);
    // What travelled beside it is still to be read.
    this.#hasLeft = true;
    return null;
  }

  #flushUnreliable(nowMs: number, always: boolean): void {
    if (this.transport === null || !isOpen(this.transport.carrier.unreliable)) return;
    const before = this.unreliable.sentFrames;
    this.unreliable.flush(this.heartbeat.isDue(nowMs) ? this.#writeControl : null, always);
    if (this.unreliable.sentFrames !== before) this.heartbeat.noteSent(nowMs);
  }
}

function isOfStar(bytes: Uint8Array): boolean {
  return frameKind(bytes) >= FrameKind.FORWARD;
}
