import { faultOfPeerId } from "../base/peer-id.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import type { IceServer } from "../seam/connection-backend.ts";
import { checkSignal } from "./check-signal.ts";
import { type InMemoryGroup, InMemoryMember } from "./in-memory-member.ts";
import { MAX_QUEUED_EVENTS, type Signaller } from "./signaller.ts";

const GROUP_DOWN = "the group is down";

/**
 * A group whose members are all in this process: for tests, demos within one page, and bots.
 *
 * What is sent lies in the receiver's queue at once, copied; `wake` fires from a microtask, never inside the sender's
 * call. A member whose queue overflows drops out of the group, and comes back by itself once it has read it.
 */
export class InMemorySignalling {
  readonly #members = new Map<number, InMemoryMember>();
  readonly #iceServers: readonly IceServer[];
  readonly #group: InMemoryGroup;
  #isDown = false;

  /** `iceServers`: what the members' connections are to use. Default none. */
  constructor(options: { readonly iceServers?: readonly IceServer[] } = {}) {
    this.#iceServers = options.iceServers ?? [];
    this.#group = {
      relay: (from, to, signal) => {
        const copy = checkSignal(signal);
        if (copy !== null && !from.inbox.isDown) this.#members.get(to)?.inbox.hear(from.localId, copy);
      },
      remove: (member) => this.#remove(member, "left"),
      restore: (member) => this.#restore(member),
      overflow: (member) => this.#interrupt(member, `more than ${MAX_QUEUED_EVENTS} events unread`),
    };
  }

  /**
   * Adds a member. `id`: from 1 to 2,147,483,647, and nobody else's.
   * Throws a `TickmeshError`: `invalid-id`, `id-taken`.
   */
  join(id: number): Signaller {
    const fault = faultOfPeerId("id", id);
    if (fault !== null) throw new TickmeshError("invalid-id", fault);
    if (this.#members.has(id)) throw new TickmeshError("id-taken", `id ${id} is taken in this group`);
    const member = new InMemoryMember(id, this.#iceServers, this.#group);
    this.#members.set(id, member);
    if (this.#isDown) member.inbox.goDown(GROUP_DOWN);
    else this.#introduce(member);
    return member;
  }

  /** Removes a member: the others hear `"kicked"`, and so does the member itself, as its last event. */
  kick(id: number): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    this.#remove(member, "kicked");
    member.kicked();
  }

  /** Breaks one member off, as losing its connection would: it goes down, the others hear `"lost"`. */
  interrupt(id: number): void {
    const member = this.#members.get(id);
    if (member !== undefined && !member.inbox.isDown) this.#interrupt(member, "interrupted");
  }

  /** Brings an interrupted member back. */
  restore(id: number): void {
    const member = this.#members.get(id);
    if (member !== undefined) this.#restore(member);
  }

  /** The group is gone for everybody, as if its server had stopped. */
  goDown(): void {
    this.#isDown = true;
    for (const member of this.#members.values()) member.inbox.goDown(GROUP_DOWN);
  }

  /** The group is back: everybody is introduced anew. */
  comeUp(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    for (const member of this.#members.values()) this.#restore(member);
  }

  #introduce(newcomer: InMemoryMember): void {
    for (const other of this.#members.values()) {
      if (other === newcomer || other.inbox.isDown) continue;
      newcomer.inbox.introduce(other.localId);
      if (newcomer.inbox.isDown) return;
      other.inbox.introduce(newcomer.localId);
    }
  }

  #restore(member: InMemoryMember): void {
    if (!this.#isDown && this.#members.get(member.localId) === member && member.comeUp()) this.#introduce(member);
  }

  #interrupt(member: InMemoryMember, reason: string): void {
    member.inbox.goDown(reason);
    this.#tellGone(member, "lost");
  }

  #remove(member: InMemoryMember, reason: "left" | "kicked"): void {
    if (this.#members.get(member.localId) !== member) return;
    this.#members.delete(member.localId);
    this.#tellGone(member, reason);
  }

  #tellGone(gone: InMemoryMember, reason: "left" | "kicked" | "lost"): void {
    for (const other of this.#members.values()) {
      if (other !== gone) other.inbox.miss(gone.localId, reason);
    }
  }
}
