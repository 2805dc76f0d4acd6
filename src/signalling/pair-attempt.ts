import { reasonOf, refuse } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { ConnectionState, GatheringState } from "../connection/connection-state.ts";
import type { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import { PathWatch } from "../multiplayer/path-watch.ts";
import type { ConnectionPath } from "../seam/connection-backend.ts";
import type { PairPaths, PathProblem } from "../seam/pair-paths.ts";
import type { ConnectorCounters } from "./connector-counters.ts";
import { DOUBT_MS, MAX_CANDIDATES_PER_ATTEMPT } from "./connector-limits.ts";
import { DescriptionWait } from "./description-wait.ts";
import type { Offer } from "./incoming-offers.ts";
import type { PairConnection } from "./pair-connection.ts";
import type { PairContext, PairFailureReason, PairProblem } from "./pair-context.ts";
import { Restarts } from "./restarts.ts";
import { SignalLimits } from "./signal-limits.ts";
import type { IceCandidate } from "./signaller.ts";

/**
 * Begins a try to reach a peer: its connection is made, and a part of the mesh. `null` if that cannot be. `headStartMs`: what the
 * direct way has before a relay.
 */
export function beginAttempt(
  number: number,
  peerId: number,
  headStartMs: number,
  context: PairContext,
): PairAttempt | null {
  const made = newConnection(peerId, headStartMs, context);
  if (made === null) return null;
  if (context.peer.addPeer(made.connection, peerId) === ErrorCode.OK) {
    return new PairAttempt(number, made, peerId, context);
  }
  made.connection.close();
  return null;
}

function newConnection(peerId: number, headStartMs: number, context: PairContext): PairConnection | null {
  try {
    const made = context.createConnection(peerId, headStartMs);
    return made.connection.initialize(context.configuration()) === ErrorCode.OK ? made : null;
  } catch (error) {
    return refuse(null, `createConnection for peer ${peerId} threw: ${reasonOf(error)}`);
  }
}

/** One try of a pair: its connection, and what that has to say to the far side. */
export class PairAttempt {
  readonly number: number;
  readonly connection: WebRTCPeerConnection;
  readonly restarts: Restarts;
  readonly beganAtMs: number;
  /** Whether the far side's description has been taken. */
  isAnswered = false;
  readonly #peerId: number;
  readonly #context: PairContext;
  readonly #ways: PairPaths | null;
  readonly #path = new PathWatch();
  /** Of which restart each description is that was asked of the connection, and not made yet; 0 for the first. */
  readonly #due: number[] = [0];
  readonly #wait: DescriptionWait;
  #candidatesTaken = 0;
  /** Made and applied, and not sent yet. */
  #description: Pick<Offer, "type" | "sdp" | "restart"> | null = null;
  #outgoing: IceCandidate[] = [];
  #outgoingSinceMs = 0;
  #doubtfulFromMs = Number.POSITIVE_INFINITY;

  constructor(number: number, { connection, ways }: PairConnection, peerId: number, context: PairContext) {
    this.number = number;
    this.connection = connection;
    this.restarts = new Restarts(context.counters);
    this.beganAtMs = context.clock.nowMs();
    this.#ways = ways;
    this.#peerId = peerId;
    this.#context = context;
    this.#wait = new DescriptionWait(() => context.clock.nowMs());
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

  /** Lets its ways look at the clock, before the connection is polled. */
  pollWays(): void {
    this.#ways?.poll();
    this.#path.poll();
  }

  /** Which way its packets go, as far as was known in the last poll; asked for anew if that is old. */
  get path(): ConnectionPath | null {
    return this.#path.look(this.connection, this.#context.clock.nowMs());
  }

  /** Why its packets go by the relay; `null` if they do not. */
  get relayProblem(): PathProblem | null {
    return this.#ways?.carrier === "relay" ? this.#ways.problem : null;
  }

  /** What was in the way of an attempt that failed for this reason. */
  problem(reason: PairFailureReason): PairProblem {
    if (reason !== DisconnectReason.NO_PATH && reason !== DisconnectReason.CONNECT_TIMEOUT) return reason;
    if (this.#ways !== null && this.#ways.problem !== null) return this.#ways.problem;
    if (this.#candidatesTaken === 0) return "no-candidates";
    return reason === DisconnectReason.NO_PATH ? "ice-failed" : "timeout";
  }

  /** Takes the far side's description. False if the connection refused it. */
  takeDescription(type: "offer" | "answer", sdp: string): boolean {
    this.isAnswered = true;
    return this.connection.setRemoteDescription(type, sdp) === ErrorCode.OK;
  }

  /** Takes an offer of a restart, or the answer to one: as what it is dropped, or `null`. */
  takeRestart({ type, sdp, candidates, restart: number = 0 }: Offer): keyof ConnectorCounters | null {
    const isOffer = type === "offer";
    // One that has only just opened there and not yet here is offered again.
    if (isOffer && this.connection.getConnectionState() === ConnectionState.CONNECTING) return "stale";
    const nowMs = this.#context.clock.nowMs();
    const fault = isOffer ? this.restarts.takeOffer(number, nowMs) : this.restarts.takeAnswer(number, nowMs);
    if (fault !== null) return fault;
    if (this.connection.setRemoteDescription(type, sdp) !== ErrorCode.OK) return "stale";
    if (isOffer) this.#due.push(number);
    this.#candidatesTaken = 0;
    this.takeCandidates(candidates);
    return null;
  }

  /** Looks after the path of a connection that stands: begins a restart, or asks for one, if it is due. */
  mend(offers: boolean): void {
    const nowMs = this.#context.clock.nowMs();
    const state = this.connection.getConnectionState();
    if (state === ConnectionState.CLOSED || !this.restarts.isDue(state === ConnectionState.CONNECTED, nowMs)) return;
    if (!offers) {
      this.restarts.begin(nowMs);
      this.#context.send(this.#peerId, { kind: "restart", attempt: this.number });
      return;
    }
    const error = this.connection.restartIce(this.#context.configuration());
    if (error === ErrorCode.OK) this.#due.push(this.restarts.beginNext(nowMs));
    else this.restarts.refuse(error === ErrorCode.ERR_UNAVAILABLE, nowMs);
  }

  /** Takes candidates of the far side, and counts those that are too many. */
  takeCandidates(candidates: readonly IceCandidate[]): void {
    const taken = candidates.slice(0, MAX_CANDIDATES_PER_ATTEMPT - this.#candidatesTaken);
    this.#candidatesTaken += taken.length;
    for (const { media, index, name } of taken) {
      if (leadsSomewhere(name)) this.connection.addIceCandidate(media, index, name);
    }
    this.#context.counters.excessCandidates += candidates.length - taken.length;
  }

  /**
   * Sends what there is to say: the description with the first candidates, later ones once there are as many as a signal carries, or
   * they have waited for `candidateBatchMs`, or there will be no more.
   */
  flush(): void {
    const attempt = this.number;
    const { clock, candidateBatchMs } = this.#context;
    const isComplete = this.connection.getGatheringState() === GatheringState.COMPLETE;
    if (this.#description !== null) {
      const isFull = this.#outgoing.length >= SignalLimits.candidatesPerSignal;
      const mayWait = !isComplete && !isFull && !this.#hidesAddress;
      if (!this.#wait.look() && mayWait) return;
      this.#context.send(this.#peerId, {
        kind: "description",
        attempt,
        ...this.#description,
        candidates: this.#nextCandidates(),
      });
      this.#description = null;
    }
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
    const restart = this.#due.shift() ?? 0;
    if (this.connection.setLocalDescription(type, sdp) !== ErrorCode.OK) return;
    this.#wait.begin();
    this.#description = restart === 0 ? { type, sdp } : { type, sdp, restart };
  };

  readonly #onCandidate = (media: string, index: number, name: string): void => {
    if (!leadsSomewhere(name)) return;
    if (this.#outgoing.length === 0) this.#outgoingSinceMs = this.#context.clock.nowMs();
    this.#wait.found(name);
    this.#outgoing.push({ media, index, name });
  };

  /** Its candidates are a server's: the far side asks its own meanwhile. */
  get #hidesAddress(): boolean {
    return this.#context.configuration().iceTransportPolicy === "relay";
  }

  #nextCandidates(): IceCandidate[] {
    return this.#outgoing.splice(0, SignalLimits.candidatesPerSignal);
  }
}

/**
 * Not who would only call by TCP, and answers nobody: browsers tell as many of these as of the others, and none ever listens.
 * To take one costs Chromium half a millisecond of the page's time.
 */
function leadsSomewhere(candidate: string): boolean {
  return !/ tcptype active\b/i.test(candidate);
}
