import type { ConnectionPath } from "../seam/connection-backend.ts";
import type { Fault } from "./incoming/fault.ts";

/** What passed through one lane to and from one peer, since it came. */
export interface LaneStatistics {
  readonly sentMessages: number;
  readonly receivedMessages: number;
  /** Unreliable ones that gave way: to newer ones of their key, because too much waited, or beyond `perSecond`. */
  readonly shedMessages: number;
  /** Waiting here now, reliable and unreliable. */
  readonly queuedMessages: number;
  readonly queuedBytes: number;
}

/** What is known of the way to one peer. Made when it is asked for; nothing is kept for it that the session does not need itself. */
export interface PeerStatistics {
  /**
   * Straight to the peer, through a TURN server, through the lobby's relay, or in a star through a hub. `null` until it is known: it is
   * looked up when statistics are asked for, and told from the next poll on; by browsers and by Node.
   */
  readonly path: ConnectionPath | "hub" | null;
  /** The hub; 0 if the peer is connected to this one. */
  readonly via: number;
  /** Smoothed over the last pongs; NaN until there was one. It contains the far side's waiting for its next poll. Unit: ms. */
  readonly roundTripMs: number;
  /** Mean deviation of the round trip. Unit: ms. */
  readonly jitterMs: number;
  readonly leastRoundTripMs: number;
  /** Share of our unreliable frames that did not arrive, smoothed. 0 to 1. */
  readonly sentLossRatio: number;
  /** Share of theirs, since the peer came. 0 to 1. */
  readonly receivedLossRatio: number;
  /** Frames and bytes given to the connection, and taken from it. */
  readonly sentFrames: number;
  readonly sentBytes: number;
  readonly receivedFrames: number;
  readonly receivedBytes: number;
  readonly sentMessages: number;
  readonly receivedMessages: number;
  readonly shedMessages: number;
  readonly queuedMessages: number;
  readonly queuedBytes: number;
  /** Given to the browser and not sent yet. Unit: bytes. */
  readonly bufferedBytes: number;
  /** Reliable frames that the peer has not confirmed. */
  readonly unacknowledgedFrames: number;
  /** How often another connection took the place of one that was lost, and the reliable frames that were sent again on these. */
  readonly resumes: number;
  readonly resentFrames: number;
  /** In a star, as a hub: the peer's frames for others that went on to them, and those that were dropped (S93, S94). */
  readonly forwardedFrames: number;
  readonly droppedFrames: number;
  /** For how long nothing was heard, of the time that this game was there to hear it (S81). Unit: ms. */
  readonly silentMs: number;
  readonly isUnstable: boolean;
  /** How often it did what. */
  readonly faults: Readonly<Partial<Record<Fault, number>>>;
  readonly lanes: Readonly<Record<string, LaneStatistics>>;
}
