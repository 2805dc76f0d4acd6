import type { Clock } from "../base/clock.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import { ALLOWANCE_SHARE, MAX_WAITING_MESSAGES } from "./limits.ts";
import { LobbyLimits } from "./protocol.ts";

interface Outgoing {
  readonly type: string;
  readonly message: unknown;
}

/** What one lobby sends, slowed down so that the server never finds it too much. Order is kept. */
export class Outbox {
  readonly #bucket: TokenBucket;
  readonly #send: (type: string, message: unknown) => void;
  #waiting: Outgoing[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(clock: Clock, send: (type: string, message: unknown) => void) {
    const { burstMessages, messagesPerSecond } = LobbyLimits;
    this.#bucket = new TokenBucket(burstMessages * ALLOWANCE_SHARE, messagesPerSecond * ALLOWANCE_SHARE, clock);
    this.#send = send;
  }

  /** `isLatest`: it takes the place of what waits of its type. False if too much is waiting already: nothing was taken. */
  push(type: string, message: unknown, isLatest = false): boolean {
    if (this.#waiting.length === 0 && this.#bucket.take()) {
      this.#send(type, message);
      return true;
    }
    if (isLatest) this.#waiting = this.#waiting.filter((waiting) => waiting.type !== type);
    if (this.#waiting.length >= MAX_WAITING_MESSAGES) return false;
    this.#waiting.push({ type, message });
    this.#timer ??= setTimeout(() => this.#flush(), this.#bucket.waitMs);
    return true;
  }

  clear(): void {
    this.#waiting = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#bucket.take()) {
      const { type, message } = this.#waiting.shift() as Outgoing;
      this.#send(type, message);
    }
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#flush(), this.#bucket.waitMs);
  }
}
