/**
 * Connections in Node, by libdatachannel: for bots, hosts and tests.
 *
 * @example
 * WebRTCPeerConnection.setDefaultExtension(nodeBackend());
 *
 * @module
 */

export { nodeBackend } from "./node-backend.ts";
export type { NodeBackendOptions } from "./node-options.ts";
