import type { ErrorCode } from "../../base/error-code.ts";
import type { ChannelState } from "../../connection/channel-state.ts";
import type { RepairStep } from "../../multiplayer/companion.ts";
import type { ConnectionPath } from "../../seam/connection-backend.ts";

/** One direction and mode of a way to a peer. A `WebRTCDataChannel` is one. */
export interface LinkChannel {
  bufferedAmountLowThreshold: number;
  onBufferedAmountLow: (() => void) | null;
  getReadyState(): ChannelState;
  getBufferedAmount(): number;
  getAvailablePacketCount(): number;
  /** Takes the bytes before it returns. */
  putPacket(bytes: Uint8Array): ErrorCode;
  getPacket(): Uint8Array;
}

/** What takes frames to one peer: a connection to it, or a route through a hub. */
export interface Carrier {
  readonly reliable: LinkChannel;
  readonly unreliable: LinkChannel;
  /** Nothing is said on it, but it may be heard. */
  readonly ordered: LinkChannel | null;
  /** The hub it goes through; 0: straight to the peer. */
  readonly via: number;
  /** A new poll: what was found out since the last one counts. */
  poll(): void;
  /** How it goes, as far as was known in the last poll. */
  look(nowMs: number): ConnectionPath | "hub" | null;
  /** Nothing is heard by it: mend it, if that is in anybody's power. */
  repair(step: RepairStep): void;
  /** It is of no use any more: another may follow. */
  abandon(): void;
}
