import { type FlowOptions, flow } from "./flow.ts";
import type { Contender, Rival, WireOptions } from "./link.ts";
import { openWire } from "./wire.ts";

export interface ThroughputOptions extends FlowOptions, Pick<WireOptions, "peerServerPort"> {
  readonly side: Contender | Rival;
}

/** Packets a second that arrive and are read, in this page. */
export async function throughput(options: ThroughputOptions): Promise<number> {
  const { peerServerPort } = options;
  const server = peerServerPort === undefined ? {} : { peerServerPort };
  return flow(await openWire(options.side, { reliable: true, polling: "wake", ...server }), options);
}
