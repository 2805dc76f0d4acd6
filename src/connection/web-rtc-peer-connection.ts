import { type Clock, systemClock } from "../base/clock.ts";
import { diagnose, reasonOf, refuse, shown } from "../base/diagnostics.ts";
import { Emitter } from "../base/emitter.ts";
import { ErrorCode } from "../base/error-code.ts";
import type { Pollable } from "../base/pollable.ts";
import { Ring } from "../base/ring.ts";
import type {
  BackendFactory,
  ChannelBackend,
  ConnectionBackend,
  ConnectionConfiguration,
  ConnectionObserver,
  DescriptionType,
} from "../seam/connection-backend.ts";
import { ChannelState } from "./channel-state.ts";
import { completeChannelOptions, type DataChannelOptions } from "./check-channel-options.ts";
import { checkConfiguration } from "./check-configuration.ts";
import { CloseReason } from "./close-reason.ts";
import { ConnectionState, GatheringState, SignalingState } from "./connection-state.ts";
import { defaultBackend, setDefaultBackend } from "./default-backend.ts";
import {
  MAX_CANDIDATE_LENGTH,
  MAX_CHANNELS,
  MAX_EARLY_CANDIDATES,
  MAX_UNREAD_BYTES,
  OPEN_TIMEOUT_MS,
} from "./limits.ts";
import { numberOfState } from "./number-of-state.ts";
import type {
  ConnectionCounters,
  WebRTCPeerConnectionEvents,
  WebRTCPeerConnectionOptions,
} from "./peer-connection-options.ts";
import { UnreadBudget } from "./unread-budget.ts";
import { WebRTCDataChannel } from "./web-rtc-data-channel.ts";

export type * from "./peer-connection-options.ts";

const NO_RESTART = "this backend restarts no ICE";
const DESCRIPTION_TYPES: readonly string[] = ["offer", "answer", "pranswer", "rollback"] satisfies DescriptionType[];

/**
 * Godot's `WebRTCPeerConnection`: one connection to one other peer.
 *
 * Make the channels, `createOffer`, carry descriptions and candidates to the other side by whatever means there are, and
 * `poll()` once a tick: events, states and packets show there and nowhere else. Calls that are refused return an `ErrorCode` and
 * tell the diagnostics handler why.
 */
export class WebRTCPeerConnection extends Emitter<WebRTCPeerConnectionEvents> implements Pollable {
  readonly #options: WebRTCPeerConnectionOptions;
  readonly #clock: Clock;
  #notified = false;
  /** A channel has something for its `poll`: in most ticks of most connections, none has. */
  #hasChannelNews = false;
  wake: (() => void) | null = null;

  // The rest is as `#reset` makes it.

  /** `undefined` before the first need; `null` while there is none: after a failed `initialize`. */
  #backend: ConnectionBackend | null | undefined;
  #pending = new Ring<() => void>();
  #channels: WebRTCDataChannel[] = [];
  #unread!: UnreadBudget;
  /** Candidates that came before the remote description, which they need; `null` from then on. */
  #early!: Parameters<ConnectionBackend["addIceCandidate"]>[] | null;
  #connectionState!: ConnectionState;
  #gatheringState!: GatheringState;
  #signalingState!: SignalingState;
  #closeReason!: CloseReason | null;
  /** What is made here; `null` before anything is. */
  #role!: "offer" | "answer" | null;
  #localSet!: boolean;
  #remoteSet!: boolean;
  #bothSetAtMs!: number;
  #counted!: Omit<ConnectionCounters, "droppedPackets">;

  constructor(options: WebRTCPeerConnectionOptions = {}) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#reset();
  }

  /**
   * Sets what connections are made of from now on: a factory of `ConnectionBackend`s. `null` restores the browser's. (In Godot an
   * extension replaces the whole class; here it only moves bytes.)
   */
  static setDefaultExtension(factory: BackendFactory | null): void {
    setDefaultBackend(factory);
  }

  /**
   * Makes this object new: closes the connection that was there and takes a configuration for the next one.
   * Call it before channels are made. `ERR_INVALID_PARAMETER` or `FAILED` if the configuration cannot be used; the object then
   * has no connection until `initialize` succeeds.
   */
  initialize(configuration: ConnectionConfiguration = {}): ErrorCode {
    this.#dispose();
    this.#reset();
    const error = checkConfiguration(configuration);
    if (error === ErrorCode.OK)
      return this.#start(configuration, "initialize") === null ? ErrorCode.FAILED : ErrorCode.OK;
    this.#backend = null;
    return error;
  }

  /** Makes a channel; in state NEW only. `null` if the options cannot be used. */
  createDataChannel(label: string, options: DataChannelOptions = {}): WebRTCDataChannel | null {
    const name = `createDataChannel(${shown(label)})`;
    const complete = completeChannelOptions(label, options);
    if (typeof complete === "string") return refuse(null, `${name}: ${complete}`);
    if (this.#connectionState !== ConnectionState.NEW) return refuse(null, `${name}: ${this.#wrongState()}`);
    if (this.#channels.some((channel) => channel.getId() === complete.id)) {
      return refuse(null, `${name}: id ${complete.id} is taken`);
    }
    if (this.#channels.length >= MAX_CHANNELS) return refuse(null, `${name}: over ${MAX_CHANNELS} channels`);
    const backend = this.#started(name);
    if (backend === null) return null;
    try {
      return this.#adopt(backend.createChannel(label, complete));
    } catch (error) {
      return refuse(null, `${name}: ${reasonOf(error)}`);
    }
  }

  /** Asks for an offer, told by `sessionDescriptionCreated`. In state NEW, with at least one channel; reads CONNECTING at once. */
  createOffer(): ErrorCode {
    const name = "createOffer";
    if (this.#connectionState !== ConnectionState.NEW)
      return refuse(ErrorCode.FAILED, `${name}: ${this.#wrongState()}`);
    const backend = this.#started(name);
    if (backend === null) return ErrorCode.ERR_UNCONFIGURED;
    if (this.#channels.length === 0) return refuse(ErrorCode.FAILED, `${name}: no channel`);
    this.#connectionState = ConnectionState.CONNECTING;
    this.#role = "offer";
    this.#contain(() => backend.createOffer());
    return ErrorCode.OK;
  }

  /**
   * Addition: looks for a new path below a connection that stands (state CONNECTED or DISCONNECTED): `sessionDescriptionCreated` tells
   * another offer, to be carried like the first. Channels and what is in them stay, also if nothing comes of it. It may be called again
   * before an answer has come. `configuration`: with other servers, if those of before have run out.
   * `FAILED` while the far side's offer is being answered; `ERR_UNAVAILABLE` where the backend cannot.
   */
  restartIce(configuration?: ConnectionConfiguration): ErrorCode {
    const isDue = this.#stands && (this.#role === "offer" || this.#localSet);
    if (!isDue) return refuse(ErrorCode.FAILED, `restartIce: ${this.#wrongState()}`);
    const backend = this.#backend;
    if (!backend?.restartIce) return refuse(ErrorCode.ERR_UNAVAILABLE, NO_RESTART);
    this.#role = "offer";
    this.#localSet = false;
    this.#remoteSet = false;
    this.#contain(() => {
      backend.restartIce?.(configuration);
      backend.createOffer();
    });
    return ErrorCode.OK;
  }

  /** Applies the description that `sessionDescriptionCreated` told. Candidates come from then on. */
  setLocalDescription(type: string, sdp: string): ErrorCode {
    const isDue =
      type === "rollback"
        ? this.#localSet && !this.#remoteSet
        : this.#role === (type === "offer" ? type : "answer") && !this.#localSet;
    const error = this.#describe("setLocalDescription", type, sdp, isDue);
    if (error !== ErrorCode.OK) return error;
    this.#localSet = type === "offer" || type === "answer";
    this.#noteBothSet();
    return error;
  }

  /**
   * Applies the far side's description. An offer (in state NEW, or that of an ICE restart on a connection that stands) leads to an
   * answer, told by `sessionDescriptionCreated`. A restart gives `ERR_UNAVAILABLE` where the backend cannot.
   * What only the backend can find out is reported in a later poll: a malformed description ends the connection.
   */
  setRemoteDescription(type: string, sdp: string): ErrorCode {
    const isOffer = type === "offer";
    const isRestart = isOffer && this.#stands && this.#localSet && this.#remoteSet;
    if (isRestart && !this.#backend?.restartIce) return refuse(ErrorCode.ERR_UNAVAILABLE, NO_RESTART);
    const isDue = isOffer
      ? isRestart || this.#connectionState === ConnectionState.NEW
      : type === "rollback"
        ? this.#remoteSet && !this.#localSet
        : this.#role === "offer" && this.#localSet && !this.#remoteSet;
    const error = this.#describe("setRemoteDescription", type, sdp, isDue);
    if (error !== ErrorCode.OK) return error;
    if (isOffer) {
      if (!isRestart) this.#connectionState = ConnectionState.CONNECTING;
      this.#role = "answer";
      this.#localSet = false;
    }
    if (type !== "rollback") {
      for (const candidate of this.#early ?? []) this.#contain(() => this.#backend?.addIceCandidate(...candidate));
      this.#early = null;
    }
    this.#remoteSet = isOffer || type === "answer";
    this.#noteBothSet();
    return error;
  }

  /**
   * Takes a candidate of the far side. Those that come before the remote description are kept until it is there. One that cannot be
   * used is counted and ignored. `index` is not looked at: `media` says which section is meant.
   */
  addIceCandidate(media: string, index: number, name: string): ErrorCode {
    const call = "addIceCandidate";
    if (typeof media !== "string" || typeof name !== "string") {
      return refuse(ErrorCode.ERR_INVALID_PARAMETER, `${call}: ${shown(media)} or ${shown(name)} is no string`);
    }
    if (this.#hasEnded() && this.#backend === null) return refuse(ErrorCode.FAILED, `${call}: ${this.#wrongState()}`);
    const backend = this.#started(call);
    if (backend === null) return ErrorCode.ERR_UNCONFIGURED;
    if (name === "") return ErrorCode.OK;
    if (name.length > MAX_CANDIDATE_LENGTH) {
      this.#noteBadCandidate(`over ${MAX_CANDIDATE_LENGTH} characters`);
    } else if (this.#early === null) {
      this.#contain(() => backend.addIceCandidate(media, index, name));
    } else if (this.#early.length < MAX_EARLY_CANDIDATES) {
      this.#early.push([media, index, name]);
    } else {
      this.#noteBadCandidate(`over ${MAX_EARLY_CANDIDATES} wait`);
    }
    return ErrorCode.OK;
  }

  /** Emits what has happened, in order, and makes arrived packets readable. Call it once a tick. */
  poll(): ErrorCode {
    this.#notified = false;
    // What handlers add while this runs is drained too, as in Godot.
    while (this.#pending.length > 0) this.#contain(this.#pending.shift() as () => void);
    const timeoutMs = this.#options.openTimeoutMs ?? OPEN_TIMEOUT_MS;
    if (this.#connectionState === ConnectionState.CONNECTING && this.#clock.nowMs() - this.#bothSetAtMs >= timeoutMs) {
      this.#fail(CloseReason.NO_PATH, `none within ${timeoutMs} ms`);
    }
    this.#pollChannels();
    return this.#backend === null && this.#connectionState === ConnectionState.NEW
      ? ErrorCode.ERR_UNCONFIGURED
      : ErrorCode.OK;
  }

  /**
   * Ends the connection: reads CLOSED at once, no event follows, and what is unread is discarded. What was sent before still
   * arrives; the rest of the closing happens behind this call. `initialize` makes the object new again.
   */
  close(): void {
    this.#closeReason ??= CloseReason.CLOSED_LOCALLY;
    this.#dispose();
    this.#connectionState = ConnectionState.CLOSED;
    this.#signalingState = SignalingState.CLOSED;
  }

  getConnectionState(): ConnectionState {
    return this.#connectionState;
  }

  getGatheringState(): GatheringState {
    return this.#gatheringState;
  }

  getSignalingState(): SignalingState {
    return this.#signalingState;
  }

  /** Addition: why the connection ended, or is about to be given up; `null` while nothing is wrong. The first reason stays. */
  get closeReason(): CloseReason | null {
    return this.#closeReason;
  }

  /** Addition: a copy of the counters as they are now. */
  get counters(): ConnectionCounters {
    return { ...this.#counted, droppedPackets: this.#unread.droppedPackets };
  }

  /** Addition: bytes in the largest packet that this pair can carry, once connected; before that, a safe guess. */
  get maxPacketSize(): number {
    return this.#contain(() => this.#backend?.maxMessageSize) ?? 0;
  }

  /** Addition: whether its packets go by a relay beside `getNative()`, at present. */
  get isRelayed(): boolean {
    return this.#backend?.isRelayed ?? false;
  }

  /** Addition: what stands below, e.g. the `RTCPeerConnection`, for those who need more (voice, statistics). `null` if nothing does. */
  getNative(): unknown {
    return this.#backend?.native ?? null;
  }

  #start(configuration: ConnectionConfiguration, caller: string): ConnectionBackend | null {
    try {
      this.#backend = (this.#options.backend ?? defaultBackend())(configuration, this.#observer());
    } catch (error) {
      this.#dropBackend();
      diagnose(`${caller}: no connection: ${reasonOf(error)}`);
    }
    return this.#backend ?? null;
  }

  /** The backend, made now if this is the first need of it. `null`, with words, if there is none. */
  #started(caller: string): ConnectionBackend | null {
    if (this.#backend === undefined) return this.#start({}, caller);
    return this.#backend ?? refuse(null, `${caller}: initialize comes first`);
  }

  #reset(): void {
    this.#backend = undefined;
    this.#unread = new UnreadBudget(this.#options.maxUnreadBytes ?? MAX_UNREAD_BYTES);
    this.#early = [];
    this.#connectionState = ConnectionState.NEW;
    this.#gatheringState = GatheringState.NEW;
    this.#signalingState = SignalingState.STABLE;
    this.#closeReason = null;
    this.#role = null;
    this.#localSet = false;
    this.#remoteSet = false;
    this.#bothSetAtMs = Number.NaN;
    this.#counted = { badCandidates: 0, refusedChannels: 0 };
  }

  #dispose(): void {
    this.#dropBackend();
    this.#pending = new Ring();
    for (const channel of this.#channels) channel.detach();
    this.#channels = [];
  }

  #dropBackend(): void {
    const backend = this.#backend;
    this.#backend = null;
    this.#unread.isShut = true;
    this.#contain(() => backend?.close());
  }

  /** Every call of the backend: one that throws where its contract does not let it ends this connection, and nothing else. */
  #contain<Result>(call: () => Result, told = this.#unread): Result | undefined {
    try {
      return call();
    } catch (error) {
      this.#failLater(CloseReason.BACKEND_FAULT, reasonOf(error), told);
      return undefined;
    }
  }

  #failLater(reason: CloseReason, words: string, told: UnreadBudget): void {
    // What a backend throws when it is given up has nothing to end any more.
    if (told.isShut) diagnose(words);
    this.#later(() => this.#fail(reason, words), told);
    told.isShut = true;
  }

  /** Ends the connection for a reason found here: shows FAILED, keeps what has arrived readable. */
  #fail(reason: CloseReason, words: string): void {
    if (this.#hasEnded()) return;
    this.#closeReason ??= reason;
    diagnose(`connection failed (${reason}): ${words}`);
    this.#dropBackend();
    for (const channel of this.#channels) channel.end();
    this.#hasChannelNews = true;
    this.#connectionState = ConnectionState.FAILED;
  }

  #adopt(backend: ChannelBackend): WebRTCDataChannel {
    const unread = this.#unread;
    const channel = new WebRTCDataChannel(backend, {
      unread,
      fail: (reason, words) => this.#failLater(reason, words, unread),
      contain: (call) => this.#contain(call, unread),
      notify: () => {
        this.#hasChannelNews = true;
        this.#notify();
      },
    });
    this.#channels.push(channel);
    return channel;
  }

  #observer(): ConnectionObserver {
    const told = this.#unread;
    const later = (event: () => void): void => this.#later(event, told);
    return {
      onDescription: (type, sdp) => later(() => this.emit("sessionDescriptionCreated", type, sdp)),
      onIceCandidate: (media, index, name) => later(() => this.emit("iceCandidateCreated", media, index, name)),
      onChannel: (backend) => {
        if (!told.isShut) this.#contain(() => this.#receiveChannel(backend));
      },
      onConnectionState: (state) => later(() => this.#enter(numberOfState(ConnectionState, state))),
      onGatheringState: (state) =>
        later(() => {
          this.#gatheringState = numberOfState(GatheringState, state);
        }),
      onSignalingState: (state) =>
        later(() => {
          this.#signalingState = numberOfState(SignalingState, state);
        }),
      onOperationFailed: (operation, reason) =>
        later(() => {
          if (operation === "addIceCandidate") this.#noteBadCandidate(reason);
          else this.#fail(CloseReason.BAD_DESCRIPTION, `${operation}: ${reason}`);
        }),
    };
  }

  #later(event: () => void, told = this.#unread): void {
    // Not what a backend tells that was given up, or is about to be.
    if (told.isShut) return;
    this.#pending.push(event);
    this.#notify();
  }

  #notify(): void {
    if (this.#notified) return;
    this.#notified = true;
    this.wake?.();
  }

  #receiveChannel(backend: ChannelBackend): void {
    if (this.#channels.length >= MAX_CHANNELS) {
      this.#counted.refusedChannels += 1;
      return backend.close();
    }
    const channel = this.#adopt(backend);
    this.#later(() => {
      channel.poll();
      this.emit("dataChannelReceived", channel);
    });
  }

  #enter(state: ConnectionState): void {
    // Words of a backend that was given up meanwhile.
    if (this.#backend === null) return;
    if (state === ConnectionState.FAILED) {
      this.#closeReason ??= this.#stands ? CloseReason.CONNECTION_LOST : CloseReason.NO_PATH;
    }
    // It has opened in time: what comes later is no part of the first search for a path.
    if (state === ConnectionState.CONNECTED) this.#bothSetAtMs = Number.NaN;
    // The caller's own createOffer has moved it on already; the backend is late with its "new".
    if (state > ConnectionState.NEW) this.#connectionState = state;
  }

  #noteBadCandidate(reason: string): void {
    this.#counted.badCandidates += 1;
    if (this.#counted.badCandidates === 1) diagnose(`a candidate was ignored: ${reason}`);
  }

  #noteBothSet(): void {
    if (this.#localSet && this.#remoteSet) this.#bothSetAtMs = this.#clock.nowMs();
  }

  #pollChannels(): void {
    if (!this.#hasChannelNews) return;
    this.#hasChannelNews = false;
    for (const channel of this.#channels) channel.poll();
    // Those that have closed, but hold something unread, are in no other list.
    for (const channel of this.#unread.droppables) channel.poll();
    if (!this.#channels.some(isClosed)) return;
    if (this.#channels.every((channel) => channel.closedByPeer)) this.#closeReason ??= CloseReason.CLOSED_BY_PEER;
    this.#channels = this.#channels.filter((channel) => !isClosed(channel));
  }

  /** Hands a description to the backend, if it is its time. */
  #describe(
    name: "setLocalDescription" | "setRemoteDescription",
    type: string,
    sdp: string,
    isDue: boolean,
  ): ErrorCode {
    const call = `${name}(${shown(type)})`;
    if (!DESCRIPTION_TYPES.includes(type) || typeof sdp !== "string") {
      return refuse(ErrorCode.ERR_INVALID_PARAMETER, `${call}: not of ${DESCRIPTION_TYPES}, or no string`);
    }
    if (this.#hasEnded()) return refuse(ErrorCode.FAILED, `${call}: ${this.#wrongState()}`);
    const backend = this.#started(call);
    if (backend === null) return ErrorCode.ERR_UNCONFIGURED;
    if (!isDue) return refuse(ErrorCode.FAILED, `${call}: not due in state ${this.#connectionState}`);
    this.#contain(() => backend[name](type as DescriptionType, sdp));
    return ErrorCode.OK;
  }

  #hasEnded(): boolean {
    return this.#connectionState >= ConnectionState.FAILED;
  }

  get #stands(): boolean {
    return this.#connectionState > ConnectionState.CONNECTING && !this.#hasEnded();
  }

  #wrongState(): string {
    return `not in state ${STATE_NAMES[this.#connectionState]}`;
  }
}

const STATE_NAMES = Object.keys(ConnectionState);

function isClosed(channel: WebRTCDataChannel): boolean {
  return channel.getReadyState() === ChannelState.CLOSED;
}
