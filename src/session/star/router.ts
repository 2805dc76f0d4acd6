import { LeaveReason } from "../leave-reason.ts";
import { MAX_ROSTER, MAX_UNTOLD_BYTES, ROUTE_PATIENCE_MS } from "../limits.ts";
import type { Carrier } from "../link/carrier.ts";
import type { SessionLink } from "../link/session-link.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import {
  isRouted,
  MAX_ROUTE_NUMBER,
  ROUTE_HEADER_BYTES,
  type RouteWord,
  readDeparture,
  readRouteWord,
  routedPeer,
  routeNumber,
  routeWord,
} from "../wire/route-frame.ts";
import { Dismissals } from "./dismissals.ts";
import { Forwarder, type Spoke } from "./forwarder.ts";
import { Pace } from "./pace.ts";
import { Rosters } from "./rosters.ts";
import { Route, type RouteOwner } from "./route.ts";

/** What a router needs of the session that it belongs to. */
export interface RouterOwner {
  readonly peer: { readonly id: number };
  /** Knows whom everybody is connected to, the best first; `null`: this is a full mesh. */
  readonly underlay: { readonly hubs: readonly number[] | null };
  /** Replaced, never changed. */
  links(): readonly SessionLink[];
  find(id: number): SessionLink | null;
  /** A way to a peer is open. */
  onRoute(id: number, carrier: Carrier): void;
}

/**
 * Ways through hubs, for sessions of a star. Each hub tells those that are connected to it whom it reaches. Whoever is on such a list and
 * not connected to this peer is reached through that hub; a route that works is kept, and one that does not is replaced by one through
 * the next hub. Routes are what connections are to a link: it goes on from one to the other, and nothing is lost.
 */
export class Router implements RouteOwner {
  readonly forwarder = new Forwarder();
  readonly #owner: RouterOwner;
  readonly #rosters = new Rosters();
  readonly #routes = new Map<number, Route>();
  readonly #dismissed = new Dismissals();
  /** Those that ended by what a hub said, and not by any word of their own: another hub may reach them yet. */
  readonly #parted = new WeakSet<SessionLink>();
  readonly #pace = new Pace();
  /** Since the last poll: who is said to be gone, and by which hub. */
  readonly #departed = new Map<SessionLink, { readonly ending: LeaveReason; readonly hubId: number }>();
  /** Since the last poll: whose frames came by a route that is not known, and by which. */
  readonly #unknown = new Map<number, { readonly hub: SessionLink; readonly number: number }>();
  /** Since the last poll: those whose number the other end does not know. */
  readonly #unsaid = new Set<Route>();
  #lastNumber: number;
  #nowMs = 0;

  /** `firstNumber`: of routes; another page's are to be others. */
  constructor(owner: RouterOwner, firstNumber: number) {
    this.#owner = owner;
    this.#lastNumber = firstNumber % MAX_ROUTE_NUMBER;
  }

  /** Takes a frame of a star that came on a connection. False if it is none. */
  take(link: SessionLink, kind: number, isReliable: boolean, bytes: Uint8Array): boolean {
    if (kind === FrameKind.FORWARD || kind === FrameKind.FORWARDED) {
      if (!isRouted(bytes, isReliable)) return false;
      return kind === FrameKind.FORWARD ? this.#forward(link, isReliable, bytes) : this.#hear(link, isReliable, bytes);
    }
    if (!isReliable) return false;
    if (kind === FrameKind.ROSTER) return this.#rosters.hear(link, bytes);
    return kind === FrameKind.DEPARTURE && this.#takeDeparture(link, bytes);
  }

  /** Looks for ways, and gives up those that have none any more. After what has come was read. */
  poll(nowMs: number): void {
    this.#nowMs = this.forwarder.nowMs = nowMs;
    const { hubs } = this.#owner.underlay;
    const { id } = this.#owner.peer;
    this.#answer();
    this.#pace.poll(nowMs);
    if (hubs === null) {
      this.#rosters.rest();
      for (const route of this.#routes.values()) this.#drop(route);
      return;
    }
    if (hubs.includes(id)) this.#rosters.tell(this.#owner.links());
    else this.#rosters.rest();
    const able = this.#able(hubs);
    const reached = this.#rosters.reached(able);
    for (const peerId of reached) if (peerId !== id) this.#look(peerId, able);
    for (const route of this.#routes.values()) if (!reached.has(route.peerId)) this.#drop(route);
  }

  /** The session is done with a peer. `ending`: why; `null` for one that speaks on in another session. */
  forget(link: SessionLink, ending: LeaveReason | null): void {
    const route = this.#routes.get(link.id);
    if (ending !== null) this.#forgetRoute(link.id);
    const isOver = ending !== null && !mayReturn.has(ending) && !this.#parted.has(link);
    // What it says to this peer need not be what it says to a hub. A route that it has not spoken on may lead to another session already.
    const isOfRoute = !link.isReady || (link.transport?.isUp === true && !isOwn(link));
    if (isOver) {
      const epochs = [link.theirs?.epoch, isOfRoute ? route?.epoch : undefined].filter(isKnown);
      // What came by a route its hub may have said itself; not what the game did, or the lobby said.
      const isCertain = link.ending === LeaveReason.CLOSED_LOCALLY || link.ending === LeaveReason.KICKED;
      this.#dismissed.add(link.id, epochs, isCertain ? 0 : (link.transport?.carrier.via ?? 0));
    }
    this.#rosters.forget(link, ending === LeaveReason.CLOSED_LOCALLY ? null : ending);
    this.forwarder.forget(link.id);
  }

  /** Whether it ended by what a hub said alone. */
  hasParted(link: SessionLink): boolean {
    return this.#parted.has(link);
  }

  onAbandoned(route: Route): void {
    if (this.#routes.get(route.peerId) !== route) return;
    this.#drop(route);
    this.#pace.pause(route.peerId, this.#nowMs);
  }

  onRepair(route: Route): void {
    if (this.#routes.get(route.peerId) !== route) return;
    const next = this.#hubFor(route.peerId, this.#able(this.#owner.underlay.hubs ?? []), route.hubId);
    if (next === null || next === route.hubId) return;
    this.#drop(route);
    this.#begin(route.peerId, next);
  }

  #forward(link: SessionLink, isReliable: boolean, bytes: Uint8Array): boolean {
    // It may be closing already: these are its last words.
    if (!hasTransport(link) || !link.isPresent || this.#owner.underlay.hubs === null) return true;
    const to = this.#owner.find(routedPeer(bytes));
    this.forwarder.forward(link, to && spokeOf(to), isReliable, bytes);
    return true;
  }

  #hear(hub: SessionLink, isReliable: boolean, bytes: Uint8Array): boolean {
    const peerId = routedPeer(bytes);
    if (peerId === this.#owner.peer.id || peerId === hub.id) return false;
    if (this.#owner.underlay.hubs?.includes(hub.id) !== true) {
      hub.droppedFrames += 1;
      return true;
    }
    const number = routeNumber(bytes);
    if (number === 0) {
      const word = readRouteWord(bytes);
      if (word !== null) this.#hearWord(hub, peerId, word);
      return true;
    }
    const route = this.#routes.get(peerId);
    const isMeant = route?.hubId === hub.id && route.mine === number;
    if (isMeant) route.isConfirmed = true;
    if (isMeant && route.take(isReliable, bytes.subarray(ROUTE_HEADER_BYTES))) return true;
    if (isMeant) this.onAbandoned(route);
    // What is not reliable may be late.
    if ((isReliable || route === undefined) && this.#unknown.size < MAX_ROSTER)
      this.#unknown.set(peerId, { hub, number });
    return true;
  }

  /** Says what others do not know: once in each poll, whatever has come. */
  #answer(): void {
    for (const route of this.#unsaid) if (this.#routes.get(route.peerId) === route) route.say();
    for (const [peerId, { hub, number }] of this.#unknown) {
      const channel = hub.transport?.carrier.reliable;
      if (channel === undefined || !hasRoom(hub)) continue;
      channel.putPacket(routeWord(FrameKind.FORWARD, peerId, { mine: 0, yours: number }));
    }
    this.#unsaid.clear();
    this.#unknown.clear();
  }

  #hearWord(hub: SessionLink, peerId: number, { mine, yours }: RouteWord): void {
    const route = this.#routes.get(peerId);
    const isByHub = route?.hubId === hub.id;
    if (mine === 0) {
      if (isByHub && route.isOpen && route.yours === yours) this.onAbandoned(route);
      return;
    }
    const epoch = this.#rosters.epochAt(hub.id, peerId);
    if (epoch === undefined || this.#isDismissed(peerId, epoch)) return;
    if (isByHub && route.yours === mine) {
      if (yours === route.mine) route.isConfirmed = true;
      else this.#unsaid.add(route);
      return;
    }
    const link = this.#owner.find(peerId);
    // Its own connection is good, as far as this end knows: the other end will say so again.
    if (link !== null && isOwn(link) && !link.isUnstable) return;
    if (!hasRoom(hub) || !this.#pace.allows(peerId, hub.id, this.#nowMs)) return;
    // Both have set out at once, by different hubs: the lower id's counts.
    if (route !== undefined && !isByHub && !route.isConfirmed && peerId > this.#owner.peer.id) return;
    const met = isByHub && !route.isOpen ? route : this.#beginAnew(hub, peerId, route);
    if (met === null) return;
    met.isConfirmed = yours === met.mine;
    // The other end has none of that connection any more: as long as it stood here, nobody would make another.
    if (link !== null && isOwn(link)) link.transport?.carrier.abandon();
    const carrier = met.open(mine);
    if (yours !== met.mine) met.say();
    this.#owner.onRoute(peerId, carrier);
  }

  /**
   * The other end has. What this end has said last of a route by the same hub may be on the way: nothing can come by its number yet, which
   * is kept; or two who begin anew at once would end each other's routes for ever.
   */
  #beginAnew(hub: SessionLink, peerId: number, route: Route | undefined): Route | null {
    const number = route?.hubId === hub.id && !route.isConfirmed ? route.mine : undefined;
    if (route !== undefined) this.#drop(route);
    return this.#make(peerId, hub, number);
  }

  #takeDeparture(hub: SessionLink, bytes: Uint8Array): boolean {
    const said = readDeparture(bytes);
    if (said === null) return false;
    const { member, reason } = said;
    const link = this.#owner.find(member.id);
    if (this.#owner.underlay.hubs?.includes(hub.id) === true && link?.theirs?.epoch === member.epoch) {
      const ending = reasons.has(reason) ? (reason as LeaveReason) : LeaveReason.LEFT;
      this.#departed.set(link, { ending, hubId: hub.id });
    }
    return true;
  }

  /**
   * Parts from those who were said to be gone, once what travelled ahead of that word was read. Who has parted from one hub alone is
   * there still, as the others know.
   */
  part(): void {
    for (const [link, { ending, hubId }] of this.#departed) {
      if (link.hasEnded || isOwn(link)) continue;
      const others = this.#owner.underlay.hubs?.filter((other) => other !== hubId && this.#spoke(other) !== null) ?? [];
      if (others.some((other) => this.#rosters.epochAt(other, link.id) === link.theirs?.epoch)) continue;
      this.#parted.add(link);
      link.end(ending);
      // Of a hub's word the peer itself hears nothing: it may be there yet.
      this.#forgetRoute(link.id);
    }
    this.#departed.clear();
    // Who has not come, and has no way any more, may come by another: nothing is known of it that is worth keeping.
    for (const link of this.#owner.links()) {
      const isLost = link.transport === null && !link.outlivesConnection;
      if (isLost && !this.#routes.has(link.id)) link.end(LeaveReason.SILENT);
    }
  }

  #look(peerId: number, hubs: readonly number[]): void {
    const link = this.#owner.find(peerId);
    const route = this.#routes.get(peerId);
    if (link !== null && isOwn(link)) {
      // It has a connection of its own now.
      this.#dismissed.forget(peerId);
      if (route !== undefined) this.#drop(route);
      return;
    }
    if (route !== undefined) {
      const isReached = hubs.includes(route.hubId) && this.#rosters.epochAt(route.hubId, peerId) !== undefined;
      if (isReached && (route.isConfirmed || this.#nowMs - route.sinceMs < ROUTE_PATIENCE_MS)) return;
      this.#drop(route);
    } else if (this.#pace.isPaused(peerId, this.#nowMs)) {
      return;
    }
    const hubId = this.#hubFor(peerId, hubs, route?.hubId);
    if (hubId !== null) this.#begin(peerId, hubId);
  }

  #begin(peerId: number, hubId: number): void {
    const epoch = this.#rosters.epochAt(hubId, peerId);
    if (epoch === undefined || this.#isDismissed(peerId, epoch)) return;
    const hub = this.#owner.find(hubId);
    if (hub !== null && hasRoom(hub) && this.#pace.allowsBy(hubId, this.#nowMs)) this.#make(peerId, hub)?.say();
  }

  #make(peerId: number, hub: SessionLink, number = this.#nextNumber()): Route | null {
    const spoke = spokeOf(hub);
    if (spoke === null) return null;
    const route = new Route(peerId, hub.id, number, spoke.transport.carrier, this.#nowMs, this);
    route.epoch = this.#rosters.epochAt(hub.id, peerId);
    this.#routes.set(peerId, route);
    return route;
  }

  #nextNumber(): number {
    this.#lastNumber = (this.#lastNumber % MAX_ROUTE_NUMBER) + 1;
    return this.#lastNumber;
  }

  /** The best of these hubs that reaches a peer; the next one after `last`, if there are others. */
  #hubFor(peerId: number, hubs: readonly number[], last = 0): number | null {
    const reaching = hubs.filter((hubId) => hubId !== peerId && this.#rosters.epochAt(hubId, peerId) !== undefined);
    return reaching[(reaching.indexOf(last) + 1) % reaching.length] ?? null;
  }

  #drop(route: Route): void {
    this.#routes.delete(route.peerId);
    route.close();
    const link = this.#owner.find(route.peerId);
    if (link !== null && route.carrier !== null && link.transport?.carrier === route.carrier) link.suspend();
  }

  /** As `#drop`, of a peer that this session is done with. */
  #forgetRoute(peerId: number): void {
    this.#routes.get(peerId)?.close();
    this.#routes.delete(peerId);
  }

  #isDismissed(peerId: number, epoch: number): boolean {
    return this.#dismissed.has(peerId, epoch, this.#owner.underlay.hubs ?? []);
  }

  /** Those of the hubs that can be relied on. */
  #able(hubs: readonly number[]): number[] {
    return hubs.filter((hubId) => this.#spoke(hubId) !== null);
  }

  /** A hub that can be relied on. */
  #spoke(hubId: number): Spoke | null {
    const link = this.#owner.find(hubId);
    return link === null || link.isUnstable ? null : spokeOf(link);
  }
}

/** After these, the same session of a peer may be met again. */
const mayReturn: ReadonlySet<LeaveReason> = new Set([
  LeaveReason.SILENT,
  LeaveReason.REPLACED,
  LeaveReason.CONNECTION_LOST,
  LeaveReason.CLOSED_BY_PEER,
]);

const reasons: ReadonlySet<string> = new Set(Object.values(LeaveReason));

function isKnown(epoch: number | undefined): epoch is number {
  return epoch !== undefined;
}

function isOwn({ transport }: SessionLink): boolean {
  return transport?.carrier.via === 0;
}

/** Whether words can be put on its connection. */
function hasRoom({ transport }: SessionLink): boolean {
  return (transport?.carrier.reliable.getBufferedAmount() ?? 0) <= MAX_UNTOLD_BYTES;
}

function hasTransport(link: SessionLink): link is SessionLink & Spoke {
  return link.transport !== null;
}

/** `null` if frames cannot go to it now on a connection of its own. */
function spokeOf(link: SessionLink): Spoke | null {
  return link.isPresent && hasTransport(link) && isOwn(link) && link.transport.canSend ? link : null;
}
