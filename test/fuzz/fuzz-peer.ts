import { ErrorCode } from "../../src/base/error-code.ts";
import { ChannelState } from "../../src/connection/channel-state.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import { type PeerInfo, WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";

/** A channel of which the far side is an array. */
class FuzzChannel {
  readonly waiting: Uint8Array[] = [];
  onBufferedAmountLow: (() => void) | null = null;
  bufferedAmountLowThreshold = 0;
  sentPackets = 0;
  sentBytes = 0;

  getAvailablePacketCount(): number {
    return this.waiting.length;
  }

  getPacket(): Uint8Array {
    return this.waiting.shift() ?? new Uint8Array(0);
  }

  putPacket({ length }: Uint8Array): ErrorCode {
    this.sentPackets += 1;
    this.sentBytes += length;
    return ErrorCode.OK;
  }

  getBufferedAmount(): number {
    return 0;
  }

  getReadyState(): ChannelState {
    return ChannelState.OPEN;
  }
}

/** A mesh in which there is one other, connected over nothing. */
export class FuzzPeer extends WebRTCMultiplayerPeer {
  readonly reliable = new FuzzChannel();
  readonly unreliable = new FuzzChannel();
  readonly #info: PeerInfo;
  #isConnected = true;

  constructor() {
    super();
    this.createMesh(1);
    const channels = [this.reliable, new FuzzChannel(), this.unreliable] as unknown as readonly WebRTCDataChannel[];
    const connection = { getNative: () => null };
    this.#info = { connected: true, connection, channels } as unknown as PeerInfo;
  }

  override getPeers(): Map<number, PeerInfo> {
    return new Map(this.#isConnected ? [[2, this.#info]] : []);
  }

  override getPeer(id: number): PeerInfo | null {
    return id === 2 && this.#isConnected ? this.#info : null;
  }

  /** The connection is lost, and another takes its place. What was unread is lost too. */
  reconnect(): void {
    if (!this.#isConnected) return;
    this.reliable.waiting.length = 0;
    this.unreliable.waiting.length = 0;
    this.emit("peerDisconnected", 2, "connection-lost");
    this.emit("peerConnected", 2);
  }

  override poll(): void {}

  override disconnectPeer(): void {
    this.#isConnected = false;
  }
}
