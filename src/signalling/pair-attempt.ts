import { ErrorCode } from "../base/error-code.ts";
import { GatheringState } from "../connection/connection-state.ts";
import type { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { SignalLimits } from "./signal-limits.ts";
import type { IceCandidate, Signal } from "./signaller.ts";

/** One try of a pair: its connection, and what that has to say to the far side. */
export class PairAttempt {
  readonly number: number;
  readonly connection: WebRTCPeerConnection;
  /** Whether the far side's description has been taken. */
  isAnswered = false;
  /** Candidates of the far side that were taken. */
  candidatesTaken = 0;
  readonly #say: (signal: Signal) => void;
  readonly #nowMs: () => number;
  #outgoing: IceCandidate[] = [];
  #outgoingSinceMs = 0;
  #isOver = false;

  constructor(number: number, connection: WebRTCPeerConnection, say: (signal: Signal) => void, nowMs: () => number) {
    this.number = number;
    this.connection = connection;
    this.#say = say;
    this.#nowMs = nowMs;
    connection.on("sessionDescriptionCreated", this.#onDescription);
    connection.on("iceCandidateCreated", this.#onCandidate);
  }

  /** Takes the far side's description. False if the connection refused it. */
  takeDescription(type: "offer" | "answer", sdp: string): boolean {
    this.isAnswered = true;
    return this.connection.setRemoteDescription(type, sdp) === ErrorCode.OK;
  }

  takeCandidate(candidate: IceCandidate): void {
    this.candidatesTaken += 1;
    this.connection.addIceCandidate(candidate.media, candidate.index, candidate.name);
  }

  /** Sends the candidates that wait, if they have waited for `batchMs` or there will be no more. */
  flush(batchMs: number): void {
    if (this.#outgoing.length === 0) return;
    const isComplete = this.connection.getGatheringState() === GatheringState.COMPLETE;
    if (isComplete || this.#nowMs() - this.#outgoingSinceMs >= batchMs) this.#flush();
  }

  /** From here on it says nothing. Closing the connection is the mesh's. */
  end(): void {
    this.#isOver = true;
    this.#outgoing = [];
    this.connection.off("sessionDescriptionCreated", this.#onDescription);
    this.connection.off("iceCandidateCreated", this.#onCandidate);
  }

  readonly #onDescription = (type: "offer" | "answer", sdp: string): void => {
    if (this.#isOver || this.connection.setLocalDescription(type, sdp) !== ErrorCode.OK) return;
    const candidates = this.#outgoing.splice(0, SignalLimits.candidatesPerSignal);
    this.#say({ kind: "description", attempt: this.number, type, sdp, candidates });
  };

  readonly #onCandidate = (media: string, index: number, name: string): void => {
    if (this.#isOver) return;
    if (this.#outgoing.length === 0) this.#outgoingSinceMs = this.#nowMs();
    this.#outgoing.push({ media, index, name });
    if (this.#outgoing.length >= SignalLimits.candidatesPerSignal) this.#flush();
  };

  #flush(): void {
    const candidates = this.#outgoing;
    this.#outgoing = [];
    this.#say({ kind: "candidates", attempt: this.number, candidates });
  }
}
