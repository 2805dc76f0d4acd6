/**
 * A host: the one peer of a session that has authority. It is a role, which goes from peer to peer, and not an id.
 *
 *  - Each peer follows one term, and says which to all, at every change and four times a second. A term has one host. It is over when
 *    its host hands over, or when more than half of those who follow it, hear each other and are not the host miss the host. One of them is
 *    host then: who holds the newest state.
 *  - What is cut in two is two sides, each with a host. When they hear each other, the higher term holds for all: the higher counter,
 *    then the larger size, then the lower id. The counter grows where most of a side agreed, so the smaller part of what was cut in two is
 *    the lower, and gives its state up.
 *  - Nobody's word is needed but that of the peers: lobby and server may be gone. A claim counts if it comes from the claimant itself,
 *    and if it contradicts nothing that is heard of the others: a peer that was there all the time is not believed to be host for as
 *    long as the host is heard, and has as many followers.
 *  - A host that was not polled for a second listens before it acts again.
 *  - The host's state is held by its deputies. Who follows a term, and was not led there by its last host, is given its state.
 */
import { AwakeTime } from "../base/awake-time.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { Emitter } from "../base/emitter.ts";
import { guarded } from "../base/guarded.ts";
import { isPageHidden, onVisibilityChange } from "../base/page-visibility.ts";
import type { Pollable } from "../base/pollable.ts";
import { type RandomSource, systemRandom } from "../base/random.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import type { LeaveReason } from "../session/leave-reason.ts";
import type { Definitions } from "../session/messages/definition.ts";
import type { Session } from "../session/session.ts";
import { Arrival } from "./arrival.ts";
import { AwaitedState } from "./awaited-state.ts";
import { type Cause, chooseTerm } from "./choose-term.ts";
import { Departures, GONE_FOR_GOOD } from "./departures.ts";
import { Deposition } from "./deposition.ts";
import { Dissent, type Standing } from "./dissent.ts";
import { givenTerm, nextTerm } from "./election.ts";
import { isFirstHost } from "./first-host.ts";
import { HeardHost } from "./heard-host.ts";
import { Hearing } from "./hearing.ts";
import type { HostCounters, HostEvents } from "./host-events.ts";
import type { HostMessages } from "./host-messages.ts";
import { checkHostOptions, type HostOptions } from "./host-options.ts";
import type { HostSession } from "./host-session.ts";
import { Hubs } from "./hubs.ts";
import { KnownPeer, voterOf } from "./known-peer.ts";
import { AWAY_MS, FOUND_MS, LISTEN_MS, NAMING_MS } from "./limits.ts";
import { Listening } from "./listening.ts";
import { sizedTerm } from "./sized-term.ts";
import { StateKeeper } from "./state-keeper.ts";
import { type StateMessage, StateUse } from "./state-message.ts";
import { StatePost, send } from "./state-post.ts";
import type { Status } from "./status.ts";
import { StatusVoice } from "./status-voice.ts";
import { heirOf, successorsOf } from "./successors.ts";
import { isSameTerm, type Term } from "./term.ts";

export class Host<State> extends Emitter<HostEvents> implements Pollable {
  wake: (() => void) | null = null;
  readonly counters: HostCounters = { forgedClaims: 0, refusedClaims: 0, wrongStates: 0 };
  readonly #options: HostOptions<State>;
  readonly #silentAfterMs: number;
  readonly #deputyCount: number;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #isHidden: () => boolean;
  readonly #believes: (term: Term) => boolean;
  readonly #instance: number;
  readonly #states: StateKeeper<State>;
  readonly #post: StatePost<State>;
  readonly #peers = new Map<number, KnownPeer>();
  /** The term in which this peer was host, if it gave that up, awake, for the one that it follows. */
  #givenUp: Term | null = null;
  readonly #dissent = new Dissent(() => this.emit("madeWay"));
  readonly #departures = new Departures();
  readonly #time: AwakeTime;
  readonly #hearing: Hearing;
  #session: HostSession<State> | null = null;
  #startedMs = 0;
  readonly #arrival = new Arrival();
  #term: Term | null = null;
  #claims = false;
  #claimedMs = 0;
  readonly #listening = new Listening();
  readonly #heardHost = new HeardHost();
  readonly #hubs = new Hubs();
  /** When anybody was heard last, and when this page stood still last. Unit: ms of `AwakeTime`. */
  #heardMs = 0;
  #wokeMs = Number.NEGATIVE_INFINITY;
  /** Followers that have left for good since the host said its size last. */
  #departed = 0;
  readonly #deposition = new Deposition();
  readonly #awaited = new AwaitedState();
  readonly #voice: StatusVoice;
  #stopWatching = (): void => {};

  /** For `createHost`. */
  constructor(options: HostOptions<State>) {
    super();
    const { silentAfterMs, stateIntervalMs, deputies } = checkHostOptions(options);
    const { messages, clock = systemClock, random = systemRandom } = options;
    this.#options = options;
    this.#silentAfterMs = silentAfterMs;
    this.#deputyCount = deputies;
    this.#isHidden = options.isHidden ?? isPageHidden;
    this.#believes = (term) => guarded(() => options.believes?.(term) ?? true) === true;
    this.#clock = clock;
    this.#random = random;
    this.#instance = this.#draw();
    this.#voice = new StatusVoice(clock);
    this.#time = new AwakeTime(clock.nowMs(), AWAY_MS);
    this.#hearing = new Hearing(this.#peers, this.#time, silentAfterMs);
    this.#states = new StateKeeper(messages.definitions.hostState.payload.inner, options);
    this.#post = new StatePost(this.#states, stateIntervalMs);
  }

  /** Whose word counts; 0 for nobody's. This peer's own id while it is host, and acts. For `hostOf` of the session. */
  get hostId(): number {
    if (this.#term === null || this.#listening.isOn) return 0;
    return this.#term.hostId;
  }

  /** Whether this peer is host and may act as one. */
  get isHost(): boolean {
    return this.#claims;
  }

  /** For `followHost`. */
  get standing(): Standing {
    return this.#dissent;
  }

  /** What this peer follows; `null` before it has found or made one. */
  get term(): Term | null {
    return this.#term;
  }

  /** Who holds the state for the host that is followed, as that says, the best first; empty before it has said so. */
  get deputies(): readonly number[] {
    return this.#hubs.deputies ?? [];
  }

  /**
   * Whom everybody needs a connection to, whatever the others do without: the host and its deputies, the best first; until a new host has
   * named its own, it and those of the hubs before who are still there. Empty before there is a host. The same array until it changes.
   */
  get hubs(): readonly number[] {
    return this.#hubs.ids;
  }

  /** From now on it takes part. Once, before the session is polled. Throws a `TickmeshError` `wrong-state`, `invalid-options`. */
  start<D extends HostMessages<State> & Definitions>(session: Session<D>): this {
    if (this.#session !== null) throw new TickmeshError("wrong-state", "the host was started already");
    const { messages } = this.#options;
    if (session.table !== messages.hash) {
      throw new TickmeshError("invalid-options", "session: it was made with other messages than the host");
    }
    const own = session as unknown as HostSession<State>;
    this.#session = own;
    this.#time.poll(this.#clock.nowMs());
    this.#startedMs = this.#time.nowMs;
    for (const id of own.peers) this.#peers.set(id, new KnownPeer(id));
    own.on("peerJoined", this.#onJoined).on("peerLeft", this.#onLeft).on("closing", this.#onClosing);
    own.onMessage("hostStatus", this.#onStatus);
    own.onMessage("hostBeat", this.#onStatus);
    own.onMessage("hostState", this.#onState);
    this.#stopWatching = onVisibilityChange(() => this.wake?.());
    return this;
  }

  /** After the session's, in each tick. */
  poll(): void {
    const session = this.#session;
    if (session === null) return;
    this.#wakeUp();
    this.#arrival.note(session.clock, this.#time.nowMs - this.#startedMs);
    this.#dissent.review(this.#peers.values(), session.id, this.#term?.hostId);
    this.#decide();
    // Here as below a handler of the events may have closed it.
    if (this.#session === null) return;
    if (this.#term === null) this.#beFirst(session);
    else if (this.#claims) this.#lead(session, this.#term);
    else if (!this.#listening.isOn) this.#elect(session, this.#term);
    this.#noteHubs(session);
    if (this.#session !== null) this.#say(session);
  }

  /**
   * Hands over to the best of the others, with the state as it is now, which costs nothing: from here on this peer is not host. False if it
   * was none, or nobody can be, or the state is longer than the session carries.
   */
  resign(): boolean {
    const [session, term] = [this.#session, this.#term];
    if (session === null || term === null || !this.#claims) return false;
    const successor = heirOf(this.#successors(term), this.#peers, this.#time.nowMs)?.id;
    const state = successor === undefined ? null : this.#states.make();
    if (successor === undefined || state === null) return false;
    const next = givenTerm(term, successor, this.#draw());
    if (!send(session, successor, state, { use: StateUse.SUCCEED, reign: term.reign, wants: 0, next })) return false;
    this.#dissent.makesWay = true;
    this.#follow(next, "handed-over");
    if (this.#session !== null) this.#say(session);
    return true;
  }

  readonly #onJoined = (id: number): void => {
    this.#peers.set(id, new KnownPeer(id));
    this.#departures.came(id);
    this.#voice.repeat();
  };

  readonly #onLeft = (id: number, reason: LeaveReason): void => {
    const peer = this.#peers.get(id);
    this.#peers.delete(id);
    this.#departures.left(id);
    const term = this.#term;
    if (term === null) return;
    if (id === term.hostId) this.#heardHost.isGone = true;
    const isMember = id === term.hostId || isSameTerm(peer?.status?.term ?? null, term);
    if (isMember && (peer?.status?.leaves === true || GONE_FOR_GOOD.has(reason))) this.#departed += 1;
  };

  readonly #onClosing = (): void => {
    this.resign();
    this.#stopWatching();
    if (this.#session !== null) this.#say(this.#session, true);
    this.#session = null;
    this.#claims = false;
    this.#listening.end();
    this.#term = null;
    this.#hubs.clear();
  };

  readonly #onStatus = (status: Status, from: number): void => {
    const peer = this.#peers.get(from);
    const session = this.#session;
    if (peer === undefined || session === null) return;
    const { term = null } = status;
    if ((status.claims || status.listens) && term?.hostId !== from) {
      this.counters.forgedClaims += 1;
      return;
    }
    // What came in its sleep is heard before it is polled.
    if (this.#time.hasStoodStill(this.#clock.nowMs())) this.#wakeUp();
    if (!peer.take(status, this.#time.nowMs, this.#silentAfterMs)) return;
    this.#dissent.hear(peer, status, session.id);
    this.#heardMs = this.#time.nowMs;
    if (isSameTerm(term, this.#term)) {
      peer.isStranger = false;
      // Or another page has its id now.
      const isHostPage = this.#heardHost.instance === 0 || this.#heardHost.instance === status.instance;
      if (from === term?.hostId && isHostPage && (status.claims || status.listens)) this.#hearHost(status, term);
    }
    this.#decide();
    if (status.claims && term !== null && !isSameTerm(term, this.#term)) peer.passedOver = term.reign;
  };

  readonly #onState = (message: StateMessage, from: number): void => {
    const term = this.#term;
    if (term === null || from !== term.hostId || message.reign !== term.reign) {
      this.counters.wrongStates += 1;
      return;
    }
    this.#heardHost.noteState(this.#time.nowMs);
    const { bytes, number, next } = message;
    if (message.use === StateUse.KEEP) this.#states.keep({ bytes, number });
    else if (message.use === StateUse.FOLLOW) {
      if (this.#awaited.number === 0 || message.wants !== this.#awaited.number) return;
      this.#awaited.end();
      this.#restore(bytes, term, this.#awaited.cause);
    } else if (next?.hostId === this.#session?.id && next?.after === term.reign && next.counter <= term.counter + 1) {
      this.#states.keep({ bytes, number });
      this.#claim(next, "handed-over");
    } else this.counters.wrongStates += 1;
  };

  #hearHost({ instance, deputies, held }: Status, term: Term): void {
    this.#states.hearHeld(held);
    this.#heardHost.begin(this.#time.nowMs, instance, false);
    this.#departed = 0;
    this.#term = term;
    this.#hubs.hear(term.hostId, deputies);
  }

  get #hasHost(): boolean {
    if (this.#term?.hostId === this.#session?.id) return this.#claims;
    return this.#heardHost.isHeard(this.#time.nowMs, this.#silentAfterMs);
  }

  #decide(): void {
    const session = this.#session;
    if (session === null) return;
    const term = this.#term;
    const page = term === null ? undefined : this.#peers.get(term.hostId);
    const heard = this.#heardHost;
    if (heard.losePage(page, this.#time.nowMs)) this.#departed += 1;
    const knowsHost = heard.instance !== 0 && page?.status?.instance === heard.instance;
    const actsForMs = this.#claims ? this.#time.nowMs - this.#claimedMs : 0;
    const hasHost = this.#hasHost && (this.#claims || heard.instance !== 0);
    const own = {
      id: session.id,
      term,
      hasHost,
      actsForMs,
      knowsHost,
      givenUp: this.#givenUp,
      isHostGone: heard.isGone,
    };
    const views = this.#hearing.all().map((peer) => peer.view(this.#time.nowMs));
    const { choice, refused, returns } = chooseTerm(own, views, this.#believes);
    this.counters.refusedClaims += refused.length;
    if (choice !== null) this.#follow(choice.term, choice.cause);
    else if (returns !== undefined) this.#claim(returns, "merged");
  }

  #follow(term: Term, cause: Cause): void {
    const lost = this.#term;
    const wasHost = lost !== null && lost.hostId === this.#session?.id;
    if (lost === null && term.hostId === this.#named()) this.#dissent.makesWay = true;
    this.#term = term;
    this.#claims = false;
    this.#listening.end();
    const next = this.#peers.get(term.hostId);
    const said = next?.status?.claims && isSameTerm(next.status.term ?? null, term) ? next.status : undefined;
    this.#heardHost.begin(this.#time.nowMs, said?.instance ?? 0, this.#departures.has(term.hostId));
    this.#hubs.deputies = null;
    this.#hubs.hear(term.hostId, said?.deputies);
    this.#departed = 0;
    this.#deposition.end();
    for (const peer of this.#peers.values()) {
      if (isSameTerm(peer.status?.term ?? null, term)) peer.isStranger = false;
    }
    // What another side has made of the game, or this peer for itself, does not count any more.
    if (cause === "merged" || (wasHost && cause !== "handed-over")) this.#states.drop();
    this.#states.inherit();
    if (said !== undefined) this.#states.hearHeld(said.held);
    const isComplete = cause === "handed-over" && this.#awaited.number === 0 && next?.passedOver !== term.reign;
    if (!isComplete) this.#awaited.begin(cause);
    const gaveUp = wasHost && cause !== "handed-over";
    this.#givenUp = gaveUp && lost.size > 0 ? lost : null;
    if (gaveUp) guarded(() => this.#options.surrender?.({ lost, won: term }));
    const isNews = lost?.hostId !== term.hostId || cause !== "handed-over";
    if (isNews && this.#session !== null) this.emit("changed", term.hostId, term, cause);
  }

  #claim(term: Term, cause: Cause): void {
    this.#term = term;
    this.#claims = true;
    this.#claimedMs = this.#time.nowMs;
    this.#dissent.end();
    this.#listening.end();
    this.#awaited.end();
    this.#departed = 0;
    this.#deposition.end();
    this.#hubs.deputies = null;
    this.#post.begin(this.#peers.values());
    const { kept } = this.#states;
    // What this host makes is newer than whatever others still hold.
    this.#states.outdo([...this.#peers.values()].map(({ status }) => status?.held ?? 0));
    if (kept !== null && cause !== "first") this.#restore(kept.bytes, term, cause);
    if (this.#session !== null) this.emit("changed", term.hostId, term, cause);
  }

  #restore(bytes: Uint8Array, term: Term, cause: Cause): void {
    if (!this.#states.restore(bytes, { term, cause })) this.counters.wrongStates += 1;
  }

  /** Nobody acts as host who may have been replaced in its sleep. */
  #wakeUp(): void {
    this.#time.poll(this.#clock.nowMs());
    const { nowMs, passedMs } = this.#time;
    const term = this.#term;
    if (passedMs > AWAY_MS) this.#wokeMs = nowMs;
    if (term !== null && passedMs > AWAY_MS && (this.#claims || this.#listening.isOn)) {
      this.#claims = false;
      this.#listening.begin(nowMs);
      // Whoever went on without it comes first.
      if (passedMs >= this.#silentAfterMs) this.#term = { ...term, size: 0 };
      return;
    }
    if (!this.#listening.isOn || !this.#listening.isOver(nowMs)) return;
    this.#decide();
    if (!this.#listening.isOn) return;
    this.#listening.end();
    this.#claims = true;
  }

  #beFirst(session: HostSession<State>): void {
    const named = this.#named();
    const heard = this.#hearing.all();
    const isFirst = isFirstHost({
      id: session.id,
      named,
      isNamedThere: named !== null && session.hasPeer(named),
      others: heard.map(({ id }) => id),
      isComplete: heard.length === session.peers.length,
      waitedMs: this.#time.nowMs - this.#startedMs,
      silentAfterMs: this.#silentAfterMs,
    });
    if (isFirst) this.#claim(nextTerm(null, session.id, heard.length + 1, this.#draw()), "first");
  }

  /** First host by the game's word; 0 for nobody yet, `null` if it leaves that to the ids. */
  #named(): number | null {
    const { firstHost } = this.#options;
    return firstHost === undefined ? null : (guarded(firstHost) ?? 0);
  }

  #elect(session: HostSession<State>, term: Term): void {
    const misses = !this.#hasHost;
    const followers = this.#hearing.followers(term);
    // Who has not heard the host yet cannot say that it is lost.
    const others = followers.filter(({ status }) => status?.hears === true || status?.misses === true);
    const isHidden = guarded(this.#isHidden) === true;
    const own = { id: session.id, misses, held: this.#states.number, isHidden, since: this.#arrival.since };
    const voters = [own, ...others.map((peer) => voterOf(peer))];
    const { nowMs } = this.#time;
    // Alone, it may be this page that was away.
    const quietMs = this.#hearing.all().length === 0 ? this.#silentAfterMs : 0;
    if (!misses || nowMs - this.#heardMs < quietMs || nowMs - this.#wokeMs < LISTEN_MS) this.#deposition.end();
    else if (this.#deposition.isDue(session.id, voters, others.length === followers.length, nowMs)) {
      const lost = { ...term, whole: Math.max(1, term.whole - this.#departed) };
      this.#claim(nextTerm(lost, session.id, followers.length + 1, this.#draw()), "elected");
    }
  }

  #lead(session: HostSession<State>, term: Term): void {
    if (this.#options.handOverWhenHidden !== false && guarded(this.#isHidden) === true) {
      const heir = heirOf(this.#successors(term), this.#peers, this.#time.nowMs);
      if (heir?.status?.isHidden === false && this.resign()) return;
    }
    const sized = this.#sized(term);
    this.#term = sized;
    const followers = this.#hearing.followers(sized);
    const { nowMs } = this.#time;
    // Who is heard first to follow is not the best for that.
    if (nowMs - this.#claimedMs >= NAMING_MS || followers.length === this.#hearing.all().length) {
      const choose = (): readonly number[] => this.#successors(term).slice(0, this.#deputyCount);
      this.#post.keep(session, this.#peers, sized.reign, nowMs, choose);
      this.#hubs.deputies = this.#post.deputies;
    }
    for (const peer of followers) this.#post.answer(session, peer, sized.reign, nowMs);
  }

  #sized(term: Term): Term {
    const followers = this.#hearing.followers(term);
    // What sides are compared by stays as it is while they find each other.
    if (this.#hearing.all().some((peer) => peer.isOfAnother(term, this.#time.nowMs))) return term;
    const added = followers.filter(({ isNew }) => isNew).length;
    for (const peer of followers) peer.isNew = false;
    const departed = this.#departed;
    this.#departed = 0;
    const isYoung = this.#time.nowMs - this.#claimedMs < FOUND_MS;
    return sizedTerm(term, { followers: followers.length, added, departed, isYoung }, () => this.#draw());
  }

  #successors(term: Term): number[] {
    return successorsOf(this.#hearing.followers(term), this.#hubs.ids, this.#options.preferred);
  }

  #noteHubs(session: HostSession<State>): void {
    const isThere = (id: number): boolean => id === session.id || session.hasPeer(id);
    if (this.#term !== null && this.#hubs.update(this.#term.hostId, isThere)) this.emit("hubsChanged", this.#hubs.ids);
  }

  #say(session: HostSession<State>, leaves = false): void {
    const term = this.#term;
    const isOwn = term?.hostId === session.id;
    const said = this.#voice.next(
      {
        instance: this.#instance,
        term: term ?? undefined,
        claims: this.#claims,
        listens: this.#listening.isOn,
        hears: !isOwn && this.#heardHost.instance !== 0 && this.#hasHost,
        misses: term !== null && !isOwn && !this.#hasHost,
        leaves,
        isHidden: guarded(this.#isHidden) === true,
        since: this.#arrival.since,
        held: this.#states.number,
        wants: this.#awaited.number,
        deputies: isOwn ? (this.#hubs.deputies ?? undefined) : undefined,
      },
      this.#time.nowMs,
    );
    if (said !== null) session.send(said.name, said.status);
  }

  /** Never 0. */
  #draw(): number {
    return this.#random.nextUint32() || 1;
  }
}

/** Throws a `TickmeshError` `invalid-options`. */
export function createHost<State>(options: HostOptions<State>): Host<State> {
  return new Host(options);
}
