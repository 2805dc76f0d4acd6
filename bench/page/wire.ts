import type { Side, Wire, WireOptions } from "./link.ts";
import { ourWire } from "./our-wire.ts";
import { rawWire } from "./raw-wire.ts";

/** A fresh pair for each measurement: no side can be lucky with its connection for long. */
export function openWire(side: Side, options: WireOptions): Promise<Wire> {
  return side === "raw" ? rawWire(options) : ourWire(options);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Closed connections are collected between measurements, not within one. The flag `--expose-gc` gives `gc`. */
export async function settle(): Promise<void> {
  await sleep(20);
  (globalThis as { gc?: () => void }).gc?.();
  await sleep(20);
}
