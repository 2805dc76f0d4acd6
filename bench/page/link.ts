/** What came out at an end: the bytes as they came, or a view of them. */
export type Arrived = ArrayBuffer | Uint8Array;

/** One end of a channel, so that raw channels and the library's are driven by the very same code. */
export interface Link {
  /** Called for every packet that arrives. */
  onPacket: (packet: Arrived) => void;
  /** Called when what waits to be sent falls to `lowThreshold`. */
  onLow: () => void;
  lowThreshold: number;
  /** Unit: bytes. */
  readonly buffered: number;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** The end of a tick: what was held back to travel together leaves, where something was. */
  flush?(): void;
}

/** Two linked ends in this page. */
export interface Wire {
  readonly a: Link;
  readonly b: Link;
  close(): void;
}

/** One that shows what it travels on, of `a` and of `b`. */
export interface PageWire extends Wire {
  readonly connections: readonly [RTCPeerConnection, RTCPeerConnection];
}

export type Side = "raw" | "ours";

/** What a backend is measured against: `simple-peer` is that by itself, as those use it who have no tickmesh. */
export type Contender = Side | "ours on simple-peer" | "simple-peer";

/** A session, and what a game may use instead of one. `packed`: messages packed by hand into few sends. */
export type Rival =
  | "tickmesh"
  | "raw"
  | "packed"
  | "simple-peer"
  | "PeerJS"
  | "PeerJS, serialization raw"
  | "netlib"
  | "trystero";

/** When arrivals are read: as they come, or once an animation frame. */
export type Polling = "wake" | "frames";

export interface WireOptions {
  readonly reliable: boolean;
  /** Default: as `reliable`. */
  readonly ordered?: boolean;
  readonly polling: Polling;
  /** Where PeerJS' own server listens on this machine. */
  readonly peerServerPort?: number;
}
