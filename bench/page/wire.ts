import type { Contender, Wire, WireOptions } from "./link.ts";
import { ourWire } from "./our-wire.ts";
import { rawWire } from "./raw-wire.ts";
import { onSimplePeer } from "./simple-peer.ts";
import { simplePeerWire } from "./simple-peer-wire.ts";

const WIRES: Record<Contender, (options: WireOptions) => Promise<Wire>> = {
  raw: rawWire,
  ours: ourWire,
  "ours on simple-peer": (options) => ourWire(options, onSimplePeer),
  "simple-peer": simplePeerWire,
};

/** A fresh pair for each measurement: no side can be lucky with its connection for long. */
export function openWire(side: Contender, options: WireOptions): Promise<Wire> {
  return WIRES[side](options);
}
