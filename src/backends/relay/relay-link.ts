import { MAX_BUFFERED_BYTES } from "../../seam/bounds.ts";
import { type ChannelOptions, CLOSE_DEADLINE_MS } from "../../seam/connection-backend.ts";
import { MAX_RELAY_PACKET_BYTES, RELAY_WINDOW_BYTES, type RelayLine, type RelayPipe } from "../../seam/relay-pipe.ts";
import { ACKNOWLEDGED_BYTES, MAX_CHANNELS, MAX_FAULTS, MAX_NAMES_BYTES, RELIABLE_WINDOW_BYTES } from "./limits.ts";
import {
  acknowledgedBytes,
  acknowledgement,
  HEADER_BYTES,
  openPayload,
  PacketKind,
  packet,
  readOpenPayload,
} from "./packet.ts";
import { RelayChannel, type RelayChannelOwner } from "./relay-channel.ts";

/** What a link tells. Called at any time, but never from inside a call of the link's. */
export interface RelayLinkObserver {
  /** Both sides are there: notes can be sent, and channels after `start`. */
  onLineOpen(): void;
  onNote(payload: Uint8Array): void;
  /** The far side made a channel. */
  onChannel(channel: RelayChannel): void;
  /** It is over. `fault`: why, in words; `null` if the far side closed, and nothing is missing. Its channels close right after. */
  onDown(fault: string | null): void;
}

/** Channels over one line of a relay pipe. */
export class RelayLink implements RelayChannelOwner {
  partialBytes = 0;
  /** `null` once this is closed: nothing is told from then on. */
  #observer: RelayLinkObserver | null;
  readonly #channels = new Set<RelayChannel>();
  /** By number, from `start` on. */
  readonly #numbered = new Map<number, RelayChannel>();
  #line: RelayLine | null = null;
  #isOpen = false;
  #hasStarted = false;
  #isDown = false;
  /** Whether the numbers of this side's own channels are even: the far side's are odd. */
  #isEven = false;
  /** Modulo 2³², as what is acknowledged. */
  #sentBytes = 0;
  #acknowledgedBytes = 0;
  #receivedBytes = 0;
  #unacknowledgedBytes = 0;
  #faults = 0;
  /** While this is closing, and something still waits. */
  #deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(observer: RelayLinkObserver) {
    this.#observer = observer;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Makes a channel, before `start`. Throws in words. */
  createChannel(label: string, options: ChannelOptions): RelayChannel {
    if (this.#observer === null) throw new Error("the connection is closed");
    const { id, protocol } = options;
    for (const { facts } of this.#channels) if (id !== null && facts.id === id) throw new Error(`id ${id} is taken`);
    const bytes = new TextEncoder().encode(label + protocol).length;
    if (bytes > MAX_NAMES_BYTES) {
      throw new Error(`label and protocol have ${bytes} bytes, a relayed channel has ${MAX_NAMES_BYTES} at most`);
    }
    const channel = new RelayChannel(label, options, this);
    this.#channels.add(channel);
    return channel;
  }

  /** Opens the line. Its name is of both sides' making. */
  connect(pipe: RelayPipe, peerId: number, name: string): void {
    if (this.#observer === null) return;
    this.#line = pipe.open(peerId, name, {
      onOpen: () => {
        this.#isOpen = true;
        this.#observer?.onLineOpen();
      },
      onPacket: (bytes) => this.#take(bytes),
      onDrain: () => {},
      onDown: (reason) => this.#goDown(reason),
    });
  }

  /** From here on the channels carry messages. `isFirst`: on one of the two sides. */
  start(isFirst: boolean): void {
    if (this.#hasStarted || this.#isDown || this.#observer === null) return;
    this.#hasStarted = true;
    this.#isEven = isFirst;
    for (const channel of this.#channels) {
      if (channel.facts.id === null) continue;
      this.#numbered.set(channel.number, channel);
    }
    let number = isFirst ? 0 : 1;
    for (const channel of this.#channels) {
      if (channel.facts.id !== null) continue;
      while (this.#numbered.has(number)) number += 2;
      channel.facts.id = number;
      this.#numbered.set(number, channel);
    }
    for (const channel of [...this.#channels]) {
      if (this.#observer === null) return;
      const { label, negotiated } = channel.facts;
      channel.open(negotiated ? null : openPayload(new TextEncoder().encode(label), channel.facts));
      this.#letGo(channel);
    }
  }

  /** Something to say beside the channels, in 64 kB at most. Only once the line is open. */
  sendNote(payload: Uint8Array): void {
    this.#say(packet(PacketKind.NOTE, 0, payload));
  }

  /** Lets go of a channel, without a word to either side. */
  drop(channel: RelayChannel): void {
    channel.observer = null;
    channel.onMark = channel.onMarked = channel.onProgress = null;
    channel.end();
    this.#letGo(channel);
  }

  /** Sends what was given to open channels, then closes; nothing is told from here on. */
  close(): void {
    if (this.#observer === null) return;
    this.#observer = null;
    for (const channel of this.#channels) {
      channel.observer = null;
      channel.onMark = channel.onMarked = channel.onProgress = null;
      channel.close();
    }
    this.#endIfDone();
    if (!this.#isDown) this.#deadline = setTimeout(() => this.#end(), CLOSE_DEADLINE_MS);
  }

  hasRoomFor(bytes: number): boolean {
    return this.#underWay + HEADER_BYTES + bytes <= RELAY_WINDOW_BYTES;
  }

  pump(): void {
    if (!this.#hasStarted || this.#isDown) return;
    for (const channel of this.#channels) {
      if (!channel.hasOutgoing || !this.#sendNext(channel)) continue;
      // To the end of the queue: its next turn comes after everybody else's, in this round too.
      this.#channels.delete(channel);
      this.#channels.add(channel);
    }
  }

  get #underWay(): number {
    return (this.#sentBytes - this.#acknowledgedBytes) >>> 0;
  }

  /** Sends one packet of a channel, if there is room. */
  #sendNext(channel: RelayChannel): boolean {
    const bytes = HEADER_BYTES + channel.nextBytes;
    const window = channel.isReliable ? RELIABLE_WINDOW_BYTES : RELAY_WINDOW_BYTES;
    if (this.#underWay > 0 && this.#underWay + bytes > window) return false;
    const { kind, payload } = channel.takeOutgoing();
    this.#sentBytes = (this.#sentBytes + bytes) >>> 0;
    this.#say(packet(kind, channel.number, payload));
    return true;
  }

  #say(bytes: Uint8Array): void {
    if (this.#isOpen && !this.#isDown) this.#line?.send(bytes);
  }

  #take(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isDown) return;
    if (bytes.length < HEADER_BYTES || bytes.length > MAX_RELAY_PACKET_BYTES) return this.#note();
    const kind = bytes[0] as PacketKind;
    const number = (bytes[1] as number) | ((bytes[2] as number) << 8);
    const payload = bytes.subarray(HEADER_BYTES);
    switch (kind) {
      case PacketKind.ACKNOWLEDGE:
        return this.#acknowledged(payload);
      case PacketKind.NOTE:
        return this.#observer?.onNote(payload);
      case PacketKind.BYE:
        return this.#goDown(null);
      case PacketKind.CLOSED:
        return this.#closed(number);
      case PacketKind.MARKED:
        return this.#numbered.get(number)?.onMarked?.();
      default:
        this.#count(bytes.length);
        this.#takeOfChannel(kind, number, payload);
    }
  }

  #takeOfChannel(kind: PacketKind, number: number, payload: Uint8Array<ArrayBuffer>): void {
    const channel = this.#numbered.get(number);
    if (kind === PacketKind.OPEN) {
      if (channel !== undefined || !this.#receive(number, payload)) this.#note();
      return;
    }
    // It may have closed here while this was under way.
    if (kind === PacketKind.CLOSE) this.#say(packet(PacketKind.CLOSED, number));
    // Late, for one that was let go of: nobody's fault.
    if (channel === undefined) return;
    switch (kind) {
      case PacketKind.PART:
      case PacketKind.BINARY:
      case PacketKind.TEXT:
        if (!channel.take(kind, payload)) this.#note();
        if (this.partialBytes > MAX_BUFFERED_BYTES) this.#goDown("too many messages are under way");
        break;
      case PacketKind.CLOSE:
        channel.end();
        this.#letGo(channel);
        break;
      case PacketKind.MARK:
        this.#say(packet(PacketKind.MARKED, number));
        channel.onMark?.();
        break;
      default:
        this.#note();
    }
  }

  #receive(number: number, payload: Uint8Array): boolean {
    const isTheirs = (number % 2 === 0) !== this.#isEven;
    const made = isTheirs && this.#hasStarted ? readOpenPayload(payload, number) : null;
    if (made === null || this.#channels.size >= MAX_CHANNELS) return false;
    // Closed behind our back, as far as this side is concerned.
    if (this.#observer === null) return true;
    const channel = new RelayChannel(made.label, made.options, this);
    this.#channels.add(channel);
    this.#numbered.set(number, channel);
    this.#observer.onChannel(channel);
    channel.open(null);
    return true;
  }

  #closed(number: number): void {
    const channel = this.#numbered.get(number);
    if (channel?.state !== "closing") return;
    channel.end();
    this.#letGo(channel);
    this.#endIfDone();
  }

  #acknowledged(payload: Uint8Array): void {
    const count = acknowledgedBytes(payload);
    if (count === null || (count - this.#acknowledgedBytes) >>> 0 > this.#underWay) return this.#note();
    this.#acknowledgedBytes = count;
    const before = [...this.#channels].map((channel) => [channel, channel.facts.bufferedAmount] as const);
    this.pump();
    for (const [channel, amount] of before) {
      if (channel.facts.bufferedAmount < amount) channel.tellProgress(amount);
    }
    this.#endIfDone();
  }

  /** Counts bytes that came on channels, and says so now and then. */
  #count(bytes: number): void {
    this.#receivedBytes = (this.#receivedBytes + bytes) >>> 0;
    this.#unacknowledgedBytes += bytes;
    if (this.#unacknowledgedBytes < ACKNOWLEDGED_BYTES) return;
    this.#unacknowledgedBytes = 0;
    this.#say(acknowledgement(this.#receivedBytes));
  }

  /** Something came that makes no sense. */
  #note(): void {
    this.#faults += 1;
    if (this.#faults === MAX_FAULTS) this.#goDown(`${MAX_FAULTS} packets made no sense`);
  }

  #goDown(fault: string | null): void {
    if (this.#isDown) return;
    const channels = [...this.#channels];
    const observer = this.#observer;
    this.#end();
    observer?.onDown(fault);
    for (const channel of channels) channel.end();
  }

  #letGo(channel: RelayChannel): void {
    if (channel.state !== "closed") return;
    channel.clear();
    this.#channels.delete(channel);
    if (channel.facts.id !== null) this.#numbered.delete(channel.number);
  }

  /** This is closed, and nothing waits any more. */
  #endIfDone(): void {
    if (this.#observer !== null || this.#isDown) return;
    const waits = this.#hasStarted && [...this.#channels].some((channel) => channel.hasOutgoing);
    if (waits) return;
    this.#say(packet(PacketKind.BYE, 0));
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#deadline);
    this.#isDown = true;
    this.#line?.close();
    this.#line = null;
    this.#channels.clear();
    this.#numbered.clear();
  }
}
