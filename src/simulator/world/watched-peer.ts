import type { ErrorCode } from "../../base/error-code.ts";
import type { DisconnectReason } from "../../multiplayer/disconnect-reason.ts";
import type { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type {
  WebRTCMultiplayerPeer,
  WebRTCMultiplayerPeerOptions,
} from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import { guardHandlers } from "./guard-handlers.ts";

/** Who hears what becomes of a peer. */
export interface PeerWatch {
  /** A handler of one of its events threw. */
  threw(error: unknown): void;
  connected(id: number): void;
  disconnected(id: number, reason: DisconnectReason): void;
  failed(id: number, reason: DisconnectReason): void;
  received(from: number, mode: TransferMode, channel: number, bytes: Uint8Array): void;
}

/** A mesh peer that tells what becomes of it. */
export interface WatchedPeer extends WebRTCMultiplayerPeer {
  /** Whether its owner has called into it, so that events may come. */
  readonly isCalled: boolean;
  /** What `setTargetPeer` was told last. */
  readonly target: number;
}

/** A subclass of mesh peers that tells what becomes of them, ahead of everybody else. */
export function watched(
  Base: typeof WebRTCMultiplayerPeer,
): new (
  options: WebRTCMultiplayerPeerOptions,
  watch: PeerWatch,
) => WatchedPeer {
  return class extends Base implements WatchedPeer {
    readonly #watch: PeerWatch;
    #calls = 0;
    #target = 0;

    constructor(options: WebRTCMultiplayerPeerOptions, watch: PeerWatch) {
      super(options);
      this.#watch = watch;
      guardHandlers(this, (error) => watch.threw(error));
      this.on("peerConnected", (id) => watch.connected(id));
      this.on("peerDisconnected", (id, reason) => watch.disconnected(id, reason));
      this.on("peerFailed", (id, reason) => watch.failed(id, reason));
    }

    get isCalled(): boolean {
      return this.#calls > 0;
    }

    get target(): number {
      return this.#target;
    }

    override setTargetPeer(id: number): void {
      this.#target = id;
      super.setTargetPeer(id);
    }

    override poll(): void {
      this.#calls += 1;
      try {
        super.poll();
      } finally {
        this.#calls -= 1;
      }
    }

    override removePeer(id: number): void {
      this.#calls += 1;
      try {
        super.removePeer(id);
      } finally {
        this.#calls -= 1;
      }
    }

    protected override takePacket(): Uint8Array | ErrorCode {
      const from = this.getPacketPeer();
      if (from === 0) return super.takePacket();
      const mode = this.getPacketMode();
      const channel = this.getPacketChannel();
      const taken = super.takePacket();
      if (typeof taken !== "number") this.#watch.received(from, mode, channel, taken);
      return taken;
    }
  };
}
