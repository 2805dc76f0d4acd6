import type { Wire } from "./link.ts";
import { settle, sleep } from "./settle.ts";
import { startSending, type Way } from "./ways.ts";

export interface FlowOptions {
  readonly way: Way;
  readonly packetBytes: number;
  readonly capBytes: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Packets a second that arrive over a wire and are read. The wire is closed then. */
export async function flow(wire: Wire, options: FlowOptions): Promise<number> {
  const packet = new Uint8Array(options.packetBytes).fill(7);
  let count = 0;
  const { arrived, stop } = startSending[options.way](wire.a, { packet, capBytes: options.capBytes });
  wire.b.onPacket = () => {
    count += 1;
    arrived();
  };
  await sleep(options.warmUpMs);
  const startMs = performance.now();
  const startCount = count;
  await sleep(options.measureMs);
  const rate = ((count - startCount) * 1_000) / (performance.now() - startMs);
  stop();
  wire.close();
  await settle();
  return rate;
}
