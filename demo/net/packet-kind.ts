/** First byte of the packets that are not msgpack. The transfer mode says which of them may come. */
export const PacketKind = {
  /** Unreliable. */
  POSE: 1,
  /** Unreliable: comes back as `PONG` with the same number. */
  PING: 2,
  PONG: 3,
  /** Unreliable ordered. */
  FIRED: 16,
  BUMPED: 17,
  BOOSTED: 18,
} as const;
export type PacketKind = (typeof PacketKind)[keyof typeof PacketKind];
