/**
 * How peers that do not know each other yet are introduced, and how their descriptions and candidates travel until they
 * are connected. A signaller knows who is present in one group (a lobby) and carries small messages between them; it knows
 * nothing of WebRTC. Peer ids are chosen by whoever makes the signaller.
 *
 * Duties. The contract suite has one group of tests for each number.
 *
 *  I1  `localId` never changes. It is this member's id in the group, from 1 to 2,147,483,647, and nobody else's.
 *  I2  Any two members that are present at the same time are introduced to each other, each side once: the one who
 *      comes later hears of everybody present, the others hear of the one who came.
 *  I3  `signal` events come only from members that were introduced before and have not left since. `from` is set by the
 *      signaller, which knows who sent it; it is never read from what the sender wrote.
 *  I4  From one member to another, signals arrive in the order they were sent, each at most once. They are lost only when
 *      the signaller is down, or the receiver has left.
 *  I5  Who is gone is told by `left`, once: `"left"` if it said so, `"kicked"` if it was removed, `"lost"` if the signaller
 *      merely lost sight of it. A member that comes back is introduced anew. A member that was removed itself hears so too,
 *      under its own id, as its last event.
 *  I6  `send` never throws and promises nothing. To a member that is not present, to oneself, while down or after `close`:
 *      dropped. What is sent is taken before the call returns.
 *  I7  `receive` returns what has arrived, oldest first, then `undefined`. Arrivals wait in a queue of at most
 *      `MAX_QUEUED_EVENTS`; past that the signaller goes down rather than lose one silently.
 *  I8  A signaller that loses its group (the server is gone) says `down`, once. Members are then neither introduced nor
 *      lost: connections that stand are none of its business. If it comes back it says `up`, and introduces whoever is
 *      present as if all had come anew.
 *  I9  `close` tells the others that this member left. After it, nothing is received, and the signaller holds nothing that
 *      keeps a page or a process alive. Calling it again does nothing.
 *  I10 `wake`, if set, is called when `receive` has something that it had not before: never from within a call of this or
 *      another member's, so that whoever is woken may poll and answer.
 */

import type { IceServer } from "../seam/connection-backend.ts";

/** Events that may wait to be received. 32 members who each send 10 signals, three times over. */
export const MAX_QUEUED_EVENTS = 1_024;

export interface IceCandidate {
  readonly media: string;
  readonly index: number;
  /** The candidate line, never empty. */
  readonly name: string;
}

/**
 * What two members say to each other while they connect, and when their connection is repaired. `attempt` counts a pair's tries
 * from 1 on and is chosen by the member who offers: what belongs to another attempt than the current one is stale, and dropped.
 */
export type Signal =
  | {
      readonly kind: "description";
      readonly attempt: number;
      readonly type: "offer" | "answer";
      readonly sdp: string;
      readonly candidates: readonly IceCandidate[];
      /** The how-manieth ICE restart of this attempt it belongs to, from 1 on. None: it is the attempt's first offer, or answers that. */
      readonly restart?: number;
    }
  | { readonly kind: "candidates"; readonly attempt: number; readonly candidates: readonly IceCandidate[] }
  /** "My side of this attempt failed; offer again." From the member who answers to the one who offers. */
  | { readonly kind: "retry"; readonly attempt: number }
  /** "I want a connection, and have seen no attempt: offer, if you do not already." From the member who answers to the one who offers. */
  | { readonly kind: "want"; readonly attempt: number }
  /** "Look for another path: restart the ICE of this attempt." From the member who answers to the one who offers. */
  | { readonly kind: "restart"; readonly attempt: number }
  /** "Do you hear me?" From who would replace a connection that may merely be cut. */
  | { readonly kind: "probe"; readonly attempt: number }
  /** Answers `probe`. */
  | { readonly kind: "echo"; readonly attempt: number };

export type SignallerEvent =
  | { readonly kind: "introduced"; readonly peerId: number }
  | { readonly kind: "left"; readonly peerId: number; readonly reason: "left" | "kicked" | "lost" }
  | { readonly kind: "signal"; readonly from: number; readonly signal: Signal }
  | { readonly kind: "down"; readonly reason: string }
  | { readonly kind: "up" };

export interface Signaller {
  readonly localId: number;
  /** STUN and TURN servers that this group's connections should use; may be empty. */
  readonly iceServers: readonly IceServer[];
  wake: (() => void) | null;
  send(to: number, signal: Signal): void;
  receive(): SignallerEvent | undefined;
  close(): void;
}
