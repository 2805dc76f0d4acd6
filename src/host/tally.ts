import type { PeerView } from "./peer-view.ts";
import type { Term } from "./term.ts";

/** What those say who are heard, counted once, and not before it is asked: mostly all follow the same, and nobody asks. */
export class Tally {
  readonly #peers: readonly PeerView[];
  #following: Map<string, number> | null = null;
  #ids: Set<number> | null = null;
  #knowing: number | null = null;

  constructor(peers: readonly PeerView[]) {
    this.#peers = peers;
  }

  /** How many follow anything. */
  get knowing(): number {
    this.#knowing ??= this.#peers.filter(({ term }) => term !== null).length;
    return this.#knowing;
  }

  hears(id: number): boolean {
    this.#ids ??= new Set(this.#peers.map((peer) => peer.id));
    return this.#ids.has(id);
  }

  /** How many follow a term and hear its host, but for that itself. */
  followers(term: Term | null): number {
    this.#following ??= countTerms(
      this.#peers.flatMap((peer) =>
        peer.term !== null && peer.id !== peer.term.hostId && peer.hears ? peer.term : [],
      ),
    );
    return term === null ? 0 : countOf(this.#following, term);
  }
}

/** How often each of them is there. For `countOf`. */
export function countTerms(terms: readonly Term[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(keyOf(term), countOf(counts, term) + 1);
  return counts;
}

export function countOf(counts: ReadonlyMap<string, number>, term: Term): number {
  return counts.get(keyOf(term)) ?? 0;
}

/** The same for the same terms, as `isSameTerm` has it. */
function keyOf({ reign, counter, hostId }: Term): string {
  return `${reign} ${counter} ${hostId}`;
}
