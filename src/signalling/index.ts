/**
 * How peers are introduced to each other, and connected: the connector of a mesh, the `Signaller` that it listens to, and two
 * signallers that need no server. `tickmesh/lobby` brings a third one, and the connector with it.
 *
 * @module
 */

export { TickmeshError } from "../base/tickmesh-error.ts";
export { type BroadcastChannelSignaller, type JoinTabsOptions, joinTabs } from "./broadcast-channel-signaller.ts";
export type { ConnectorCounters } from "./connector-counters.ts";
export { InMemorySignalling } from "./in-memory-signalling.ts";
export {
  connectMesh,
  type MeshConnector,
  type MeshConnectorEvents,
  type MeshConnectorOptions,
  type PairInfo,
} from "./mesh-connector.ts";
export type { PairFailureReason, PairState } from "./pair-context.ts";
export type { IceCandidate, Signal, Signaller, SignallerEvent } from "./signaller.ts";
