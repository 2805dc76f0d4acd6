/**
 * The contract between a `WebRTCPeerConnection` and what moves its bytes.
 *
 * The connection owns the state machine, the validation of what callers pass, the error codes, the buffer for candidates
 * that come early, every queue, and the rule that nothing happens outside `poll()`. A backend only moves descriptions,
 * candidates and bytes. It never queues for the caller's sake, never validates what the connection has validated
 * already, and never calls back from inside a call that it is given, unless a duty says so. Its bounds are those of
 * `bounds.ts`.
 *
 * Duties. The contract suite has one group of tests for each number.
 *
 *  B1  Making one (`BackendFactory`) throws if the configuration cannot be used, and then leaves nothing behind. It opens
 *      no socket and does no work that would keep a process alive before an offer is made or taken.
 *  B2  Operations (`createOffer`, `setLocalDescription`, `setRemoteDescription`, `addIceCandidate`) take effect in the
 *      order of the calls, each after the one before has settled, so that a candidate handed over right after a remote
 *      description is applied to it. They return nothing and never throw: what goes wrong is told to
 *      `onOperationFailed`, once, with the operation's name and the reason in words. After `close()` nothing is told.
 *  B3  `createOffer` answers with `onDescription("offer", sdp)`. It does not apply the offer: that is the caller's
 *      `setLocalDescription`. `setRemoteDescription("offer", sdp)` applies it, creates the answer and answers with
 *      `onDescription("answer", sdp)`, exactly once.
 *  B4  Local candidates come one by one through `onIceCandidate`, never before `setLocalDescription` was called. The end
 *      of candidates is no candidate: it shows as the gathering state `"complete"`.
 *  B5  States are told when they change, in the words of the W3C, each change once and in order. A backend that cannot
 *      tell a failure apart from waiting says nothing: the connection has a time-out of its own.
 *  B6  `createChannel` is called only before the first description is made or taken. It returns the channel at once,
 *      still connecting, or throws with the reason in words. Any number of channels, negotiated or not.
 *  B7  A channel that the far side made in band is told through `onChannel`, once, before any of its messages or its
 *      opening is told. The connection attaches its observer during that call.
 *  B8  Messages keep their boundaries and their kind. A binary message arrives as an `ArrayBuffer` that nobody else
 *      holds, text as a string. Empty messages travel too. On an ordered reliable channel each message arrives exactly
 *      once and in order, up to `maxMessageSize` bytes. That is `SAFE_MESSAGE_SIZE` or more once the channel is open, and
 *      `MAX_MESSAGE_SIZE` at most, unless the backend was asked for another size.
 *  B9  `send` takes the bytes before it returns: the caller may reuse the buffer. It throws a `SendError` that says which
 *      of three things is wrong: the channel is not open, the message is too large, or more than `MAX_BUFFERED_BYTES`
 *      would wait. A refused message is not sent in part, and the channel goes on.
 *  B10 `bufferedAmount` counts payload bytes taken and not yet handed to the network. `onBufferedAmountLow` fires when it
 *      falls to or below `bufferedAmountLowThreshold` from above.
 *  B11 Closing a channel delivers what was sent on it before, then tells `onClosed` on both ends. `onClosing` may precede it.
 *      Messages that arrived before are told before.
 *  B12 `close()` delivers what was sent before it on every open reliable channel, then closes the connection, and is done
 *      within `CLOSE_DEADLINE_MS` whatever the far side does. It returns at once; the rest happens behind it. Nothing is
 *      told to any observer from the call on. The far side learns of it by its channels' closing, without waiting
 *      for a time-out. Calling it again does nothing.
 *  B13 When nothing is open any more, the backend holds nothing: no timer, no listener, no reference from a global.
 *  B14 `native` is the underlying connection, for those who need more than this contract (statistics, voice). What they
 *      do with it is theirs to answer for.
 *  B15 `restartIce`, where there is one, makes the next `createOffer` ask for new paths: on a connection that stands, too, and
 *      as often as wanted. It then takes `setLocalDescription`, `setRemoteDescription` and candidates anew, on both
 *      sides. Channels, what they hold and the state of the connection stay; only the gathering and signalling states
 *      go round again. Who has none is given no second offer of the far side's, either.
 *  B16 `isRelayed`, where there is one, says whether what is sent goes by a relay at present, and not by `native`, whose statistics
 *      tell direct ways from TURN servers.
 */

/** How long a closing backend may wait for its channels to drain before it closes anyway. Unit: ms. */
export const CLOSE_DEADLINE_MS = 5_000;

export type DescriptionType = "offer" | "answer" | "pranswer" | "rollback";

/** Servers that help two peers find a path: the W3C's `RTCIceServer`, fields as in Godot's configuration. */
export interface IceServer {
  /** `stun:host[:port]`, `turn:host[:port][?transport=udp|tcp]`, `turns:…`: one or several. */
  readonly urls: string | readonly string[];
  /** For TURN. */
  readonly username?: string;
  /** For TURN. */
  readonly credential?: string;
}

/** What a connection is made with. Fields that a backend does not know are ignored by it. */
export interface ConnectionConfiguration {
  readonly iceServers?: readonly IceServer[];
  /** `"relay"` hides this player's address from the others; needs a TURN server. Default `"all"`. */
  readonly iceTransportPolicy?: "all" | "relay";
}

/** How a channel is to behave. Everything is set: defaults were filled in by the connection. */
export interface ChannelOptions {
  /** True: both ends make it with the same `id`. False: this end makes it and the far end is told. */
  readonly negotiated: boolean;
  /** SCTP stream, 0 to 65,534; `null` unless negotiated. */
  readonly id: number | null;
  readonly ordered: boolean;
  /** Unit: ms, 0 to 65,535. At most one of this and `maxRetransmits` is set; neither means reliable. */
  readonly maxPacketLifeTime: number | null;
  /** 0 to 65,535. */
  readonly maxRetransmits: number | null;
  /** Sub-protocol, for the far end to read. */
  readonly protocol: string;
}

export type SendFailure = "not-open" | "too-large" | "buffer-full";

/** Why `ChannelBackend.send` refused (duty B9). */
export class SendError extends Error {
  override readonly name = "SendError";
  readonly failure: SendFailure;

  constructor(failure: SendFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** What a channel hears of its backend. Called at any time; implementations only note what they are told. */
export interface ChannelObserver {
  onOpen(): void;
  onMessage(data: ArrayBuffer | string): void;
  onClosing(): void;
  onClosed(): void;
  onBufferedAmountLow(): void;
}

/** What is known of a channel. An `RTCDataChannel` is one. */
export interface ChannelFacts {
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly negotiated: boolean;
  /** `null` until one is assigned. */
  readonly id: number | null;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  /** Unit: bytes. */
  readonly bufferedAmount: number;
  /** Unit: bytes. */
  bufferedAmountLowThreshold: number;
}

export interface ChannelBackend {
  /** Always the same object, up to date. */
  readonly facts: ChannelFacts;
  /** Who hears of it. Set once, by the connection, right after the channel is made or told. */
  observer: ChannelObserver | null;
  send(data: Uint8Array | string): void;
  close(): void;
}

export type BackendOperation = "createOffer" | "setLocalDescription" | "setRemoteDescription" | "addIceCandidate";
export type BackendConnectionState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";
export type BackendGatheringState = "new" | "gathering" | "complete";
export type BackendSignalingState =
  | "stable"
  | "have-local-offer"
  | "have-remote-offer"
  | "have-local-pranswer"
  | "have-remote-pranswer"
  | "closed";

/** What a connection hears of its backend. Called at any time; implementations only note what they are told. */
export interface ConnectionObserver {
  onDescription(type: "offer" | "answer", sdp: string): void;
  /** `media` is the section's `mid`, `index` its number, `name` the candidate line, never empty. */
  onIceCandidate(media: string, index: number, name: string): void;
  onChannel(channel: ChannelBackend): void;
  onConnectionState(state: BackendConnectionState): void;
  onGatheringState(state: BackendGatheringState): void;
  onSignalingState(state: BackendSignalingState): void;
  onOperationFailed(operation: BackendOperation, reason: string): void;
}

/** Which way packets go: straight to the peer, through a TURN server of either side, or through the relay of whoever introduced the two. */
export type ConnectionPath = "direct" | "turn" | "relay";

export interface ConnectionBackend {
  /** The underlying connection, e.g. an `RTCPeerConnection`. */
  readonly native: unknown;
  /** Bytes in the largest message that this pair can carry, once connected; before that, a safe guess. */
  readonly maxMessageSize: number;
  createChannel(label: string, options: ChannelOptions): ChannelBackend;
  createOffer(): void;
  setLocalDescription(type: DescriptionType, sdp: string): void;
  setRemoteDescription(type: DescriptionType, sdp: string): void;
  addIceCandidate(media: string, index: number, name: string): void;
  close(): void;
  /** Duty B15. Absent where the backend cannot. `configuration`: whose servers are used from now on, if they can be. */
  readonly restartIce?: ((configuration?: ConnectionConfiguration) => void) | undefined;
  /** Duty B16. Absent where there is no relay. */
  readonly isRelayed?: boolean;
}

/** Makes a backend for one connection (duty B1). `observer` hears nothing before the factory has returned. */
export type BackendFactory = (
  configuration: ConnectionConfiguration,
  observer: ConnectionObserver,
) => ConnectionBackend;
