import { ChannelState } from "../connection/channel-state.ts";
import { ConnectionState } from "../connection/connection-state.ts";
import type { WebRTCDataChannel } from "../connection/web-rtc-data-channel.ts";
import type { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { DisconnectReason } from "./disconnect-reason.ts";
import type { Patience } from "./patience.ts";

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
  /** What the last review found. `joined` may come with `leaving` set: it came and went since the one before. */
  verdict: "stays" | "joined" | "gone" = "stays";

  #leavingSinceMs = 0;
  /** `REACHABLE` if it is; before it has joined, since it was added. */
  #unreachableSinceMs: number;
  /** One channel closed while the connection stood: the others may still deliver. */
  #awaitsChannels = false;

  constructor(id: number, connection: WebRTCPeerConnection, channels: readonly WebRTCDataChannel[], nowMs: number) {
    this.id = id;
    this.connection = connection;
    this.channels = channels;
    this.#unreachableSinceMs = nowMs;
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

  /** Looks at the connection after its poll. */
  review(nowMs: number, patience: Patience): void {
    this.verdict = this.#judge(nowMs, patience);
  }

  #judge(nowMs: number, patience: Patience): PeerEntry["verdict"] {
    if (this.leaving === null) {
      const isConnected = this.connection.getConnectionState() === ConnectionState.CONNECTED;
      const joins = isConnected && !this.connected && this.channels.every(isOpen);
      if (isConnected && (this.connected || joins)) this.#unreachableSinceMs = REACHABLE;
      else if (this.#unreachableSinceMs === REACHABLE) this.#unreachableSinceMs = nowMs;
      const reason = this.#reasonToLeave(nowMs, patience);
      if (reason === null) return joins ? "joined" : "stays";
      this.leave(reason, nowMs);
      if (!this.connected && reason !== DisconnectReason.CONNECT_TIMEOUT && this.unreadCount() > 0) return "joined";
    }
    return !this.connected || this.#isDone(nowMs, patience) ? "gone" : "stays";
  }

  #reasonToLeave(nowMs: number, patience: Patience): DisconnectReason | null {
    const hasEnded = this.connection.getConnectionState() >= ConnectionState.FAILED;
    const closed = this.channels.find(isClosing);
    if (hasEnded || closed !== undefined) {
      const isByPeer = closed?.closedByPeer ?? true;
      this.#awaitsChannels = isByPeer && !hasEnded;
      const otherwise = isByPeer ? DisconnectReason.CLOSED_BY_PEER : DisconnectReason.CLOSED_LOCALLY;
      const reason = this.connection.closeReason ?? otherwise;
      return reason === DisconnectReason.CLOSED_BY_PEER ? (this.announced ?? reason) : reason;
    }
    const unreachableMs = nowMs - this.#unreachableSinceMs;
    if (this.connected) return unreachableMs >= patience.disconnectGraceMs ? DisconnectReason.CONNECTION_LOST : null;
    return unreachableMs >= patience.connectTimeoutMs ? DisconnectReason.CONNECT_TIMEOUT : null;
  }

  /** Whether all that a leaving peer sent has been read, as far as waiting for it makes sense. */
  #isDone(nowMs: number, patience: Patience): boolean {
    if (nowMs - this.#leavingSinceMs >= patience.disconnectGraceMs) return true;
    if (this.unreadCount() > 0) return false;
    const hasEnded = this.connection.getConnectionState() >= ConnectionState.FAILED;
    return !this.#awaitsChannels || hasEnded || this.channels.every(isClosed);
  }
}

function hasPacket(channel: WebRTCDataChannel): boolean {
  return channel.getAvailablePacketCount() > 0;
}

function isOpen(channel: WebRTCDataChannel): boolean {
  return channel.getReadyState() === ChannelState.OPEN;
}

function isClosing(channel: WebRTCDataChannel): boolean {
  return channel.getReadyState() >= ChannelState.CLOSING;
}

function isClosed(channel: WebRTCDataChannel): boolean {
  return channel.getReadyState() === ChannelState.CLOSED;
}
