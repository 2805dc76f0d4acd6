import {
  WebRTCMultiplayerPeer,
  type WebRTCMultiplayerPeerOptions,
} from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import type { DeviceOptions } from "../network/device.ts";
import type { SimulatedNetwork } from "../network/simulated-network.ts";
import type { VirtualDevice } from "../network/virtual-device.ts";
import type { VirtualSignalling } from "../network/virtual-signalling.ts";
import type { MemberGame } from "./member-game.ts";
import { type PeerWatch, type WatchedPeer, watched } from "./watched-peer.ts";
import { type MemberWorld, WorldMember } from "./world-member.ts";
import type { WorldObserver } from "./world-observer.ts";
import type { CompleteConditions, WorldOptions } from "./world-options.ts";

/** How long what somebody leaves behind stays on the network, at least: until nobody waits for its answers. Unit: µs. */
const FORGET_US = 30_000_000;

/** Who takes part in a world: how members come, and how they go. */
export class Cast<Game extends MemberGame> implements MemberWorld<Game> {
  readonly conditions: CompleteConditions;
  readonly options: WorldOptions<Game>;
  readonly observers: WorldObserver[] = [];
  /** By id: present, or kicked. Replaced, never changed: members may come and go while it is walked. */
  list: readonly WorldMember<Game>[] = [];
  readonly #network: SimulatedNetwork;
  readonly #signalling: VirtualSignalling;
  readonly #incarnations = new Map<number, number>();
  readonly #Peer: ReturnType<typeof watched>;
  readonly #onThrow: (who: string, error: unknown) => void;

  constructor(
    options: WorldOptions<Game>,
    conditions: CompleteConditions,
    network: SimulatedNetwork,
    signalling: VirtualSignalling,
    onThrow: (who: string, error: unknown) => void,
  ) {
    this.options = options;
    this.conditions = conditions;
    this.#network = network;
    this.#signalling = signalling;
    this.#onThrow = onThrow;
    this.#Peer = watched(options.peerClass ?? WebRTCMultiplayerPeer);
  }

  find(id: number): WorldMember<Game> | undefined {
    for (const member of this.list) if (member.id === id) return member;
    return undefined;
  }

  /** Whether there is or was a member of that id. */
  knows(id: number): boolean {
    return this.#incarnations.has(id);
  }

  /**
   * False if there is such a member, unless it was kicked: then its page closes. One that was there before is forgotten, whatever
   * it still had to say.
   */
  join(id: number, options: DeviceOptions): boolean {
    const there = this.find(id);
    if (there?.state === "present") return false;
    if (there !== undefined) this.leave(there);
    this.#network.removeDevice(id);
    this.#signalling.drop(id);
    const device = this.#network.addDevice(id, options);
    const incarnation = this.#incarnations.get(id) ?? 0;
    this.#incarnations.set(id, incarnation + 1);
    const member = this.#make(device, incarnation);
    this.list = [...this.list, member].sort((one, other) => one.id - other.id);
    this.tell((observer) => observer.joined?.(member));
    return true;
  }

  #make(device: VirtualDevice, incarnation: number): WorldMember<Game> {
    try {
      return new WorldMember(device, incarnation, this.#signalling.join(device), this);
    } catch (error) {
      this.#network.removeDevice(device.id);
      this.#signalling.drop(device.id);
      throw error;
    }
  }

  leave(member: WorldMember<Game>): void {
    member.close();
    this.#remove(member, "left");
  }

  crash(member: WorldMember<Game>): void {
    const { device } = member;
    const { schedule } = this.#network;
    device.crash();
    this.#remove(member, "crashed");
    const notice = {
      fire: () => {
        // Somebody else may have its place by now.
        if (this.#incarnations.get(member.id) === member.incarnation + 1) this.#signalling.drop(member.id);
      },
    };
    schedule.add(schedule.nowUs + Math.round(this.conditions.crashNoticeMs * 1_000), notice, null);
  }

  kick(member: WorldMember<Game>): void {
    member.state = "kicked";
    this.#signalling.kick(member.id);
  }

  tell(call: (observer: WorldObserver) => void): void {
    for (const observer of this.observers) {
      try {
        call(observer);
      } catch (error) {
        this.#onThrow("an observer", error);
      }
    }
  }

  threw(who: string, error: unknown): void {
    this.#onThrow(who, error);
  }

  makePeer({ clock }: VirtualDevice, watch: PeerWatch): WatchedPeer {
    const { connectTimeoutMs, disconnectGraceMs } = this.conditions;
    const options: WebRTCMultiplayerPeerOptions = {
      clock,
      ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
      ...(disconnectGraceMs !== undefined && { disconnectGraceMs }),
    };
    return new this.#Peer(options, watch);
  }

  #remove(member: WorldMember<Game>, state: "left" | "crashed"): void {
    member.state = state;
    this.list = this.list.filter((other) => other !== member);
    this.tell((observer) => observer.gone?.(member));
    this.#forgetLater(member);
  }

  /** Takes a device off the network once nothing that it said is under way any more. */
  #forgetLater({ device, incarnation }: WorldMember<Game>): void {
    const { schedule } = this.#network;
    const look = {
      fire: () => {
        if (this.#incarnations.get(device.id) !== incarnation + 1) return;
        if (device.connections.length === 0) this.#network.removeDevice(device.id);
        else schedule.add(schedule.nowUs + FORGET_US, look, null);
      },
    };
    schedule.add(schedule.nowUs + FORGET_US, look, null);
  }
}
