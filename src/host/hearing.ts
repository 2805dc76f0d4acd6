import type { AwakeTime } from "../base/awake-time.ts";
import type { KnownPeer } from "./known-peer.ts";
import { isSameTerm, type Term } from "./term.ts";

/** Who of those that are known is heard now. */
export class Hearing {
  readonly #peers: ReadonlyMap<number, KnownPeer>;
  readonly #time: AwakeTime;
  readonly #silentAfterMs: number;

  constructor(peers: ReadonlyMap<number, KnownPeer>, time: AwakeTime, silentAfterMs: number) {
    this.#peers = peers;
    this.#time = time;
    this.#silentAfterMs = silentAfterMs;
  }

  all(): KnownPeer[] {
    const { nowMs } = this.#time;
    return [...this.#peers.values()].filter((peer) => peer.isHeard(nowMs, this.#silentAfterMs));
  }

  /** Those who follow that term, but for its host. */
  followers(term: Term): KnownPeer[] {
    return this.all().filter(({ id, status }) => id !== term.hostId && isSameTerm(status?.term ?? null, term));
  }
}
