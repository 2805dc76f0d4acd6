import { ErrorCode } from "../base/error-code.ts";
import type { RepairStep } from "../multiplayer/companion.ts";
import { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import type { ConnectionPath } from "../seam/connection-backend.ts";
import { type Ask, answerToAsk, nextAttempt } from "./answer-ask.ts";
import type { ConnectorCounters } from "./connector-counters.ts";
import { LEAVE_GRACE_MS, NO_OFFER_MS, PARTING_MS } from "./connector-limits.ts";
import { IncomingOffers, type Offer } from "./incoming-offers.ts";
import { beginAttempt, type PairAttempt } from "./pair-attempt.ts";
import type { PairContext, PairFailureReason, PairProblem, PairState } from "./pair-context.ts";
import { Repair } from "./repair.ts";
import { retryPauseMs } from "./retry-pause.ts";
import { Sight } from "./sight.ts";
import type { IceCandidate, Signal } from "./signaller.ts";
import { Wish } from "./wish.ts";

/** Connects this member to one other, and repairs that. The member with the higher id offers. */
export class Pair {
  readonly peerId: number;
  readonly #context: PairContext;
  readonly #offers: boolean;
  readonly #incoming = new IncomingOffers();
  readonly #repair = new Repair();
  readonly #sight = new Sight();
  readonly #wish: Wish;
  #state: PairState = "new";
  /** This side closed it: no offer is taken. */
  #refuses = false;
  /** Number of the latest attempt. */
  #number = 0;
  /** Attempts since the pair began, or was connected last. */
  #tries = 0;
  #attempt: PairAttempt | null = null;
  /** What was in the way of the last attempt. */
  #problem: PairProblem | null = null;
  /** When this state ends by itself: the pause before an offer, the wait for one, the grace of who leaves, or may be about to. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  /** Whether the end that is under way is to be followed by a new beginning. */
  #reconnects = false;

  constructor(peerId: number, context: PairContext) {
    this.peerId = peerId;
    this.#context = context;
    this.#offers = context.peer.getUniqueId() > peerId;
    this.#wish = new Wish(peerId, context.hubs);
  }

  get state(): PairState {
    return this.#state;
  }

  get isPresent(): boolean {
    return this.#sight.isPresent;
  }

  get attempt(): number {
    return this.#number;
  }

  /** Nothing stands, nothing is under way, and nobody is there: it can be forgotten if need be. */
  get isIdle(): boolean {
    return !this.isPresent && this.#state !== "connecting" && !this.#stands;
  }

  get path(): ConnectionPath | null {
    return this.#stands ? (this.#attempt?.path ?? null) : null;
  }

  /** Why it is not connected directly; `null` if it is, or nothing has failed. */
  get problem(): PairProblem | null {
    return this.#stands ? (this.#attempt?.relayProblem ?? null) : this.#problem;
  }

  /** Idle because the far side left: should it come back, all begins anew. */
  get isOver(): boolean {
    return this.isIdle && this.#sight.hasLeft;
  }

  introduce(): void {
    this.#sight.introduce(this.#stands, this.#nowMs);
    this.#repair.seen();
    this.#incoming.begin();
    if (this.#state === "connecting") {
      // Something of this attempt may have been missed; or nothing was, and on the far side it stands already.
      if (this.#offers && this.#attempt?.isAnswered === false) this.#beginAnew();
      else this.#attempt?.doubt();
    } else if (this.#state === "expecting") {
      this.#askForOffer();
    } else if (["new", "failed", "waiting"].includes(this.#state)) {
      this.#beginIfWanted();
    }
  }

  /** Mends what stands, in a later poll. False if that cannot be. */
  repair(step: RepairStep): boolean {
    if (this.#state !== "connected") return ["connecting", "waiting", "expecting"].includes(this.#state);
    this.#repair.ask(step, this.#attempt?.restarts, this.#nowMs);
    return step !== "restart" || this.#attempt !== null;
  }

  /** This device's network is another one now. */
  networkChanged(): void {
    if (this.#state === "connected") this.#attempt?.restarts.ask();
    else if (!this.isPresent) return;
    else if (this.#state === "waiting") this.#deadlineMs = this.#nowMs;
    // Not one that the game makes by itself.
    else if (this.#state === "connecting" && this.#attempt !== null) this.#beginAnew();
  }

  /** The signaller is down: whether it is still there is not known. */
  loseSight(): void {
    this.#sight.lose();
  }

  leave(reason: "left" | "kicked" | "lost"): void {
    this.#sight.leave();
    if (reason === "lost") return;
    this.#incoming.clear();
    this.#reconnects = false;
    if (this.#state === "connecting") {
      this.disconnect(reason);
      this.#context.failed(this.peerId, reason, this.#number, false);
    } else if (reason === "kicked") {
      this.disconnect(reason);
    } else if (this.#state === "connected") {
      this.#state = "closing";
      this.#deadlineMs = this.#nowMs + LEAVE_GRACE_MS;
      if (this.#isInMesh) this.#context.peer.announceDeparture(this.peerId, reason);
    }
  }

  /** Closes what stands, and gives up what is under way. */
  disconnect(reason: DisconnectReason): void {
    if (this.#state === "connecting") {
      this.#abandon();
      this.#state = "failed";
    } else if (this.#stands) {
      this.#close(reason);
    }
  }

  /** Begins anew by the caller's wish. False if there is nothing to begin. */
  retry(): boolean {
    if (!this.isPresent || !["apart", "failed", "ended", "waiting"].includes(this.#state)) return false;
    this.#wish.ask();
    this.#begin();
    return true;
  }

  poll(): void {
    const nowMs = this.#nowMs;
    this.#attempt?.pollWays();
    if (!this.#wish.isThere && ["waiting", "expecting", "failed"].includes(this.#state)) this.#state = "apart";
    switch (this.#state) {
      case "connecting":
        // Here, and not only by the mesh afterwards: what its events say then leaves in this poll.
        this.#attempt?.connection.poll();
        this.#attempt?.flush();
        if (!this.#isInMesh) this.#removedByGame();
        else if (this.#attempt?.isDoubtful) this.#beginAnew();
        else if (this.#isTooSlow) this.#giveUp();
        break;
      case "connected":
        if (this.isPresent) this.#attempt?.mend(this.#offers);
        this.#attempt?.flush();
        if (!this.#isInMesh) this.#removedByGame();
        else if (this.isPresent) this.#replaceIfWished();
        break;
      case "closing":
        if (nowMs >= this.#deadlineMs) this.#close(DisconnectReason.LEFT);
        if (!this.#isInMesh) this.gone(DisconnectReason.CLOSED_LOCALLY);
        break;
      case "waiting":
        if (!this.isPresent) this.#state = "failed";
        else if (nowMs >= this.#deadlineMs) this.#offer();
        break;
      case "expecting":
        if (!this.isPresent || nowMs < this.#deadlineMs) break;
        this.#state = "failed";
        this.#problem = "no-offer";
        this.#wish.settle();
        this.#context.failed(this.peerId, "no-offer", this.#number, false);
        break;
      case "ended":
        // Who did not want it any more closed what was broken without a word. Who leaves has been seen to, meanwhile.
        if (this.#wish.inStar && !this.#refuses && nowMs >= this.#deadlineMs) this.#state = "apart";
        break;
      case "apart":
        if (this.isPresent && this.#wish.isDue(nowMs)) this.#begin();
        break;
      case "new":
      case "failed":
        break;
    }
    if (!this.#stands) this.#answerKeptOffer();
  }

  hear(signal: Signal): void {
    this.#repair.heard(this.#nowMs);
    const fault = this.#take(signal);
    if (fault !== null) this.#context.counters[fault] += 1;
  }

  /** The mesh says that it is connected. */
  connected(): void {
    if (this.#state !== "connecting") return;
    this.#state = "connected";
    this.#problem = null;
    this.#wish.settle();
  }

  /** The mesh says that the attempt failed. */
  attemptFailed(reason: DisconnectReason): void {
    if (this.#state === "connecting") this.#fail(reason);
  }

  /** The mesh says that a peer which was connected is gone. */
  gone(reason: DisconnectReason): void {
    if (!this.#stands) return;
    const wasLost = reason === DisconnectReason.CONNECTION_LOST;
    const isBack = this.#sight.takeReturn(this.#nowMs);
    this.#refuses = reason === DisconnectReason.CLOSED_LOCALLY || reason === DisconnectReason.KICKED;
    // Unseen, it may have been loaded again.
    const wentUnseen = !this.isPresent && reason === DisconnectReason.CLOSED_BY_PEER;
    const reconnects = wasLost || wentUnseen || (this.#reconnects && !this.#refuses);
    this.#reconnects = false;
    this.#repair.ended(!this.#refuses, this.#nowMs);
    this.#endAttempt();
    const rest: PairState = reconnects ? "failed" : "ended";
    this.#state = rest;
    this.#deadlineMs = this.#nowMs + PARTING_MS;
    if (this.#refuses) this.#incoming.clear();
    if (wasLost) this.#context.lost(this.peerId, reason);
    // Who was just told may have closed everything, or begun anew.
    if (!this.isPresent || this.state !== rest) return;
    if (!this.#incoming.isEmpty) this.#answerKeptOffer();
    else if (reconnects || isBack) this.#beginIfWanted(true);
  }

  /** The connector is closed: nothing more is done or said. */
  end(): void {
    this.#sight.lose();
    this.#endAttempt();
  }

  #beginIfWanted(isAgain = false): void {
    if (this.#wish.isThere) this.#begin(isAgain);
    else this.#state = "apart";
  }

  /** `isAgain`: at once only if the last one was not begun just now, for the far side may have one made after the other. */
  #begin(isAgain = false): void {
    this.#wish.begun(this.#nowMs);
    this.#tries = 0;
    this.#refuses = false;
    const standing = this.#context.peer.getPeer(this.peerId);
    // Connected by the game, or by a connector before this one.
    if (standing !== null) this.#state = standing.connected ? "connected" : "connecting";
    else if (!this.#offers) this.#expect();
    else if (isAgain && !this.#repair.mayBeginAtOnce(this.#nowMs)) this.#wait(1);
    else this.#offer();
  }

  #beginAnew(): void {
    if (this.#offers) {
      this.#abandon();
      this.#begin();
    } else {
      this.#attempt?.doubt();
      this.#askForOffer();
    }
  }

  #expect(): void {
    this.#state = "expecting";
    this.#deadlineMs = this.#nowMs + NO_OFFER_MS;
    this.#askForOffer();
  }

  /** Tells who offers that there is no connection on this side; or that one is wanted, if it may not know. */
  #askForOffer(): void {
    if (this.#offers) return;
    if (this.#number > 0) this.#say({ kind: "retry", attempt: this.#number });
    else if (this.#wish.isNews) this.#say({ kind: "want", attempt: 1 });
  }

  #offer(): void {
    this.#number = nextAttempt(this.#number);
    this.#start((attempt) => attempt.connection.createOffer() === ErrorCode.OK);
  }

  #answer(offer: Offer): void {
    this.#wish.ask();
    this.#number = offer.attempt;
    this.#start((attempt) => {
      if (!attempt.takeDescription("offer", offer.sdp)) return false;
      attempt.takeCandidates(offer.candidates);
      attempt.takeCandidates(this.#incoming.takeCandidates(offer.attempt));
      return true;
    });
  }

  #start(begin: (attempt: PairAttempt) => boolean): void {
    const headStartMs = this.#repair.start(this.#nowMs);
    const attempt = beginAttempt(this.#number, this.peerId, headStartMs, this.#context);
    this.#tries += 1;
    if (attempt !== null) {
      this.#attempt = attempt;
      this.#state = "connecting";
      if (begin(attempt)) return;
      this.#abandon();
    }
    this.#fail("not-started");
  }

  #fail(reason: PairFailureReason, number = this.#number, problem = this.#attempt?.problem(reason)): void {
    const isOwnWish = reason === DisconnectReason.CLOSED_LOCALLY;
    const hasTries = this.#tries < this.#context.maxAttempts || this.#repair.isGoingOn(this.#nowMs);
    const willRetry = this.isPresent && !isOwnWish && hasTries && this.#wish.isThere;
    this.#problem = problem ?? reason;
    this.#endAttempt();
    this.#refuses = isOwnWish;
    if (!willRetry) this.#wish.settle();
    if (!willRetry) this.#state = isOwnWish ? "ended" : "failed";
    else if (this.#offers) this.#wait(this.#tries);
    else this.#expect();
    this.#context.failed(this.peerId, reason, number, willRetry);
  }

  /** The pause before another offer. */
  #wait(failedTries: number): void {
    const { clock, random } = this.#context;
    this.#state = "waiting";
    this.#deadlineMs = clock.nowMs() + retryPauseMs(failedTries, this.#repair.isGoingOn(this.#nowMs), random);
  }

  /** Returns as what the signal was dropped; `null` if it was not. */
  #take(signal: Signal): keyof ConnectorCounters | null {
    if (signal.kind === "candidates") return this.#takeCandidates(signal.attempt, signal.candidates);
    if (signal.kind === "echo") return null;
    if (signal.kind === "probe") return this.#takeProbe(signal.attempt);
    const isForWhoOffers = signal.kind !== "description" || signal.type === "answer";
    if (isForWhoOffers !== this.#offers) return "wrongSide";
    if (signal.kind === "retry" || signal.kind === "want") return this.#takeAsk(signal);
    if (signal.kind === "restart" || signal.restart !== undefined) return this.#takeRestart(signal);
    return isForWhoOffers ? this.#takeAnswer(signal) : this.#takeOffer(signal);
  }

  #takeProbe(attempt: number): keyof ConnectorCounters | null {
    if (!this.#repair.takeProbe(this.#nowMs)) return "excessProbes";
    this.#say({ kind: "echo", attempt });
    return null;
  }

  #takeRestart(signal: Signal & { kind: "restart" | "description" }): keyof ConnectorCounters | null {
    const attempt = this.#attempt;
    if (attempt?.number !== signal.attempt) return "stale";
    if (signal.kind === "restart") return this.#state === "connected" ? attempt.restarts.takeAsk() : "stale";
    return this.#incoming.isEmpty ? attempt.takeRestart(signal) : "stale";
  }

  #takeOffer(offer: Offer): keyof ConnectorCounters | null {
    if (this.#refuses) return "refused";
    const fault = this.#incoming.keep(offer);
    if (fault !== null) return fault;
    // Who offers has no connection any more, though this side may not have noticed yet.
    if (this.#stands)
      this.#replace(this.#state === "connected" ? DisconnectReason.CONNECTION_LOST : DisconnectReason.LEFT);
    else this.#answerKeptOffer();
    return null;
  }

  #answerKeptOffer(): void {
    if (!this.isPresent || this.#refuses) {
      this.#incoming.clear();
      return;
    }
    const offer = this.#incoming.take(this.#nowMs);
    if (offer === null) return;
    this.#abandon();
    this.#answer(offer);
  }

  #takeAnswer(answer: Offer): keyof ConnectorCounters | null {
    const attempt = this.#attempt;
    if (attempt?.number !== answer.attempt) return "stale";
    if (attempt.isAnswered) return "duplicate";
    if (!attempt.takeDescription("answer", answer.sdp)) return "malformed";
    attempt.takeCandidates(answer.candidates);
    return null;
  }

  #takeCandidates(number: number, candidates: readonly IceCandidate[]): keyof ConnectorCounters | null {
    if (this.#attempt?.number === number && this.#incoming.isEmpty) {
      this.#attempt.takeCandidates(candidates);
      return null;
    }
    if (this.#offers || this.#refuses) return "stale";
    const excess = this.#incoming.keepCandidates(number, candidates);
    if (excess === "stale") return excess;
    this.#context.counters.excessCandidates += excess;
    return null;
  }

  #takeAsk(ask: Ask): keyof ConnectorCounters | null {
    const own = this.#number;
    const isAnswered = this.#attempt?.isAnswered ?? false;
    const answer = answerToAsk(ask, { state: this.#state, number: own, isAnswered, refuses: this.#refuses });
    if (answer === "refused" || answer === "stale") return answer;
    this.#wish.ask();
    // It has seen attempts of a page, or a connector, before this one: what is offered next must be newer to it.
    if (ask.kind === "retry") this.#number = Math.max(own, ask.attempt);
    if (answer === "duplicate") return answer;
    if (answer === "begin") {
      this.#begin(true);
    } else if (answer === "fail") {
      this.#abandon();
      this.#fail("failed-there", own);
    } else if (answer === "replace") {
      this.#replace(DisconnectReason.CONNECTION_LOST);
    }
    return null;
  }

  /** The game took the peer out of the mesh by itself, without an event. */
  #removedByGame(): void {
    this.#endAttempt();
    this.#incoming.clear();
    this.#state = "ended";
    this.#refuses = true;
  }

  #close(reason: DisconnectReason): void {
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#state = "closing";
    if (this.#isInMesh) this.#context.peer.disconnectPeer(this.peerId, false, reason);
  }

  #replaceIfWished(): void {
    const next = this.#repair.next(this.#attempt?.restarts, this.#nowMs);
    if (next === "replace") {
      this.#context.counters.replacements += 1;
      this.#replace(DisconnectReason.CONNECTION_LOST);
    } else if (next === "probe") {
      // A connection that the game made has no attempt that could be named.
      this.#say({ kind: "probe", attempt: Math.max(1, this.#number) });
    }
  }

  /** Closes what stands, to begin anew. */
  #replace(reason: DisconnectReason): void {
    this.#reconnects = true;
    this.#close(reason);
  }

  /** Takes the current attempt, if there is one, out of the mesh without an event. */
  #abandon(): void {
    if (this.#state !== "connecting") return;
    this.#endAttempt();
    if (this.#isInMesh) this.#context.peer.disconnectPeer(this.peerId, true);
  }

  /** Takes the current attempt for failed. */
  #giveUp(): void {
    const problem = this.#attempt?.problem(DisconnectReason.CONNECT_TIMEOUT);
    this.#abandon();
    this.#fail(DisconnectReason.CONNECT_TIMEOUT, this.#number, problem);
  }

  #endAttempt(): void {
    this.#attempt?.end();
    this.#attempt = null;
    this.#incoming.attemptEnded();
  }

  get #stands(): boolean {
    return this.#state === "connected" || this.#state === "closing";
  }

  get #nowMs(): number {
    return this.#context.clock.nowMs();
  }

  /** Whether an attempt to mend takes so long that another is worth more. The game's own connections have their time. */
  get #isTooSlow(): boolean {
    if (!this.#offers || !this.isPresent || this.#attempt === null) return false;
    return this.#repair.isTooSlow(this.#tries, this.#nowMs);
  }

  get #isInMesh(): boolean {
    return this.#context.peer.hasPeer(this.peerId);
  }

  #say(signal: Signal): void {
    this.#context.send(this.peerId, signal);
  }
}
