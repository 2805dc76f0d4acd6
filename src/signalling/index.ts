/**
 * How peers are introduced to each other, and connected: the connector of a mesh, the `Signaller` that it listens to, and two
 * signallers that need no server. `tickmesh/lobby` brings a third one, and the connector with it.
 *
 * @module
 */

export { TickmeshError } from "../base/tickmesh-error.ts";
export type { ConnectionPath, IceServer } from "../seam/connection-backend.ts";
export type { PathProblem, Relaying } from "../seam/pair-paths.ts";
export { type BroadcastChannelSignaller, type JoinTabsOptions, joinTabs } from "./broadcast-channel-signaller.ts";
// For those who bring a signaller of their own.
export { checkSignal } from "./check-signal.ts";
export type { ConnectorCounters } from "./connector-counters.ts";
export { InMemorySignalling } from "./in-memory-signalling.ts";
export {
  connectMesh,
  type MeshConnector,
  type MeshConnectorEvents,
  type MeshConnectorOptions,
  type PairInfo,
} from "./mesh-connector.ts";
export type { NetworkChanges } from "./network-changes.ts";
export type { PairFailureReason, PairProblem, PairState } from "./pair-context.ts";
export { SignalLimits } from "./signal-limits.ts";
export { type IceCandidate, MAX_QUEUED_EVENTS, type Signal, type Signaller, type SignallerEvent } from "./signaller.ts";
