import type { IceServer } from "../seam/connection-backend.ts";
import { MemberInbox } from "./member-inbox.ts";
import type { Signal, Signaller, SignallerEvent } from "./signaller.ts";

/** What a member asks of its group. */
export interface InMemoryGroup {
  relay(from: InMemoryMember, to: number, signal: Signal): void;
  remove(member: InMemoryMember): void;
  restore(member: InMemoryMember): void;
  /** The member's queue is full: it cannot stay. */
  overflow(member: InMemoryMember): void;
}

/** One member's end of `InMemorySignalling`. */
export class InMemoryMember implements Signaller {
  readonly localId: number;
  readonly iceServers: readonly IceServer[];
  /** For the group's use. */
  readonly inbox: MemberInbox;
  #group: InMemoryGroup | null;
  #comesBackOnceRead = false;

  constructor(id: number, iceServers: readonly IceServer[], group: InMemoryGroup) {
    this.localId = id;
    this.iceServers = iceServers;
    this.#group = group;
    this.inbox = new MemberInbox(id, () => {
      this.#comesBackOnceRead = true;
      this.#group?.overflow(this);
    });
  }

  get wake(): (() => void) | null {
    return this.inbox.wake;
  }

  set wake(wake: (() => void) | null) {
    this.inbox.wake = wake;
  }

  send(to: number, signal: Signal): void {
    this.#group?.relay(this, to, signal);
  }

  receive(): SignallerEvent | undefined {
    const event = this.inbox.shift();
    if (event !== undefined || !this.#comesBackOnceRead) return event;
    this.#comesBackOnceRead = false;
    this.#group?.restore(this);
    return this.inbox.shift();
  }

  close(): void {
    const group = this.#group;
    this.#group = null;
    this.inbox.close();
    group?.remove(this);
  }

  /** False if it was not down, or has too much unread to come back: it then does once it has read all of it. */
  comeUp(): boolean {
    if (!this.inbox.isDown) return false;
    const isBack = this.inbox.comeUp();
    this.#comesBackOnceRead = !isBack;
    return isBack;
  }

  kicked(): void {
    this.#group = null;
    this.inbox.removed();
  }
}
