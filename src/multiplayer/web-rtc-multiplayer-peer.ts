import { type Clock, systemClock } from "../base/clock.ts";
import { diagnose, refuse, shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { faultOfPeerId } from "../base/peer-id.ts";
import { faultOfWhole } from "../base/whole.ts";
import { ConnectionState } from "../connection/connection-state.ts";
import type { WebRTCDataChannel } from "../connection/web-rtc-data-channel.ts";
import { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { channelIndex, channelLayout, channelOptions, faultOfExtras, type PlannedChannel } from "./channel-layout.ts";
import { type Companion, Companions, type RepairStep } from "./companion.ts";
import { DisconnectReason } from "./disconnect-reason.ts";
import { MAX_UNRELIABLE_LIFETIME_MS } from "./limits.ts";
import {
  ConnectionStatus,
  MultiplayerPeer,
  TARGET_PEER_BROADCAST,
  TARGET_PEER_SERVER,
  type TransferMode,
} from "./multiplayer-peer.ts";
import { PacketCursor } from "./packet-cursor.ts";
import { completePatience, type Patience } from "./patience.ts";
import { PeerEntry } from "./peer-entry.ts";

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

type Mode = "none" | "server" | "client" | "mesh";

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
  /** In the order they were added. Replaced, never changed: who walks it is not disturbed by who comes and goes meanwhile. */
  #peers: readonly PeerEntry[] = [];
  readonly #cursor = new PacketCursor();
  readonly #onWake = (): void => this.#notify();
  readonly #companions = new Companions(this.#onWake);
  #mode: Mode = "none";
  #status: ConnectionStatus = ConnectionStatus.DISCONNECTED;
  #uniqueId = 0;
  #target = TARGET_PEER_BROADCAST;
  #layout: readonly PlannedChannel[] = channelLayout([]);
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
    return this.#create("server", TARGET_PEER_SERVER, extraChannels);
  }

  /** Connects to the server alone. `peerId`: 2 to 2,147,483,647, known to the server. Otherwise as `createServer`. */
  createClient(peerId: number, extraChannels: readonly TransferMode[] = []): ErrorCode {
    return peerId === TARGET_PEER_SERVER
      ? refuse(ErrorCode.ERR_INVALID_PARAMETER, "createClient: id 1 is the server's")
      : this.#create("client", peerId, extraChannels);
  }

  /** Everybody connects to everybody. `peerId`: 1 to 2,147,483,647, nobody else's. Otherwise as `createServer`. */
  createMesh(peerId: number, extraChannels: readonly TransferMode[] = []): ErrorCode {
    return this.#create("mesh", peerId, extraChannels);
  }

  /**
   * Takes over a connection that is still NEW, and makes its channels. `unreliableLifetimeMs`: how long an unreliable packet
   * may wait and be sent again, 0 to 65,535; without one, 1 ms where it is ordered, and 40 ms where it is not.
   * Errors, the first that applies: `ERR_UNCONFIGURED` before `create…`; `ERR_INVALID_PARAMETER` for an id that cannot be a peer
   * here, or a bad lifetime; `ERR_UNAUTHORIZED` while `refuseNewConnections`; `ERR_INVALID_PARAMETER` for a connection that is none or
   * not NEW; `ERR_ALREADY_EXISTS`; `FAILED` if a channel cannot be made.
   */
  addPeer(connection: WebRTCPeerConnection, peerId: number, unreliableLifetimeMs: number | null = null): ErrorCode {
    const refused = (error: ErrorCode, fault: string): ErrorCode =>
      refuse(error, `addPeer(${shown(peerId)}): ${fault}`);
    if (this.#mode === "none")
      return refused(ErrorCode.ERR_UNCONFIGURED, "createMesh, createServer or createClient comes first");
    const fault =
      (this.#mode === "client" && peerId !== TARGET_PEER_SERVER ? "a client's only peer is 1" : null) ??
      faultOfPeerId("id", peerId) ??
      (peerId === this.#uniqueId ? "it is one's own id" : null) ??
      (unreliableLifetimeMs === null
        ? null
        : faultOfWhole("lifetime", unreliableLifetimeMs, 0, MAX_UNRELIABLE_LIFETIME_MS));
    if (fault !== null) return refused(ErrorCode.ERR_INVALID_PARAMETER, fault);
    if (this.refuseNewConnections) return refused(ErrorCode.ERR_UNAUTHORIZED, "refuseNewConnections is set");
    if (!(connection instanceof WebRTCPeerConnection) || connection.getConnectionState() !== ConnectionState.NEW) {
      return refused(ErrorCode.ERR_INVALID_PARAMETER, `${shown(connection)} is no WebRTCPeerConnection in state NEW`);
    }
    if (this.hasPeer(peerId))
      return refused(ErrorCode.ERR_ALREADY_EXISTS, "there is such a peer; removePeer comes first");
    const channels = this.#makeChannels(connection, unreliableLifetimeMs);
    if (channels === null) return refused(ErrorCode.FAILED, "a channel was refused");
    connection.wake = this.#onWake;
    this.#peers = [...this.#peers, new PeerEntry(peerId, connection, channels, this.#clock.nowMs())];
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
    if (!force) return peer.connection.close();
    this.#forget(peer);
    if (this.#mode === "client") this.#status = ConnectionStatus.DISCONNECTED;
  }

  /**
   * Addition: notes that a peer is about to close its connection, and why, as somebody knows who heard of it first (a lobby).
   * `peerDisconnected` then says that instead of `closed-by-peer`.
   */
  announceDeparture(id: number, reason: DisconnectReason): void {
    const peer = this.#known(id, "announceDeparture");
    if (peer !== undefined) peer.announced ??= reason;
  }

  /**
   * Addition: asks whoever connects this mesh (a connector) to mend the connection to a peer, in later polls. `restart` is not
   * noticed above; `replace` is seen as `peerDisconnected(id, "connection-lost")` and, once that peer is reached, `peerConnected`;
   * `none` takes back what was asked for and is not under way.
   * `ERR_UNAVAILABLE` if nobody can do that now.
   */
  repairPeer(id: number, step: RepairStep): ErrorCode {
    return this.#companions.repair(id, step) ? ErrorCode.OK : ErrorCode.ERR_UNAVAILABLE;
  }

  /**
   * Addition: the peers to whom everybody connects, the best first; all others reach each other through these. As the first companion
   * says that names any; `null`: everybody connects to everybody. The same array until it changes.
   */
  getHubs(): readonly number[] | null {
    return this.#companions.hubs;
  }

  /** Addition: whether a companion can introduce peers now, so that a connection that is lost may be made anew. */
  canMeet(): boolean {
    return this.#companions.isUp;
  }

  /** True from `addPeer` on, connected or not. */
  hasPeer(id: number): boolean {
    return this.#find(id) !== undefined;
  }

  getPeer(id: number): PeerInfo | null {
    const peer = this.#find(id);
    return peer === undefined ? null : infoOf(peer);
  }

  /** All peers by id, connected or not, in the order they were added. */
  getPeers(): Map<number, PeerInfo> {
    return new Map(this.#peers.map((peer) => [peer.id, infoOf(peer)]));
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
      this.#cursor.refresh(this.#peers);
      if (this.#cursor.peer === null) this.#cursor.advance(this.#peers);
    } finally {
      this.#polling = false;
    }
    if (this.#woken) this.wake?.();
  }

  close(): void {
    this.#closes += 1;
    for (const peer of this.#peers) this.#forget(peer);
    this.#mode = "none";
    this.#status = ConnectionStatus.DISCONNECTED;
    this.#uniqueId = 0;
    this.#target = TARGET_PEER_BROADCAST;
    this.#companions.close();
  }

  setTargetPeer(id: number): void {
    if (Number.isInteger(id)) this.#target = id;
    else diagnose(`setTargetPeer: ${shown(id)} is no whole number`);
  }

  /**
   * Sends one packet to the target, by `transferMode` and `transferChannel`. `ERR_UNCONFIGURED` if this peer is disconnected;
   * `ERR_INVALID_PARAMETER` for a channel or mode that does not exist, or a target that is unknown; for a single target else what its
   * channel says. A broadcast gives `OK` whatever the channels say: they say it in words.
   */
  putPacket(bytes: Uint8Array): ErrorCode {
    if (!(bytes instanceof Uint8Array)) {
      return refuse(ErrorCode.ERR_INVALID_PARAMETER, `putPacket: ${shown(bytes)} is no Uint8Array`);
    }
    if (bytes.length === 0) return ErrorCode.OK;
    if (this.#status === ConnectionStatus.DISCONNECTED) {
      return refuse(ErrorCode.ERR_UNCONFIGURED, "putPacket: this peer is disconnected");
    }
    const index = channelIndex(this.transferChannel, this.transferMode);
    if (this.#layout[index] === undefined) {
      const toNobody = index >= 0 && this.#target <= 0;
      return refuse(
        toNobody ? ErrorCode.OK : ErrorCode.ERR_INVALID_PARAMETER,
        `putPacket: there is no transfer channel ${shown(this.transferChannel)} of mode ${shown(this.transferMode)}`,
      );
    }
    return this.#target > 0 ? this.#send(this.#target, index, bytes) : this.#broadcast(0 - this.#target, index, bytes);
  }

  getAvailablePacketCount(): number {
    this.#cursor.refresh(this.#peers);
    if (this.#cursor.peer === null) return 0;
    let count = 0;
    for (const peer of this.#peers) {
      if (peer.connected) count += peer.unreadCount();
    }
    return count;
  }

  protected takePacket(): Uint8Array | ErrorCode {
    this.#cursor.refresh(this.#peers);
    const channel = this.#cursor.peer?.channels[this.#cursor.channelIndex];
    if (channel === undefined) return ErrorCode.ERR_UNAVAILABLE;
    const bytes = channel.getPacket();
    this.#cursor.advance(this.#peers);
    return bytes;
  }

  getPacketPeer(): number {
    this.#cursor.refresh(this.#peers);
    return this.#cursor.peer?.id ?? 0;
  }

  getPacketChannel(): number {
    return this.#nextPlanned.transferChannel;
  }

  getPacketMode(): TransferMode {
    return this.#nextPlanned.mode;
  }

  getConnectionStatus(): ConnectionStatus {
    return this.#status;
  }

  getUniqueId(): number {
    return this.#uniqueId;
  }

  override isServerRelaySupported(): boolean {
    return this.#mode === "server" || this.#mode === "client";
  }

  /** The channel of the next packet: the first one, which is reliable, if there is none. */
  get #nextPlanned(): PlannedChannel {
    this.#cursor.refresh(this.#peers);
    return this.#layout[this.#cursor.channelIndex] as PlannedChannel;
  }

  #create(mode: Mode, peerId: number, extraChannels: readonly TransferMode[]): ErrorCode {
    if (this.#mode !== "none") {
      return refuse(ErrorCode.ERR_ALREADY_IN_USE, `this is a ${this.#mode} already; close() comes first`);
    }
    const fault = faultOfPeerId(`${mode} id`, peerId) ?? faultOfExtras(extraChannels);
    if (fault !== null) return refuse(ErrorCode.ERR_INVALID_PARAMETER, fault);
    this.#layout = channelLayout(extraChannels);
    this.#mode = mode;
    this.#uniqueId = peerId;
    this.#status = mode === "client" ? ConnectionStatus.CONNECTING : ConnectionStatus.CONNECTED;
    return ErrorCode.OK;
  }

  #makeChannels(connection: WebRTCPeerConnection, lifetimeMs: number | null): WebRTCDataChannel[] | null {
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
    const peers = this.#peers;
    const nowMs = this.#clock.nowMs();
    for (const peer of peers) {
      if (!peer.removed) peer.connection.poll();
      if (!peer.removed) peer.review(nowMs, this.#patience);
    }
    for (const peer of peers) if (peer.verdict === "gone" && !peer.removed) this.#lose(peer);
    for (const peer of peers) {
      if (peer.verdict !== "joined" || peer.removed) continue;
      peer.connected = true;
      if (this.#mode === "client") this.#status = ConnectionStatus.CONNECTED;
      this.emit("peerConnected", peer.id);
    }
  }

  #lose(peer: PeerEntry): void {
    const closes = this.#closes;
    this.#forget(peer);
    const reason = peer.leaving as DisconnectReason;
    if (peer.connected) this.emit("peerDisconnected", peer.id, reason);
    else this.emit("peerFailed", peer.id, reason);
    if (this.#mode === "client" && this.#closes === closes) this.#status = ConnectionStatus.DISCONNECTED;
  }

  #forget(peer: PeerEntry): void {
    peer.removed = true;
    if (this.#cursor.peer === peer) this.#cursor.advance(this.#peers);
    this.#peers = this.#peers.filter((other) => other !== peer);
    if (peer.connection.wake === this.#onWake) peer.connection.wake = null;
    peer.connection.close();
  }

  #find(id: number): PeerEntry | undefined {
    for (const peer of this.#peers) if (peer.id === id) return peer;
    return undefined;
  }

  #known(id: number, call: string): PeerEntry | undefined {
    return this.#find(id) ?? refuse(undefined, `${call}(${shown(id)}): there is no such peer`);
  }

  #send(target: number, index: number, bytes: Uint8Array): ErrorCode {
    const peer = this.#known(target, "putPacket");
    if (peer === undefined) return ErrorCode.ERR_INVALID_PARAMETER;
    if (peer.leaving !== null) {
      return refuse(ErrorCode.ERR_UNCONFIGURED, `putPacket: peer ${target} is gone (${peer.leaving})`);
    }
    return (peer.channels[index] as WebRTCDataChannel).putPacket(bytes);
  }

  #broadcast(except: number, index: number, bytes: Uint8Array): ErrorCode {
    for (const peer of this.#peers) {
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
