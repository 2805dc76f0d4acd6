import { Allowance } from "../allowance.ts";
import { ROUTE_PAUSE_MS, ROUTES_BURST_MS, ROUTES_PER_SECOND } from "../limits.ts";

/** How often peers may be met by another route: each begins with a handshake. */
export class Pace {
  /** Whose last route was ended by its hub or its other end: until when this end begins no other. */
  readonly #pausedUntilMs = new Map<number, number>();
  readonly #allowed = new Map<number, Allowance>();

  pause(peerId: number, nowMs: number): void {
    this.#pausedUntilMs.set(peerId, nowMs + ROUTE_PAUSE_MS);
  }

  isPaused(peerId: number, nowMs: number): boolean {
    return nowMs < (this.#pausedUntilMs.get(peerId) ?? 0);
  }

  /** Whether the other end may begin another now; counts it. */
  allows(peerId: number, nowMs: number): boolean {
    let allowed = this.#allowed.get(peerId);
    if (allowed === undefined) {
      allowed = new Allowance(ROUTES_PER_SECOND, nowMs, ROUTES_BURST_MS);
      this.#allowed.set(peerId, allowed);
    }
    allowed.fill(nowMs, ROUTES_BURST_MS);
    return allowed.take();
  }

  /** Forgets all but these. */
  keep(peerIds: ReadonlySet<number>): void {
    for (const known of [this.#pausedUntilMs, this.#allowed]) {
      for (const peerId of known.keys()) if (!peerIds.has(peerId)) known.delete(peerId);
    }
  }
}
