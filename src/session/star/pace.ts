import { Allowance } from "../allowance.ts";
import {
  HUB_ROUTES_BURST_MS,
  HUB_ROUTES_PER_SECOND,
  ROUTE_PAUSE_MS,
  ROUTES_BURST_MS,
  ROUTES_PER_SECOND,
} from "../limits.ts";

/** How often peers may be met by another route: each begins with a handshake. */
export class Pace {
  /** Whose last route was ended by its hub or its other end: until when this end begins no other. */
  readonly #pausedUntilMs = new Map<number, number>();
  readonly #ofPeers = new Rations(ROUTES_PER_SECOND, ROUTES_BURST_MS);
  readonly #ofHubs = new Rations(HUB_ROUTES_PER_SECOND, HUB_ROUTES_BURST_MS);

  pause(peerId: number, nowMs: number): void {
    this.#pausedUntilMs.set(peerId, nowMs + ROUTE_PAUSE_MS);
  }

  isPaused(peerId: number, nowMs: number): boolean {
    return nowMs < (this.#pausedUntilMs.get(peerId) ?? 0);
  }

  /** Whether the other end may begin another through a hub now; counts it. */
  allows(peerId: number, hubId: number, nowMs: number): boolean {
    // One that uses up its own takes nothing of the others', and a hub that has used up its own may name whom it likes.
    return this.#ofHubs.has(hubId, nowMs) && this.#ofPeers.take(peerId, nowMs) && this.allowsBy(hubId, nowMs);
  }

  /** Whether this end may. */
  allowsBy(hubId: number, nowMs: number): boolean {
    return this.#ofHubs.take(hubId, nowMs);
  }

  /** Forgets what makes no difference any more. Not by whom hubs name just now: that they can change as they like. */
  poll(nowMs: number): void {
    for (const [peerId, untilMs] of this.#pausedUntilMs) if (untilMs <= nowMs) this.#pausedUntilMs.delete(peerId);
    this.#ofPeers.forget(nowMs);
    this.#ofHubs.forget(nowMs);
  }
}

/** An allowance for each of some. */
class Rations {
  readonly #perSecond: number;
  readonly #burstMs: number;
  /** Who used theirs last, last. */
  readonly #used = new Map<number, { readonly allowance: Allowance; readonly usedMs: number }>();

  constructor(perSecond: number, burstMs: number) {
    this.#perSecond = perSecond;
    this.#burstMs = burstMs;
  }

  has(id: number, nowMs: number): boolean {
    return !this.#of(id, nowMs).isEmpty;
  }

  take(id: number, nowMs: number): boolean {
    const allowance = this.#of(id, nowMs);
    if (!allowance.take()) return false;
    this.#used.delete(id);
    this.#used.set(id, { allowance, usedMs: nowMs });
    return true;
  }

  /** Those that are full again. */
  forget(nowMs: number): void {
    for (const [id, { usedMs }] of this.#used) {
      if (nowMs - usedMs < this.#burstMs) return;
      this.#used.delete(id);
    }
  }

  #of(id: number, nowMs: number): Allowance {
    const allowance = this.#used.get(id)?.allowance ?? new Allowance(this.#perSecond, nowMs, this.#burstMs);
    allowance.fill(nowMs, this.#burstMs);
    return allowance;
  }
}
