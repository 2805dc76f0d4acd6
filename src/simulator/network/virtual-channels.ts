import { Ring } from "../../base/ring.ts";
import type { ChannelOptions } from "../../seam/connection-backend.ts";
import type { Scheduled } from "./schedule.ts";
import { Association } from "./sctp/association.ts";
import type { AssociationHost, MessageKind, SctpPacket } from "./sctp/association-host.ts";
import type { DeviceSurroundings } from "./surroundings.ts";
import { type ChannelHost, VirtualChannel } from "./virtual-channel.ts";

/** What the channels of a connection need of it. */
export interface ChannelsHost {
  transmit(packet: SctpPacket, bytes: number): void;
  /** The far side made a channel in band. */
  received(channel: VirtualChannel): void;
  /** The last channel that was not closed is. */
  allClosed(): void;
}

/** What is said about a channel made in band, ahead of its first message: the DATA_CHANNEL_OPEN of RFC 8832. */
interface Announcement {
  readonly label: string;
  readonly options: ChannelOptions;
}

/** Its length but for label and protocol. Unit: bytes. */
const ANNOUNCEMENT_BYTES = 12;

/** All channels of one connection's end, and the SCTP association that carries them. */
export class VirtualChannels implements AssociationHost, ChannelHost {
  readonly #device: DeviceSurroundings;
  readonly #host: ChannelsHost;
  readonly #association: Association;
  readonly #all = new Set<VirtualChannel>();
  readonly #byId = new Map<number, VirtualChannel>();
  /** Of those, the one that was asked for last: mostly it is asked for again. */
  #latest: VirtualChannel | null = null;
  readonly #timer: Scheduled = { fire: () => this.#onTimer() };
  /** Channels whose waiting bytes may have changed since that was last told. */
  readonly #changed = new Ring<VirtualChannel>();
  /** The last of them; `null` once it is being told. */
  #lastChanged: VirtualChannel | null = null;
  #isOpen = false;
  #hasEnded = false;
  #offers = false;

  constructor(device: DeviceSurroundings, host: ChannelsHost) {
    this.#device = device;
    this.#host = host;
    this.#association = new Association(this);
  }

  get nowUs(): number {
    return this.#device.network.schedule.nowUs;
  }

  create(label: string, options: ChannelOptions): VirtualChannel {
    if (this.#hasEnded) throw new Error("the connection is closed");
    if (options.id !== null && this.#byId.has(options.id)) throw new Error(`channel id ${options.id} is taken`);
    const channel = new VirtualChannel(label, options, this);
    this.#all.add(channel);
    if (options.id !== null) this.#byId.set(options.id, channel);
    return channel;
  }

  /** The path is there. `offers`: whether this end made the offer, which decides whose ids are odd. */
  open(offers: boolean): void {
    this.#isOpen = true;
    this.#offers = offers;
    for (const channel of [...this.#all]) {
      if (channel.facts.id === null) this.#announce(channel);
      else this.#association.openStream(channel.facts.id, channel.options);
      this.#tellOpen(channel);
    }
  }

  receive(packet: SctpPacket): void {
    if (!this.#hasEnded) this.#association.receive(packet);
  }

  /** Begins to close every channel. False if there is none that has to be waited for. */
  closeAll(): boolean {
    for (const channel of [...this.#all]) {
      channel.observer = null;
      channel.close();
    }
    return this.#isOpen && !this.#hasEnded && this.#all.size > 0;
  }

  /** The far end is gone: nothing more can come or go. */
  abandon(): void {
    if (this.#hasEnded) return;
    this.end();
    for (const channel of [...this.#all]) this.#closed(channel);
  }

  end(): void {
    this.#hasEnded = true;
    this.#association.end();
  }

  // What a channel asks.

  send(channel: VirtualChannel, kind: MessageKind, payload: Uint8Array<ArrayBuffer> | string, bytes: number): void {
    this.#association.send(channel.facts.id as number, kind, payload, bytes);
    this.#noteChange(channel);
  }

  close(channel: VirtualChannel): void {
    const wasOpen = this.#isOpen && channel.phase === "open";
    channel.phase = "closing";
    if (wasOpen && !this.#hasEnded) this.#association.resetStream(channel.facts.id as number);
    else this.#device.soon(() => this.#closed(channel));
  }

  // What the association tells.

  transmit(packet: SctpPacket, bytes: number): void {
    this.#host.transmit(packet, bytes);
  }

  wakeAt(timeUs: number): void {
    this.#device.network.schedule.add(timeUs, this.#timer, null);
  }

  deliver(streamId: number, kind: MessageKind, payload: unknown): void {
    const channel = this.#find(streamId);
    if (kind === "open") {
      if (channel === undefined) this.#receiveChannel(streamId, payload as Announcement);
    } else if (channel !== undefined && kind !== "acknowledge") {
      this.#deliver(channel, payload as Uint8Array<ArrayBuffer> | string);
    }
  }

  drained(streamId: number): void {
    const channel = this.#find(streamId);
    if (channel !== undefined) this.#noteChange(channel);
  }

  streamReset(streamId: number): void {
    const channel = this.#byId.get(streamId);
    if (channel === undefined) return;
    if (channel.phase !== "closing") {
      channel.phase = "closing";
      this.#device.run(() => channel.observer?.onClosing());
      this.#association.resetStream(streamId);
    }
    channel.isResetByFar = true;
    if (channel.isResetHere) this.#closed(channel);
  }

  streamResetDone(streamId: number): void {
    const channel = this.#byId.get(streamId);
    if (channel === undefined) return;
    channel.isResetHere = true;
    if (channel.isResetByFar) this.#closed(channel);
  }

  #onTimer(): void {
    if (!this.#hasEnded) this.#association.onTimer();
  }

  #announce(channel: VirtualChannel): void {
    const { label, protocol } = channel.facts;
    const id = this.#freeId();
    channel.facts.id = id;
    this.#byId.set(id, channel);
    const announcement: Announcement = { label, options: { ...channel.options, id } };
    this.#association.openStream(id, channel.options);
    this.#association.send(id, "open", announcement, ANNOUNCEMENT_BYTES + label.length + protocol.length);
  }

  #find(id: number): VirtualChannel | undefined {
    if (this.#latest?.facts.id === id) return this.#latest;
    const channel = this.#byId.get(id);
    if (channel !== undefined) this.#latest = channel;
    return channel;
  }

  #freeId(): number {
    let id = this.#offers ? 1 : 0;
    while (this.#byId.has(id)) id += 2;
    return id;
  }

  #receiveChannel(id: number, { label, options }: Announcement): void {
    const channel = this.create(label, { ...options, id });
    this.#association.openStream(id, options);
    this.#association.send(id, "acknowledge", null, 1);
    this.#device.run(() => this.#host.received(channel));
    this.#tellOpen(channel);
  }

  #tellOpen(channel: VirtualChannel): void {
    this.#device.run(() => {
      if (channel.phase !== "connecting") return;
      channel.phase = "open";
      channel.observer?.onOpen();
    });
  }

  #deliver(channel: VirtualChannel, payload: Uint8Array<ArrayBuffer> | string): void {
    const { trace } = this.#device.network;
    const bytes = typeof payload === "string" ? payload.length : payload.byteLength;
    trace.note(this.nowUs, "deliver", this.#device.id, channel.facts.id as number, bytes);
    trace.mixPayload(payload);
    const message = typeof payload === "string" ? payload : payload.buffer;
    if (this.#device.runsAtOnce) {
      try {
        channel.observer?.onMessage(message);
      } catch (error) {
        this.#device.threw(error);
      }
    } else {
      this.#device.run(() => channel.observer?.onMessage(message));
    }
  }

  #closed(channel: VirtualChannel): void {
    if (!this.#all.delete(channel)) return;
    if (channel.facts.id !== null) this.#byId.delete(channel.facts.id);
    if (this.#latest === channel) this.#latest = null;
    channel.phase = "closed";
    this.#device.run(() => channel.observer?.onClosed());
    if (this.#all.size === 0) this.#host.allClosed();
  }

  #noteChange(channel: VirtualChannel): void {
    if (this.#lastChanged === channel) return;
    if (this.#lastChanged === null) this.#device.soon(this.#tellChanges);
    this.#lastChanged = channel;
    this.#changed.push(channel);
  }

  readonly #tellChanges = (): void => {
    this.#lastChanged = null;
    let left = this.#changed.length;
    try {
      while (left > 0) {
        left -= 1;
        this.#tellChange(this.#changed.shift() as VirtualChannel);
      }
    } finally {
      // One that threw keeps no other from being told.
      for (; left > 0; left--) this.#noteChange(this.#changed.shift() as VirtualChannel);
    }
  };

  #tellChange(channel: VirtualChannel): void {
    const { id } = channel.facts;
    const waiting = id === null || this.#hasEnded ? 0 : this.#association.bufferedBytes(id);
    if (channel.drainTo(waiting)) channel.observer?.onBufferedAmountLow();
  }
}
