import { Ring } from "../base/ring.ts";
import { MAX_QUEUED_EVENTS, type SignallerEvent } from "./signaller.ts";

/** The bounded queue of a signaller (duty I7), which is down once an event did not fit, or its owner said so. */
export class Inbox {
  #events = new Ring<SignallerEvent>();
  #isDown = false;

  get isDown(): boolean {
    return this.#isDown;
  }

  /** False, and nothing is queued, if there is no room left or the signaller is down. */
  push(event: SignallerEvent): boolean {
    if (this.#isDown || this.#events.length >= MAX_QUEUED_EVENTS) return false;
    this.#events.push(event);
    return true;
  }

  /** Says `down`, for which there is always room. False if it was down already. */
  goDown(reason: string): boolean {
    if (this.#isDown) return false;
    this.#isDown = true;
    this.#events.push({ kind: "down", reason });
    return true;
  }

  /** Says `up`. False, and it stays down, if it was not down or there is no room. */
  comeUp(): boolean {
    if (!this.#isDown || this.#events.length >= MAX_QUEUED_EVENTS) return false;
    this.#isDown = false;
    this.#events.push({ kind: "up" });
    return true;
  }

  /** Queues an event after which none will come: there is always room for it. */
  pushLast(event: SignallerEvent): void {
    this.#events.push(event);
    this.#isDown = true;
  }

  shift(): SignallerEvent | undefined {
    return this.#events.shift();
  }

  clear(): void {
    this.#events = new Ring();
  }
}
