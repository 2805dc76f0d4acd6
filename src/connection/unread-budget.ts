import { UNREAD_PACKET_OVERHEAD_BYTES } from "./limits.ts";

/** A message as the backend told it. */
export type Inbound = ArrayBuffer | string;

/** Whoever may have to give up its oldest unread packet: a channel. */
export interface Droppable {
  /**
   * Gives up the oldest unread packet, and releases it here; false if there is none, or what it has must not be dropped. One that is
   * readable already stays so until the next poll: up to then twice the limit may lie in memory.
   */
  dropOldest(): boolean;
  /** What was given up though it was readable goes. */
  poll(): unknown;
}

/**
 * What the channels of one connection may hold unread, together. Past the limit a packet pushes out the oldest ones of the
 * unreliable channels, its own channel's first; reliable data is never pushed out.
 */
export class UnreadBudget {
  readonly #limitBytes: number;
  /** The unreliable channels that are open, or hold something unread. */
  readonly droppables = new Set<Droppable>();
  /**
   * The connection has ended, or is about to fail: nothing is taken any more, for what came after a refused packet would hide the gap.
   */
  isShut = false;
  #usedBytes = 0;
  /** Unreliable packets given up so far. */
  droppedPackets = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Charges a packet that has arrived; false if there is no room for it whatever is given up. */
  charge(packet: Inbound, arrivedOn: Droppable): boolean {
    const bytes = cost(packet);
    if (this.isShut || bytes > this.#limitBytes) return false;
    while (this.#usedBytes + bytes > this.#limitBytes) {
      if (![arrivedOn, ...this.droppables].some((channel) => channel.dropOldest())) return false;
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
