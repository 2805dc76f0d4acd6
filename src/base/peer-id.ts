import type { RandomSource } from "./random.ts";
import { faultOfWhole, isWhole } from "./whole.ts";

/** Peer ids are whole numbers from 1 to this. */
export const MAX_PEER_ID = 2_147_483_647;

export function isPeerId(value: unknown): value is number {
  return isWhole(value, 1, MAX_PEER_ID);
}

/** In words why a value is no peer id; `null` if it is one. */
export function faultOfPeerId(name: string, value: unknown): string | null {
  return faultOfWhole(name, value, 1, MAX_PEER_ID);
}

/** A random id from 2 to `MAX_PEER_ID`: 1 is the server's, or the first member's. */
export function drawPeerId(random: RandomSource): number {
  for (;;) {
    const id = random.nextUint32() & MAX_PEER_ID;
    if (id > 1) return id;
  }
}
