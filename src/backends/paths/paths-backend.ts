import { diagnose } from "../../base/diagnostics.ts";
import { drawHex } from "../../base/draw-hex.ts";
import { MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import type {
  BackendConnectionState,
  ChannelOptions,
  ConnectionBackend,
  ConnectionConfiguration,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";
import type { PairPathsOptions, PathProblem } from "../../seam/pair-paths.ts";
import type { RelayPipe } from "../../seam/relay-pipe.ts";
import type { RelayChannel } from "../relay/relay-channel.ts";
import { RELAY_MEDIA } from "../relay/relay-description.ts";
import { DirectTries } from "./direct-tries.ts";
import type { DirectTwin } from "./direct-twin.ts";
import type { DirectWay } from "./direct-way.ts";
import { ANSWER_MS, MAX_HELD_BYTES } from "./limits.ts";
import { Move } from "./move.ts";
import type { Note } from "./note.ts";
import { PathChannel, type PathChannelOwner } from "./path-channel.ts";
import { PathChannels } from "./path-channels.ts";
import { RelayWay, type RelayWayOwner } from "./relay-way.ts";
import { Telling } from "./telling.ts";

/** An offer and its answer while the relay carries: an ICE restart then means to search for a direct way, over the relay. */
const KEPT_DESCRIPTION = `v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=${RELAY_MEDIA}\r\n`;

/**
 * One connection that has two ways. Who offered decides which carries first, and the far side agrees: so both begin with the same one.
 * From the relay the channels move to a direct way, one by one, as soon as there is one; never back.
 */
export class PathsBackend implements ConnectionBackend, PathChannelOwner, RelayWayOwner {
  readonly #options: PairPathsOptions;
  readonly #telling: Telling;
  readonly #channels = new PathChannels();
  readonly #relay: RelayWay;
  readonly #direct: DirectTries;
  readonly #move: Move;
  #carrier: "direct" | "relay" | null = null;
  #heldBytes = 0;
  #isRemoteSet = false;
  /** When the far side was asked whether it agrees to the relay. */
  #askedMs: number | null = null;

  constructor(
    pipe: RelayPipe,
    peerId: number,
    options: PairPathsOptions,
    configuration: ConnectionConfiguration,
    observer: ConnectionObserver,
  ) {
    const nonce = drawHex(options.random);
    this.#options = options;
    this.#telling = new Telling(observer, nonce);
    this.#relay = new RelayWay(pipe, peerId, nonce, this);
    this.#move = new Move(this.#channels, this.#relay, (channel) => this.changed(channel));
    this.#direct = new DirectTries({
      options,
      configuration,
      channels: this.#channels,
      relay: this.#relay,
      telling: this.#telling,
      hold: (bytes) => this.hold(bytes),
      received: (way, twin) => this.#received(way, twin),
      enteredState: (way, state) => this.#directEntered(way, state),
    });
  }

  get native(): unknown {
    return this.#direct.native;
  }

  get maxMessageSize(): number {
    if (this.#carrier === "relay") return MAX_MESSAGE_SIZE;
    return this.#direct.way?.backend.maxMessageSize ?? MAX_MESSAGE_SIZE;
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
    const { isHidden, problem, way } = this.#direct;
    if (this.carrier === "direct") return null;
    if (isHidden) return "hidden";
    return problem ?? (this.#carrier === "relay" ? (way?.problem ?? "timeout") : null);
  }

  get restartIce(): ConnectionBackend["restartIce"] {
    if (this.#isOnRelay) return () => {};
    const direct = this.#direct.way?.backend;
    return direct?.restartIce && ((configuration) => direct.restartIce?.(configuration));
  }

  createChannel(label: string, options: ChannelOptions): PathChannel {
    const { way } = this.#direct;
    if (way === null) throw new Error("the connection is closed");
    const channel = new PathChannel(label, options, this, false);
    way.addTwin(channel);
    this.#channels.add(channel);
    return channel;
  }

  createOffer(): void {
    this.#direct.isFirst ??= true;
    if (!this.#isOnRelay) return this.#direct.way?.backend.createOffer();
    this.#direct.wish();
    this.#telling.later((observer) => observer.onDescription("offer", KEPT_DESCRIPTION));
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    if (sdp === KEPT_DESCRIPTION) return;
    this.#telling.isLocalSet = type !== "rollback";
    this.#direct.way?.backend.setLocalDescription(type, sdp);
    this.#noteBothSet();
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    if (sdp === KEPT_DESCRIPTION) {
      if (type !== "offer") return;
      this.#direct.wish();
      this.#telling.later((observer) => observer.onDescription("answer", KEPT_DESCRIPTION));
      return;
    }
    if (type === "offer") this.#direct.isFirst ??= false;
    this.#isRemoteSet = type !== "rollback";
    this.#direct.way?.setRemoteDescription(type, sdp);
    this.#noteBothSet();
  }

  addIceCandidate(media: string, index: number, name: string): void {
    const { way } = this.#direct;
    if (media === RELAY_MEDIA) {
      if (this.#relay.takeCandidate(name)) return;
      this.#telling.later((observer) => observer.onOperationFailed("addIceCandidate", "it names no relay"));
    } else if (way?.search === 1 || !this.#relay.isThere) {
      way?.addIceCandidate(media, index, name);
    }
  }

  close(): void {
    if (this.#telling.observer === null) return;
    this.#telling.end();
    try {
      this.#channels.leave();
    } finally {
      this.#direct.close();
      this.#relay.close();
    }
  }

  /** Looks at the clock. */
  poll(): void {
    this.#telling.poll();
    if (this.#telling.observer === null) return;
    if (this.#carrier === null) this.#pollUndecided(this.#nowMs);
    else if (this.#isOnRelay) this.#direct.poll();
  }

  // What the channels ask.

  hold(bytes: number): boolean {
    this.#heldBytes += bytes;
    if (this.#heldBytes > MAX_HELD_BYTES) this.fail();
    return this.#heldBytes <= MAX_HELD_BYTES;
  }

  fail(): void {
    this.#telling.enter("failed");
  }

  changed(channel: PathChannel): void {
    const { way } = this.#direct;
    if (channel.isClosed) {
      this.#channels.delete(channel);
      if (channel.relay !== null) this.#relay.drop(channel.relay);
      channel.direct?.discard();
    } else if (this.#isOnRelay && way !== null) {
      this.#move.begin(channel, way);
    }
    this.#finishIfMoved();
  }

  // What the direct way tells.

  #directEntered(way: DirectWay, state: BackendConnectionState): void {
    const isOver = state === "failed" || state === "closed";
    if (this.#carrier === "direct") {
      this.#telling.enter(state);
    } else if (this.#carrier === null) {
      if (state === "connected" && this.#askedMs === null) this.#goDirect();
      else if (state === "connecting") this.#telling.enter(state);
      else if (isOver) this.#directFailed(way);
    } else if (isOver) {
      if (this.#channels.useDirect) this.fail();
      else this.#direct.drop();
    }
  }

  #received(way: DirectWay, twin: DirectTwin): void {
    if (this.#carrier === null && this.#askedMs === null) this.#goDirect();
    if (this.#carrier === "direct") this.#adoptUnknown(way);
    else if (this.#carrier === "relay") this.#move.received(way, twin);
  }

  // Which way carries first.

  #noteBothSet(): void {
    const areSet = this.#telling.isLocalSet && this.#isRemoteSet;
    if (!areSet || this.#relay.fromMs !== Number.POSITIVE_INFINITY) return;
    this.#relay.fromMs = this.#nowMs + (this.#direct.isHidden ? 0 : this.#options.headStartMs);
  }

  #pollUndecided(nowMs: number): void {
    const asked = this.#askedMs;
    if (asked !== null && nowMs - asked >= ANSWER_MS && this.#direct.way?.state === "connected") this.#goDirect();
    else if (this.#relay.isDue(nowMs)) this.#relay.open(this.#channels);
  }

  #directFailed(way: DirectWay): void {
    this.#direct.problem = way.problem;
    this.#relay.fromMs = Number.NEGATIVE_INFINITY;
    if (!this.#relay.isMutual) this.#telling.enter(way.state);
  }

  #goDirect(): void {
    this.#closeLink();
    this.#carrier = "direct";
    const { way } = this.#direct;
    if (way === null) return;
    if (way.state !== "new") this.#telling.enter(way.state);
    for (const channel of this.#channels.list) channel.beginDirect();
    this.#adoptUnknown(way);
  }

  #carryByRelay(isFarHidden: boolean): void {
    this.#askedMs = null;
    this.#carrier = "relay";
    this.#direct.begin(isFarHidden);
    if (this.#telling.state === "new") this.#telling.enter("connecting");
    this.#telling.enter("connected");
    this.#relay.start(this.#direct.isFirst === true);
  }

  // What the relay tells.

  lineOpened(): void {
    if (this.#direct.isFirst !== true || this.#carrier !== null) return;
    this.#askedMs = this.#nowMs;
    this.#relay.say({ kind: "ask", isHidden: this.#direct.isHidden });
  }

  lineDown(fault: string | null): void {
    if (this.#carrier === null) {
      this.#channels.dropRelay();
      this.#askedMs = null;
      this.#relay.pause(this.#nowMs);
      if (this.#direct.way?.state === "connected") this.#goDirect();
    } else if (this.#carrier === "relay") {
      this.#carrier = "direct";
      if (this.#channels.haveMoved) return;
      if (fault !== null) {
        diagnose(fault);
        this.fail();
      } else if (!this.#channels.useDirect) this.#telling.enter("closed");
    }
  }

  heard(note: Note): void {
    const { way, isFirst, isHidden } = this.#direct;
    switch (note.kind) {
      case "ask":
        if (isFirst !== false || this.#carrier !== null) return;
        this.#relay.say({ kind: "yes", isHidden });
        return this.#carryByRelay(note.isHidden);
      case "yes":
        if (this.#askedMs === null || this.#carrier !== null) return;
        return this.#carryByRelay(note.isHidden);
      case "offer":
        if (this.#isOnRelay) this.#direct.takeOffer(note.search, note.sdp);
        return;
      case "answer":
        return this.#direct.takeAnswer(note.search, note.sdp);
      case "candidate":
        return this.#direct.takeCandidate(note.search, note.media, note.index, note.name);
      case "same":
        if (way?.search === note.search) this.#move.heardSame(way, note.relayed, note.direct);
        return;
      case "search":
        return this.#direct.wish();
      case "done":
        this.#move.heardDone();
        return this.#finishIfMoved();
    }
  }

  receivedByRelay(relay: RelayChannel): void {
    const channel = new PathChannel(relay.facts.label, relay.facts, this, true);
    channel.setRelay(relay);
    this.#channels.add(channel);
    this.#telling.observer?.onChannel(channel);
  }

  // Small things.

  /** Channels of the far side's making that the direct way alone has. */
  #adoptUnknown(way: DirectWay): void {
    for (const twin of way.takeAllUnknown()) {
      const { facts } = twin.backend;
      const channel = new PathChannel(facts.label, facts, this, true);
      this.#channels.add(channel);
      this.#telling.observer?.onChannel(channel);
      channel.setDirect(twin);
      channel.beginDirect();
    }
  }

  #finishIfMoved(): void {
    if (!this.#isOnRelay || !this.#move.finish()) return;
    this.#closeLink();
    this.#carrier = "direct";
    const { way } = this.#direct;
    if (way !== null) this.#telling.enter(way.state);
  }

  #closeLink(): void {
    this.#askedMs = null;
    this.#channels.dropRelay();
    this.#relay.close();
  }

  get #isOnRelay(): boolean {
    return this.#carrier === "relay" && this.#relay.isThere;
  }

  get #nowMs(): number {
    return this.#options.clock.nowMs();
  }
}
