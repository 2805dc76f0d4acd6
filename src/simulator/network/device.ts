import type { Clock } from "../../base/clock.ts";
import type { BackendFactory } from "../../seam/connection-backend.ts";
import type { NetworkChanges } from "../../signalling/network-changes.ts";
import type { RandomStream } from "./random-stream.ts";

export interface DeviceOptions {
  /** How far this device's clock is ahead of virtual time at the start. Unit: ms, at most a day, default 0. */
  readonly clockOffsetMs?: number;
  /** How much too fast it goes. Unit: millionths, −500,000 to 500,000, default 0; cheap quartz is within 100. */
  readonly clockDriftPpm?: number;
}

/**
 * What a player plays on: a main thread, on which all callbacks come; a clock of its own; and a way to every other device.
 * Made by `VirtualNetwork.addDevice`.
 */
export interface Device {
  readonly id: number;
  /** Its own clock, with its offset and its drift. */
  readonly clock: Clock;
  /** Makes connections that run on this device: for `WebRTCPeerConnection`'s option `backend`. */
  readonly backend: BackendFactory;
  readonly isStalled: boolean;
  readonly isCrashed: boolean;
  /** A stream of chance of this device's own. */
  random(name: string): RandomStream;
  /** Makes the clock go at another rate from now on. Unit: millionths too fast. */
  setClockDrift(ppm: number): void;
  /**
   * The main thread stands still, as in a slow frame or a hidden tab: callbacks wait, and come in order when it is over. The
   * network goes on meanwhile, as browsers' network threads do. Unit: ms from now, 0 to 600,000; what is longer counts.
   */
  stall(ms: number): void;
  /**
   * It is on another network from now on, with other addresses: a phone that leaves the house. What its connections send and are sent
   * is lost until their ICE has been restarted. Its line to the signalling server stays. `isTold`: whether the browser says so.
   */
  changeNetwork(isTold: boolean): void;
  /** Who is told of that, for the connector's option of this name. */
  readonly networkChanges: NetworkChanges;
  /** Gone, without a word to anybody: nothing is sent, received or called back any more. */
  crash(): void;
}
