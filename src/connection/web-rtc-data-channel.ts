import { diagnose, reasonOf, refuse, shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { Ring } from "../base/ring.ts";
import { faultOfWhole } from "../base/whole.ts";
import { type ChannelBackend, type ChannelFacts, SendError, type SendFailure } from "../seam/connection-backend.ts";
import { ChannelState, WriteMode } from "./channel-state.ts";
import { CloseReason } from "./close-reason.ts";
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
  /** Ends the connection, in its next poll. */
  fail(reason: CloseReason, words: string): void;
  /** Calls the backend: `undefined` if that throws, which ends the connection. */
  contain<Result>(call: () => Result): Result | undefined;
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
  readonly #isReliable: boolean;
  /** What has been through a poll, and what has come since. */
  readonly #readable = new Ring<Inbound>();
  readonly #arrived = new Ring<Inbound>();
  /** So many of the readable ones, the oldest, are gone at the next poll: they gave way, but nothing changes between polls. */
  #yielding = 0;
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
    this.#owner = owner;
    this.#isReliable = backend.facts.maxPacketLifeTime === null && backend.facts.maxRetransmits === null;
    if (!this.#isReliable) owner.unread.droppables.add(this);
    backend.observer = {
      onOpen: () => this.#enter(ChannelState.OPEN),
      onMessage: (data) => this.#arrive(data),
      onClosing: () => this.#enter(ChannelState.CLOSING),
      onClosed: () => this.#enter(ChannelState.CLOSED),
      onBufferedAmountLow: () => {
        if (this.#state < ChannelState.CLOSED) this.onBufferedAmountLow?.();
      },
    };
  }

  /** Makes what has arrived readable, and shows the state as it is now. */
  poll(): ErrorCode {
    for (; this.#yielding > 0; this.#yielding--) {
      this.#readable.shift();
      this.#owner.unread.droppedPackets += 1;
    }
    while (this.#arrived.length > 0) this.#readable.push(this.#arrived.shift() as Inbound);
    this.#polledState = this.#state;
    this.#letGo();
    return ErrorCode.OK;
  }

  getReadyState(): ChannelState {
    return this.#polledState;
  }

  getAvailablePacketCount(): number {
    return this.#readable.length;
  }

  /**
   * Sends one packet in `writeMode`. `ERR_UNCONFIGURED` if the channel is not open, `FAILED` if the packet is larger than the
   * pair can carry, `ERR_BUSY` if the send buffer is full: nothing is sent then, and the channel goes on. `FAILED` too if the
   * backend broke its contract: a later poll ends the connection.
   */
  putPacket(bytes: Uint8Array): ErrorCode {
    if (!(bytes instanceof Uint8Array)) {
      return this.#refusePacket(ErrorCode.ERR_INVALID_PARAMETER, `${shown(bytes)} is no Uint8Array`);
    }
    if (bytes.length === 0) return ErrorCode.OK;
    if (this.#polledState !== ChannelState.OPEN) {
      return this.#refusePacket(ErrorCode.ERR_UNCONFIGURED, `not in state ${this.#polledState}`);
    }
    const data = this.#writeMode === WriteMode.BINARY ? bytes : decoded(bytes);
    try {
      this.#backend.send(data);
    } catch (error) {
      const refusal = error instanceof SendError ? SEND_ERRORS[error.failure] : undefined;
      if (refusal === undefined) this.#owner.fail(CloseReason.BACKEND_FAULT, reasonOf(error));
      return this.#refusePacket(refusal ?? ErrorCode.FAILED, `${bytes.length} bytes: ${reasonOf(error)}`);
    }
    return ErrorCode.OK;
  }

  protected takePacket(): Uint8Array | ErrorCode {
    if (this.#readable.length === 0) {
      return this.#polledState === ChannelState.OPEN ? ErrorCode.ERR_UNAVAILABLE : ErrorCode.ERR_UNCONFIGURED;
    }
    const packet = this.#take();
    this.#wasString = typeof packet === "string";
    return this.#wasString ? new TextEncoder().encode(packet as string) : new Uint8Array(packet as ArrayBuffer);
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
      this.#owner.contain(() => this.#backend.close());
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
  }

  /** Addition: whether it was the far side, or the connection's end, that closed this channel. */
  get closedByPeer(): boolean {
    return this.#polledState >= ChannelState.CLOSING && !this.#closedHere;
  }

  /** For `UnreadBudget`'s use: gives up the oldest unread packet, of an unreliable channel. False if there is none. */
  dropOldest(): boolean {
    if (this.#isReliable) return false;
    const { unread } = this.#owner;
    const readable = this.#readable.at(this.#yielding);
    const oldest = readable ?? this.#arrived.shift();
    if (oldest === undefined) return false;
    unread.release(oldest);
    if (readable === undefined) {
      unread.droppedPackets += 1;
    } else {
      this.#yielding += 1;
      this.#owner.notify();
    }
    return true;
  }

  getLabel(): string {
    return this.#fact("label", "");
  }

  getProtocol(): string {
    return this.#fact("protocol", "");
  }

  /** SCTP stream; 65,535 until one is assigned. */
  getId(): number {
    return this.#fact("id", UNSET);
  }

  isOrdered(): boolean {
    return this.#fact("ordered", false);
  }

  isNegotiated(): boolean {
    return this.#fact("negotiated", false);
  }

  /** Unit: ms; 65,535 if unset. */
  getMaxPacketLifeTime(): number {
    return this.#fact("maxPacketLifeTime", UNSET);
  }

  /** 65,535 if unset. */
  getMaxRetransmits(): number {
    return this.#fact("maxRetransmits", UNSET);
  }

  /** Bytes put and not yet handed to the network. */
  getBufferedAmount(): number {
    return this.#fact("bufferedAmount", 0);
  }

  /** Addition: at how many waiting bytes `onBufferedAmountLow` is called. Default 0. */
  get bufferedAmountLowThreshold(): number {
    return this.#fact("bufferedAmountLowThreshold", 0);
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#owner.contain(() => {
      this.#backend.facts.bufferedAmountLowThreshold = bytes;
    });
  }

  #fact<Value>(name: keyof ChannelFacts, otherwise: Value): Value {
    return (this.#owner.contain(() => this.#backend.facts[name]) as Value | null | undefined) ?? otherwise;
  }

  #enter(state: ChannelState): void {
    if (state <= this.#state) return;
    this.#state = state;
    this.#owner.notify();
  }

  #arrive(data: Inbound): void {
    if (this.#discards || this.#state === ChannelState.CLOSED) return;
    const { unread } = this.#owner;
    const isKnown = typeof data === "string" || data instanceof ArrayBuffer;
    const isSound = isKnown && this.#state > ChannelState.CONNECTING;
    if (isSound && unread.charge(data, this)) {
      this.#arrived.push(data);
      this.#owner.notify();
    } else if (unread.isShut || (isSound && !this.#isReliable)) {
      unread.droppedPackets += 1;
    } else {
      this.#owner.fail(
        isSound ? CloseReason.INBOUND_OVERFLOW : CloseReason.BACKEND_FAULT,
        `channel ${shown(this.getLabel())}: ${shown(data)} in state ${this.#state}`,
      );
    }
  }

  #take(): Inbound {
    const packet = this.#readable.shift() as Inbound;
    if (this.#yielding > 0) this.#yielding -= 1;
    else this.#owner.unread.release(packet);
    this.#letGo();
    return packet;
  }

  /** The budget outlives its channels, and the far side may make and close any number of them. */
  #letGo(): void {
    const isEmpty = this.#readable.length + this.#arrived.length === 0;
    if (isEmpty && this.#state === ChannelState.CLOSED) this.#owner.unread.droppables.delete(this);
  }

  #discardUnread(): void {
    this.#discards = true;
    while (this.#readable.length > 0) this.#take();
    while (this.#arrived.length > 0) this.#owner.unread.release(this.#arrived.shift() as Inbound);
    this.#letGo();
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
