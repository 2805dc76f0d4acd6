import type { Clock } from "../base/clock.ts";
import { diagnose } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import type { RandomSource } from "../base/random.ts";
import type { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { ConnectionConfiguration } from "../seam/connection-backend.ts";
import type { ConnectorCounters } from "./connector-counters.ts";
import { ANSWER_PAUSE_MS, LEAVE_GRACE_MS, MAX_CANDIDATES_PER_ATTEMPT, RETURN_WINDOW_MS } from "./connector-limits.ts";
import { EarlySignals, type Offer } from "./early-signals.ts";
import { PairAttempt } from "./pair-attempt.ts";
import { retryPauseMs } from "./retry-pause.ts";
import type { IceCandidate, Signal } from "./signaller.ts";

/** Why an attempt failed: what the mesh says, or one of ours. */
export type PairFailureReason =
  | DisconnectReason
  /** No connection could be made or added: the diagnostics handler was told why. */
  | "not-started"
  /** It failed on the far side, which asked for another. */
  | "failed-there";

/**
 * How far a pair is. `new`: nothing was done yet. `expecting`: the far side is to offer. `connecting`, `connected`: as it
 * says. `waiting`: the pause before another attempt. `closing`: an end is under way. `failed`: given up until asked, or
 * introduced anew. `ended`: was connected, and one of the two sides closed it.
 */
export type PairState = "new" | "expecting" | "connecting" | "connected" | "waiting" | "closing" | "failed" | "ended";

/** What a pair needs of its connector. */
export interface PairContext {
  readonly peer: WebRTCMultiplayerPeer;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly counters: ConnectorCounters;
  readonly candidateBatchMs: number;
  readonly maxAttempts: number;
  createConnection(): WebRTCPeerConnection;
  configuration(): ConnectionConfiguration;
  send(to: number, signal: Signal): void;
  failed(peerId: number, reason: PairFailureReason, attempt: number, willRetry: boolean): void;
  lost(peerId: number, reason: DisconnectReason): void;
}

/** Connects this member to one other, and repairs that. The member with the higher id offers. */
export class Pair {
  readonly peerId: number;
  readonly #context: PairContext;
  readonly #offers: boolean;
  readonly #early = new EarlySignals();
  #state: PairState = "new";
  #isPresent = false;
  /** The far side said or was said to be gone, and has not come back. */
  #hasLeft = false;
  #returnedAtMs = Number.NEGATIVE_INFINITY;
  /** This side closed it: no offer is taken. */
  #refuses = false;
  /** Number of the latest attempt. */
  #number = 0;
  /** Offers up to this number are stale. */
  #staleUpTo = 0;
  /** The offer that the current attempt answers, so that a copy of it is known. */
  #answeredOffer: string | null = null;
  /** Attempts since the pair began, or was connected last. */
  #tries = 0;
  #attempt: PairAttempt | null = null;
  #retryAtMs = 0;
  #leaveDeadlineMs = Number.POSITIVE_INFINITY;
  /** Whether the end that is under way is to be followed by a new beginning. */
  #reconnects = false;
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  constructor(peerId: number, context: PairContext) {
    this.peerId = peerId;
    this.#context = context;
    this.#offers = context.peer.getUniqueId() > peerId;
  }

  get state(): PairState {
    return this.#state;
  }

  get isPresent(): boolean {
    return this.#isPresent;
  }

  get attempt(): number {
    return this.#number;
  }

  /** Nothing stands, nothing is under way, and nobody is there: it can be forgotten if need be. */
  get isIdle(): boolean {
    return !this.#isPresent && !["connecting", "connected", "closing"].includes(this.#state);
  }

  /** Idle because the far side left: should it come back, all begins anew. */
  get isOver(): boolean {
    return this.isIdle && this.#hasLeft;
  }

  introduce(): void {
    const isBack = this.#hasLeft;
    this.#isPresent = true;
    this.#hasLeft = false;
    // It may be another page, which counts from 1 again.
    this.#staleUpTo = 0;
    this.#early.clear();
    switch (this.#state) {
      case "connected":
      case "closing":
        if (isBack) this.#returnedAtMs = this.#context.clock.nowMs();
        break;
      case "connecting":
        // It may have missed something of this attempt.
        if (this.#offers) {
          this.#abandon();
          this.#begin();
        } else {
          this.#askForRetry();
        }
        break;
      case "new":
      case "failed":
      case "waiting":
        this.#begin();
        break;
      case "expecting":
        this.#askForRetry();
        break;
      case "ended":
        break;
    }
  }

  /** The signaller is down: whether it is still there is not known. */
  loseSight(): void {
    this.#isPresent = false;
  }

  leave(reason: "left" | "kicked" | "lost"): void {
    this.#isPresent = false;
    this.#hasLeft = true;
    if (reason === "lost") return;
    this.#early.clear();
    this.#reconnects = false;
    if (this.#state === "connecting") {
      this.#abandon();
      this.#state = "failed";
      this.#context.failed(this.peerId, reason, this.#number, false);
    } else if (reason === "kicked" && (this.#state === "connected" || this.#state === "closing")) {
      this.disconnect(DisconnectReason.KICKED);
    } else if (this.#state === "connected") {
      this.#state = "closing";
      this.#leaveDeadlineMs = this.#context.clock.nowMs() + LEAVE_GRACE_MS;
      const { peer } = this.#context;
      if (peer.hasPeer(this.peerId)) peer.announceDeparture(this.peerId, DisconnectReason.LEFT);
    }
  }

  /** Closes what stands, and gives up what is under way. */
  disconnect(reason: DisconnectReason): void {
    if (this.#state === "connecting") {
      this.#abandon();
      this.#state = "failed";
    } else if (this.#state === "connected" || this.#state === "closing") {
      this.#close(reason);
    }
  }

  /** Begins anew by the caller's wish. False if there is nothing to begin. */
  retry(): boolean {
    if (!this.#isPresent || !["failed", "ended", "waiting"].includes(this.#state)) return false;
    this.#begin();
    return true;
  }

  poll(): void {
    const { clock, peer, candidateBatchMs } = this.#context;
    switch (this.#state) {
      case "connecting":
        // Here, and not only by the mesh afterwards: what its events say then leaves in this poll.
        this.#attempt?.connection.poll();
        this.#attempt?.flush(candidateBatchMs);
        if (!peer.hasPeer(this.peerId)) this.#removedByGame();
        break;
      case "connected":
        this.#attempt?.flush(candidateBatchMs);
        if (!peer.hasPeer(this.peerId)) this.#removedByGame();
        break;
      case "closing":
        if (clock.nowMs() >= this.#leaveDeadlineMs) this.#close(DisconnectReason.LEFT);
        if (!peer.hasPeer(this.peerId)) this.gone(DisconnectReason.CLOSED_LOCALLY);
        break;
      case "waiting":
        if (!this.#isPresent) this.#state = "failed";
        else if (clock.nowMs() >= this.#retryAtMs) this.#offer();
        break;
      case "new":
      case "expecting":
      case "failed":
      case "ended":
        break;
    }
    if (this.#early.hasOffer && this.#state !== "connected" && this.#state !== "closing") this.#answerKeptOffer();
  }

  hear(signal: Signal): void {
    switch (signal.kind) {
      case "description":
        if (signal.type === "offer") this.#hearOffer(signal);
        else this.#hearAnswer(signal);
        break;
      case "candidates":
        this.#hearCandidates(signal.attempt, signal.candidates);
        break;
      case "retry":
        this.#hearRetry(signal.attempt);
        break;
    }
  }

  /** The mesh says that it is connected. */
  connected(): void {
    if (this.#state === "connecting") this.#state = "connected";
  }

  /** The mesh says that the attempt failed. */
  attemptFailed(reason: DisconnectReason): void {
    if (this.#state === "connecting") this.#fail(reason);
  }

  /** The mesh says that a peer which was connected is gone. */
  gone(reason: DisconnectReason): void {
    if (this.#state !== "connected" && this.#state !== "closing") return;
    const wasLost = reason === DisconnectReason.CONNECTION_LOST;
    const isBack = this.#context.clock.nowMs() - this.#returnedAtMs < RETURN_WINDOW_MS;
    this.#refuses = reason === DisconnectReason.CLOSED_LOCALLY || reason === DisconnectReason.KICKED;
    const reconnects = wasLost || (this.#reconnects && !this.#refuses);
    this.#reconnects = false;
    this.#leaveDeadlineMs = Number.POSITIVE_INFINITY;
    this.#returnedAtMs = Number.NEGATIVE_INFINITY;
    this.#endAttempt();
    const rest: PairState = reconnects ? "failed" : "ended";
    this.#state = rest;
    if (this.#refuses) this.#early.clear();
    if (wasLost) this.#context.lost(this.peerId, reason);
    // Who was just told may have closed everything, or begun anew.
    if (!this.#isPresent || this.state !== rest) return;
    if (this.#early.hasOffer) this.#answerKeptOffer();
    else if (reconnects) this.#repair();
    else if (isBack) this.#begin();
  }

  /** The connector is closed: nothing more is done or said. */
  end(): void {
    this.#isPresent = false;
    this.#endAttempt();
  }

  #begin(): void {
    this.#tries = 0;
    this.#refuses = false;
    const standing = this.#context.peer.getPeer(this.peerId);
    if (standing !== null) this.#state = standing.connected ? "connected" : "connecting";
    else if (this.#offers) this.#offer();
    else this.#expect();
  }

  /** A connection that stood is lost: as at the beginning, but the far side may not have noticed. */
  #repair(): void {
    this.#tries = 0;
    if (this.#offers) this.#offer();
    else this.#expect();
  }

  #expect(): void {
    this.#state = "expecting";
    this.#askForRetry();
  }

  /** Tells who offers that there is no connection on this side. */
  #askForRetry(): void {
    if (!this.#offers && this.#number > 0) this.#say({ kind: "retry", attempt: this.#number });
  }

  #offer(): void {
    this.#number += 1;
    this.#start((attempt) => attempt.connection.createOffer() === ErrorCode.OK);
  }

  #answer(offer: Offer): void {
    this.#number = offer.attempt;
    this.#staleUpTo = offer.attempt;
    this.#answeredOffer = offer.sdp;
    const isStarted = this.#start((attempt) => attempt.takeDescription("offer", offer.sdp));
    if (!isStarted) return;
    this.#takeCandidates(offer.candidates);
    this.#takeCandidates(this.#early.takeCandidates(offer.attempt));
  }

  #start(begin: (attempt: PairAttempt) => boolean): boolean {
    const { peer, clock } = this.#context;
    const connection = this.#newConnection();
    this.#tries += 1;
    if (connection === null || peer.addPeer(connection, this.peerId) !== ErrorCode.OK) {
      connection?.close();
      this.#notStarted();
      return false;
    }
    const say = (signal: Signal): void => this.#say(signal);
    const attempt = new PairAttempt(this.#number, connection, say, () => clock.nowMs());
    this.#attempt = attempt;
    this.#state = "connecting";
    if (begin(attempt)) return true;
    this.#abandon();
    this.#notStarted();
    return false;
  }

  #newConnection(): WebRTCPeerConnection | null {
    try {
      const connection = this.#context.createConnection();
      return connection.initialize(this.#context.configuration()) === ErrorCode.OK ? connection : null;
    } catch (error) {
      diagnose(`connecting to peer ${this.peerId}: createConnection threw: ${String(error)}`);
      return null;
    }
  }

  #notStarted(): void {
    this.#state = "failed";
    this.#context.failed(this.peerId, "not-started", this.#number, false);
  }

  #fail(reason: PairFailureReason): void {
    const { clock, random, maxAttempts } = this.#context;
    const isOwnWish = reason === DisconnectReason.CLOSED_LOCALLY;
    const willRetry = this.#isPresent && !isOwnWish && this.#tries < maxAttempts;
    this.#endAttempt();
    this.#refuses = isOwnWish;
    if (!willRetry) {
      this.#state = isOwnWish ? "ended" : "failed";
    } else if (this.#offers) {
      this.#state = "waiting";
      this.#retryAtMs = clock.nowMs() + retryPauseMs(this.#tries, random);
    } else {
      this.#expect();
    }
    this.#context.failed(this.peerId, reason, this.#number, willRetry);
  }

  #hearOffer(offer: Offer): void {
    const { counters } = this.#context;
    if (this.#offers) {
      counters.wrongSide += 1;
    } else if (offer.attempt <= this.#staleUpTo || offer.sdp === this.#answeredOffer) {
      counters.stale += 1;
    } else if (this.#refuses) {
      counters.refused += 1;
    } else if (!this.#early.keepOffer(offer)) {
      counters.stale += 1;
    } else if (this.#state === "connected" || this.#state === "closing") {
      // Who offers has no connection any more, though this side has not noticed yet.
      this.#reconnects = true;
      this.#close(this.#state === "connected" ? DisconnectReason.CONNECTION_LOST : DisconnectReason.LEFT);
    } else {
      this.#answerKeptOffer();
    }
  }

  #answerKeptOffer(): void {
    const nowMs = this.#context.clock.nowMs();
    if (nowMs - this.#answeredAtMs < ANSWER_PAUSE_MS) return;
    const offer = this.#early.takeOffer();
    if (offer === null || !this.#isPresent || this.#refuses) return;
    this.#answeredAtMs = nowMs;
    this.#abandon();
    this.#answer(offer);
  }

  #hearAnswer(answer: Offer): void {
    const { counters } = this.#context;
    if (!this.#offers) {
      counters.wrongSide += 1;
    } else if (this.#attempt === null || answer.attempt !== this.#attempt.number) {
      counters.stale += 1;
    } else if (this.#attempt.isAnswered) {
      counters.duplicate += 1;
    } else if (this.#attempt.takeDescription("answer", answer.sdp)) {
      this.#takeCandidates(answer.candidates);
    } else {
      counters.malformed += 1;
    }
  }

  #hearCandidates(number: number, candidates: readonly IceCandidate[]): void {
    const { counters } = this.#context;
    if (this.#attempt?.number === number && !this.#early.hasOffer) {
      this.#takeCandidates(candidates);
    } else if (!this.#offers && !this.#refuses && number > this.#staleUpTo) {
      counters.excessCandidates += this.#early.keepCandidates(number, candidates);
    } else {
      counters.stale += 1;
    }
  }

  #takeCandidates(candidates: readonly IceCandidate[]): void {
    const attempt = this.#attempt;
    if (attempt === null) return;
    for (const candidate of candidates) {
      if (attempt.candidatesTaken < MAX_CANDIDATES_PER_ATTEMPT) attempt.takeCandidate(candidate);
      else this.#context.counters.excessCandidates += 1;
    }
  }

  #hearRetry(number: number): void {
    const { counters, clock, random } = this.#context;
    if (!this.#offers) {
      counters.wrongSide += 1;
    } else if (this.#refuses) {
      counters.refused += 1;
    } else if (this.#state === "failed" || this.#state === "ended") {
      // Of whatever attempt it is: the other side has no connection either, and wants one.
      this.#tries = 0;
      this.#state = "waiting";
      this.#retryAtMs = clock.nowMs() + retryPauseMs(1, random);
    } else if (number !== this.#number) {
      counters.stale += 1;
    } else if (this.#state === "connecting") {
      this.#failThere();
    } else if (this.#state === "connected") {
      this.#reconnects = true;
      this.#close(DisconnectReason.CONNECTION_LOST);
    } else {
      counters.duplicate += 1;
    }
  }

  #failThere(): void {
    this.#abandon();
    this.#fail("failed-there");
  }

  /** The game took the peer out of the mesh by itself, without an event. */
  #removedByGame(): void {
    this.#endAttempt();
    this.#early.clear();
    this.#state = "ended";
    this.#refuses = true;
  }

  #close(reason: DisconnectReason): void {
    this.#leaveDeadlineMs = Number.POSITIVE_INFINITY;
    this.#state = "closing";
    if (this.#context.peer.hasPeer(this.peerId)) this.#context.peer.disconnectPeer(this.peerId, false, reason);
  }

  /** Takes the current attempt, if there is one, out of the mesh without an event. */
  #abandon(): void {
    if (this.#state !== "connecting") return;
    this.#endAttempt();
    if (this.#context.peer.hasPeer(this.peerId)) this.#context.peer.disconnectPeer(this.peerId, true);
  }

  #endAttempt(): void {
    this.#attempt?.end();
    this.#attempt = null;
    this.#answeredOffer = null;
  }

  #say(signal: Signal): void {
    this.#context.send(this.peerId, signal);
  }
}
