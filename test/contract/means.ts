import { realTime, type Time } from "../support/until.ts";

/** A path for UDP between two sides on this machine: each reaches the other only at the port of its stand-in. */
export interface Wire {
  /** The ports, on 127.0.0.1, at which the far side finds the first and the second side. */
  readonly ports: readonly [number, number];
  /** Says on which port of 127.0.0.1 a side really is. */
  aim(end: 0 | 1, port: number): Promise<void>;
  /** Makes every packet disappear, without a word, until `heal`. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** What the suite needs to do to a backend's `native`, to time and to the machine, from outside the seam. */
export interface Means extends Time {
  /** Whether the underlying connection has ended for good. */
  isClosed(native: unknown): boolean;
  /** Ends the underlying connection without the backend's doing: as a crash would. */
  kill(native: unknown): void;
  /** Opens a path for UDP that can be cut. */
  readonly openWire?: () => Promise<Wire>;
  /** Collects garbage, so that what is held can be told from what is not. */
  readonly collectGarbage?: () => Promise<void>;
}

/** For backends whose `native` is an `RTCPeerConnection`, or looks like one. */
export const rtcMeans: Means = {
  ...realTime,
  isClosed: (native) => (native as { readonly connectionState: string }).connectionState === "closed",
  kill: (native) => (native as { close(): void }).close(),
};
