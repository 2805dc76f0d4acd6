import type { RepairStep } from "../../multiplayer/companion.ts";
import type { Carrier, LinkChannel } from "../link/carrier.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import { routeWord } from "../wire/route-frame.ts";
import { RoutedChannel } from "./routed-channel.ts";

/** What a route needs of a hub: the channels of its connection. */
export interface HubChannels {
  readonly reliable: LinkChannel;
  readonly unreliable: LinkChannel;
}

/** What a route tells. */
export interface RouteOwner {
  /** It is of no use any more. */
  onAbandoned(route: Route): void;
  /** Nothing is heard by it: another hub may do better. */
  onRepair(route: Route): void;
}

/**
 * A way to a peer through a hub. Each end counts its routes, says so to the other, and names the other's number in what it sends: so
 * what is left of an earlier route never reaches a later one. It is open as soon as the other end's number is known.
 */
export class Route {
  readonly peerId: number;
  readonly hubId: number;
  /** This end's number. */
  readonly mine: number;
  readonly sinceMs: number;
  /** The other end's; 0 while it is not known. */
  yours = 0;
  /** Of the session at the other end, as the hub says. */
  epoch: number | undefined;
  carrier: (Carrier & { readonly reliable: RoutedChannel; readonly unreliable: RoutedChannel }) | null = null;
  /** The other end has named this end's number: what it sends may come at any time from now on. */
  isConfirmed = false;
  readonly #hub: HubChannels;
  readonly #owner: RouteOwner;

  constructor(peerId: number, hubId: number, mine: number, hub: HubChannels, sinceMs: number, owner: RouteOwner) {
    this.peerId = peerId;
    this.hubId = hubId;
    this.mine = mine;
    this.sinceMs = sinceMs;
    this.#hub = hub;
    this.#owner = owner;
  }

  get isOpen(): boolean {
    return this.yours !== 0;
  }

  /** Says to the other end what this end knows. */
  say(): void {
    this.#hub.reliable.putPacket(routeWord(FrameKind.FORWARD, this.peerId, { mine: this.mine, yours: this.yours }));
  }

  /** The other end's number is known: frames can travel. */
  open(yours: number): Carrier {
    this.yours = yours;
    const carrier = {
      reliable: new RoutedChannel(this.peerId, this.#hub.reliable, yours),
      unreliable: new RoutedChannel(this.peerId, this.#hub.unreliable, yours),
      ordered: null,
      via: this.hubId,
      poll: () => {},
      look: () => "hub" as const,
      repair: (step: RepairStep) => {
        if (step !== "none") this.#owner.onRepair(this);
      },
      abandon: () => this.#owner.onAbandoned(this),
    };
    this.carrier = carrier;
    return carrier;
  }

  /** A frame has come. False if too many have. */
  take(isReliable: boolean, frame: Uint8Array): boolean {
    const { carrier } = this;
    if (carrier === null) return true;
    // Of the unreliable ones that nobody reads, the newest are lost.
    return isReliable ? carrier.reliable.take(frame) : carrier.unreliable.take(frame) || true;
  }

  close(): void {
    this.carrier?.reliable.close();
    this.carrier?.unreliable.close();
  }
}
