import type { IceServer } from "../seam/connection-backend.ts";
import { Inbox } from "./inbox.ts";
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
  wake: (() => void) | null = null;
  readonly #inbox = new Inbox();
  readonly #introduced = new Set<number>();
  #group: InMemoryGroup | null;
  #wakeIsDue = false;
  #comesBackOnceRead = false;

  constructor(id: number, iceServers: readonly IceServer[], group: InMemoryGroup) {
    this.localId = id;
    this.iceServers = iceServers;
    this.#group = group;
  }

  get isDown(): boolean {
    return this.#inbox.isDown;
  }

  send(to: number, signal: Signal): void {
    this.#group?.relay(this, to, signal);
  }

  receive(): SignallerEvent | undefined {
    const event = this.#inbox.shift();
    if (event !== undefined || !this.#comesBackOnceRead) return event;
    this.#comesBackOnceRead = false;
    this.#group?.restore(this);
    return this.#inbox.shift();
  }

  close(): void {
    const group = this.#group;
    this.#group = null;
    this.#comesBackOnceRead = false;
    this.#inbox.clear();
    this.wake = null;
    group?.remove(this);
  }

  meet(peerId: number): void {
    if (this.isDown || this.#introduced.has(peerId)) return;
    this.#introduced.add(peerId);
    this.#push({ kind: "introduced", peerId });
  }

  miss(peerId: number, reason: "left" | "kicked" | "lost"): void {
    if (this.#introduced.delete(peerId)) this.#push({ kind: "left", peerId, reason });
  }

  hear(from: number, signal: Signal): void {
    if (this.#introduced.has(from)) this.#push({ kind: "signal", from, signal });
  }

  goDown(reason: string): void {
    if (!this.#inbox.goDown(reason)) return;
    this.#introduced.clear();
    this.#wakeSoon();
  }

  /** False if it was not down, or has too much unread to come back: it then does once it has read all of it. */
  comeUp(): boolean {
    if (!this.isDown) return false;
    const isBack = this.#inbox.comeUp();
    this.#comesBackOnceRead = !isBack;
    if (isBack) this.#wakeSoon();
    return isBack;
  }

  kicked(): void {
    this.#group = null;
    this.#comesBackOnceRead = false;
    this.#inbox.pushLast({ kind: "left", peerId: this.localId, reason: "kicked" });
    this.#wakeSoon();
  }

  #push(event: SignallerEvent): void {
    if (this.#inbox.push(event)) {
      this.#wakeSoon();
    } else if (!this.isDown) {
      this.#comesBackOnceRead = true;
      this.#group?.overflow(this);
    }
  }

  // From a microtask: the receiver may poll and answer in `wake`, which must not happen inside the sender's call.
  #wakeSoon(): void {
    if (this.#wakeIsDue) return;
    this.#wakeIsDue = true;
    queueMicrotask(() => {
      this.#wakeIsDue = false;
      this.wake?.();
    });
  }
}
