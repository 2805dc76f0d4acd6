import type { Clock } from "../../base/clock.ts";
import type { BackendFactory } from "../../seam/connection-backend.ts";
import type { NetworkChanges } from "../../signalling/network-changes.ts";
import { within } from "./check-number.ts";
import type { Device, DeviceOptions } from "./device.ts";
import { MAX_CLOCK_DRIFT_PPM, MAX_CLOCK_OFFSET_MS, MAX_STALL_MS } from "./limits.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Scheduled } from "./schedule.ts";
import type { DeviceSurroundings, NetworkSurroundings } from "./surroundings.ts";
import { VirtualConnection } from "./virtual-connection.ts";

/** A device as the network, its connections and its signalling see it. */
export class VirtualDevice implements Device, Scheduled, DeviceSurroundings {
  readonly id: number;
  readonly network: NetworkSurroundings;
  readonly clock: Clock;
  readonly backend: BackendFactory = (configuration, observer) => {
    const connection = new VirtualConnection(this, configuration, observer);
    this.#connections.add(connection);
    return connection;
  };
  /** Who hears what the code of this device throws when it is called back; `null`: whoever lets time pass. */
  caught: ((error: unknown) => void) | null = null;
  moves = 0;
  readonly #onNetworkChange = new Set<() => void>();
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

  setClockDrift(ppm: number): void {
    const rate = rateOf(ppm);
    this.#clockAtUs = this.#localUs();
    this.#trueAtUs = this.network.schedule.nowUs;
    this.#rate = rate;
  }

  random(name: string): RandomStream {
    return this.network.random(`${name} of ${this.id}${this.network.lifeOf(this.id)}`);
  }

  get isStalled(): boolean {
    return this.network.schedule.nowUs < this.#stalledUntilUs;
  }

  get isCrashed(): boolean {
    return this.#isCrashed;
  }

  stall(ms: number): void {
    const { schedule, trace } = this.network;
    within("stall", ms, 0, MAX_STALL_MS);
    trace.note(schedule.nowUs, "stall", this.id, 0, ms);
    this.#stalledUntilUs = Math.max(this.#stalledUntilUs, schedule.nowUs + Math.round(ms * 1_000));
    schedule.add(this.#stalledUntilUs, this, "resume");
  }

  changeNetwork(isTold: boolean): void {
    const { schedule, trace } = this.network;
    this.moves += 1;
    trace.note(schedule.nowUs, "network", this.id, 0, this.moves);
    if (isTold) for (const onChange of this.#onNetworkChange) this.run(onChange);
  }

  readonly networkChanges: NetworkChanges = (onChange) => {
    this.#onNetworkChange.add(onChange);
    return () => void this.#onNetworkChange.delete(onChange);
  };

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

  /** Calls back on the main thread, now or when it runs again. */
  run(callback: () => void): void {
    if (this.#isCrashed) return;
    if (this.#held.length > 0 || this.isStalled) this.#held.push(callback);
    else this.#call(callback);
  }

  threw(error: unknown): void {
    if (this.caught === null) throw error;
    this.caught(error);
  }

  /** Whether `run` would call back at once. */
  get runsAtOnce(): boolean {
    return !this.#isCrashed && this.#held.length === 0 && !this.isStalled;
  }

  /** Calls `callback` once the call that is being made now has returned. */
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
    if (what === "due") this.#runDue();
    else if (!this.isStalled) this.#runHeld();
  }

  #runDue(): void {
    const due = this.#due;
    this.#due = this.#spareDue;
    let count = 0;
    try {
      for (const callback of due) {
        count += 1;
        this.run(callback);
      }
    } finally {
      // One that threw keeps no other from its turn.
      if (count < due.length) for (const callback of due.slice(count)) this.soon(callback);
      due.length = 0;
      this.#spareDue = due;
    }
  }

  #runHeld(): void {
    try {
      while (this.#held.length > 0 && !this.isStalled) this.#call(this.#held.shift() as () => void);
    } finally {
      // One that threw leaves others, and nothing else would run them.
      if (this.#held.length > 0 && !this.isStalled) {
        this.network.schedule.add(this.network.schedule.nowUs, this, "resume");
      }
    }
  }

  #call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.threw(error);
    }
  }

  #localUs(): number {
    return this.#clockAtUs + Math.floor((this.network.schedule.nowUs - this.#trueAtUs) * this.#rate);
  }
}

function rateOf(driftPpm: number): number {
  return 1 + within("clockDriftPpm", driftPpm, -MAX_CLOCK_DRIFT_PPM, MAX_CLOCK_DRIFT_PPM) / 1_000_000;
}
