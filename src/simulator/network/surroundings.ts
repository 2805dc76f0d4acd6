import type { VirtualLink } from "./link.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Schedule, Scheduled } from "./schedule.ts";
import type { TraceWriter } from "./trace.ts";

/** What a connection's end is to the far one: packets are fired at it. */
export interface ConnectionEnd extends Scheduled {
  /** The id of the device on which it runs. */
  readonly deviceId: number;
  /** The candidates that it offers, as they stand in their lines: address and port. */
  readonly address: string;
  /** Whether its path leads where its device is now: not once that is on another network, until ICE has been restarted. */
  readonly isWhereItWas: boolean;
}

/** What a device and its connections need of their network. */
export interface NetworkSurroundings {
  readonly schedule: Schedule;
  readonly trace: TraceWriter;
  random(name: string): RandomStream;
  /** What tells the streams of chance of a device that came back from those before: nothing at first, then `" (2)"`. */
  lifeOf(id: number): string;
  link(from: number, to: number): VirtualLink;
  isReachable(one: number, other: number): boolean;
  /** Gives an end the number by which descriptions name it. */
  register(end: ConnectionEnd): number;
  unregister(number: number): void;
  end(number: number): ConnectionEnd | undefined;
}

/** What a connection needs of the device on which it runs. */
export interface DeviceSurroundings {
  readonly id: number;
  readonly network: NetworkSurroundings;
  /** How many networks this device has been on before. */
  readonly moves: number;
  /** Calls back on the main thread: now, or once it runs again. */
  run(callback: () => void): void;
  /** Whether `run` would call back at once. */
  readonly runsAtOnce: boolean;
  /** A callback that was called otherwise has thrown: gives the error to who wants it, or throws it. */
  threw(error: unknown): void;
  /** Calls back on the main thread once the call that is being made now has returned. */
  soon(callback: () => void): void;
  release(connection: Mortal): void;
}

/** What ends without a word when its device crashes. */
export interface Mortal {
  kill(): void;
}
