import { UNREAD_PACKET_OVERHEAD_BYTES } from "./limits.ts";

/** A message as the backend told it. */
export type Inbound = ArrayBuffer | string;

/** Whoever can give up its oldest unread packet: an unreliable channel. */
export interface Droppable {
  /** Drops the oldest unread packet; false if there is none. */
  dropOldest(): boolean;
}

/**
 * What the channels of one connection may hold unread, together. Past the limit a packet pushes out the oldest ones of the
 * unreliable channels, its own channel's first; reliable data is never pushed out.
 */
export class UnreadBudget {
  readonly #limitBytes: number;
  readonly #droppables: Droppable[] = [];
  #usedBytes = 0;
  /** Unreliable packets given up so far. */
  droppedPackets = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  addDroppable(channel: Droppable): void {
    this.#droppables.push(channel);
  }

  /** Charges a packet that has arrived; false if there is no room for it whatever is given up. */
  charge(packet: Inbound, arrivedOn: Droppable | null): boolean {
    const bytes = cost(packet);
    while (this.#usedBytes + bytes > this.#limitBytes) {
      if (arrivedOn?.dropOldest() !== true && !this.#droppables.some((channel) => channel.dropOldest())) return false;
      this.droppedPackets += 1;
    }
    this.#usedBytes += bytes;
    return true;
  }

  /** Gives back what a packet was charged. */
  release(packet: Inbound): void {
    this.#usedBytes -= cost(packet);
  }
}

function cost(packet: Inbound): number {
  // A string's bytes are counted as it lies in memory: two a unit at the most.
  return (typeof packet === "string" ? packet.length * 2 : packet.byteLength) + UNREAD_PACKET_OVERHEAD_BYTES;
}
