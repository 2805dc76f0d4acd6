import { type Clock, systemClock } from "../base/clock.ts";
import { diagnose, shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { ConnectionState } from "../connection/connection-state.ts";
import type { WebRTCDataChannel } from "../connection/web-rtc-data-channel.ts";
import { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { channelIndex, channelLayout, channelOptions, faultOfExtras, type PlannedChannel } from "./channel-layout.ts";
import { type Companion, Companions } from "./companion.ts";
import { DisconnectReason } from "./disconnect-reason.ts";
import { MAX_UNRELIABLE_LIFETIME_MS, UNRELIABLE_LIFETIME_MS } from "./limits.ts";
import {
  ConnectionStatus,
  isPeerId,
  MAX_PEER_ID,
  MultiplayerPeer,
  TARGET_PEER_BROADCAST,
  TARGET_PEER_SERVER,
  TransferMode,
} from "./multiplayer-peer.ts";
import { PacketCursor } from "./packet-cursor.ts";
import { completePatience, type Patience } from "./patience.ts";
import { PeerEntry, Verdict } from "./peer-entry.ts";
import { PeerRoster } from "./peer-roster.ts";

export interface WebRTCMultiplayerPeerOptions extends Partial<Patience> {
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** What is known of one peer. */
export interface PeerInfo {
  readonly connection: WebRTCPeerConnection;
  /** Between its `peerConnected` and its `peerDisconnected`. */
  readonly connected: boolean;
  /** `reliable`, `ordered`, `unreliable`, then the extra channels. */
  readonly channels: readonly WebRTCDataChannel[];
}

const Mode = { NONE: 0, SERVER: 1, CLIENT: 2, MESH: 3 } as const;
type Mode = (typeof Mode)[keyof typeof Mode];

/**
 * Godot's `WebRTCMultiplayerPeer`: numbered peers over WebRTC connections, in a mesh or in a star round peer 1.
 *
 * `createMesh`, `createServer` or `createClient`; then `addPeer` with a new connection for each peer, before its offer is made
 * or taken. It makes the channels; offers, answers and candidates are for the caller to carry (or a connector). From then on
 * the connection is this object's: polled by it, its `wake` taken over, closed when the peer goes.
 */
export class WebRTCMultiplayerPeer extends MultiplayerPeer {
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #peers = new PeerRoster();
  readonly #cursor = new PacketCursor();
  readonly #onWake = (): void => this.#notify();
  readonly #companions = new Companions(this.#onWake);
  #mode: Mode = Mode.NONE;
  #status: ConnectionStatus = ConnectionStatus.DISCONNECTED;
  #uniqueId = 0;
  #target = TARGET_PEER_BROADCAST;
  #layout: readonly PlannedChannel[] = channelLayout([]);
  /** What the poll that runs has found; empty otherwise. */
  readonly #gone: PeerEntry[] = [];
  readonly #joined: PeerEntry[] = [];
  #polling = false;
  #woken = false;
  /** Counts calls of `close`, so that what an event's handler closed and made anew is not touched by what caused the event. */
  #closes = 0;

  constructor(options: WebRTCMultiplayerPeerOptions = {}) {
    super();
    this.#clock = options.clock ?? systemClock;
    this.#patience = completePatience(options);
  }

  /**
   * Everybody connects to this peer, which has id 1. `extraChannels`: the mode of each channel from `transferChannel` 1 on; all
   * peers must have the same. `ERR_ALREADY_IN_USE` until `close()`, `ERR_INVALID_PARAMETER` for bad modes.
   */
  createServer(extraChannels: readonly TransferMode[] = []): ErrorCode {
    return this.#create("createServer", Mode.SERVER, TARGET_PEER_SERVER, extraChannels);
  }

  /** Connects to the server alone. `peerId`: 2 to 2,147,483,647, known to the server. Otherwise as `createServer`. */
  createClient(peerId: number, extraChannels: readonly TransferMode[] = []): ErrorCode {
    if (peerId === TARGET_PEER_SERVER) return invalid("createClient: id 1 is the server's");
    return this.#create("createClient", Mode.CLIENT, peerId, extraChannels);
  }

  /** Everybody connects to everybody. `peerId`: 1 to 2,147,483,647, nobody else's. Otherwise as `createServer`. */
  createMesh(peerId: number, extraChannels: readonly TransferMode[] = []): ErrorCode {
    return this.#create("createMesh", Mode.MESH, peerId, extraChannels);
  }

  /**
   * Takes over a connection that is still NEW, and makes its channels. `unreliableLifetimeMs`: how long an unreliable packet
   * may be sent again, 0 to 65,535.
   * Errors, the first that applies: `ERR_UNCONFIGURED` before `create…`; `ERR_INVALID_PARAMETER` for an id that cannot be a peer
   * here, or a bad lifetime; `ERR_UNAUTHORIZED` while `refuseNewConnections`; `ERR_INVALID_PARAMETER` for a connection that is none or
   * not NEW; `ERR_ALREADY_EXISTS`; `FAILED` if a channel cannot be made.
   */
  addPeer(
    connection: WebRTCPeerConnection,
    peerId: number,
    unreliableLifetimeMs: number = UNRELIABLE_LIFETIME_MS,
  ): ErrorCode {
    const name = `addPeer(${shown(peerId)})`;
    if (this.#mode === Mode.NONE) {
      diagnose(`${name}: createMesh, createServer or createClient comes first`);
      return ErrorCode.ERR_UNCONFIGURED;
    }
    if (this.#mode === Mode.CLIENT && peerId !== TARGET_PEER_SERVER)
      return invalid(`${name}: a client's only peer is 1`);
    if (this.#mode === Mode.SERVER && peerId === TARGET_PEER_SERVER) return invalid(`${name}: 1 is the server itself`);
    if (!isPeerId(peerId)) return invalid(`${name}: not a whole number from 1 to ${MAX_PEER_ID}`);
    if (peerId === this.#uniqueId) return invalid(`${name}: this is one's own id`);
    if (!isWhole(unreliableLifetimeMs, MAX_UNRELIABLE_LIFETIME_MS)) {
      return invalid(
        `${name}: the lifetime ${shown(unreliableLifetimeMs)} is not a whole number of ms from 0 to 65535`,
      );
    }
    if (this.refuseNewConnections) {
      diagnose(`${name}: refuseNewConnections is set`);
      return ErrorCode.ERR_UNAUTHORIZED;
    }
    if (!(connection instanceof WebRTCPeerConnection)) {
      return invalid(`${name}: ${shown(connection)} is no WebRTCPeerConnection`);
    }
    const state = connection.getConnectionState();
    if (state !== ConnectionState.NEW) return invalid(`${name}: the connection must be NEW, its state is ${state}`);
    if (this.#peers.get(peerId) !== undefined) {
      diagnose(`${name}: there is such a peer already; removePeer comes first`);
      return ErrorCode.ERR_ALREADY_EXISTS;
    }
    const channels = this.#makeChannels(connection, unreliableLifetimeMs);
    if (channels === null) {
      diagnose(`${name}: the connection refused one of its channels`);
      return ErrorCode.FAILED;
    }
    connection.wake = this.#onWake;
    this.#peers.add(new PeerEntry(peerId, connection, channels, this.#clock.nowMs()));
    return ErrorCode.OK;
  }

  /**
   * Delivers what was sent to a peer, closes its connection and forgets it, unread packets too. If it was connected,
   * `peerDisconnected` is emitted within this call.
   */
  removePeer(id: number): void {
    const peer = this.#known(id, "removePeer");
    if (peer === undefined) return;
    peer.leave(DisconnectReason.CLOSED_LOCALLY, this.#clock.nowMs());
    if (peer.connected) this.#lose(peer);
    else this.#forget(peer);
  }

  /**
   * Delivers what was sent to a peer and closes its connection; what it sent and is unread is discarded. A later poll
   * removes it and emits `peerDisconnected` (`peerFailed`, if it was not connected yet). `force`: removed at once, without an event.
   * `reason` is an addition: what the event says.
   */
  disconnectPeer(id: number, force = false, reason: DisconnectReason = DisconnectReason.CLOSED_LOCALLY): void {
    const peer = this.#known(id, "disconnectPeer");
    if (peer === undefined) return;
    peer.leave(reason, this.#clock.nowMs());
    if (!force) {
      peer.connection.close();
      return;
    }
    this.#forget(peer);
    if (this.#mode === Mode.CLIENT) this.#status = ConnectionStatus.DISCONNECTED;
  }

  /**
   * Addition: notes that a peer is about to close its connection, and why, as somebody knows who heard of it first (a lobby).
   * `peerDisconnected` then says that instead of `closed-by-peer`.
   */
  announceDeparture(id: number, reason: DisconnectReason): void {
    const peer = this.#known(id, "announceDeparture");
    if (peer !== undefined) peer.announced ??= reason;
  }

  /** True from `addPeer` on, connected or not. */
  hasPeer(id: number): boolean {
    return this.#peers.get(id) !== undefined;
  }

  getPeer(id: number): PeerInfo | null {
    const peer = this.#peers.get(id);
    return peer === undefined ? null : infoOf(peer);
  }

  /** All peers by id, connected or not, in the order they were added. */
  getPeers(): Map<number, PeerInfo> {
    return new Map(this.#peers.list.map((peer) => [peer.id, infoOf(peer)]));
  }

  /** Addition: polls a companion inside this object's `poll()` and forwards its `wake`, which is taken over, until `detach` or `close`. */
  attach(companion: Companion): void {
    this.#companions.add(companion);
  }

  detach(companion: Companion): void {
    this.#companions.remove(companion);
  }

  poll(): void {
    // An event's handler that polls would meet peers half removed.
    if (this.#polling) return;
    this.#polling = true;
    this.#woken = false;
    try {
      this.#companions.poll();
      this.#pollPeers();
      this.#cursor.refresh(this.#peers.list);
      if (this.#cursor.peer === null) this.#cursor.advance(this.#peers.list);
    } finally {
      this.#polling = false;
    }
    if (this.#woken) this.wake?.();
  }

  close(): void {
    this.#closes += 1;
    for (const peer of this.#peers.list) this.#forget(peer);
    this.#cursor.reset();
    this.#mode = Mode.NONE;
    this.#status = ConnectionStatus.DISCONNECTED;
    this.#uniqueId = 0;
    this.#target = TARGET_PEER_BROADCAST;
    this.#layout = channelLayout([]);
    this.#companions.close();
  }

  setTargetPeer(id: number): void {
    if (Number.isInteger(id)) this.#target = id;
    else diagnose(`setTargetPeer: ${shown(id)} is not a whole number; the target is still ${this.#target}`);
  }

  /**
   * Sends one packet to the target, by `transferMode` and `transferChannel`. `ERR_UNCONFIGURED` if this peer is disconnected;
   * `ERR_INVALID_PARAMETER` for a channel or mode that does not exist, or a target that is unknown; for a single target else what its
   * channel says. A broadcast gives `OK` whatever the channels say: they say it in words.
   */
  putPacket(bytes: Uint8Array): ErrorCode {
    if (bytes.length === 0) return ErrorCode.OK;
    if (this.#status === ConnectionStatus.DISCONNECTED) {
      diagnose("putPacket: this peer is disconnected");
      return ErrorCode.ERR_UNCONFIGURED;
    }
    const index = channelIndex(this.transferChannel, this.transferMode);
    if (index < 0) {
      return invalid(
        `putPacket: there is no transfer channel ${shown(this.transferChannel)} with mode ${shown(this.transferMode)}`,
      );
    }
    if (index >= this.#layout.length) {
      const fault = `putPacket: transfer channel ${this.transferChannel}, but there are ${this.#layout.length - 3} extra channels`;
      if (this.#target > 0) return invalid(fault);
      diagnose(fault);
      return ErrorCode.OK;
    }
    return this.#target > 0 ? this.#send(this.#target, index, bytes) : this.#broadcast(0 - this.#target, index, bytes);
  }

  getAvailablePacketCount(): number {
    this.#cursor.refresh(this.#peers.list);
    if (this.#cursor.peer === null) return 0;
    let count = 0;
    for (const peer of this.#peers.list) {
      if (peer.connected) count += peer.unreadCount();
    }
    return count;
  }

  protected takePacket(): Uint8Array | ErrorCode {
    const peer = this.#cursor.peer;
    if (peer === null) return ErrorCode.ERR_UNAVAILABLE;
    let channel = peer.channels[this.#cursor.channelIndex] as WebRTCDataChannel;
    if (channel.getAvailablePacketCount() === 0) {
      // Somebody read from the channel itself.
      const readable = peer.channels[peer.firstReadable()];
      if (readable === undefined) {
        this.#cursor.advance(this.#peers.list);
        return ErrorCode.ERR_BUG;
      }
      channel = readable;
    }
    const bytes = channel.getPacket();
    const error = channel.getPacketError();
    this.#cursor.advance(this.#peers.list);
    return error === ErrorCode.OK ? bytes : error;
  }

  getPacketPeer(): number {
    return this.#cursor.peer?.id ?? 0;
  }

  getPacketChannel(): number {
    return this.#cursor.peer === null ? 0 : (this.#layout[this.#cursor.channelIndex]?.transferChannel ?? 0);
  }

  getPacketMode(): TransferMode {
    if (this.#cursor.peer === null) return TransferMode.RELIABLE;
    return this.#layout[this.#cursor.channelIndex]?.mode ?? TransferMode.RELIABLE;
  }

  getConnectionStatus(): ConnectionStatus {
    return this.#status;
  }

  getUniqueId(): number {
    return this.#uniqueId;
  }

  override isServerRelaySupported(): boolean {
    return this.#mode === Mode.SERVER || this.#mode === Mode.CLIENT;
  }

  #create(name: string, mode: Mode, peerId: number, extraChannels: readonly TransferMode[]): ErrorCode {
    if (this.#mode !== Mode.NONE) {
      diagnose(`${name}: this peer takes part already, as ${this.#uniqueId}; close() comes first`);
      return ErrorCode.ERR_ALREADY_IN_USE;
    }
    if (!isPeerId(peerId))
      return invalid(`${name}: id ${shown(peerId)} is not a whole number from 1 to ${MAX_PEER_ID}`);
    const fault = faultOfExtras(extraChannels);
    if (fault !== null) return invalid(`${name}: ${fault}`);
    this.#layout = channelLayout(extraChannels);
    this.#mode = mode;
    this.#uniqueId = peerId;
    this.#status = mode === Mode.CLIENT ? ConnectionStatus.CONNECTING : ConnectionStatus.CONNECTED;
    return ErrorCode.OK;
  }

  #makeChannels(connection: WebRTCPeerConnection, lifetimeMs: number): WebRTCDataChannel[] | null {
    const channels: WebRTCDataChannel[] = [];
    for (const planned of this.#layout) {
      const channel = connection.createDataChannel(planned.label, channelOptions(planned, lifetimeMs));
      if (channel === null) {
        for (const made of channels) made.close();
        return null;
      }
      channels.push(channel);
    }
    return channels;
  }

  #pollPeers(): void {
    const peers = this.#peers.list;
    if (peers.length === 0) return;
    const nowMs = this.#clock.nowMs();
    const gone = this.#gone;
    const joined = this.#joined;
    for (const peer of peers) {
      if (peer.removed) continue;
      peer.connection.poll();
      if (peer.removed) continue;
      const verdict = peer.review(nowMs, this.#patience);
      if (verdict === Verdict.GONE) gone.push(peer);
      else if (verdict === Verdict.JOINED) joined.push(peer);
    }
    for (const peer of gone) if (!peer.removed) this.#lose(peer);
    for (const peer of joined) if (!peer.removed) this.#welcome(peer);
    gone.length = 0;
    joined.length = 0;
  }

  #welcome(peer: PeerEntry): void {
    peer.connected = true;
    if (this.#mode === Mode.CLIENT) this.#status = ConnectionStatus.CONNECTED;
    this.emit("peerConnected", peer.id);
  }

  #lose(peer: PeerEntry): void {
    const closes = this.#closes;
    this.#forget(peer);
    const reason = peer.leaving ?? DisconnectReason.CLOSED_LOCALLY;
    if (peer.connected) this.emit("peerDisconnected", peer.id, reason);
    else this.emit("peerFailed", peer.id, reason);
    if (this.#mode === Mode.CLIENT && this.#closes === closes) this.#status = ConnectionStatus.DISCONNECTED;
  }

  #forget(peer: PeerEntry): void {
    const position = this.#peers.remove(peer);
    this.#cursor.removed(position, this.#peers.list);
    if (peer.connection.wake === this.#onWake) peer.connection.wake = null;
    peer.connection.close();
  }

  #known(id: number, call: string): PeerEntry | undefined {
    const peer = this.#peers.get(id);
    if (peer === undefined) diagnose(`${call}(${shown(id)}): there is no such peer`);
    return peer;
  }

  #send(target: number, index: number, bytes: Uint8Array): ErrorCode {
    const peer = this.#peers.get(target);
    if (peer === undefined) return invalid(`putPacket: there is no peer ${target}`);
    if (peer.leaving !== null) {
      diagnose(`putPacket: peer ${target} is gone (${peer.leaving})`);
      return ErrorCode.ERR_UNCONFIGURED;
    }
    return (peer.channels[index] as WebRTCDataChannel).putPacket(bytes);
  }

  #broadcast(except: number, index: number, bytes: Uint8Array): ErrorCode {
    for (const peer of this.#peers.list) {
      if (!peer.connected || peer.leaving !== null || peer.id === except) continue;
      (peer.channels[index] as WebRTCDataChannel).putPacket(bytes);
    }
    return ErrorCode.OK;
  }

  #notify(): void {
    if (this.#woken) return;
    this.#woken = true;
    if (!this.#polling) this.wake?.();
  }
}

function infoOf(peer: PeerEntry): PeerInfo {
  return { connection: peer.connection, connected: peer.connected, channels: [...peer.channels] };
}

function invalid(reason: string): ErrorCode {
  diagnose(reason);
  return ErrorCode.ERR_INVALID_PARAMETER;
}

function isWhole(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
