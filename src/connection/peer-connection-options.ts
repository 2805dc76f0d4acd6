import type { Clock } from "../base/clock.ts";
import type { BackendFactory } from "../seam/connection-backend.ts";
import type { WebRTCDataChannel } from "./web-rtc-data-channel.ts";

export interface WebRTCPeerConnectionEvents {
  /** An offer or an answer was made: hand it to `setLocalDescription`, and to the far side. */
  sessionDescriptionCreated: (type: "offer" | "answer", sdp: string) => void;
  /** A candidate for the far side's `addIceCandidate`. Never empty; the end shows in `getGatheringState()`. */
  iceCandidateCreated: (media: string, index: number, name: string) => void;
  /** The far side made a channel that was not negotiated beforehand. */
  dataChannelReceived: (channel: WebRTCDataChannel) => void;
}

/** Additions to Godot's constructor, all optional. */
export interface WebRTCPeerConnectionOptions {
  /** What moves the bytes. Default: `setDefaultExtension`'s, or the browser's own `RTCPeerConnection`. */
  readonly backend?: BackendFactory;
  readonly clock?: Clock;
  /** How long a path may take once both descriptions are set, in ms. Default 20,000. */
  readonly openTimeoutMs?: number;
  /** What may have arrived and not been read, over all channels, in bytes. Default 16 MiB. */
  readonly maxUnreadBytes?: number;
}

/** Addition: what this connection had to put up with. */
export interface ConnectionCounters {
  /** Remote candidates that could not be used. */
  badCandidates: number;
  /** Channels of the far side refused because there were `MAX_CHANNELS` already. */
  refusedChannels: number;
  /** Unreliable packets dropped because the game did not read. */
  droppedPackets: number;
}
