/**
 * What calls `poll()`: animation frames while the page is visible, a worker's timer while it is hidden. `createLoop` also runs the
 * game, in fixed ticks.
 *
 * @example
 * const driver = createDriver({
 *   worker: () => new Worker(new URL("tickmesh/driver-worker", import.meta.url), { type: "module" }),
 * });
 * driver.add(lobby);
 * driver.add(peer);
 * driver.start();
 *
 * @module
 */
export type { Flushable, Pollable } from "../base/pollable.ts";
export { createDriver, type Driver, type DriverOptions } from "./driver.ts";
export { createLoop, type Loop } from "./loop.ts";
export type { LoopMember, LoopOptions } from "./loop-options.ts";
export type { Polled } from "./poll-list.ts";
