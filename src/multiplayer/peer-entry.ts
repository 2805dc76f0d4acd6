import { ChannelState } from "../connection/channel-state.ts";
import { ConnectionState } from "../connection/connection-state.ts";
import type { WebRTCDataChannel } from "../connection/web-rtc-data-channel.ts";
import type { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { DisconnectReason } from "./disconnect-reason.ts";
import type { Patience } from "./patience.ts";

/** What a review found. */
export const Verdict = { STAYS: 0, JOINED: 1, GONE: 2 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Later than any moment. */
const REACHABLE = Number.POSITIVE_INFINITY;

/** One peer of a mesh: its connection, its channels, and how far it has come or gone. */
export class PeerEntry {
  readonly id: number;
  readonly connection: WebRTCPeerConnection;
  readonly channels: readonly WebRTCDataChannel[];
  /** Announced by `peerConnected`. */
  connected = false;
  /** No longer in the mesh: whoever still walks an older list passes it over. */
  removed = false;
  /** Why it is going: nothing is sent to it any more. It stays until what it sent is read. */
  leaving: DisconnectReason | null = null;
  /** Why the far side is about to close, as was told beforehand. */
  announced: DisconnectReason | null = null;

  readonly #addedAtMs: number;
  #leavingSinceMs = 0;
  #unreachableSinceMs = REACHABLE;
  /** One channel closed while the connection stood: the others may still deliver. */
  #awaitsChannels = false;

  constructor(id: number, connection: WebRTCPeerConnection, channels: readonly WebRTCDataChannel[], nowMs: number) {
    this.id = id;
    this.connection = connection;
    this.channels = channels;
    this.#addedAtMs = nowMs;
  }

  /** The first reason wins. */
  leave(reason: DisconnectReason, nowMs: number): void {
    if (this.leaving !== null) return;
    this.leaving = reason;
    this.#leavingSinceMs = nowMs;
  }

  unreadCount(): number {
    let count = 0;
    for (const channel of this.channels) count += channel.getAvailablePacketCount();
    return count;
  }

  /** Index of the first channel with a packet; −1 if there is none. */
  firstReadable(): number {
    return this.channels.findIndex(hasPacket);
  }

  /** Looks at the connection after its poll. JOINED may come with `leaving` set: it came and went since the last look. */
  review(nowMs: number, patience: Patience): Verdict {
    if (this.leaving === null) {
      if (this.#look(nowMs, patience)) return Verdict.JOINED;
      if (this.leaving === null) return Verdict.STAYS;
      if (!this.connected && this.leaving !== DisconnectReason.CONNECT_TIMEOUT && this.unreadCount() > 0)
        return Verdict.JOINED;
    }
    return !this.connected || this.#isDone(nowMs, patience) ? Verdict.GONE : Verdict.STAYS;
  }

  /** Notes what has changed; true if the peer is there now and was not before. */
  #look(nowMs: number, patience: Patience): boolean {
    const state = this.connection.getConnectionState();
    const ended = state === ConnectionState.FAILED || state === ConnectionState.CLOSED;
    let open = 0;
    let closed: WebRTCDataChannel | null = null;
    for (const channel of this.channels) {
      const channelState = channel.getReadyState();
      if (channelState === ChannelState.OPEN) open += 1;
      else if (channelState !== ChannelState.CONNECTING) closed ??= channel;
    }
    if (ended || closed !== null) {
      const byPeer = closed?.closedByPeer ?? true;
      const otherwise = byPeer ? DisconnectReason.CLOSED_BY_PEER : DisconnectReason.CLOSED_LOCALLY;
      const reason = this.connection.closeReason ?? otherwise;
      this.leave(reason === DisconnectReason.CLOSED_BY_PEER ? (this.announced ?? reason) : reason, nowMs);
      this.#awaitsChannels = !ended && byPeer;
      return false;
    }
    if (state === ConnectionState.CONNECTED) {
      if (this.#unreachableSinceMs !== REACHABLE) this.#unreachableSinceMs = REACHABLE;
      if (!this.connected && open === this.channels.length) return true;
    } else if (this.connected) {
      if (this.#unreachableSinceMs === REACHABLE) this.#unreachableSinceMs = nowMs;
      if (nowMs - this.#unreachableSinceMs >= patience.disconnectGraceMs)
        this.leave(DisconnectReason.CONNECTION_LOST, nowMs);
    }
    if (!this.connected && nowMs - this.#addedAtMs >= patience.connectTimeoutMs)
      this.leave(DisconnectReason.CONNECT_TIMEOUT, nowMs);
    return false;
  }

  /** Whether all that a leaving peer sent has been read, as far as waiting for it makes sense. */
  #isDone(nowMs: number, patience: Patience): boolean {
    const waitedMs = nowMs - this.#leavingSinceMs;
    if (waitedMs >= patience.disconnectGraceMs) return true;
    if (this.unreadCount() > 0) return false;
    return !this.#awaitsChannels || this.#areAllClosed();
  }

  #areAllClosed(): boolean {
    if (this.connection.getConnectionState() >= ConnectionState.FAILED) return true;
    return this.channels.every((channel) => channel.getReadyState() === ChannelState.CLOSED);
  }
}

function hasPacket(channel: WebRTCDataChannel): boolean {
  return channel.getAvailablePacketCount() > 0;
}
