/** State of the connection as a whole. Values as in Godot. */
export const ConnectionState = {
  /** Nothing has happened yet: channels and an offer can be made. */
  NEW: 0,
  /** A description was made or taken; a path is being looked for. */
  CONNECTING: 1,
  CONNECTED: 2,
  /** Packets have stopped arriving. May heal by itself. */
  DISCONNECTED: 3,
  /** No path was found, or it was lost for good. */
  FAILED: 4,
  CLOSED: 5,
} as const;
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState];

/** Whether local candidates are still being gathered. Values as in Godot. */
export const GatheringState = {
  NEW: 0,
  GATHERING: 1,
  /** All candidates have been told: this is the only sign of their end. */
  COMPLETE: 2,
} as const;
export type GatheringState = (typeof GatheringState)[keyof typeof GatheringState];

/** How far the exchange of descriptions is. Values as in Godot. */
export const SignalingState = {
  STABLE: 0,
  HAVE_LOCAL_OFFER: 1,
  HAVE_REMOTE_OFFER: 2,
  HAVE_LOCAL_PRANSWER: 3,
  HAVE_REMOTE_PRANSWER: 4,
  CLOSED: 5,
} as const;
export type SignalingState = (typeof SignalingState)[keyof typeof SignalingState];
