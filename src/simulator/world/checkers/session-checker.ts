import { Fault } from "../../../session/incoming/fault.ts";
import { LeaveReason } from "../../../session/leave-reason.ts";
import {
  DEFAULT_LIMITS,
  MAX_UNACKNOWLEDGED_FRAMES,
  RELIABLE_FRAME_BYTES,
  type SessionLimits,
} from "../../../session/limits.ts";
import type { PeerStatistics } from "../../../session/peer-statistics.ts";
import type { Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { SessionMessage } from "../member-session.ts";
import type { World } from "../world.ts";
import type { WorldObserver } from "../world-observer.ts";

/** What no honest peer is said to have done. */
const FAULTS: ReadonlySet<string> = new Set(Object.values(Fault));

/** How often statistics are looked at, which are made each time. Unit: ticks. */
const LOOK_TICKS = 30;

/**
 * Watches what sessions tell their games: `peerJoined` and `peerLeft` of one peer take turns, messages come from those who are there, all
 * of it within `poll`, who stays goes on across connections, nobody is blamed for a fault, each call is settled once, and bounds are kept.
 */
export class SessionChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  readonly #limits: SessionLimits;
  readonly #present = new WeakMap<Member, Set<number>>();
  /** Who it was that came under an id. */
  readonly #who = new WeakMap<Member, Map<number, Member | undefined>>();
  /** Calls that are not settled. */
  readonly #open = new WeakMap<Member, Set<number>>();

  /** `limits`: those that the games' sessions were given. */
  constructor(world: World<Game>, limits: Partial<SessionLimits> = {}) {
    this.#world = world;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  peerJoined(member: Member, peerId: number): void {
    this.#checkCalled(member, `peerJoined(${peerId})`);
    const present = of(this.#present, member);
    if (present.has(peerId)) this.#world.report(`${member.id} is told twice that ${peerId} has come`);
    if (member.peer.getPeer(peerId)?.connected !== true) {
      this.#world.report(`${member.id} is told that ${peerId} has come, who is not connected`);
    }
    present.add(peerId);
    const who = this.#who.get(member) ?? new Map<number, Member | undefined>();
    this.#who.set(member, who.set(peerId, this.#find(peerId)));
  }

  peerLeft(member: Member, peerId: number, reason: LeaveReason): void {
    this.#checkCalled(member, `peerLeft(${peerId})`);
    if (!of(this.#present, member).delete(peerId)) {
      this.#world.report(`${member.id} is told that ${peerId} has left, who had not come`);
    }
    if (reason === LeaveReason.REPLACED) this.#checkReplaced(member, peerId);
    if (FAULTS.has(reason)) this.#world.report(`${member.id} lets ${peerId} go for ${reason}`);
  }

  messageHeard(member: Member, { peer, name }: SessionMessage): void {
    this.#checkCalled(member, `message ${name}`);
    if (!of(this.#present, member).has(peer)) {
      this.#world.report(`${member.id} hears ${name} of ${peer}, who is not there`);
    }
  }

  callMade(member: Member, number: number): void {
    of(this.#open, member).add(number);
  }

  callSettled(member: Member, number: number): void {
    this.#checkCalled(member, `the end of call ${number}`);
    if (!of(this.#open, member).delete(number)) this.#world.report(`${member.id}: call ${number} is settled twice`);
  }

  stepped(): void {
    for (const member of this.#world.members) if (member.session !== null) this.#checkBounds(member);
  }

  /** In words the first call that has no answer and no error; `null` if there is none. */
  whatIsOpen(): string | null {
    for (const member of this.#world.members) {
      const [first] = of(this.#open, member as Member);
      if (first !== undefined) return `${member.id}: call ${first} is not settled`;
    }
    return null;
  }

  /** Who stays, and has not given the other up, goes on with it on whatever connection. */
  #checkReplaced(member: Member, peerId: number): void {
    const other = this.#find(peerId);
    if (other === undefined || other !== this.#who.get(member)?.get(peerId)) return;
    if (!of(this.#present, other).has(member.id)) return;
    this.#world.report(`${member.id} takes ${peerId} for another, who is the same and has not given it up`);
  }

  #find(id: number): Member | undefined {
    return (this.#world.members as readonly Member[]).find((member) => member.id === id);
  }

  #checkBounds(member: Member): void {
    const { session } = member;
    const most = this.#limits.sendBufferBytes + RELIABLE_FRAME_BYTES;
    for (const id of session?.peers ?? []) {
      const [reliable] = member.peer.getPeer(id)?.channels ?? [];
      const buffered = reliable?.getBufferedAmount() ?? 0;
      if (buffered > most) this.#world.report(`${member.id}: ${buffered} bytes wait in the buffer to ${id}`);
      if (this.#world.tick % LOOK_TICKS === 0) this.#checkStatistics(member, id, session?.statistics(id) ?? null);
    }
  }

  #checkStatistics(member: Member, id: number, statistics: PeerStatistics | null): void {
    if (statistics === null) return;
    const { queuedBytes, unacknowledgedFrames } = statistics;
    const { queuedReliableBytes, queuedUnreliableBytes } = this.#limits;
    if (queuedBytes > queuedReliableBytes + queuedUnreliableBytes) {
      this.#world.report(`${member.id}: ${queuedBytes} bytes are queued for ${id}`);
    }
    if (unacknowledgedFrames > MAX_UNACKNOWLEDGED_FRAMES) {
      this.#world.report(`${member.id}: ${unacknowledgedFrames} frames to ${id} are not acknowledged`);
    }
  }

  #checkCalled(member: Member, event: string): void {
    if (!member.isCalled) this.#world.report(`${member.id} is told ${event} outside of poll`);
  }
}

function of<T>(map: WeakMap<Member, Set<T>>, member: Member): Set<T> {
  let set = map.get(member);
  if (set === undefined) {
    set = new Set();
    map.set(member, set);
  }
  return set;
}
