/**
 * Something that a loop polls once a tick: a connection, a mesh, a lobby.
 *
 * Callbacks of the browser only append to bounded queues. `poll()` drains them: it emits the events, applies the states
 * and makes the packets readable. Nothing that the game can see happens anywhere else, except as the direct result of the
 * game's own call.
 */
export interface Pollable {
  /** Does all that has become due. Cheap when there is nothing to do. */
  poll(): unknown;

  /**
   * Called when `poll()` has something to do that it had not before; at any time, perhaps inside a browser callback, and
   * at most once between two polls. It carries no content. Whoever drives the loop sets it; calling `poll()` from within
   * it is allowed. It does not fire for what only the passing of time makes due (time-outs, batches): a loop that polls
   * on `wake` alone must also poll every 50 ms or so.
   */
  wake: (() => void) | null;
}

/**
 * Something that gathers what it is told to send and lets it go in one piece: a session. A loop calls poll, the game's tick, flush.
 */
export interface Flushable {
  /** Sends now what has been gathered. Cheap when there is nothing. */
  flush(): void;
}
