import type { Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { WorldObserver } from "../world-observer.ts";

/**
 * Watches that nothing a game can see happens outside of its own calls: events come within `poll`, and while the network runs
 * no state and no count changes.
 */
export class PollChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  #seen = new Map<Member, number>();

  constructor(world: World<Game>) {
    this.#world = world;
  }

  connected(member: Member, peerId: number): void {
    this.#checkCalled(member, `peerConnected(${peerId})`);
  }

  disconnected(member: Member, peerId: number): void {
    this.#checkCalled(member, `peerDisconnected(${peerId})`);
  }

  failed(member: Member, peerId: number): void {
    this.#checkCalled(member, `peerFailed(${peerId})`);
  }

  gone(member: Member): void {
    this.#seen.delete(member);
  }

  stepping(): void {
    this.#seen = new Map(this.#world.members.map((member) => [member, whatIsSeen(member)]));
  }

  polling(member: Member): void {
    this.#compare(member);
    this.#seen.delete(member);
  }

  /** Whoever had no turn was not to change at all. */
  stepped(): void {
    for (const member of this.#seen.keys()) this.#compare(member);
  }

  #compare(member: Member): void {
    const seen = this.#seen.get(member);
    if (seen === undefined || seen === whatIsSeen(member)) return;
    this.#world.report(`${member.id} sees another state, or another count of packets, though it has not polled`);
  }

  #checkCalled(member: Member, event: string): void {
    if (!member.isCalled) this.#world.report(`${member.id} is told ${event} outside of poll`);
  }
}

/** All that a game can read of its peer, in one number. */
function whatIsSeen({ peer, connector }: Member): number {
  let seen = mixed(peer.getConnectionStatus(), peer.getUniqueId());
  seen = mixed(seen, peer.getAvailablePacketCount());
  seen = mixed(seen, connector.isUp ? 1 : 0);
  for (const [id, { connection, connected, channels }] of peer.getPeers()) {
    seen = mixed(seen, connected ? id : -id);
    seen = mixed(seen, connection.getConnectionState());
    seen = mixed(seen, connection.getGatheringState() * 8 + connection.getSignalingState());
    for (const channel of channels) seen = mixed(seen, channel.getReadyState() + 8 * channel.getAvailablePacketCount());
  }
  return seen;
}

function mixed(seen: number, value: number): number {
  const mix = Math.imul(seen ^ value, 0x85ebca6b);
  return mix ^ (mix >>> 13);
}
