/** One end of a channel, so that raw channels and the library's are driven by the very same code. */
export interface Link {
  /** Called for every packet that arrives. */
  onPacket: (byteLength: number) => void;
  /** Called when what waits to be sent falls to `lowThreshold`. */
  onLow: () => void;
  lowThreshold: number;
  /** Unit: bytes. */
  readonly buffered: number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
}

/** Two linked ends in this page. */
export interface Wire {
  readonly a: Link;
  readonly b: Link;
  close(): void;
}

export type Side = "raw" | "ours";

/** Who is measured in the page: `simple-peer` is that by itself, as those use it who have no tickmesh. */
export type Contender = Side | "ours on simple-peer" | "simple-peer";

/** When arrivals are read: as they come, or once an animation frame. */
export type Polling = "wake" | "frames";

export interface WireOptions {
  readonly reliable: boolean;
  readonly polling: Polling;
}
