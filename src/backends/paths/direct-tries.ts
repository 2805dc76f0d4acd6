import type {
  BackendConnectionState,
  BackendGatheringState,
  BackendOperation,
  BackendSignalingState,
  ConnectionConfiguration,
} from "../../seam/connection-backend.ts";
import type { PairPathsOptions, PathProblem } from "../../seam/pair-paths.ts";
import type { DirectTwin } from "./direct-twin.ts";
import { DirectWay, type DirectWayOwner } from "./direct-way.ts";
import { isHidden } from "./is-hidden.ts";
import { MAX_CANDIDATES } from "./limits.ts";
import type { PathChannels } from "./path-channels.ts";
import type { RelayWay } from "./relay-way.ts";
import { SearchPlan } from "./search-plan.ts";
import type { Telling } from "./telling.ts";

/** What the tries to go directly have of the connection that they are part of. */
export interface DirectTriesContext extends Pick<DirectWayOwner, "hold" | "received" | "enteredState"> {
  readonly options: PairPathsOptions;
  readonly configuration: ConnectionConfiguration;
  readonly channels: PathChannels;
  readonly relay: RelayWay;
  readonly telling: Telling;
}

/**
 * A connection's tries to go directly, of which the latest counts. The first is the connection's own, whose signals are the caller's;
 * while the relay carries, there are searches, whose signals go over it: who offered begins them.
 */
export class DirectTries implements DirectWayOwner {
  /** The latest; `null` while there is none. */
  way: DirectWay | null;
  /** Below the latest, or the one before. */
  native: unknown;
  /** Whether this side offered; `null` before anybody did. */
  isFirst: boolean | null = null;
  /** No direct way will be found: one of the two hides its address. */
  isHidden: boolean;
  /** Why the latest that has ended led nowhere. */
  problem: PathProblem | null = null;
  readonly #context: DirectTriesContext;
  readonly #plan = new SearchPlan();

  constructor(context: DirectTriesContext) {
    const { options, configuration } = context;
    this.#context = context;
    this.isHidden = isHidden(configuration);
    this.way = new DirectWay(1, options.direct, configuration, this);
    this.native = this.way.backend.native;
  }

  /** The relay begins to carry: from now on the way is searched for. */
  begin(isFarHidden: boolean): void {
    this.isHidden ||= isFarHidden;
    if (this.way?.state === "failed" || this.way?.state === "closed") this.drop();
    this.#plan.began(this.#nowMs);
  }

  /** Looks at the clock, while the relay carries. */
  poll(): void {
    const nowMs = this.#nowMs;
    if (this.way !== null) {
      const isIdle = this.way.state !== "connected" && !this.#context.channels.useDirect;
      if (isIdle && this.#plan.isOver(nowMs)) this.drop();
    } else if (this.isFirst === true && !this.isHidden && this.#plan.isDue(nowMs)) {
      this.#search();
    }
  }

  /** Somebody wishes for a search now. */
  wish(): void {
    if (this.way?.state === "connected" || this.isHidden) return;
    if (this.isFirst === true) this.#plan.wish(this.#nowMs, this.way !== null);
    else this.#context.relay.say({ kind: "search" });
  }

  takeOffer(search: number, sdp: string): void {
    const isDue = this.isFirst === false && this.#plan.allows(search, this.#nowMs);
    if (!isDue || this.isHidden || this.#context.channels.useDirect) return;
    if (this.way !== null) this.drop();
    this.#make(search)?.setRemoteDescription("offer", sdp);
  }

  takeAnswer(search: number, sdp: string): void {
    if (this.isFirst) this.#searching(search)?.setRemoteDescription("answer", sdp);
  }

  takeCandidate(search: number, media: string, index: number, name: string): void {
    const way = this.#searching(search);
    if (way !== null && way.farCandidates < MAX_CANDIDATES) way.addIceCandidate(media, index, name);
  }

  /** Gives up a direct way on which nothing depends. */
  drop(): void {
    if (this.way !== null) this.problem = this.way.problem;
    this.#context.channels.dropDirect();
    this.way?.close();
    this.way = null;
    this.#plan.ended(this.#nowMs);
  }

  close(): void {
    this.way?.close();
    this.way = null;
  }

  hold(bytes: number): boolean {
    return this.#context.hold(bytes);
  }

  received(way: DirectWay, twin: DirectTwin): void {
    this.#context.received(way, twin);
  }

  enteredState(way: DirectWay, state: BackendConnectionState): void {
    this.#context.telling.announce();
    this.#context.enteredState(way, state);
  }

  described(way: DirectWay, type: "offer" | "answer", sdp: string): void {
    const { telling, relay } = this.#context;
    if (this.#isSignalledAbove(way)) return telling.observer?.onDescription(type, sdp);
    relay.say({ kind: type, search: way.search, sdp });
    way.backend.setLocalDescription(type, sdp);
  }

  foundCandidate(way: DirectWay, media: string, index: number, name: string): void {
    const { telling, relay } = this.#context;
    telling.announce();
    if (this.#isSignalledAbove(way)) telling.observer?.onIceCandidate(media, index, name);
    else relay.say({ kind: "candidate", search: way.search, media, index, name });
  }

  enteredGathering(way: DirectWay, state: BackendGatheringState): void {
    const { telling } = this.#context;
    telling.announce();
    if (this.#isSignalledAbove(way)) telling.observer?.onGatheringState(state);
  }

  enteredSignaling(way: DirectWay, state: BackendSignalingState): void {
    if (this.#isSignalledAbove(way)) this.#context.telling.observer?.onSignalingState(state);
  }

  operationFailed(way: DirectWay, operation: BackendOperation, reason: string): void {
    const { telling, channels } = this.#context;
    if (this.#isSignalledAbove(way)) telling.observer?.onOperationFailed(operation, reason);
    else if (operation !== "addIceCandidate" && !channels.useDirect) this.drop();
  }

  get #nowMs(): number {
    return this.#context.options.clock.nowMs();
  }

  /** The first way's signalling, and that of a later one once the relay is gone, is the caller's. */
  #isSignalledAbove(way: DirectWay): boolean {
    return way.search === 1 || !this.#context.relay.isThere;
  }

  /** The search of that number, if it is the latest. */
  #searching(search: number): DirectWay | null {
    return search > 1 && this.way?.search === search ? this.way : null;
  }

  #search(): void {
    const way = this.#make(this.#plan.latest + 1);
    if (way === null || this.#context.channels.list.every(({ direct }) => direct === null)) this.drop();
    else way.backend.createOffer();
  }

  #make(search: number): DirectWay | null {
    const { options, configuration, channels } = this.#context;
    this.#plan.latest = search;
    this.#plan.began(this.#nowMs);
    try {
      const way = new DirectWay(search, options.direct, options.configuration?.() ?? configuration, this);
      this.way = way;
      this.native = way.backend.native;
      for (const channel of channels.wanted) if (!channel.isReceived) way.addTwin(channel);
      return way;
    } catch {
      this.drop();
      return null;
    }
  }
}
