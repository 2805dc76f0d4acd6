import type { LeaveReason } from "./leave-reason.ts";
import type { Refusal } from "./wire/hello.ts";

export interface SessionEvents {
  /**
   * A peer has come: the handshake is done, and messages travel both ways from now on. `returned`: one of that id was here before, and had
   * left.
   */
  peerJoined: (id: number, how: { readonly returned: boolean }) => void;
  /** A peer that had come is gone. `words`: what it said in its goodbye; empty if it said nothing. */
  peerLeft: (id: number, reason: LeaveReason, words: string) => void;
  /** The handshake with a connected peer failed, by us or by them: it never came, and its connection is closed. */
  peerRefused: (id: number, refusal: Refusal & { readonly by: "us" | "them" }) => void;
  /**
   * Nothing was heard of a peer for `unstableAfterMs`, or its connection was lost. What is reliable arrives once it is back, in order and
   * once; what is not may be lost.
   */
  peerUnstable: (id: number) => void;
  /** It is heard again. */
  peerStable: (id: number) => void;
  /**
   * In a star: for `goneAfterMs` there was no connection to anybody, and nobody is there who could make one. The game is over, unless the
   * lobby's server comes back.
   */
  isolated: () => void;
  /** A large message is arriving, in parts. Unit: bytes. */
  progress: (id: number, name: string, receivedBytes: number, totalBytes: number) => void;
  /** The session is being closed; what handlers send now is still handed over. Once. */
  closing: () => void;
}
