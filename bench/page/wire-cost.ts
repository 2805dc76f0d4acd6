import type { Rival, WireOptions } from "./link.ts";
import { settle, sleep } from "./settle.ts";
import { type TransportCount, transportCount } from "./transport-count.ts";
import { openPageWire } from "./wire.ts";

export interface WireCostOptions extends Pick<WireOptions, "reliable" | "peerServerPort"> {
  readonly rival: Rival;
  readonly messagesATick: number;
  readonly messageBytes: number;
  readonly ticks: number;
  readonly tickMs: number;
}

/** On a busy machine, messages may come so much later. */
const LATEST_MS = 5_000;

/**
 * What leaves the sending end in a tick, beyond what leaves it when nothing is sent. Everything goes one way, so that what comes
 * back, acknowledgements, is not in it.
 */
export async function wireCost(options: WireCostOptions): Promise<TransportCount> {
  const wire = await openPageWire(options.rival, { ...options, polling: "wake" });
  const [from] = wire.connections;
  const message = new Uint8Array(options.messageBytes).fill(7);
  let arrived = 0;
  wire.b.onPacket = () => {
    arrived += 1;
  };
  const expected = options.messagesATick * options.ticks;
  const stretch = async (messages: number): Promise<TransportCount> => {
    const before = await transportCount(from);
    for (let tick = 0; tick < options.ticks; tick++) {
      for (let sent = 0; sent < messages; sent++) wire.a.send(message);
      wire.a.flush?.();
      await sleep(options.tickMs);
    }
    // What was sent last may still be on its way out.
    const deadlineMs = performance.now() + LATEST_MS;
    do await sleep(100);
    while (messages > 0 && arrived < expected && performance.now() < deadlineMs);
    const after = await transportCount(from);
    return { packets: after.packets - before.packets, bytes: after.bytes - before.bytes };
  };
  // What only happens at the beginning is not to be counted.
  await sleep(1_000);
  const idle = await stretch(0);
  const busy = await stretch(options.messagesATick);
  if (arrived < expected) throw new Error(`${arrived} messages of ${expected} have arrived`);
  wire.close();
  await settle();
  return { packets: (busy.packets - idle.packets) / options.ticks, bytes: (busy.bytes - idle.bytes) / options.ticks };
}
