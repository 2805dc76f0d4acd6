/** Bounds of signalling between tabs. Other code of the same origin may post anything on the channel. */
export const TabLimits = {
  /** Unit: UTF-16 units of a group's name. */
  groupLength: 64,
  /** Members known at once; more are dropped and counted. Twice the largest mesh. */
  members: 64,
  /** A member that was not heard of for this long is asked whether it is still there. Unit: ms. */
  silenceMs: 3_000,
  /** Pause between two questions. Unit: ms. */
  probePauseMs: 1_000,
  /**
   * Questions without an answer after which a member is lost. Tabs answer from the message's own callback, which browsers
   * do not slow down in hidden tabs; counting questions instead of time keeps a tab that slept from losing everybody.
   */
  probes: 3,
  /** A member that has been there for this long keeps its id against a newcomer's. Unit: ms. */
  settledMs: 1_000,
} as const;
