/**
 * What calls `poll()`: animation frames while the page is visible, a worker's timer while it is hidden.
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
export type { Pollable } from "../base/pollable.ts";
export { createDriver, type Driver, type DriverOptions, type Polled } from "./driver.ts";
