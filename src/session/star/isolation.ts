import type { SessionLink } from "../link/session-link.ts";
import type { Underlay } from "../link/underlay.ts";

/** Notices when a peer of a star is connected to nobody, and nobody can change that. */
export class Isolation {
  readonly #afterMs: number;
  /** Since when; `null`: it is not so, was not so yet, or was told. */
  #sinceMs: number | null = null;
  #wasConnected = false;

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** True once, each time that it has become so. */
  poll(nowMs: number, links: readonly SessionLink[], { hubs, canMeet }: Underlay): boolean {
    const isConnected = links.some(({ isPresent, transport }) => isPresent && transport?.isUp === true);
    if (hubs === null || isConnected || canMeet) {
      this.#wasConnected ||= hubs !== null && isConnected;
      this.#sinceMs = null;
      return false;
    }
    if (!this.#wasConnected) return false;
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs < this.#afterMs) return false;
    this.#wasConnected = false;
    return true;
  }
}
