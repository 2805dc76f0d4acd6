import { type FlowOptions, flow } from "./flow.ts";
import type { Contender } from "./link.ts";
import { openWire } from "./wire.ts";

export interface ThroughputOptions extends FlowOptions {
  readonly side: Contender;
}

/** Packets a second that arrive and are read, in this page. */
export async function throughput(options: ThroughputOptions): Promise<number> {
  return flow(await openWire(options.side, { reliable: true, polling: "wake" }), options);
}
