import { drawHex } from "../../base/draw-hex.ts";
import { MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import type {
  BackendConnectionState,
  BackendGatheringState,
  BackendOperation,
  BackendSignalingState,
  ChannelOptions,
  ConnectionBackend,
  ConnectionConfiguration,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";
import type { PairPathsOptions, PathProblem } from "../../seam/pair-paths.ts";
import type { RelayPipe } from "../../seam/relay-pipe.ts";
import type { RelayChannel } from "../relay/relay-channel.ts";
import { RELAY_MEDIA, relayCandidate } from "../relay/relay-description.ts";
import type { DirectTwin } from "./direct-twin.ts";
import { DirectWay, type DirectWayOwner } from "./direct-way.ts";
import { isHidden } from "./is-hidden.ts";
import { ANSWER_MS, MAX_CANDIDATES, MAX_HELD_BYTES } from "./limits.ts";
import type { Note } from "./note.ts";
import { optionsOf } from "./options-of.ts";
import { PathChannel, type PathChannelOwner } from "./path-channel.ts";
import { PathChannels } from "./path-channels.ts";
import { RelayWay, type RelayWayOwner } from "./relay-way.ts";
import { SearchPlan } from "./search-plan.ts";

/** An offer and its answer while the relay carries: an ICE restart then means to search for a direct way, over the relay. */
const KEPT_DESCRIPTION = `v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=${RELAY_MEDIA}\r\n`;

/**
 * One connection that has two ways. Who offered decides which carries first, and the far side agrees: so both begin with the same one.
 * From the relay the channels move to a direct way, one by one, as soon as there is one; never back.
 */
export class PathsBackend implements ConnectionBackend, PathChannelOwner, DirectWayOwner, RelayWayOwner {
  readonly #options: PairPathsOptions;
  readonly #configuration: ConnectionConfiguration;
  readonly #nonce: string;
  /** `null` once this is closed: nothing is told from then on. */
  #observer: ConnectionObserver | null;
  readonly #channels = new PathChannels();
  #heldBytes = 0;
  #carrier: "direct" | "relay" | null = null;
  /** The latest try to go directly; `null` while there is none. */
  #way: DirectWay | null;
  #native: unknown;
  readonly #relay: RelayWay;
  #told: BackendConnectionState = "new";
  /** What is to be told in the next poll. */
  #later: ((observer: ConnectionObserver) => void)[] = [];
  /** Whether this side offered; `null` before anybody did. */
  #isFirst: boolean | null = null;
  #isLocalSet = false;
  #isRemoteSet = false;
  #isAnnounced = false;
  /** No direct way will be found: one of the two hides its address. */
  #isHidden: boolean;
  /** When the far side was asked whether it agrees to the relay. */
  #askedMs: number | null = null;
  #hasSaidDone = false;
  #hasHeardDone = false;
  readonly #plan = new SearchPlan();
  #problem: PathProblem | null = null;
  /** Channels of the far side's making, told by the relay: which one on the direct way is which. */
  readonly #same = new Map<number, number>();

  constructor(
    pipe: RelayPipe,
    peerId: number,
    options: PairPathsOptions,
    configuration: ConnectionConfiguration,
    observer: ConnectionObserver,
  ) {
    this.#options = options;
    this.#configuration = configuration;
    this.#observer = observer;
    this.#nonce = drawHex(options.random);
    this.#relay = new RelayWay(pipe, peerId, this.#nonce, this);
    this.#isHidden = isHidden(configuration);
    this.#way = new DirectWay(1, options.direct, configuration, this);
    this.#native = this.#way.backend.native;
  }

  get native(): unknown {
    return this.#native;
  }

  get maxMessageSize(): number {
    return this.#carrier === "relay" ? MAX_MESSAGE_SIZE : (this.#way?.backend.maxMessageSize ?? MAX_MESSAGE_SIZE);
  }

  get isRelayed(): boolean {
    return this.carrier === "relay";
  }

  /** What this side sends by. */
  get carrier(): "direct" | "relay" | null {
    if (this.#carrier !== "relay") return this.#carrier;
    return this.#channels.sendDirectly ? "direct" : "relay";
  }

  get problem(): PathProblem | null {
    if (this.carrier === "direct") return null;
    if (this.#isHidden) return "hidden";
    return this.#problem ?? (this.#carrier === "relay" ? (this.#way?.problem ?? "timeout") : null);
  }

  get restartIce(): ConnectionBackend["restartIce"] {
    if (this.#isOnRelay) return () => {};
    const direct = this.#way?.backend;
    return direct?.restartIce && ((configuration) => direct.restartIce?.(configuration));
  }

  createChannel(label: string, options: ChannelOptions): PathChannel {
    const channel = new PathChannel(label, options, this, false);
    if (this.#way === null) throw new Error("the connection is closed");
    this.#way.addTwin(channel);
    this.#channels.add(channel);
    return channel;
  }

  createOffer(): void {
    this.#isFirst ??= true;
    if (!this.#isOnRelay) return this.#way?.backend.createOffer();
    this.#searchNow();
    this.#later.push((observer) => observer.onDescription("offer", KEPT_DESCRIPTION));
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    if (sdp === KEPT_DESCRIPTION) return;
    this.#isLocalSet = type !== "rollback";
    this.#way?.backend.setLocalDescription(type, sdp);
    this.#noteBothSet();
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    if (sdp === KEPT_DESCRIPTION) {
      if (type !== "offer") return;
      this.#searchNow();
      this.#later.push((observer) => observer.onDescription("answer", KEPT_DESCRIPTION));
      return;
    }
    if (type === "offer") this.#isFirst ??= false;
    this.#isRemoteSet = type !== "rollback";
    this.#way?.setRemoteDescription(type, sdp);
    this.#noteBothSet();
  }

  addIceCandidate(media: string, index: number, name: string): void {
    if (media === RELAY_MEDIA) {
      if (this.#relay.takeCandidate(name)) return;
      this.#later.push((observer) => observer.onOperationFailed("addIceCandidate", "it names no relay"));
    } else if (this.#way?.search === 1 || !this.#relay.isThere) {
      this.#way?.addIceCandidate(media, index, name);
    }
  }

  close(): void {
    if (this.#observer === null) return;
    this.#observer = null;
    this.#later = [];
    this.#channels.leave();
    this.#way?.close();
    this.#way = null;
    this.#relay.close();
  }

  /** Looks at the clock. */
  poll(): void {
    const observer = this.#observer;
    if (observer === null) return;
    this.#announce();
    for (const tell of this.#later.splice(0)) tell(observer);
    const nowMs = this.#nowMs;
    if (this.#carrier === null) this.#pollUndecided(nowMs);
    else if (this.#isOnRelay) this.#pollRelayed(nowMs);
  }

  // What the channels ask.

  hold(bytes: number): boolean {
    this.#heldBytes += bytes;
    if (this.#heldBytes > MAX_HELD_BYTES) this.fail();
    return this.#heldBytes <= MAX_HELD_BYTES;
  }

  fail(): void {
    this.#tellState("failed");
  }

  changed(channel: PathChannel): void {
    if (channel.isClosed) {
      this.#channels.delete(channel);
      if (channel.relay !== null) this.#relay.drop(channel.relay);
      channel.direct?.discard();
    } else {
      this.#move(channel);
    }
    this.#finishIfMoved();
  }

  // What a direct way tells.

  described(way: DirectWay, type: "offer" | "answer", sdp: string): void {
    if (this.#isSignalledAbove(way)) return this.#observer?.onDescription(type, sdp);
    this.#relay.say({ kind: type, search: way.search, sdp });
    way.backend.setLocalDescription(type, sdp);
  }

  foundCandidate(way: DirectWay, media: string, index: number, name: string): void {
    this.#announce();
    if (this.#isSignalledAbove(way)) this.#observer?.onIceCandidate(media, index, name);
    else this.#relay.say({ kind: "candidate", search: way.search, media, index, name });
  }

  received(way: DirectWay, twin: DirectTwin): void {
    if (this.#carrier === null && this.#askedMs === null) this.#goDirect();
    if (this.#carrier === "direct") {
      for (const unknown of way.takeAllUnknown()) this.#adopt(unknown);
    } else if (this.#carrier === "relay") {
      const { id } = twin.backend.facts;
      const relayed = id === null ? undefined : this.#same.get(id);
      if (id !== null && relayed !== undefined) this.#pairUp(way, relayed, id);
    }
  }

  enteredState(way: DirectWay, state: BackendConnectionState): void {
    this.#announce();
    const isOver = state === "failed" || state === "closed";
    if (this.#carrier === "direct") {
      this.#tellState(state);
    } else if (this.#carrier === null) {
      if (state === "connected" && this.#askedMs === null) this.#goDirect();
      else if (state === "connecting") this.#tellState(state);
      else if (isOver) this.#directFailed(way);
    } else if (isOver) {
      if (this.#channels.useDirect) this.fail();
      else this.#dropWay();
    }
  }

  enteredGathering(way: DirectWay, state: BackendGatheringState): void {
    this.#announce();
    if (this.#isSignalledAbove(way)) this.#observer?.onGatheringState(state);
  }

  enteredSignaling(way: DirectWay, state: BackendSignalingState): void {
    if (this.#isSignalledAbove(way)) this.#observer?.onSignalingState(state);
  }

  operationFailed(way: DirectWay, operation: BackendOperation, reason: string): void {
    if (this.#isSignalledAbove(way)) this.#observer?.onOperationFailed(operation, reason);
    else if (operation !== "addIceCandidate" && !this.#channels.useDirect) this.#dropWay();
  }

  // Which way carries first.

  #pollUndecided(nowMs: number): void {
    const asked = this.#askedMs;
    if (asked !== null && nowMs - asked >= ANSWER_MS && this.#way?.state === "connected") {
      this.#closeLink();
      this.#goDirect();
    } else if (this.#relay.isDue(nowMs)) {
      this.#relay.open(this.#channels);
    }
  }

  #goDirect(): void {
    this.#closeLink();
    this.#carrier = "direct";
    if (this.#way === null) return;
    const { state } = this.#way;
    if (state !== "new") this.#tellState(state);
    for (const channel of this.#channels.list) channel.beginDirect();
    for (const twin of this.#way?.takeAllUnknown() ?? []) this.#adopt(twin);
  }

  #directFailed(way: DirectWay): void {
    this.#problem = way.problem;
    this.#relay.fromMs = Number.NEGATIVE_INFINITY;
    if (!this.#relay.isMutual) this.#tellState(way.state);
  }

  #closeLink(): void {
    this.#askedMs = null;
    this.#channels.dropRelay();
    this.#relay.close();
  }

  // What the relay tells.

  lineOpened(): void {
    if (this.#isFirst !== true || this.#carrier !== null) return;
    this.#askedMs = this.#nowMs;
    this.#relay.say({ kind: "ask", isHidden: this.#isHidden });
  }

  lineDown(isFarewell: boolean): void {
    if (this.#carrier === null) {
      this.#channels.dropRelay();
      this.#askedMs = null;
      this.#relay.pause(this.#nowMs);
      if (this.#way?.state === "connected") this.#goDirect();
    } else if (this.#carrier === "relay") {
      this.#carrier = "direct";
      if (this.#channels.haveMoved) return;
      if (!isFarewell) this.fail();
      else if (!this.#channels.useDirect) this.#tellState("closed");
    }
  }

  #carryByRelay(isFarHidden: boolean): void {
    this.#carrier = "relay";
    this.#isHidden ||= isFarHidden;
    const nowMs = this.#nowMs;
    if (this.#way?.state === "failed" || this.#way?.state === "closed") this.#dropWay();
    this.#plan.began(nowMs);
    if (this.#told === "new") this.#tellState("connecting");
    this.#tellState("connected");
    this.#relay.start(this.#isFirst === true);
  }

  heard(note: Note): void {
    const way = this.#way;
    switch (note.kind) {
      case "ask":
        if (this.#isFirst !== false || this.#carrier !== null) return;
        this.#relay.say({ kind: "yes", isHidden: this.#isHidden });
        return this.#carryByRelay(note.isHidden);
      case "yes":
        if (this.#askedMs === null || this.#carrier !== null) return;
        this.#askedMs = null;
        return this.#carryByRelay(note.isHidden);
      case "offer":
        return this.#takeOffer(note.search, note.sdp);
      case "answer":
        if (way?.search === note.search && way.search > 1 && this.#isFirst)
          way.setRemoteDescription("answer", note.sdp);
        return;
      case "candidate":
        if (way?.search === note.search && way.search > 1 && way.farCandidates < MAX_CANDIDATES)
          way.addIceCandidate(note.media, note.index, note.name);
        return;
      case "same":
        if (way?.search !== note.search || this.#same.size > this.#channels.size) return;
        this.#same.set(note.direct, note.relayed);
        return this.#pairUp(way, note.relayed, note.direct);
      case "search":
        return this.#searchNow();
      case "done":
        this.#hasHeardDone = true;
        return this.#finishIfMoved();
    }
  }

  // Channels of the far side's making.

  #adopt(twin: DirectTwin): void {
    const { label, id } = twin.backend.facts;
    const channel = new PathChannel(label, { ...twin.backend.facts, ...optionsOf(twin.backend), id }, this, true);
    this.#channels.add(channel);
    this.#observer?.onChannel(channel);
    channel.setDirect(twin);
    channel.beginDirect();
  }

  receivedByRelay(relay: RelayChannel): void {
    const channel = new PathChannel(relay.facts.label, { ...optionsOf(relay), id: relay.facts.id }, this, true);
    channel.setRelay(relay);
    this.#channels.add(channel);
    this.#observer?.onChannel(channel);
  }

  #pairUp(way: DirectWay, relayed: number, direct: number): void {
    const channel = this.#channels.received(relayed);
    const twin = channel?.direct === null ? way.takeUnknown(direct) : null;
    if (channel === undefined || twin === null) return;
    channel.setDirect(twin);
    this.changed(channel);
  }

  // Moving over.

  #move(channel: PathChannel): void {
    const way = this.#way;
    const direct = channel.direct;
    if (!this.#isOnRelay || way === null || direct?.isOpen !== true || channel.sendsDirectly) return;
    // What fits on the relay has to fit there, too.
    if (way.backend.maxMessageSize < MAX_MESSAGE_SIZE) return;
    const { negotiated, id: relayed } = channel.facts;
    if (!negotiated && !channel.isReceived) {
      const { id } = direct.backend.facts;
      if (id === null || relayed === null) return;
      this.#relay.say({ kind: "same", search: way.search, relayed, direct: id });
    }
    channel.move();
  }

  #finishIfMoved(): void {
    if (!this.#isOnRelay || !this.#channels.haveMoved) return;
    if (!this.#hasSaidDone) this.#relay.say({ kind: "done" });
    this.#hasSaidDone = true;
    if (!this.#hasHeardDone) return;
    this.#closeLink();
    this.#carrier = "direct";
    if (this.#way !== null) this.#tellState(this.#way.state);
  }

  // The search for a direct way, while the relay carries.

  #pollRelayed(nowMs: number): void {
    if (this.#way !== null) {
      const isIdle = this.#way.state !== "connected" && !this.#channels.useDirect;
      if (isIdle && this.#plan.isOver(nowMs)) this.#dropWay();
    } else if (this.#isFirst === true && !this.#isHidden && this.#plan.isDue(nowMs)) {
      this.#search();
    }
  }

  #searchNow(): void {
    if (this.#way?.state === "connected" || this.#isHidden) return;
    if (this.#isFirst === true) this.#plan.wish(this.#nowMs, this.#way !== null);
    else this.#relay.say({ kind: "search" });
  }

  #search(): void {
    const way = this.#newWay(this.#plan.latest + 1);
    if (way === null || this.#channels.list.every(({ direct }) => direct === null)) this.#dropWay();
    else way.backend.createOffer();
  }

  #takeOffer(search: number, sdp: string): void {
    const isDue = this.#isFirst === false && this.#isOnRelay && this.#plan.allows(search, this.#nowMs);
    if (!isDue || this.#isHidden || this.#channels.useDirect) return;
    if (this.#way !== null) this.#dropWay();
    this.#newWay(search)?.setRemoteDescription("offer", sdp);
  }

  #newWay(search: number): DirectWay | null {
    const { configuration, direct } = this.#options;
    this.#plan.latest = search;
    this.#plan.began(this.#nowMs);
    this.#same.clear();
    try {
      const way = new DirectWay(search, direct, configuration?.() ?? this.#configuration, this);
      this.#way = way;
      this.#native = way.backend.native;
      for (const channel of this.#channels.wanted) if (!channel.isReceived) way.addTwin(channel);
      return way;
    } catch {
      this.#dropWay();
      return null;
    }
  }

  /** Gives up a direct way on which nothing depends. */
  #dropWay(): void {
    if (this.#way !== null) this.#problem = this.#way.problem;
    this.#channels.dropDirect();
    this.#way?.close();
    this.#way = null;
    this.#plan.ended(this.#nowMs);
  }

  // Small things.

  get #isOnRelay(): boolean {
    return this.#carrier === "relay" && this.#relay.isThere;
  }

  get #nowMs(): number {
    return this.#options.clock.nowMs();
  }

  /** The first way's signalling, and that of a later one once the relay is gone, is the caller's. */
  #isSignalledAbove(way: DirectWay): boolean {
    return way.search === 1 || !this.#relay.isThere;
  }

  #noteBothSet(): void {
    if (!this.#isLocalSet || !this.#isRemoteSet || this.#relay.fromMs !== Number.POSITIVE_INFINITY) return;
    this.#relay.fromMs = this.#nowMs + (this.#isHidden ? 0 : this.#options.headStartMs);
  }

  /** The relay is a candidate, too. */
  #announce(): void {
    if (this.#isAnnounced || !this.#isLocalSet) return;
    this.#isAnnounced = true;
    this.#observer?.onIceCandidate(RELAY_MEDIA, 0, relayCandidate(this.#nonce));
  }

  #tellState(state: BackendConnectionState): void {
    if (state === this.#told || this.#told === "failed") return;
    this.#told = state;
    this.#observer?.onConnectionState(state);
  }
}
