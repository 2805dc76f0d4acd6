import { diagnose, refuse, shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { Ring } from "../base/ring.ts";
import { faultOfWhole } from "../base/whole.ts";
import { type ChannelBackend, type ChannelFacts, SendError, type SendFailure } from "../seam/connection-backend.ts";
import { ChannelState, WriteMode } from "./channel-state.ts";
import { PacketPeer } from "./packet-peer.ts";
import type { Inbound, UnreadBudget } from "./unread-budget.ts";

/** What `getId`, `getMaxPacketLifeTime` and `getMaxRetransmits` read while unset. */
const UNSET = 65_535;

const SEND_ERRORS: Record<SendFailure, ErrorCode> = {
  "not-open": ErrorCode.ERR_UNCONFIGURED,
  "too-large": ErrorCode.FAILED,
  "buffer-full": ErrorCode.ERR_BUSY,
};

/** What a channel needs of the connection that it belongs to. */
export interface ChannelOwner {
  readonly unread: UnreadBudget;
  /** `poll` has something to do. */
  notify(): void;
  /** Reliable data arrived for which there is no room. */
  overflow(label: string): void;
}

/**
 * Godot's `WebRTCDataChannel`: packets between two peers, with the reliability that it was made with.
 *
 * Made by `WebRTCPeerConnection.createDataChannel`, or received by `dataChannelReceived`. What has arrived becomes readable in
 * `poll()`: the connection's, or this channel's alone.
 */
export class WebRTCDataChannel extends PacketPeer {
  readonly #backend: ChannelBackend;
  readonly #facts: ChannelFacts;
  readonly #owner: ChannelOwner;
  readonly #isReliable: boolean;
  /** Everything unread; the first `#readable` of them have been through a poll. */
  readonly #unread = new Ring<Inbound>();
  #readable = 0;
  #state: ChannelState = ChannelState.CONNECTING;
  #polledState: ChannelState = ChannelState.CONNECTING;
  #writeMode: WriteMode = WriteMode.BINARY;
  #wasString = false;
  #closedHere = false;
  /** Whoever closed it: what arrives is not wanted any more. */
  #discards = false;

  /**
   * Addition: called when the bytes that wait to be sent fall to `bufferedAmountLowThreshold`; at any time, so that a sender
   * can refill at once. Only for handing on what was to be sent anyway: everything else belongs after `poll()`.
   */
  onBufferedAmountLow: (() => void) | null = null;

  /** For `WebRTCPeerConnection`'s use. */
  constructor(backend: ChannelBackend, owner: ChannelOwner) {
    super();
    this.#backend = backend;
    this.#facts = backend.facts;
    this.#owner = owner;
    this.#isReliable = this.#facts.maxPacketLifeTime === null && this.#facts.maxRetransmits === null;
    if (!this.#isReliable) owner.unread.droppables.add(this);
    backend.observer = {
      onOpen: () => this.#enter(ChannelState.OPEN),
      onMessage: (data) => this.#arrive(data),
      onClosing: () => this.#enter(ChannelState.CLOSING),
      onClosed: () => this.#enter(ChannelState.CLOSED),
      onBufferedAmountLow: () => this.onBufferedAmountLow?.(),
    };
  }

  /** Makes what has arrived readable, and shows the state as it is now. */
  poll(): ErrorCode {
    this.#readable = this.#unread.length;
    this.#polledState = this.#state;
    this.#letGo();
    return ErrorCode.OK;
  }

  getReadyState(): ChannelState {
    return this.#polledState;
  }

  getAvailablePacketCount(): number {
    return this.#readable;
  }

  /**
   * Sends one packet in `writeMode`. `ERR_UNCONFIGURED` if the channel is not open, `FAILED` if the packet is larger than the
   * pair can carry, `ERR_BUSY` if the send buffer is full: nothing is sent then, and the channel goes on.
   */
  putPacket(bytes: Uint8Array): ErrorCode {
    if (!(bytes instanceof Uint8Array)) {
      return this.#refusePacket(ErrorCode.ERR_INVALID_PARAMETER, `${shown(bytes)} is no Uint8Array`);
    }
    if (bytes.length === 0) return ErrorCode.OK;
    if (this.#polledState !== ChannelState.OPEN) {
      return this.#refusePacket(ErrorCode.ERR_UNCONFIGURED, `it is not open (state ${this.#polledState})`);
    }
    try {
      this.#backend.send(this.#writeMode === WriteMode.BINARY ? bytes : decoded(bytes));
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      return this.#refusePacket(SEND_ERRORS[error.failure], `${bytes.length} bytes: ${error.message}`);
    }
    return ErrorCode.OK;
  }

  protected takePacket(): Uint8Array | ErrorCode {
    if (this.#readable === 0) {
      return this.#polledState === ChannelState.OPEN ? ErrorCode.ERR_UNAVAILABLE : ErrorCode.ERR_UNCONFIGURED;
    }
    const packet = this.#take();
    this.#wasString = typeof packet === "string";
    return typeof packet === "string" ? new TextEncoder().encode(packet) : new Uint8Array(packet);
  }

  /** Whether the packet that `getPacket` returned last was sent as text. */
  wasStringPacket(): boolean {
    return this.#wasString;
  }

  get writeMode(): WriteMode {
    return this.#writeMode;
  }

  set writeMode(mode: WriteMode) {
    const fault = faultOfWhole("writeMode", mode, WriteMode.TEXT, WriteMode.BINARY);
    if (fault === null) this.#writeMode = mode;
    else diagnose(fault);
  }

  /**
   * Sends what was put before, then closes: the far side reads CLOSED after its last packet. Reads CLOSING at once, CLOSED
   * some polls later. What is unread here is discarded.
   */
  close(): void {
    if (this.#state < ChannelState.CLOSING) {
      this.#backend.close();
      this.#state = ChannelState.CLOSING;
      this.#closedHere = true;
    }
    if (this.#polledState < ChannelState.CLOSING) this.#polledState = ChannelState.CLOSING;
    this.#discardUnread();
  }

  /** For `WebRTCPeerConnection`'s use: the connection was closed here. Reads CLOSED at once, what is unread is discarded. */
  detach(): void {
    this.end();
    this.#polledState = ChannelState.CLOSED;
    this.#closedHere = true;
    this.#discardUnread();
  }

  /** For `WebRTCPeerConnection`'s use: the connection has ended. Reads CLOSED from the next poll on, what has arrived stays. */
  end(): void {
    this.#state = ChannelState.CLOSED;
    this.#backend.observer = null;
  }

  /** Addition: whether it was the far side, or the connection's end, that closed this channel. */
  get closedByPeer(): boolean {
    return this.#polledState >= ChannelState.CLOSING && !this.#closedHere;
  }

  /** For `UnreadBudget`'s use: drops the oldest unread packet, of an unreliable channel. False if there is none. */
  dropOldest(): boolean {
    if (this.#isReliable || this.#unread.length === 0) return false;
    this.#take();
    return true;
  }

  getLabel(): string {
    return this.#facts.label;
  }

  getProtocol(): string {
    return this.#facts.protocol;
  }

  /** SCTP stream; 65,535 until one is assigned. */
  getId(): number {
    return this.#facts.id ?? UNSET;
  }

  isOrdered(): boolean {
    return this.#facts.ordered;
  }

  isNegotiated(): boolean {
    return this.#facts.negotiated;
  }

  /** Unit: ms; 65,535 if unset. */
  getMaxPacketLifeTime(): number {
    return this.#facts.maxPacketLifeTime ?? UNSET;
  }

  /** 65,535 if unset. */
  getMaxRetransmits(): number {
    return this.#facts.maxRetransmits ?? UNSET;
  }

  /** Bytes put and not yet handed to the network. */
  getBufferedAmount(): number {
    return this.#facts.bufferedAmount;
  }

  /** Addition: at how many waiting bytes `onBufferedAmountLow` is called. Default 0. */
  get bufferedAmountLowThreshold(): number {
    return this.#facts.bufferedAmountLowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#facts.bufferedAmountLowThreshold = bytes;
  }

  #enter(state: ChannelState): void {
    if (state <= this.#state) return;
    this.#state = state;
    this.#owner.notify();
  }

  #arrive(data: Inbound): void {
    const { unread } = this.#owner;
    if (this.#discards) return;
    if (unread.charge(data, this)) {
      this.#unread.push(data);
      this.#owner.notify();
    } else if (this.#isReliable && !unread.hasOverflowed) {
      unread.hasOverflowed = true;
      this.#owner.overflow(this.getLabel());
    } else {
      unread.droppedPackets += 1;
    }
  }

  #take(): Inbound {
    const packet = this.#unread.shift() as Inbound;
    if (this.#readable > 0) this.#readable -= 1;
    this.#owner.unread.release(packet);
    this.#letGo();
    return packet;
  }

  /** The budget outlives its channels, and the far side may make and close any number of them. */
  #letGo(): void {
    if (this.#state === ChannelState.CLOSED && this.#unread.length === 0) this.#owner.unread.droppables.delete(this);
  }

  #discardUnread(): void {
    this.#discards = true;
    while (this.#unread.length > 0) this.#take();
    this.#wasString = false;
  }

  #refusePacket(error: ErrorCode, reason: string): ErrorCode {
    return refuse(error, `putPacket on channel ${shown(this.getLabel())}: ${reason}`);
  }
}

function decoded(bytes: Uint8Array): string {
  // A copy, because decoders refuse memory that is shared or can grow (WebAssembly's).
  return new TextDecoder().decode(bytes.slice());
}
