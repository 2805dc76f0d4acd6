import { diagnose, shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { Ring } from "../base/ring.ts";
import { type ChannelBackend, SendError, type SendFailure } from "../seam/connection-backend.ts";
import { ChannelState, WriteMode } from "./channel-state.ts";
import { PacketPeer } from "./packet-peer.ts";
import type { Droppable, Inbound, UnreadBudget } from "./unread-budget.ts";

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
  readonly #owner: ChannelOwner;
  readonly #reliable: boolean;
  /** Everything unread; the first `#readable` of them have been through a poll. */
  readonly #unread = new Ring<Inbound>();
  #readable = 0;
  #state: ChannelState = ChannelState.CONNECTING;
  #polledState: ChannelState = ChannelState.CONNECTING;
  #writeMode: WriteMode = WriteMode.BINARY;
  #wasString = false;
  #closedHere = false;

  /**
   * Addition: called when the bytes that wait to be sent fall to `bufferedAmountLowThreshold`; at any time, so that a sender
   * can refill at once. Only for handing on what was to be sent anyway: everything else belongs after `poll()`.
   */
  onBufferedAmountLow: (() => void) | null = null;

  /** For `WebRTCPeerConnection`'s use. */
  constructor(backend: ChannelBackend, owner: ChannelOwner) {
    super();
    this.#backend = backend;
    this.#owner = owner;
    this.#reliable = backend.maxPacketLifeTime === null && backend.maxRetransmits === null;
    const droppable: Droppable | null = this.#reliable ? null : { dropOldest: () => this.#dropOldest() };
    if (droppable !== null) owner.unread.addDroppable(droppable);
    backend.observer = {
      onOpen: () => this.#enter(ChannelState.OPEN),
      onMessage: (data) => this.#arrive(data, droppable),
      onClosing: () => this.#enter(ChannelState.CLOSING),
      onClosed: () => this.#enter(ChannelState.CLOSED),
      onBufferedAmountLow: () => this.onBufferedAmountLow?.(),
    };
  }

  /** Makes what has arrived readable, and shows the state as it is now. */
  poll(): ErrorCode {
    this.#readable = this.#unread.length;
    this.#polledState = this.#state;
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
      diagnose(`putPacket on channel ${shown(this.getLabel())}: ${shown(bytes)} is no Uint8Array`);
      return ErrorCode.ERR_INVALID_PARAMETER;
    }
    if (this.#polledState !== ChannelState.OPEN) {
      diagnose(`putPacket on channel ${shown(this.getLabel())}: it is not open (state ${this.#polledState})`);
      return ErrorCode.ERR_UNCONFIGURED;
    }
    if (bytes.length === 0) return ErrorCode.OK;
    try {
      this.#backend.send(this.#writeMode === WriteMode.BINARY ? bytes : new TextDecoder().decode(bytes));
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      diagnose(`putPacket of ${bytes.length} bytes on channel ${shown(this.getLabel())}: ${error.message}`);
      return SEND_ERRORS[error.failure];
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
    if (mode !== WriteMode.TEXT && mode !== WriteMode.BINARY) {
      diagnose(`writeMode: ${shown(mode)} is neither TEXT (0) nor BINARY (1); unchanged`);
      return;
    }
    this.#writeMode = mode;
  }

  /**
   * Sends what was put before, then closes: the far side reads CLOSED after its last packet. Reads CLOSING at once, CLOSED
   * some polls later. What is unread here is discarded.
   */
  close(): void {
    if (this.#state < ChannelState.CLOSING) {
      this.#backend.close();
      this.#state = ChannelState.CLOSING;
      this.#polledState = ChannelState.CLOSING;
    }
    this.#closedHere = true;
    this.#discardUnread();
  }

  /** For `WebRTCPeerConnection`'s use: the connection was closed here. Reads CLOSED at once, what is unread is discarded. */
  detach(): void {
    this.end();
    this.#closedHere = true;
    this.#polledState = ChannelState.CLOSED;
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

  getLabel(): string {
    return this.#backend.label;
  }

  getProtocol(): string {
    return this.#backend.protocol;
  }

  /** SCTP stream; 65,535 until one is assigned. */
  getId(): number {
    return this.#backend.id ?? UNSET;
  }

  isOrdered(): boolean {
    return this.#backend.ordered;
  }

  isNegotiated(): boolean {
    return this.#backend.negotiated;
  }

  /** Unit: ms; 65,535 if unset. */
  getMaxPacketLifeTime(): number {
    return this.#backend.maxPacketLifeTime ?? UNSET;
  }

  /** 65,535 if unset. */
  getMaxRetransmits(): number {
    return this.#backend.maxRetransmits ?? UNSET;
  }

  /** Bytes put and not yet handed to the network. */
  getBufferedAmount(): number {
    return this.#backend.bufferedAmount;
  }

  /** Addition: at how many waiting bytes `onBufferedAmountLow` is called. Default 0. */
  get bufferedAmountLowThreshold(): number {
    return this.#backend.bufferedAmountLowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#backend.bufferedAmountLowThreshold = bytes;
  }

  #enter(state: ChannelState): void {
    if (state <= this.#state) return;
    this.#state = state;
    this.#owner.notify();
  }

  #arrive(data: Inbound, droppable: Droppable | null): void {
    if (this.#closedHere) return;
    if (this.#owner.unread.charge(data, droppable)) this.#unread.push(data);
    else if (this.#reliable) this.#owner.overflow(this.getLabel());
    else this.#owner.unread.droppedPackets += 1;
    this.#owner.notify();
  }

  #take(): Inbound {
    const packet = this.#unread.shift() as Inbound;
    if (this.#readable > 0) this.#readable -= 1;
    this.#owner.unread.release(packet);
    return packet;
  }

  #dropOldest(): boolean {
    if (this.#unread.length === 0) return false;
    this.#take();
    return true;
  }

  #discardUnread(): void {
    while (this.#unread.length > 0) this.#take();
    this.#wasString = false;
  }
}
