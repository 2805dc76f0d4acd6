import type { Polling, Side } from "./link.ts";
import { settle, sleep } from "./settle.ts";
import { openWire } from "./wire.ts";

export interface RoundTripOptions {
  readonly side: Side;
  readonly polling: Polling;
  readonly packetBytes: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** A lost ping must not end the measurement. */
const LOST_AFTER_MS = 500;

/** Sends an unreliable packet there and back, one at a time; the times in ms, ascending. */
export async function roundTrips(options: RoundTripOptions): Promise<number[]> {
  const wire = await openWire(options.side, { reliable: false, polling: options.polling });
  const packet = new Uint8Array(options.packetBytes).fill(7);
  let times: number[] = [];
  let sentMs = 0;
  const ping = (): void => {
    sentMs = performance.now();
    wire.a.send(packet);
  };
  wire.b.onPacket = () => wire.b.send(packet);
  wire.a.onPacket = () => {
    times.push(performance.now() - sentMs);
    ping();
  };
  const watch = setInterval(() => {
    if (performance.now() - sentMs > LOST_AFTER_MS) ping();
  }, LOST_AFTER_MS);
  ping();
  await sleep(options.warmUpMs);
  times = [];
  await sleep(options.measureMs);
  clearInterval(watch);
  wire.a.onPacket = wire.b.onPacket = () => {};
  wire.close();
  await settle();
  return times.sort((x, y) => x - y);
}
