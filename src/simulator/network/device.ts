import type { Clock } from "../../base/clock.ts";
import type { BackendFactory } from "../../seam/connection-backend.ts";
import { within } from "./check-number.ts";
import { MAX_CLOCK_DRIFT_PPM, MAX_CLOCK_OFFSET_MS, MAX_STALL_MS } from "./limits.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Scheduled } from "./schedule.ts";
import type { DeviceSurroundings, NetworkSurroundings } from "./surroundings.ts";
import { VirtualConnection } from "./virtual-connection.ts";

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
export class Device implements Scheduled, DeviceSurroundings {
  readonly id: number;
  readonly network: NetworkSurroundings;
  /** Its own clock, with its offset and its drift. */
  readonly clock: Clock;
  /** Makes connections that run on this device: for `WebRTCPeerConnection`'s option `backend`. */
  readonly backend: BackendFactory = (configuration, observer) => {
    const connection = new VirtualConnection(this, configuration, observer);
    this.#connections.add(connection);
    return connection;
  };
  readonly #connections = new Set<VirtualConnection>();
  #clockAtUs = 0;
  #trueAtUs: number;
  #rate: number;
  #stalledUntilUs = 0;
  #isCrashed = false;
  #held: (() => void)[] = [];
  #due: (() => void)[] = [];
  #spareDue: (() => void)[] = [];

  constructor(id: number, network: NetworkSurroundings, options: DeviceOptions) {
    this.id = id;
    this.network = network;
    this.#trueAtUs = network.schedule.nowUs;
    const { clockOffsetMs = 0, clockDriftPpm = 0 } = options;
    within("clockOffsetMs", clockOffsetMs, -MAX_CLOCK_OFFSET_MS, MAX_CLOCK_OFFSET_MS);
    this.#clockAtUs = this.#trueAtUs + Math.round(clockOffsetMs * 1_000);
    this.#rate = rateOf(clockDriftPpm);
    this.clock = { nowMs: () => this.#localUs() / 1_000 };
  }

  /** Makes the clock go at another rate from now on. Unit: millionths too fast. */
  setClockDrift(ppm: number): void {
    const rate = rateOf(ppm);
    this.#clockAtUs = this.#localUs();
    this.#trueAtUs = this.network.schedule.nowUs;
    this.#rate = rate;
  }

  /** A stream of chance of this device's own. */
  random(name: string): RandomStream {
    return this.network.random(`${name} of ${this.id}${this.network.lifeOf(this.id)}`);
  }

  get isStalled(): boolean {
    return this.network.schedule.nowUs < this.#stalledUntilUs;
  }

  get isCrashed(): boolean {
    return this.#isCrashed;
  }

  /**
   * The main thread stands still, as in a slow frame or a hidden tab: callbacks wait, and come in order when it is over. The
   * network goes on meanwhile, as browsers' network threads do. Unit: ms from now, 0 to 600,000; what is longer counts.
   */
  stall(ms: number): void {
    const { schedule, trace } = this.network;
    within("stall", ms, 0, MAX_STALL_MS);
    trace.note(schedule.nowUs, "stall", this.id, 0, ms);
    this.#stalledUntilUs = Math.max(this.#stalledUntilUs, schedule.nowUs + Math.round(ms * 1_000));
    schedule.add(this.#stalledUntilUs, this, "resume");
  }

  /** Gone, without a word to anybody: nothing is sent, received or called back any more. */
  crash(): void {
    if (this.#isCrashed) return;
    this.#isCrashed = true;
    this.network.trace.note(this.network.schedule.nowUs, "crash", this.id, 0, 0);
    for (const connection of this.#connections) connection.kill();
    this.#connections.clear();
    this.#held = [];
    this.#due = [];
  }

  /** Connections that are not closed yet. */
  get connections(): readonly VirtualConnection[] {
    return [...this.#connections];
  }

  /** For the network's own use: calls back on the main thread, now or when it runs again. */
  run(callback: () => void): void {
    if (this.#isCrashed) return;
    if (this.#held.length > 0 || this.isStalled) this.#held.push(callback);
    else callback();
  }

  /** For the network's own use: whether `run` would call back at once. */
  get runsAtOnce(): boolean {
    return !this.#isCrashed && this.#held.length === 0 && !this.isStalled;
  }

  /** For the network's own use: calls `callback` once the call that is being made now has returned. */
  soon(callback: () => void): void {
    if (this.#due.length === 0) this.network.schedule.add(this.network.schedule.nowUs, this, "due");
    this.#due.push(callback);
  }

  /** The main thread has done its turn: what was to follow that follows now, and not when the network runs next. */
  endTurn(): void {
    if (this.#due.length > 0) this.fire("due");
  }

  release(connection: VirtualConnection): void {
    this.#connections.delete(connection);
  }

  fire(what: unknown): void {
    if (what === "due") {
      const due = this.#due;
      this.#due = this.#spareDue;
      for (const callback of due) this.run(callback);
      due.length = 0;
      this.#spareDue = due;
    } else if (!this.isStalled) {
      while (this.#held.length > 0 && !this.isStalled) (this.#held.shift() as () => void)();
    }
  }

  #localUs(): number {
    return this.#clockAtUs + Math.floor((this.network.schedule.nowUs - this.#trueAtUs) * this.#rate);
  }
}

function rateOf(driftPpm: number): number {
  return 1 + within("clockDriftPpm", driftPpm, -MAX_CLOCK_DRIFT_PPM, MAX_CLOCK_DRIFT_PPM) / 1_000_000;
}
