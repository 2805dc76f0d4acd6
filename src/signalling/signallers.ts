/**
 * Two ways to meet without a server: the tabs of one browser, and members within one process. What they make is for
 * `connectMesh` of `tickmesh`, where the `Signaller` that they are is described.
 *
 * @module
 */

export { TickmeshError } from "../base/tickmesh-error.ts";
export { type BroadcastChannelSignaller, type JoinTabsOptions, joinTabs } from "./broadcast-channel-signaller.ts";
export { InMemorySignalling } from "./in-memory-signalling.ts";
