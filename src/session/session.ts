import { AwakeTime } from "../base/awake-time.ts";
import { type Clock, systemClock } from "../base/clock.ts";
import { onPageLeft } from "../base/page-left.ts";
import type { Flushable, Pollable } from "../base/pollable.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { ByteReader } from "../codec/byte-reader.ts";
import type { CallHandler } from "./calls/incoming-calls.ts";
import { type CallResult, OutgoingCalls } from "./calls/outgoing-calls.ts";
import { Replies } from "./calls/replies.ts";
import { checkParts, completeLimits, helloOf, inUse } from "./check-options.ts";
import { SessionClock } from "./clock/session-clock.ts";
import { Dispatcher, type MessageHandler } from "./incoming/dispatcher.ts";
import { Echoes } from "./incoming/echoes.ts";
import { LeaveReason } from "./leave-reason.ts";
import { FIRST_MESSAGE_TYPE, HEARTBEAT_MS, MAX_DATAGRAM_BYTES, type SessionLimits } from "./limits.ts";
import { Acquaintances } from "./link/acquaintances.ts";
import { byConnection, isRouted } from "./link/by-connection.ts";
import type { Carrier } from "./link/carrier.ts";
import { findLink, presentLink } from "./link/find-link.ts";
import type { HelloCheck } from "./link/handshake.ts";
import { OwnConnection } from "./link/own-connection.ts";
import { type LinkOwner, type PacketTap, SessionLink } from "./link/session-link.ts";
import { statisticsOf } from "./link/statistics-of.ts";
import { Transport } from "./link/transport.ts";
import { Underlay } from "./link/underlay.ts";
import { type Waiting, waitingFor } from "./link/waiting.ts";
import type { AnswerOf, CallName, Definitions, MessageName, PayloadOf, RequestOf } from "./messages/definition.ts";
import { checkHandler, findEntry } from "./messages/find-entry.ts";
import type { MessageTable } from "./messages/message-table.ts";
import type { TableEntry } from "./messages/table-entry.ts";
import { allow } from "./outgoing/allow.ts";
import { Broadcaster } from "./outgoing/broadcaster.ts";
import { longestPayload } from "./outgoing/longest-payload.ts";
import { checkRecipients, checkTarget, isFor, isReceiver } from "./outgoing/recipients.ts";
import type { PeerStatistics } from "./peer-statistics.ts";
import { checkRight, type Rights, rightsOf } from "./rights.ts";
import { SessionEmitter } from "./session-emitter.ts";
import type { CallOptions, SendOptions, SessionOptions } from "./session-options.ts";
import { Isolation } from "./star/isolation.ts";
import { Router } from "./star/router.ts";
import * as EntryType from "./wire/entry-type.ts";

/** The peer that is host unless the game says otherwise: Godot's. */
const DEFAULT_HOST = 1;

/** What takes a peer's connection, and not the peer. */
const LOST: readonly LeaveReason[] = [LeaveReason.CONNECTION_LOST, LeaveReason.CLOSED_BY_PEER];

/**
 * Typed messages between the peers of a mesh.
 *
 * Once a tick, in this order: `poll()`, the game, `flush()`. `poll` reads what has come, tells it to the handlers, and polls the mesh
 * below. What is sent waits until `flush`, so that the messages of a tick travel together: unreliable ones in as few datagrams as
 * possible, reliable ones as fast as the browser takes them, the urgent lanes first. What a game forgets to flush goes
 * out with the next poll.
 *
 * A peer comes (`peerJoined`) when both sides have accepted each other: same game, same version, same message table, and the game's own
 * check. Nothing is heard of it before, and nothing is sent to it. It leaves (`peerLeft`) with a reason.
 *
 * Mistakes of the caller are thrown as `TickmeshError`; what goes wrong outside is an event. Whatever bytes a peer sends, nothing is thrown
 * and nothing grows past `limits`: what is wrong is counted, and past a limit the peer is disconnected.
 */
export class Session<D extends Definitions = Definitions> extends SessionEmitter implements Pollable, Flushable {
  wake: (() => void) | null = null;
  /** Hears each packet of a peer that is read: for recorders. */
  tap: PacketTap | null = null;
  /** The time that all members share. */
  readonly clock: SessionClock;
  readonly #peer: SessionOptions<D>["peer"];
  readonly #underlay: Underlay;
  readonly #table: MessageTable<D>;
  readonly #byName: ReadonlyMap<string, TableEntry>;
  readonly #limits: SessionLimits;
  readonly #localClock: Clock;
  readonly #limitsByType: readonly number[];
  readonly #rights: Rights;
  readonly #dispatcher: Dispatcher;
  readonly #broadcaster = new Broadcaster();
  readonly #calls = new OutgoingCalls();
  readonly #replies: Replies;
  readonly #owner: LinkOwner;
  readonly #router: Router;
  readonly #isolation: Isolation;
  /** In the order in which they connected. Replaced, never changed. */
  #links: readonly SessionLink[] = [];
  readonly #echoes = new Echoes();
  readonly #acquaintances = new Acquaintances();
  #hostId = 0;
  #polling = false;
  #woken = false;
  #unflushed = false;
  readonly #time: AwakeTime;
  #isClosing = false;
  #closed = false;
  #hasLeftPage = false;
  /** The peer of whom `peerLeft` is being told. */
  #leaving: SessionLink | null = null;
  readonly #stopWatching: () => void;

  /** For `createSession`. */
  constructor(options: SessionOptions<D>) {
    super();
    checkParts(options);
    const { peer, messages, check = null } = options;
    this.#localClock = options.clock ?? systemClock;
    // Whoever is there is heard once in so long: a longer pause says no more of anybody, whatever the clock says.
    this.#time = new AwakeTime(this.#localClock.nowMs(), HEARTBEAT_MS);
    this.#limits = completeLimits(options.limits);
    this.#underlay = new Underlay(peer, this.#localClock, this.#limits.goneAfterMs);
    this.#peer = peer;
    this.#table = messages;
    this.#byName = new Map(messages.entries.map((entry) => [entry.name, entry]));
    this.#rights = rightsOf(options, () => (this.id === DEFAULT_HOST || this.hasPeer(DEFAULT_HOST) ? DEFAULT_HOST : 0));
    this.clock = new SessionClock({ clock: this.#localClock });
    const limitsWith = (datagramBytes: number): number[] =>
      messages.entries.map((entry) => longestPayload(entry, this.#limits, datagramBytes));
    this.#limitsByType = limitsWith(this.#limits.datagramBytes);
    // How long its datagrams are, each sender decides for itself.
    this.#dispatcher = new Dispatcher(messages.entries, limitsWith(MAX_DATAGRAM_BYTES), this.#rights);
    this.#replies = new Replies(this.#broadcaster, this.#limits.messageBytes, (id) => {
      this.#unflushed = true;
      return presentLink(this.#links, id);
    });
    const hello = helloOf(options, this.#limits);
    const find = (id: number): SessionLink | null => findLink(this.#links, id);
    const onRoute = (id: number, carrier: Carrier): void => this.#meet(id, carrier);
    this.#router = new Router(
      { peer: this, underlay: this.#underlay, links: () => this.#links, find, onRoute },
      hello.epoch,
    );
    this.#isolation = new Isolation(this.#limits.goneAfterMs);
    this.#owner = this.#asOwner(hello, check);
    peer.wake = () => this.#notify();
    peer.on("peerConnected", this.#onConnected).on("peerDisconnected", this.#onDisconnected);
    for (const id of this.#underlay.connected) this.#onConnected(id);
    inUse.add(peer);
    this.#stopWatching =
      options.goodbyeOnPageHide === false ? () => {} : onPageLeft("goodbye", () => this.#leavePage());
  }

  /** This peer's own id. */
  get id(): number {
    return this.#peer.getUniqueId();
  }

  /** The message table's hash: sessions talk to each other if it is the same. */
  get table(): string {
    return this.#table.hash;
  }

  /** Who is host, by `hostOf`; 0 for nobody. */
  get hostId(): number {
    return this.#rights.hostOf();
  }

  /** The peers that have come and not left, in the order in which they connected. */
  get peers(): readonly number[] {
    return this.#links.filter(({ isPresent }) => isPresent).map(({ id }) => id);
  }

  /** What a peer gave as its `hello`; `null` if it gave nothing, or is not there. Handlers of its `peerLeft` can still ask. */
  helloOf(id: number): unknown {
    const link = this.#leaving?.id === id ? this.#leaving : presentLink(this.#links, id);
    return link?.theirs?.data ?? null;
  }

  hasPeer(id: number): boolean {
    return presentLink(this.#links, id) !== null;
  }

  /**
   * Queues a message for all peers, or for those that `options` name, until the next `flush`. The payload may be changed after it returns.
   * Gives the number of peers that it is for: one that has left, or has not come yet, is passed over.
   *
   * Throws a `TickmeshError`: `unknown-message`; `invalid-payload` for what the payload cannot write, or is too long; `not-allowed` where
   * the table says that another sends it; `too-many-messages` for a reliable one beyond its `perSecond`, where an unreliable one is shed;
   * `invalid-target`; `closed`. Then nobody is sent it.
   */
  send<Name extends MessageName<D>>(name: Name, payload: PayloadOf<D, Name>, options?: SendOptions): number {
    const entry = findEntry(this.#byName, name, "message");
    // A game's last tick may come after the page was told to go.
    if (this.#hasLeftPage) return 0;
    this.#checkOpen("send");
    checkRecipients(options);
    checkRight(this.#rights, entry, payload, this.id);
    this.#broadcaster.write(entry, payload, this.#limitsByType[entry.type - FIRST_MESSAGE_TYPE] as number);
    // Ahead of sending: of a reliable message that is one too many for somebody, nobody gets one.
    let links: readonly SessionLink[] = this.#links;
    if (entry.perSecond < Number.POSITIVE_INFINITY) {
      const receivers = links.filter((link) => isReceiver(link, options));
      links = allow(receivers, entry);
    }
    let count = 0;
    for (const link of links) {
      if (!isReceiver(link, options)) continue;
      this.#broadcaster.put(link, entry.type);
      count += 1;
    }
    if (entry.echo && isFor(this.id, options)) this.#echoes.put(entry, this.#broadcaster.copy());
    this.#unflushed = true;
    return count;
  }

  /** Hears a message from now on, in `poll`. Gives what ends that. Throws `unknown-message`. */
  onMessage<Name extends MessageName<D>>(
    name: Name,
    handler: (payload: PayloadOf<D, Name>, from: number) => void,
  ): () => void {
    checkHandler(name, handler);
    return this.#dispatcher.add(findEntry(this.#byName, name, "message"), handler as MessageHandler);
  }

  /**
   * Asks one peer, and waits for its answer. The promise settles inside `poll`; it is rejected with a `TickmeshError`:
   * `timeout`, `aborted`, `peer-left`, `no-handler`, `too-many-calls`, or `call-failed` with what the other side's
   * handler threw, in words. Mistakes of the caller reject it at once, with what `send` throws.
   */
  call<Name extends CallName<D>>(
    to: number,
    name: Name,
    request: RequestOf<D, Name>,
    options: CallOptions = {},
  ): Promise<AnswerOf<D, Name>> {
    return new Promise((resolve, reject) => {
      this.callWith(
        to,
        name,
        request,
        (error, answer) => (error === null ? resolve(answer as AnswerOf<D, Name>) : reject(error)),
        options,
      );
    });
  }

  /** As `call`, for those who step ticks: `onResult` is called once, inside a later `poll`, with an error or the answer. */
  callWith<Name extends CallName<D>>(
    to: number,
    name: Name,
    request: RequestOf<D, Name>,
    onResult: CallResult<AnswerOf<D, Name>>,
    options: CallOptions = {},
  ): void {
    const entry = findEntry(this.#byName, name, "call");
    this.#checkOpen("call");
    checkTarget(to, this.id);
    checkRight(this.#rights, entry, request, this.id);
    const id = this.#calls.nextId;
    const link = presentLink(this.#links, to);
    this.#broadcaster.writeForCall(
      entry,
      id,
      entry.payload,
      request,
      this.#limitsByType[entry.type - FIRST_MESSAGE_TYPE] as number,
    );
    if (link !== null) allow([link], entry);
    this.#calls.add(entry, to, onResult as CallResult<unknown>, options, this.#localClock.nowMs());
    if (link !== null && options.signal?.aborted !== true) this.#broadcaster.put(link, entry.type);
    this.#unflushed = true;
  }

  /**
   * Answers a call from now on; `null` ends that. The handler may give a promise. One handler a call: a second takes
   * the place of the first.
   */
  onCall<Name extends CallName<D>>(
    name: Name,
    handler:
      | ((
          request: RequestOf<D, Name>,
          from: number,
          signal: AbortSignal,
        ) => AnswerOf<D, Name> | Promise<AnswerOf<D, Name>>)
      | null,
  ): void {
    if (handler !== null) checkHandler(name, handler);
    this.#dispatcher.setCallHandler(findEntry(this.#byName, name, "call"), handler as CallHandler | null);
  }

  poll(): void {
    if (this.#polling || this.#closed) return;
    this.#polling = true;
    this.#woken = false;
    try {
      if (this.#unflushed) this.flush();
      const nowMs = this.#localClock.nowMs();
      this.#time.poll(nowMs);
      this.#peer.poll();
      // Somebody closed the mesh below, which says nothing of it. A client that has lost its server keeps its id.
      const isOver = this.#underlay.isOver && this.id === 0;
      if (isOver) for (const link of this.#links) link.end(LeaveReason.CLOSED_LOCALLY);
      this.#followHost();
      this.#echoes.hear((entry, payload) => {
        if (!this.#closed) this.#dispatcher.dispatch(entry, payload, this.id);
      });
      for (const link of byConnection(this.#links)) {
        // Before what it says is read: the game may have taken another for the host meanwhile.
        if (link.comesBack()) this.emit("peerStable", link.id);
        link.read(nowMs);
        if (link.isReplaced) this.#replace(link, nowMs);
      }
      this.#router.part();
      for (const link of this.#links) {
        if (link.review()) this.emit(link.isUnstable ? "peerUnstable" : "peerStable", link.id);
        if (link.hasEnded || link.refusal !== null) this.#finish(link);
      }
      this.#router.poll(this.#time.nowMs);
      if (this.#isolation.poll(this.#time.nowMs, this.#links, this.#underlay)) this.emit("isolated");
      this.#calls.poll(nowMs, (id) => this.hasPeer(id), this.#replies.cancel);
      for (const link of this.#links) link.flushControl(nowMs);
    } finally {
      this.#polling = false;
    }
    if (this.#woken) this.wake?.();
  }

  /** Sends what was queued. Later, what waits for the browser's buffer goes on by itself; through a hub, with the next poll. */
  flush(): void {
    this.#unflushed = false;
    const nowMs = this.#localClock.nowMs();
    for (const link of this.#links) link.flush(nowMs);
  }

  /** What is known of the way to a peer; `null` if it is not there. */
  statistics(id: number): PeerStatistics | null {
    const link = presentLink(this.#links, id);
    return link === null ? null : statisticsOf(link, this.#table.lanes, this.#localClock.nowMs());
  }

  /**
   * How much waits for a peer before a message that is sent now, in a lane, and for how long; `null` if the peer is not there.
   * Throws a `TickmeshError` `unknown-lane`.
   */
  queue(id: number, laneName = "game"): Waiting | null {
    return waitingFor(presentLink(this.#links, id), this.#table.lanes, laneName);
  }

  /** Lets a peer go: it is told `words`, and `peerLeft` follows in the next poll, with `closed-locally`. */
  disconnect(id: number, words = ""): void {
    const link = findLink(this.#links, id);
    if (link === null) return;
    this.#letGo(link, words);
    this.#notify();
  }

  /**
   * Ends the session: all that was sent is handed to the browser, then a goodbye with `words`, then the mesh is closed, which
   * delivers it. No events but `closing`. Calls that wait are rejected as `closed`.
   */
  close(words = ""): void {
    if (this.#closed || this.#isClosing) return;
    this.#isClosing = true;
    this.emit("closing");
    this.#closed = true;
    this.#stopWatching();
    const links = this.#links;
    this.#links = [];
    // What goes through a hub goes before this peer lets go of the hub.
    for (const link of [...links.filter(isRouted), ...links.filter((link) => !isRouted(link))]) {
      this.#letGo(link, words);
      link.calls.drop();
    }
    this.#peer.off("peerConnected", this.#onConnected).off("peerDisconnected", this.#onDisconnected);
    this.#peer.wake = null;
    this.#peer.close();
    inUse.delete(this.#peer);
    this.#calls.drop(null, "closed", "the session was closed");
  }

  #leavePage(): void {
    this.close("page left");
    this.#hasLeftPage = true;
  }

  readonly #onConnected = (id: number): void => {
    const info = this.#underlay.admit(id);
    if (info === null) return;
    this.#meet(id, new OwnConnection(id, info, this.#underlay));
  };

  /** There is a way to a peer, the first or another. */
  #meet(id: number, carrier: Carrier): void {
    const link = findLink(this.#links, id);
    if (link !== null) return link.resume(carrier);
    this.#links = [...this.#links, new SessionLink(this.#owner, id, new Transport(this.#owner, id, carrier, null))];
  }

  readonly #onDisconnected = (id: number, reason: LeaveReason): void => {
    const link = findLink(this.#links, id);
    if (link === null) return;
    // It is reached through a hub already.
    if (isRouted(link) && LOST.includes(reason)) return;
    if (link.outlivesConnection && LOST.includes(reason)) return link.suspend();
    link.end(reason);
    this.#remove(link);
  };

  /** Another session speaks in a peer's place, on the same connection. */
  #replace(link: SessionLink, nowMs: number): void {
    const next = new SessionLink(this.#owner, link.id, link.transport as Transport);
    this.#links = this.#links.map((other) => (other === link ? next : other));
    link.end(LeaveReason.REPLACED);
    this.#remove(link);
    if (this.#links.includes(next)) next.read(nowMs);
  }

  #letGo(link: SessionLink, words: string): void {
    link.flushLast(this.#localClock.nowMs());
    link.sayGoodbye(words, true);
    link.end(LeaveReason.CLOSED_LOCALLY);
  }

  /** The session is done with a peer, and so is the mesh. */
  #finish(link: SessionLink): void {
    if (this.#closed) return;
    const { refusal } = link;
    link.sayGoodbye(link.ending ?? "", false);
    const isElsewhere = isRouted(link) || this.#router.hasParted(link);
    this.#remove(link);
    if (!isElsewhere) this.#underlay.release(link);
    if (refusal !== null) this.emit("peerRefused", link.id, refusal);
  }

  #remove(link: SessionLink): void {
    this.#links = this.#links.filter((other) => other !== link);
    const isReplaced = findLink(this.#links, link.id) !== null;
    // Who let the time for the handshake run out may come by another way.
    const ending = link.ending ?? (link.isOverdue ? LeaveReason.SILENT : LeaveReason.CLOSED_LOCALLY);
    this.#router.forget(link, isReplaced ? null : ending);
    link.calls.drop();
    if (!link.isReady) return;
    this.#calls.drop(link.id, "peer-left", "the peer is not there");
    if (this.#closed) return;
    this.#leaving = link;
    this.emit("peerLeft", link.id, link.ending ?? LeaveReason.CLOSED_LOCALLY, link.farewell);
    this.#leaving = null;
  }

  #asOwner(hello: LinkOwner["hello"], check: HelloCheck | null): LinkOwner {
    const session = this;
    return {
      clock: this.#localClock,
      time: this.#time,
      limits: this.#limits,
      lanes: this.#table.lanes,
      reader: new ByteReader(),
      hello,
      check,
      calls: this.#calls,
      get tap(): PacketTap | null {
        return session.tap;
      },
      get nowMs(): number {
        return session.clock.nowMs();
      },
      notify: () => this.#notify(),
      onReady: ({ id }) => this.emit("peerJoined", id, { returned: this.#acquaintances.meet(id) }),
      onResumed: ({ id }) => this.emit("peerStable", id),
      underlay: this.#underlay,
      onStarFrame: (link, kind, isReliable, bytes) => this.#router.take(link, kind, isReliable, bytes),
      onMessage: ({ id, intake, calls }, type, reader, place) =>
        this.#dispatcher.take(type, reader, place, id, intake, calls),
      onProgress: ({ id }, type, received, total) => {
        const name = this.#dispatcher.nameOf(type);
        if (name !== undefined) this.emit("progress", id, name, received, total);
      },
      onPong: ({ id }, { roundTripMs, remoteMs }) => {
        if (id === this.#hostId) this.clock.addSample({ localMs: this.#localClock.nowMs(), remoteMs, roundTripMs });
      },
      limitOf: (type) => (type === EntryType.ANSWER ? this.#limits.messageBytes : this.#dispatcher.limitOf(type)),
      nameOf: (type) => this.#dispatcher.nameOf(type),
      answer: this.#replies.answer,
      fail: this.#replies.fail,
    };
  }

  #followHost(): void {
    const hostId = this.hostId;
    if (hostId === this.#hostId) return;
    this.#hostId = hostId;
    if (hostId === this.id) this.clock.becomeReference();
    else this.clock.follow();
  }

  #checkOpen(what: string): void {
    if (this.#closed) throw new TickmeshError("closed", `${what}: the session is closed`);
  }

  #notify(): void {
    if (this.#woken || this.#closed) return;
    this.#woken = true;
    if (!this.#polling) this.wake?.();
  }
}

/** Joins the peers of a mesh in a session. Throws a `TickmeshError` `invalid-options`. */
export function createSession<D extends Definitions>(options: SessionOptions<D>): Session<D> {
  return new Session(options);
}
