import { isPeerId } from "../../base/peer-id.ts";
import { LeaveReason } from "../leave-reason.ts";
import { MAX_ROSTER, ROUTE_PATIENCE_MS, ROUTE_PAUSE_MS } from "../limits.ts";
import type { Carrier } from "../link/carrier.ts";
import type { SessionLink } from "../link/session-link.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import {
  isRouted,
  MAX_ROUTE_NUMBER,
  type Member,
  ROUTE_HEADER_BYTES,
  type RouteWord,
  readDeparture,
  readRouteWord,
  routedPeer,
  routeNumber,
  routeWord,
} from "../wire/route-frame.ts";
import { Forwarder, type Spoke } from "./forwarder.ts";
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
  /** What came by somebody who is no hub, as far as this peer knows. */
  strayFrames = 0;
  readonly #owner: RouterOwner;
  readonly #rosters = new Rosters();
  readonly #routes = new Map<number, Route>();
  /** Whom this session is done with: the epoch of theirs. */
  readonly #dismissed = new Map<number, number>();
  /** Whose last route was ended by its hub or its other end: until when there is no other. */
  readonly #pausedUntilMs = new Map<number, number>();
  /** Said to be gone since the last poll. */
  readonly #departed: (Member & { readonly ending: LeaveReason; readonly hubId: number })[] = [];
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
      if (!isRouted(bytes) || !isPeerId(routedPeer(bytes))) return false;
      return kind === FrameKind.FORWARD ? this.#forward(link, isReliable, bytes) : this.#hear(link, isReliable, bytes);
    }
    if (!isReliable) return false;
    if (kind === FrameKind.ROSTER) return this.#rosters.hear(link, bytes);
    return kind === FrameKind.DEPARTURE && this.#takeDeparture(link, bytes);
  }

  /** Looks for ways, and gives up those that have none any more. After what has come was read. */
  poll(nowMs: number): void {
    this.#nowMs = nowMs;
    const { hubs } = this.#owner.underlay;
    const { id } = this.#owner.peer;
    if (hubs === null) {
      for (const route of this.#routes.values()) this.#drop(route);
      return;
    }
    if (hubs.includes(id)) this.#rosters.tell(this.#owner.links());
    else this.#rosters.rest();
    const reached = this.#rosters.reached(hubs.filter((hubId) => this.#spoke(hubId) !== null));
    for (const peerId of reached) if (peerId !== id) this.#look(peerId, hubs);
    for (const route of this.#routes.values()) if (!reached.has(route.peerId)) this.#drop(route);
  }

  /** The session is done with a peer. `ending`: why; `null` for one that speaks on in another session. */
  forget(link: SessionLink, ending: LeaveReason | null): void {
    const route = this.#routes.get(link.id);
    const epoch = link.theirs?.epoch ?? (route && this.#rosters.epochAt(route.hubId, link.id));
    if (route !== undefined && ending !== null) {
      this.#routes.delete(link.id);
      route.close();
    }
    if (epoch !== undefined && ending !== null && !mayReturn.has(ending)) this.#dismissed.set(link.id, epoch);
    const isOver = ending !== null && ending !== LeaveReason.CLOSED_LOCALLY;
    this.#rosters.forget(link, isOver ? ending : null);
    this.forwarder.forget(link.id);
  }

  onAbandoned(route: Route): void {
    if (this.#routes.get(route.peerId) !== route) return;
    this.#drop(route);
    this.#pause(route.peerId);
  }

  onRepair(route: Route): void {
    if (this.#routes.get(route.peerId) !== route) return;
    const next = this.#hubFor(route.peerId, this.#owner.underlay.hubs ?? [], route.hubId);
    if (next === null || next === route.hubId) return;
    this.#drop(route);
    this.#begin(route.peerId, next);
  }

  #forward(link: SessionLink, isReliable: boolean, bytes: Uint8Array): boolean {
    const { transport, isPresent, id } = link;
    if (transport === null || !isPresent || this.#owner.underlay.hubs === null) return true;
    const to = this.#owner.find(routedPeer(bytes));
    // It may be closing already: these are its last words.
    this.forwarder.forward({ id, channels: transport.carrier }, to && spokeOf(to), isReliable, bytes);
    return true;
  }

  #hear(hub: SessionLink, isReliable: boolean, bytes: Uint8Array): boolean {
    const peerId = routedPeer(bytes);
    if (peerId === this.#owner.peer.id) return false;
    if (this.#owner.underlay.hubs?.includes(hub.id) !== true) {
      this.strayFrames += 1;
      return true;
    }
    const number = routeNumber(bytes);
    if (number === 0) {
      const word = readRouteWord(bytes);
      if (word === null || !isReliable) return false;
      this.#hearWord(hub, peerId, word);
      return true;
    }
    const route = this.#routes.get(peerId);
    const isKnown = route?.hubId === hub.id && route.mine === number;
    if (isKnown) route.isConfirmed = true;
    if (isKnown && route.take(isReliable, bytes.subarray(ROUTE_HEADER_BYTES))) return true;
    if (isKnown) this.onAbandoned(route);
    if (isReliable) {
      const word = { mine: 0, yours: number };
      hub.transport?.carrier.reliable.putPacket(routeWord(FrameKind.FORWARD, peerId, word));
    }
    return true;
  }

  #hearWord(hub: SessionLink, peerId: number, { mine, yours }: RouteWord): void {
    let route = this.#routes.get(peerId);
    if (mine === 0) {
      if (route?.hubId === hub.id && route.isOpen && route.yours === yours) this.onAbandoned(route);
      return;
    }
    const epoch = this.#rosters.epochAt(hub.id, peerId);
    if (epoch !== undefined && epoch === this.#dismissed.get(peerId)) return;
    // What this end has said last may be on the way, while the other end says something else: nothing can come by its number yet, which
    // is kept; or two who begin anew at once would end each other's routes for ever.
    let number: number | undefined;
    if (route?.hubId === hub.id) {
      if (route.yours === mine) {
        if (yours === route.mine) route.isConfirmed = true;
        else route.say();
        return;
      }
      // The other end has begun anew.
      if (route.isOpen) {
        if (!route.isConfirmed) number = route.mine;
        this.#drop(route);
        route = undefined;
      }
    } else if (route !== undefined) {
      // Both have set out at once, by different hubs: the lower id's counts.
      if (!route.isConfirmed && peerId > this.#owner.peer.id) return;
      this.#drop(route);
      route = undefined;
    }
    const link = this.#owner.find(peerId);
    // Its own connection is good, as far as this end knows: the other end will say so again.
    if (link !== null && isOwn(link) && !link.isUnstable) return;
    const opened = route ?? this.#make(peerId, hub, number);
    if (opened === null) return;
    opened.isConfirmed = yours === opened.mine;
    // The other end has none of that connection any more: as long as it stood here, nobody would make another.
    if (link !== null && isOwn(link)) link.transport?.carrier.abandon();
    const carrier = opened.open(mine);
    if (yours !== opened.mine) opened.say();
    this.#owner.onRoute(peerId, carrier);
  }

  #takeDeparture(hub: SessionLink, bytes: Uint8Array): boolean {
    const said = readDeparture(bytes);
    if (said === null) return false;
    const { member, reason } = said;
    if (this.#owner.underlay.hubs?.includes(hub.id) === true && this.#departed.length < MAX_ROSTER) {
      const ending = reasons.has(reason) ? (reason as LeaveReason) : LeaveReason.LEFT;
      this.#departed.push({ ...member, ending, hubId: hub.id });
    }
    return true;
  }

  /**
   * Parts from those who were said to be gone, once what travelled ahead of that word was read. Who has parted from one hub alone is
   * there still, as the others know.
   */
  part(): void {
    for (const { id, epoch, ending, hubId } of this.#departed.splice(0)) {
      const link = this.#owner.find(id);
      if (link === null || isOwn(link) || link.theirs?.epoch !== epoch) continue;
      const others = this.#owner.underlay.hubs?.filter((other) => other !== hubId && this.#spoke(other) !== null) ?? [];
      if (!others.some((other) => this.#rosters.epochAt(other, id) === epoch)) link.end(ending);
    }
  }

  #look(peerId: number, hubs: readonly number[]): void {
    const link = this.#owner.find(peerId);
    const route = this.#routes.get(peerId);
    if (link !== null && isOwn(link)) {
      // It has a connection of its own now.
      this.#dismissed.delete(peerId);
      if (route !== undefined) this.#drop(route);
      return;
    }
    if (route !== undefined) {
      const isReached = this.#spoke(route.hubId) !== null && this.#rosters.epochAt(route.hubId, peerId) !== undefined;
      if (isReached && (route.isConfirmed || this.#nowMs - route.sinceMs < ROUTE_PATIENCE_MS)) return;
      this.#drop(route);
    } else if (this.#nowMs < (this.#pausedUntilMs.get(peerId) ?? 0)) {
      return;
    }
    const hubId = this.#hubFor(peerId, hubs, route?.hubId);
    if (hubId !== null) this.#begin(peerId, hubId);
  }

  #begin(peerId: number, hubId: number): void {
    if (this.#rosters.epochAt(hubId, peerId) === this.#dismissed.get(peerId)) return;
    this.#dismissed.delete(peerId);
    this.#pausedUntilMs.delete(peerId);
    const hub = this.#owner.find(hubId);
    if (hub !== null) this.#make(peerId, hub)?.say();
  }

  #make(peerId: number, hub: SessionLink, number = this.#nextNumber()): Route | null {
    const spoke = spokeOf(hub);
    if (spoke === null) return null;
    const route = new Route(peerId, hub.id, number, spoke.channels, this.#nowMs, this);
    this.#routes.set(peerId, route);
    return route;
  }

  #nextNumber(): number {
    this.#lastNumber = (this.#lastNumber % MAX_ROUTE_NUMBER) + 1;
    return this.#lastNumber;
  }

  /** The best hub that reaches a peer; the next one after `last`, if there are others. */
  #hubFor(peerId: number, hubs: readonly number[], last = 0): number | null {
    const able = hubs.filter(
      (hubId) => hubId !== peerId && this.#spoke(hubId) !== null && this.#rosters.epochAt(hubId, peerId) !== undefined,
    );
    return able[(able.indexOf(last) + 1) % able.length] ?? null;
  }

  #drop(route: Route): void {
    this.#routes.delete(route.peerId);
    route.close();
    const link = this.#owner.find(route.peerId);
    if (link !== null && route.carrier !== null && link.transport?.carrier === route.carrier) link.suspend();
  }

  #pause(peerId: number): void {
    this.#pausedUntilMs.set(peerId, this.#nowMs + ROUTE_PAUSE_MS);
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

function isOwn({ transport }: SessionLink): boolean {
  return transport?.carrier.via === 0;
}

/** `null` if frames cannot go to it now on a connection of its own. */
function spokeOf({ id, isPresent, transport }: SessionLink): Spoke | null {
  if (!isPresent || transport === null || transport.carrier.via !== 0 || !transport.canSend) return null;
  return { id, channels: transport.carrier };
}
