import type { Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { ReceivedPacket, WorldObserver } from "../world-observer.ts";

/**
 * Watches who is told of whom: `peerConnected` and `peerDisconnected` of one peer take turns, `peerFailed` comes only for
 * one who is not connected, packets only from one who is, and of oneself nothing is told.
 */
export class ConnectionChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  readonly #connected = new WeakMap<Member, Set<number>>();

  constructor(world: World<Game>) {
    this.#world = world;
  }

  joined(member: Member): void {
    this.#connected.set(member, new Set());
  }

  gone(member: Member): void {
    this.#connected.delete(member);
  }

  connected(member: Member, peerId: number): void {
    const connected = this.#of(member, `is told that ${peerId} is connected`);
    if (connected?.has(peerId)) this.#world.report(`${member.id} is told twice that ${peerId} is connected`);
    if (peerId === member.id) this.#world.report(`${member.id} is told that it is connected to itself`);
    connected?.add(peerId);
  }

  disconnected(member: Member, peerId: number): void {
    const connected = this.#of(member, `is told that ${peerId} is gone`);
    if (connected?.delete(peerId) === false) {
      this.#world.report(`${member.id} is told that ${peerId} is gone, who was not connected`);
    }
  }

  failed(member: Member, peerId: number): void {
    if (this.#of(member, `is told that ${peerId} failed`)?.has(peerId)) {
      this.#world.report(`${member.id} is told that ${peerId} failed to connect, who is connected`);
    }
  }

  received(member: Member, { from }: ReceivedPacket): void {
    if (this.#of(member, `received a packet of ${from}`)?.has(from) === false) {
      this.#world.report(`${member.id} received a packet of ${from}, who is not connected`);
    }
  }

  #of(member: Member, what: string): Set<number> | undefined {
    const connected = this.#connected.get(member);
    if (connected === undefined) this.#world.report(`${member.id} has left or crashed, and ${what}`);
    return connected;
  }
}
