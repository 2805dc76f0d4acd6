import { Ring } from "../base/ring.ts";
import { MAX_QUEUED_EVENTS, type SignallerEvent } from "./signaller.ts";

/**
 * The bounded queue of a signaller (duty I7), which is down once an event did not fit, or its owner said so; and its `wake`
 * (duty I10): called from a microtask, so never inside the call that caused it, and only if there still is something to receive.
 */
export class Inbox {
  wake: (() => void) | null = null;
  #events = new Ring<SignallerEvent>();
  #state: "up" | "down" | "closed" = "up";
  #wakeIsDue = false;

  /** Or closed. */
  get isDown(): boolean {
    return this.#state !== "up";
  }

  get hasRoom(): boolean {
    return this.#events.length < MAX_QUEUED_EVENTS;
  }

  /** False, and nothing is queued, if there is no room left or the signaller is down. */
  push(event: SignallerEvent): boolean {
    if (this.isDown || !this.hasRoom) return false;
    this.#put(event);
    return true;
  }

  /** Says `down`, for which there is always room. False if it was down already. */
  goDown(reason: string): boolean {
    if (this.isDown) return false;
    this.#state = "down";
    this.#put({ kind: "down", reason });
    return true;
  }

  /** Says `up`. False, and it stays as it is, if it was not down or there is no room. */
  comeUp(): boolean {
    if (this.#state !== "down" || !this.hasRoom) return false;
    this.#state = "up";
    this.#put({ kind: "up" });
    return true;
  }

  /** Queues an event after which none will come: there is always room for it. */
  pushLast(event: SignallerEvent): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#put(event);
  }

  shift(): SignallerEvent | undefined {
    return this.#events.shift();
  }

  /** Nothing is received, and nobody woken, any more. */
  close(): void {
    this.#state = "closed";
    this.#events = new Ring();
    this.wake = null;
  }

  #put(event: SignallerEvent): void {
    this.#events.push(event);
    if (this.#wakeIsDue || this.wake === null) return;
    this.#wakeIsDue = true;
    queueMicrotask(() => {
      this.#wakeIsDue = false;
      if (this.#events.length > 0) this.wake?.();
    });
  }
}
