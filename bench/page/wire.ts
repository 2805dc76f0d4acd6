import type { Contender, PageWire, Rival, Wire, WireOptions } from "./link.ts";
import { netlibWire } from "./netlib-wire.ts";
import { ourWire } from "./our-wire.ts";
import { packedWire } from "./packed-wire.ts";
import { peerJsWire } from "./peerjs-wire.ts";
import { rawWire } from "./raw-wire.ts";
import { sessionWire } from "./session-wire.ts";
import { onSimplePeer } from "./simple-peer.ts";
import { simplePeerWire } from "./simple-peer-wire.ts";
import { trysteroWire } from "./trystero-wire.ts";

const RIVALS: Record<Rival, (options: WireOptions) => Promise<PageWire>> = {
  tickmesh: sessionWire,
  raw: rawWire,
  packed: packedWire,
  "simple-peer": simplePeerWire,
  PeerJS: (options) => peerJsWire(options, "binary"),
  "PeerJS, serialization raw": (options) => peerJsWire(options, "raw"),
  netlib: netlibWire,
  trystero: trysteroWire,
};

const WIRES: Record<Contender | Rival, (options: WireOptions) => Promise<Wire>> = {
  ...RIVALS,
  ours: ourWire,
  "ours on simple-peer": (options) => ourWire(options, onSimplePeer),
};

/** A fresh pair for each measurement: no side can be lucky with its connection for long. */
export function openWire(side: Contender | Rival, options: WireOptions): Promise<Wire> {
  return WIRES[side](options);
}

export function openPageWire(rival: Rival, options: WireOptions): Promise<PageWire> {
  return RIVALS[rival](options);
}
