import { RETRY_AT_ONCE_MS } from "./connector-limits.ts";
import type { Hubs } from "./hubs.ts";

/** Whether one pair is to be connected: because one of the two is a hub, or because somebody asks for it all the same. */
export class Wish {
  readonly #peerId: number;
  readonly #hubs: Hubs;
  #isAsked = false;
  #begunAtMs = Number.NEGATIVE_INFINITY;

  constructor(peerId: number, hubs: Hubs) {
    this.#peerId = peerId;
    this.#hubs = hubs;
  }

  get isThere(): boolean {
    return this.#isAsked || this.#hubs.want(this.#peerId);
  }

  /** Whether some pairs are to be without a connection. */
  get inStar(): boolean {
    return this.#hubs.ids !== null;
  }

  /** Whether the far side may not know that this pair is wanted. */
  get isNews(): boolean {
    return this.inStar || this.#isAsked;
  }

  /** The far side, which may name other hubs, or the caller wants it: until it is connected, or given up. */
  ask(): void {
    this.#isAsked = true;
  }

  settle(): void {
    this.#isAsked = false;
  }

  begun(nowMs: number): void {
    this.#begunAtMs = nowMs;
  }

  /** Whether a pair that is apart begins now: so that hubs which come and go have it begin once a second at the most. */
  isDue(nowMs: number): boolean {
    return this.isThere && nowMs - this.#begunAtMs >= RETRY_AT_ONCE_MS;
  }
}
