/** State of a data channel. Values as in Godot. */
export const ChannelState = {
  CONNECTING: 0,
  OPEN: 1,
  CLOSING: 2,
  CLOSED: 3,
} as const;
export type ChannelState = (typeof ChannelState)[keyof typeof ChannelState];

/** As what a channel sends its packets. Values as in Godot. */
export const WriteMode = {
  /** As text: the bytes are read as UTF-8. */
  TEXT: 0,
  BINARY: 1,
} as const;
export type WriteMode = (typeof WriteMode)[keyof typeof WriteMode];
