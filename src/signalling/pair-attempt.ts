import { reasonOf, refuse } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { GatheringState } from "../connection/connection-state.ts";
import type { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { DOUBT_MS, MAX_CANDIDATES_PER_ATTEMPT } from "./connector-limits.ts";
import type { Offer } from "./incoming-offers.ts";
import type { PairContext } from "./pair-context.ts";
import { SignalLimits } from "./signal-limits.ts";
import type { IceCandidate } from "./signaller.ts";

/** Begins a try to reach a peer: its connection is made, and a part of the mesh. `null` if that cannot be. */
export function beginAttempt(number: number, peerId: number, context: PairContext): PairAttempt | null {
  const connection = newConnection(peerId, context);
  if (connection === null) return null;
  if (context.peer.addPeer(connection, peerId) === ErrorCode.OK) {
    return new PairAttempt(number, connection, peerId, context);
  }
  connection.close();
  return null;
}

function newConnection(peerId: number, context: PairContext): WebRTCPeerConnection | null {
  try {
    const connection = context.createConnection();
    return connection.initialize(context.configuration()) === ErrorCode.OK ? connection : null;
  } catch (error) {
    return refuse(null, `createConnection for peer ${peerId} threw: ${reasonOf(error)}`);
  }
}

/** One try of a pair: its connection, and what that has to say to the far side. */
export class PairAttempt {
  readonly number: number;
  readonly connection: WebRTCPeerConnection;
  /** Whether the far side's description has been taken. */
  isAnswered = false;
  readonly #peerId: number;
  readonly #context: PairContext;
  #candidatesTaken = 0;
  /** Made and applied, and not sent yet. */
  #description: Pick<Offer, "type" | "sdp"> | null = null;
  #outgoing: IceCandidate[] = [];
  #outgoingSinceMs = 0;
  #doubtfulFromMs = Number.POSITIVE_INFINITY;

  constructor(number: number, connection: WebRTCPeerConnection, peerId: number, context: PairContext) {
    this.number = number;
    this.connection = connection;
    this.#peerId = peerId;
    this.#context = context;
    connection.on("sessionDescriptionCreated", this.#onDescription);
    connection.on("iceCandidateCreated", this.#onCandidate);
  }

  /** The far side was introduced anew: if this does not open soon, it has missed something. */
  doubt(): void {
    this.#doubtfulFromMs = this.#context.clock.nowMs() + DOUBT_MS;
  }

  get isDoubtful(): boolean {
    return this.#context.clock.nowMs() >= this.#doubtfulFromMs;
  }

  /** Takes the far side's description. False if the connection refused it. */
  takeDescription(type: "offer" | "answer", sdp: string): boolean {
    this.isAnswered = true;
    return this.connection.setRemoteDescription(type, sdp) === ErrorCode.OK;
  }

  /** Takes candidates of the far side, and counts those that are too many. */
  takeCandidates(candidates: readonly IceCandidate[]): void {
    const taken = candidates.slice(0, MAX_CANDIDATES_PER_ATTEMPT - this.#candidatesTaken);
    this.#candidatesTaken += taken.length;
    for (const { media, index, name } of taken) this.connection.addIceCandidate(media, index, name);
    this.#context.counters.excessCandidates += candidates.length - taken.length;
  }

  /**
   * Sends what there is to say: the description with the candidates known by now, later ones once there are as many as a signal
   * carries, or they have waited for `candidateBatchMs`, or there will be no more.
   */
  flush(): void {
    const attempt = this.number;
    const { clock, candidateBatchMs } = this.#context;
    if (this.#description !== null) {
      this.#context.send(this.#peerId, {
        kind: "description",
        attempt,
        ...this.#description,
        candidates: this.#nextCandidates(),
      });
      this.#description = null;
    }
    const isComplete = this.connection.getGatheringState() === GatheringState.COMPLETE;
    const isDue = isComplete || clock.nowMs() - this.#outgoingSinceMs >= candidateBatchMs;
    while (this.#outgoing.length >= (isDue ? 1 : SignalLimits.candidatesPerSignal)) {
      this.#context.send(this.#peerId, { kind: "candidates", attempt, candidates: this.#nextCandidates() });
    }
  }

  /** From here on it says nothing. Closing the connection is the mesh's. */
  end(): void {
    this.#description = null;
    this.#outgoing = [];
    this.connection.off("sessionDescriptionCreated", this.#onDescription);
    this.connection.off("iceCandidateCreated", this.#onCandidate);
  }

  // Not sent right away: some backends know their first candidates in the same poll.
  readonly #onDescription = (type: "offer" | "answer", sdp: string): void => {
    if (this.connection.setLocalDescription(type, sdp) === ErrorCode.OK) this.#description = { type, sdp };
  };

  readonly #onCandidate = (media: string, index: number, name: string): void => {
    if (this.#outgoing.length === 0) this.#outgoingSinceMs = this.#context.clock.nowMs();
    this.#outgoing.push({ media, index, name });
  };

  #nextCandidates(): IceCandidate[] {
    return this.#outgoing.splice(0, SignalLimits.candidatesPerSignal);
  }
}
