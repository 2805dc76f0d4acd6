/**
 * A lane is what messages queue in. Of all that waits for a peer, the lane with the smallest `priority` is sent first;
 * lanes of equal priority share by `weight`. Within a lane, reliable messages arrive in the order in which they were
 * sent, and so do unreliable ordered ones among each other.
 */
export interface LaneOptions {
  /** 0 to 15; 0 is the most urgent. */
  readonly priority: number;
  /** Share among lanes of equal priority, 1 to 100. Default 1. */
  readonly weight?: number;
  /** A bulk lane waits for the receiver: no more of it is on its way than the receiver allows (`bulkCreditBytes`). Default false. */
  readonly bulk?: boolean;
}

export interface Lane extends Required<LaneOptions> {
  readonly name: string;
  /** Position in the table, which stands for the lane on the wire. */
  readonly index: number;
}

/** The lanes that every table has: one for what cannot wait, one for the rest, one for what is large. */
export const DEFAULT_LANES = {
  input: { priority: 0 },
  game: { priority: 1 },
  bulk: { priority: 2, bulk: true },
} as const satisfies Record<string, LaneOptions>;
