import type { Device, DeviceOptions } from "./device.ts";
import type { Link } from "./link.ts";
import type { LinkConditions } from "./link-conditions.ts";
import type { LinkChoice } from "./link-rules.ts";
import type { RandomStream } from "./random-stream.ts";
import { SimulatedNetwork, type VirtualNetworkOptions } from "./simulated-network.ts";
import type { Trace } from "./trace.ts";

/**
 * A network in virtual time: devices, a link from each to each, and on them everything that a `WebRTCPeerConnection` needs
 * (a backend) and that a mesh needs (a signaller, `VirtualSignalling`).
 *
 * Nothing happens but in `advance` and `advanceTo`, and within them everything happens in one order, which depends on
 * the seed, on the options and on what is called when: the same run gives the same trace, in every engine. Time is in whole
 * microseconds.
 *
 * What it is faithful to, and where its figures come from: `docs/testing-netcode.md`, `docs/calibration.md`.
 */
export interface VirtualNetwork {
  readonly seed: number;
  readonly trace: Trace;
  /** Virtual time since the start. Unit: ms. */
  readonly nowMs: number;
  /** Packets sent so far: the number of the latest, the first being 1. */
  readonly packetCount: number;
  readonly devices: readonly Device[];
  /** The stream of chance of one name. Asking twice gives two that are alike, both from the start. */
  random(name: string): RandomStream;
  /** Adds a device. `id`: 1 to 2,147,483,647, and nobody else's; best the id of the peer that is to run on it. */
  addDevice(id: number, options?: DeviceOptions): Device;
  /** Forgets a device, which goes as if it had crashed. Its id may be used again. */
  removeDevice(id: number): void;
  /** The way from one device to another, made at the first need of it. */
  link(from: number, to: number): Link;
  /**
   * Changes the conditions of the links meant, from now on, also for devices that come later; what is not named stays as it is.
   */
  setLink(conditions: Partial<LinkConditions>, which?: LinkChoice): void;
  /** Cuts the links meant, until `heal`, also for devices that come later: what is sent is lost, what is on its way arrives. */
  cut(which: LinkChoice): void;
  /**
   * Parts the devices into groups between which nothing passes, until `heal`. Who is in no group can reach all. `oneWay`: only what
   * the groups that come first send to those that come later is lost.
   */
  partition(groups: readonly (readonly number[])[], options?: { readonly oneWay?: boolean }): void;
  /** Undoes every `cut` and `partition`. */
  heal(): void;
  /** Whether two devices can ever find a path to each other: false for a pair whose routers do not let them. */
  setReachable(one: number, other: number, isReachable: boolean): void;
  /** Undoes every `setReachable`. */
  healReach(): void;
  isReachable(one: number, other: number): boolean;
  /** Whether the end of a connection with that number (`ConnectionEnd.number`) is there: made, and not closed for good. */
  hasEnd(number: number): boolean;
  /** Lets time pass. Unit: ms, 0 to 1,000,000,000. */
  advance(ms: number): void;
  /** Lets time pass up to a moment. Unit: µs since the start. */
  advanceTo(timeUs: number): void;
}

/** Throws a `TickmeshError` `invalid-options`. */
export const VirtualNetwork: new (options?: VirtualNetworkOptions) => VirtualNetwork = SimulatedNetwork;
