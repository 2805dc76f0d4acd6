import type { KnownPeer } from "./known-peer.ts";
import type { Status } from "./status.ts";

/** What is to be known of a peer that something else (a lobby) has for host. */
export interface Standing {
  /**
   * Whether it is to make way there for the host that it follows: it handed over, or the game named that one first, or more than half of
   * those who are there found that one without it. Who merely claims to be host, alone, cannot bring that about.
   */
  readonly makesWay: boolean;
  /** Whether anybody has ever followed it. */
  readonly wasFollowed: boolean;
}

export class Dissent implements Standing {
  makesWay = false;
  wasFollowed = false;
  #isTold = false;
  readonly #tell: () => void;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** It is host. */
  end(): void {
    this.makesWay = this.#isTold = false;
  }

  hear(peer: KnownPeer, { term, misses }: Status, ownId: number): void {
    if (term?.hostId === ownId) {
      this.wasFollowed = true;
      peer.foundAnother = misses;
    } else peer.foundAnother ??= term !== undefined;
  }

  /** `hostId`: whom it follows. */
  review(peers: Iterable<KnownPeer>, ownId: number, hostId: number | undefined): void {
    if (this.#isTold || hostId === undefined || hostId === ownId) return;
    let [there, against] = [0, 0];
    for (const { id, status, foundAnother } of peers) {
      if (status === null) continue;
      there += 1;
      if (foundAnother === true || id === hostId) against += 1;
    }
    if (2 * against > there) this.makesWay = true;
    if (!this.makesWay) return;
    this.#isTold = true;
    this.#tell();
  }
}
