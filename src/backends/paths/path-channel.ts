import { MAX_BUFFERED_BYTES, MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import {
  type ChannelBackend,
  type ChannelObserver,
  type ChannelOptions,
  SendError,
} from "../../seam/connection-backend.ts";
import type { RelayChannel } from "../relay/relay-channel.ts";
import { type DirectTwin, heldBytes, type Told } from "./direct-twin.ts";
import { HELD_OVERHEAD_BYTES, UNCONFIRMED_BYTES } from "./limits.ts";
import { PathChannelFacts } from "./path-channel-facts.ts";

/** What a channel needs of the connection that it is part of. */
export interface PathChannelOwner {
  /** What waits to be told, over all channels, has become so many bytes more, or fewer. False, if it is too much now. */
  hold(bytes: number): boolean;
  /** The connection cannot go on: something reliable would be missing. */
  fail(): void;
  /** The channel has ended, or has moved. */
  changed(channel: PathChannel): void;
}

/**
 * One channel that has two ways: a twin on the direct one, and one on the relay. Each direction begins on either, and moves from the
 * relay to the direct way at most: the sender's mark is the last thing on the relay, and what came directly waits for it.
 */
export class PathChannel implements ChannelBackend {
  readonly facts: PathChannelFacts;
  observer: ChannelObserver | null = null;
  /** Whether the far side made it, in band. */
  readonly isReceived: boolean;
  readonly #owner: PathChannelOwner;
  readonly #isReliable: boolean;
  #state: "connecting" | "open" | "closing" | "closed" = "connecting";
  #direct: DirectTwin | null = null;
  #relay: RelayChannel | null = null;
  /** What sends. */
  #sends: "nothing" | "relay" | "direct" = "nothing";
  /** What is told of the direct way while it has to wait; `null` once that is told at once. */
  #held: Told[] | null = [];
  /** All that was relayed has come. */
  #isMarked = false;
  #heldBytes = 0;
  /** The far side has not confirmed yet that it has all that was relayed. */
  #isUnconfirmed = false;
  #unconfirmedBytes = 0;
  /** What is sent directly once that is confirmed. */
  readonly #kept: (Uint8Array | string)[] = [];
  #keptBytes = 0;
  /** Whether more waited than the threshold when somebody last looked. */
  #wasHigh = false;

  constructor(label: string, options: ChannelOptions, owner: PathChannelOwner, isReceived: boolean) {
    this.#owner = owner;
    this.isReceived = isReceived;
    this.facts = new PathChannelFacts(
      label,
      options,
      () => this.#waitingBytes,
      (bytes) => {
        for (const twin of [this.#direct?.backend, this.#relay])
          if (twin) twin.facts.bufferedAmountLowThreshold = bytes;
      },
    );
    this.#isReliable = options.maxPacketLifeTime === null && options.maxRetransmits === null;
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  /** Whether it is to have a twin on a way that is made now. */
  get isWanted(): boolean {
    return this.#state === "connecting" || this.#state === "open";
  }

  get relay(): RelayChannel | null {
    return this.#relay;
  }

  get direct(): DirectTwin | null {
    return this.#direct;
  }

  get sendsDirectly(): boolean {
    return this.#sends === "direct";
  }

  /** Whether something came, or went, by the direct way that cannot be taken back. */
  get usesDirect(): boolean {
    return this.#sends === "direct" || this.#held === null || this.#isMarked;
  }

  /** Nothing of this channel needs the relay any more. */
  get hasMoved(): boolean {
    return this.isClosed || (this.#sends === "direct" && !this.#isUnconfirmed && this.#held === null);
  }

  /** Gives it a twin on the direct way. */
  setDirect(twin: DirectTwin): void {
    this.#direct = twin;
    twin.backend.facts.bufferedAmountLowThreshold = this.facts.bufferedAmountLowThreshold;
    twin.listen((told) => this.#hearDirect(told));
    if (this.#isMarked) this.#hearDirectly();
  }

  /** The direct way is given up before anything depends on it. */
  dropDirect(): void {
    this.#direct?.release();
    this.#direct = null;
    if (this.#held === null) return;
    this.#held = [];
    this.#releaseHeld();
    if (this.#state === "closing" && this.#relay === null) this.#ended();
  }

  /** Gives it a twin on the relay. */
  setRelay(relay: RelayChannel): void {
    this.#relay = relay;
    relay.facts.bufferedAmountLowThreshold = this.facts.bufferedAmountLowThreshold;
    relay.observer = {
      onOpen: () => this.#openBy("relay"),
      onMessage: (data) => this.#tell({ data }),
      onClosing: () => {},
      onClosed: () => this.#closedByRelay(),
      onBufferedAmountLow: () => {},
    };
    relay.onProgress = () => this.#lookWhetherLow();
    relay.onMark = () => this.#marked();
    relay.onMarked = () => this.#confirmed();
  }

  /** The relay is given up before anything depends on it, or when nothing does any more. */
  dropRelay(): void {
    if (this.#relay !== null) {
      this.#relay.observer = null;
      this.#relay.onMark = this.#relay.onMarked = this.#relay.onProgress = null;
    }
    this.#relay = null;
  }

  /** The direct way carries from the beginning: what it told is told now. */
  beginDirect(): void {
    this.#hearDirectly();
  }

  /** From now on it sends by the direct way, if that is open. */
  move(): void {
    if (this.#sends !== "relay" || this.#state !== "open" || this.#direct?.isOpen !== true) return;
    this.#sends = "direct";
    this.#isUnconfirmed = true;
    this.#relay?.mark();
  }

  send(data: Uint8Array | string): void {
    if (this.#state !== "open") throw new SendError("not-open", `the channel is ${this.#state}`);
    if (this.#sends === "relay") this.#relay?.send(data);
    else if (!this.#isUnconfirmed) this.#direct?.backend.send(data);
    else this.#sendUnconfirmed(data);
    this.#noteHigh();
  }

  close(): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#sendKept();
    this.#state = "closing";
    // What sends closes. Before there is any, that is whatever there will be.
    if (this.#sends !== "relay") this.#direct?.backend.close();
    if (this.#sends !== "direct") this.#relay?.close();
  }

  /** The connection closes: its ways close the channels. Nothing is told any more. */
  leave(): void {
    this.observer = null;
    this.#sendKept();
    this.#state = "closed";
  }

  get #waitingBytes(): number {
    const direct = this.#direct?.backend.facts.bufferedAmount ?? 0;
    return this.#keptBytes + direct + (this.#relay?.facts.bufferedAmount ?? 0);
  }

  #hearDirect(told: Told): void {
    if (told === "low") return this.#lookWhetherLow();
    // What was closed by this way alone has nothing to wait for, nor has readiness to send.
    if (told === "closed" && this.#state === "closing" && this.#sends !== "relay") this.#ended();
    else if (told === "open" && this.#sends === "relay") this.#owner.changed(this);
    else if (this.#held !== null) this.#hold(told);
    else if (told === "open") this.#openBy("direct");
    else if (told === "closed") this.#ended();
    else this.#tell(told);
  }

  #hold(told: Told): void {
    const bytes = heldBytes(told);
    if (!this.#owner.hold(bytes)) return;
    this.#held?.push(told);
    this.#heldBytes += bytes;
  }

  #releaseHeld(): void {
    this.#owner.hold(-this.#heldBytes);
    this.#heldBytes = 0;
  }

  /** What came directly is told, and from now on at once. */
  #hearDirectly(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#releaseHeld();
    for (const told of held) this.#hearDirect(told);
  }

  #marked(): void {
    if (this.#isMarked) return;
    this.#isMarked = true;
    // A channel of the far side's making may be told of later than by the relay.
    if (this.#direct !== null) this.#hearDirectly();
    else if (!this.isReceived) return this.#owner.fail();
    this.#owner.changed(this);
  }

  /** The far side has all that was relayed. */
  #confirmed(): void {
    if (!this.#isUnconfirmed) return;
    this.#isUnconfirmed = false;
    this.#sendKept();
    this.#owner.changed(this);
  }

  /** The far side may have closed the direct way already: then that is the channel's end, and nothing more can be sent. */
  #sendKept(): void {
    this.#keptBytes = 0;
    try {
      for (const data of this.#kept.splice(0)) this.#direct?.backend.send(data);
    } catch (error) {
      if (!(error instanceof SendError) || error.failure !== "not-open") throw error;
    }
  }

  #sendUnconfirmed(data: Uint8Array | string): void {
    const size = typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;
    if (size > MAX_MESSAGE_SIZE)
      throw new SendError("too-large", `${size} bytes, this pair carries ${MAX_MESSAGE_SIZE}`);
    const waiting = this.#waitingBytes;
    if (waiting + size > MAX_BUFFERED_BYTES) {
      throw new SendError("buffer-full", `the send buffer is full: ${waiting} bytes wait`);
    }
    const charged = size + HELD_OVERHEAD_BYTES;
    if (this.#kept.length === 0 && this.#unconfirmedBytes + charged <= UNCONFIRMED_BYTES) {
      this.#direct?.backend.send(data);
      this.#unconfirmedBytes += charged;
    } else if (this.#isReliable) {
      this.#kept.push(typeof data === "string" ? data : data.slice());
      this.#keptBytes += size;
    }
  }

  #openBy(way: "direct" | "relay"): void {
    if (this.#state !== "connecting") return;
    const twin = way === "relay" ? this.#relay : this.#direct?.backend;
    if (twin && this.facts.id === null) this.facts.id = twin.facts.id;
    this.#state = "open";
    this.#sends = way;
    this.observer?.onOpen();
    this.#owner.changed(this);
  }

  #closedByRelay(): void {
    // Once what comes directly counts, so does the direct way's end, but for what was closed here by the relay.
    const isOurs = this.#state === "closing" && this.#sends === "relay";
    if (!this.#isMarked || isOurs) this.#ended();
  }

  #ended(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    if (this.#held !== null) this.#held = [];
    this.#releaseHeld();
    this.observer?.onClosed();
    this.observer = null;
    this.#owner.changed(this);
  }

  #tell(told: Told): void {
    if (this.#state !== "open") return;
    if (told === "closing") this.observer?.onClosing();
    else if (typeof told === "object") this.observer?.onMessage(told.data);
  }

  #noteHigh(): void {
    if (!this.#wasHigh) this.#wasHigh = this.#waitingBytes > this.facts.bufferedAmountLowThreshold;
  }

  #lookWhetherLow(): void {
    if (!this.#wasHigh || this.#waitingBytes > this.facts.bufferedAmountLowThreshold) return;
    this.#wasHigh = false;
    this.observer?.onBufferedAmountLow();
  }
}
