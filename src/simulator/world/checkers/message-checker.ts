import { TransferMode } from "../../../multiplayer/multiplayer-peer.ts";
import { digest } from "../../network/digest.ts";
import type { Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { SessionMessage } from "../member-session.ts";
import type { World } from "../world.ts";
import type { WorldObserver } from "../world-observer.ts";
import { combined } from "./fingerprint.ts";
import { Flow } from "./flow.ts";

/** How often flows of connections that have ended are looked for. Unit: ticks. */
const SWEEP_TICKS = 600;

/** A peer that a session has, from its coming to its leaving: which end of which connection it is on. */
interface Stay {
  readonly number: number;
  readonly farNumber: number;
}

/**
 * Watches that messages arrive as their table promises, for each sender, receiver and lane, within one stay: reliable ones exactly once
 * and in order, unreliable ones never twice, ordered ones never going back, and all of them whole. Contents are told apart by what their
 * payloads write, and messages of equal content only by how many there are.
 */
export class MessageChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  readonly #stays = new WeakMap<Member, Map<number, Stay>>();
  /** By the number of the sending end, then by what is in order among itself. */
  readonly #flows = new Map<number, Map<string, Flow>>();

  constructor(world: World<Game>) {
    this.#world = world;
  }

  peerJoined(member: Member, peerId: number): void {
    const far = (this.#world.members as readonly Member[]).find(({ id }) => id === peerId);
    const theirs = far && this.#staysOf(far).get(member.id);
    // The other has come by an earlier connection, which was lost before this one had: it is the same stay.
    if (theirs !== undefined) {
      this.#staysOf(member).set(peerId, { number: theirs.farNumber, farNumber: theirs.number });
      return;
    }
    const connection = member.peer.getPeer(peerId)?.connection;
    const end = connection && member.endOf(connection);
    if (end !== undefined) this.#staysOf(member).set(peerId, { number: end.number, farNumber: end.farNumber });
  }

  peerLeft(member: Member, peerId: number): void {
    this.#staysOf(member).delete(peerId);
  }

  messageSent(member: Member, message: SessionMessage): void {
    const number = this.#staysOf(member).get(message.peer)?.number;
    if (number === undefined) {
      this.#world.report(`${member.id} sends ${message.name} to ${message.peer}, who is not there`);
      return;
    }
    let flows = this.#flows.get(number);
    if (flows === undefined) {
      flows = new Map();
      this.#flows.set(number, flows);
    }
    const name = flowOf(message);
    let flow = flows.get(name);
    if (flow === undefined) {
      flow = new Flow(message.mode);
      flows.set(name, flow);
    }
    flow.sent(contentOf(message));
  }

  messageHeard(member: Member, message: SessionMessage): void {
    const far = this.#staysOf(member).get(message.peer)?.farNumber ?? 0;
    const flow = this.#flows.get(far)?.get(flowOf(message));
    const fault = flow === undefined ? "nothing was sent there" : flow.received(contentOf(message));
    if (fault === null) return;
    const what = `${message.name} (${message.bytes.length} bytes, lane ${message.lane}) from ${message.peer}`;
    this.#world.report(`${member.id} hears ${what}: ${fault}`);
  }

  /** Reliable messages that were sent on one end of a connection, by its number, and that nobody has heard. */
  unheardOf(endNumber: number): number {
    let missing = 0;
    for (const flow of this.#flows.get(endNumber)?.values() ?? []) {
      if (flow.mode === TransferMode.RELIABLE) missing += flow.missing;
    }
    return missing;
  }

  stepped(): void {
    if (this.#world.tick % SWEEP_TICKS === 0) this.#forgetEnded();
  }

  /**
   * Expects what has been sent so far. Asked later, gives in words the first reliable messages of it that have not been heard, between
   * those who were there then and are there now; `null` once all have.
   */
  expectHearing(): () => string | null {
    const expected: { member: Member; peerId: number; number: number; flow: Flow; count: number }[] = [];
    for (const member of this.#world.members as readonly Member[]) {
      for (const [peerId, { number }] of this.#staysOf(member)) {
        for (const flow of this.#flows.get(number)?.values() ?? []) {
          if (flow.mode === TransferMode.RELIABLE)
            expected.push({ member, peerId, number, flow, count: flow.sentCount });
        }
      }
    }
    return () => {
      const first = expected.find(
        ({ member, peerId, number, flow, count }) => this.endOf(member, peerId) === number && flow.doneCount < count,
      );
      if (first === undefined) return null;
      const { member, peerId, flow, count } = first;
      return `${peerId} has not heard ${count - flow.doneCount} reliable messages of ${member.id}`;
    };
  }

  /** In words the first reliable messages between those who are there that have not been heard; `null` if there are none. */
  whatIsMissing(): string | null {
    for (const member of this.#world.members as readonly Member[]) {
      for (const [peerId, { number }] of this.#staysOf(member)) {
        const missing = this.unheardOf(number);
        if (missing > 0) return `${peerId} has not heard ${missing} reliable messages of ${member.id}`;
      }
    }
    return null;
  }

  /** The end that a member has towards a peer that is there; 0 if it is not. */
  endOf(member: Member, peerId: number): number {
    return this.#staysOf(member).get(peerId)?.number ?? 0;
  }

  /** Forgets the flows of connections that neither the network nor anybody who is there knows any more. */
  #forgetEnded(): void {
    const known = new Set<number>();
    for (const member of this.#world.members as readonly Member[]) {
      for (const { number, farNumber } of this.#staysOf(member).values()) known.add(number).add(farNumber);
      // Who has not had a turn since may still be told of a peer that has left already, and hear it.
      for (const { connection } of member.peer.getPeers().values()) known.add(member.endOf(connection)?.farNumber ?? 0);
    }
    for (const number of this.#flows.keys()) {
      if (!known.has(number) && !this.#world.network.hasEnd(number)) this.#flows.delete(number);
    }
  }

  #staysOf(member: Member): Map<number, Stay> {
    let stays = this.#stays.get(member);
    if (stays === undefined) {
      stays = new Map();
      this.#stays.set(member, stays);
    }
    return stays;
  }
}

/** What is in order among itself: a lane's messages of one mode; but those that replace each other, only those of one key. */
function flowOf({ name, lane, mode, key }: SessionMessage): string {
  return key === null ? `${mode} ${lane}` : `${mode} ${lane} ${name} ${typeof key} ${key}`;
}

function contentOf({ name, bytes }: SessionMessage): number {
  return combined(digest(bytes) ^ digest(name), bytes.length);
}
