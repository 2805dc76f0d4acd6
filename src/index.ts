/**
 * The front door: the connection and its channels, the mesh of numbered peers, and what these share. Signalling, lobbies,
 * the server and the driver have entries of their own.
 *
 * @module
 */

// Shared by everything.
export { type Clock, systemClock } from "./base/clock.ts";
export { type DiagnosticsHandler, setDiagnosticsHandler } from "./base/diagnostics.ts";
export type { Emitter, EventMap } from "./base/emitter.ts";
export { ErrorCode } from "./base/error-code.ts";
export { MAX_PEER_ID } from "./base/peer-id.ts";
export type { Pollable } from "./base/pollable.ts";
export { type RandomSource, systemRandom } from "./base/random.ts";
export { TickmeshError } from "./base/tickmesh-error.ts";

// One connection to one peer.
export { ChannelState, WriteMode } from "./connection/channel-state.ts";
export type { DataChannelOptions } from "./connection/check-channel-options.ts";
export { CloseReason } from "./connection/close-reason.ts";
export { ConnectionState, GatheringState, SignalingState } from "./connection/connection-state.ts";
export type { PacketPeer } from "./connection/packet-peer.ts";
export type { WebRTCDataChannel } from "./connection/web-rtc-data-channel.ts";
export {
  type ConnectionCounters,
  WebRTCPeerConnection,
  type WebRTCPeerConnectionEvents,
  type WebRTCPeerConnectionOptions,
} from "./connection/web-rtc-peer-connection.ts";

// The mesh.
export type { Companion, RepairStep } from "./multiplayer/companion.ts";
export { DisconnectReason } from "./multiplayer/disconnect-reason.ts";
export {
  ConnectionStatus,
  MultiplayerPeer,
  type MultiplayerPeerEvents,
  TARGET_PEER_BROADCAST,
  TARGET_PEER_SERVER,
  TransferMode,
} from "./multiplayer/multiplayer-peer.ts";
export { OfflineMultiplayerPeer } from "./multiplayer/offline-multiplayer-peer.ts";
export {
  type PeerInfo,
  WebRTCMultiplayerPeer,
  type WebRTCMultiplayerPeerOptions,
} from "./multiplayer/web-rtc-multiplayer-peer.ts";

// What stands below a connection, for those who bring another backend.
export {
  type BackendConnectionState,
  type BackendFactory,
  type BackendGatheringState,
  type BackendOperation,
  type BackendSignalingState,
  type ChannelBackend,
  type ChannelFacts,
  type ChannelObserver,
  type ChannelOptions,
  CLOSE_DEADLINE_MS,
  type ConnectionBackend,
  type ConnectionConfiguration,
  type ConnectionObserver,
  type DescriptionType,
  type IceServer,
  SendError,
  type SendFailure,
} from "./seam/connection-backend.ts";
