import type { Side } from "./link.ts";
import { startSending, type Way } from "./ways.ts";
import { openWire, settle, sleep } from "./wire.ts";

export interface ThroughputOptions {
  readonly side: Side;
  readonly way: Way;
  readonly packetBytes: number;
  readonly capBytes: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** Packets a second that arrive and are read. */
export async function throughput(options: ThroughputOptions): Promise<number> {
  const wire = await openWire(options.side, { reliable: true, polling: "wake" });
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
