import type { KnownPeer } from "./known-peer.ts";
import { FOUND_MS, MAX_FOLLOWERS, REVIEW_MS } from "./limits.ts";

/** How it ended that this peer was host. */
export type Ending =
  /** It handed over. */
  | "given"
  /** It was replaced while it stood still, or while it was parted from more than half of those who followed it. */
  | "lost"
  /** It was there all the time, and so were those who followed it: it believed somebody's word. */
  | "overruled";

/** The last time that a peer was host. */
export interface LastReign {
  /** `null` while it is host, or if it never was. */
  readonly ending: Ending | null;
  /** Whether that peer has followed it then. */
  wasFollowedBy(peerId: number): boolean;
}

export class OwnReign implements LastReign {
  /** Those who have followed it, and since when each was heard without a silence then. */
  readonly #followers = new Map<number, { readonly peer: KnownPeer; readonly heardSinceMs: number }>();
  #ending: Ending | null = null;
  #endedMs = 0;
  #told: Ending | null = null;
  readonly #tell: (how: Ending) => void;

  constructor(tell: (how: Ending) => void) {
    this.#tell = tell;
  }

  get ending(): Ending | null {
    return this.#ending;
  }

  begin(): void {
    this.#followers.clear();
    this.#ending = this.#told = null;
  }

  follow(peer: KnownPeer, nowMs: number): void {
    const { id, heardSinceMs } = peer;
    const known = this.#followers.get(id);
    if (known?.peer === peer && known.heardSinceMs === heardSinceMs) return;
    // What it said before they were parted may arrive once it is back.
    if (known !== undefined && nowMs - heardSinceMs < FOUND_MS) return;
    this.#followers.delete(id);
    this.#followers.set(id, { peer, heardSinceMs });
    const [oldest] = this.#followers.keys();
    if (this.#followers.size > MAX_FOLLOWERS) this.#followers.delete(oldest as number);
  }

  wasFollowedBy(peerId: number): boolean {
    return this.#followers.has(peerId);
  }

  end(how: Ending, nowMs: number): void {
    this.#ending = how;
    this.#endedMs = nowMs;
  }

  /** Tells how it ended, and anew if that is seen otherwise: who parted may be found out later than who is host. */
  review(peers: ReadonlyMap<number, KnownPeer>, nowMs: number, silentAfterMs: number): void {
    const isOpen = this.#ending === "overruled" && nowMs - this.#endedMs < REVIEW_MS;
    if (isOpen && this.#isParted(peers, nowMs, silentAfterMs)) this.#ending = "lost";
    if (this.#ending === this.#told) return;
    this.#told = this.#ending;
    if (this.#ending !== null) this.#tell(this.#ending);
  }

  /** Of those who are heard. */
  #isParted(peers: ReadonlyMap<number, KnownPeer>, nowMs: number, silentAfterMs: number): boolean {
    let [stayed, parted] = [0, 0];
    for (const [id, known] of this.#followers) {
      const peer = peers.get(id);
      if (!peer?.isHeard(nowMs, silentAfterMs)) continue;
      if (peer === known.peer && peer.heardSinceMs === known.heardSinceMs) stayed += 1;
      else parted += 1;
    }
    return parted > stayed;
  }
}
