import type { Term } from "./term.ts";

/** What is known of a peer that is heard. */
export interface PeerView {
  readonly id: number;
  /** What it follows; `null` before it found anything. */
  readonly term: Term | null;
  /** For how long it has been heard to. Unit: ms. */
  readonly followsForMs: number;
  /** It says that it is host in that term. */
  readonly claims: boolean;
  /** For how long it has been heard to say so. Unit: ms. */
  readonly claimsForMs: number;
  /** It hears that term's host. */
  readonly hears: boolean;
  /** It came, or came back, and has not followed the same as this peer since: it may be of another side. */
  readonly isStranger: boolean;
  /** It has been heard for long enough to be believed. */
  readonly isSettled: boolean;
}
