import { MAX_TERM_STEP } from "./limits.ts";

/** What members say about who is to be host. */
interface Vote {
  readonly hostId: number;
  readonly term: number;
}

/**
 * Who is host of a lobby. Who was made so by the lobby's making, or by agreement, is host as long as it is present, or until it names
 * another. When it is gone the one with the lowest id stands in for it; then a majority of those present may agree on another.
 */
export class HostSeat {
  #hostId = 0;
  #term = 0;
  /** Whether the host is one that merely stands in. */
  #standsIn = false;
  /** Who was host of the lobby before it was opened again, and takes its place when it comes. */
  #awaited = 0;
  /** Whose place the host has, if nobody but itself said so; else 0. */
  #stoodInFor = 0;
  readonly #votes = new Map<number, Vote>();

  /** 0 while nobody has ever sat down. */
  get hostId(): number {
    return this.#hostId;
  }

  /** The term of the last agreement; 0: there was none. */
  get term(): number {
    return this.#term;
  }

  /** Whether the host may kick that one: who merely stands in for another may not make sure that it does not come back. */
  mayKick(peerId: number): boolean {
    return peerId !== this.#stoodInFor;
  }

  /** A lobby is opened again, whose host was that one. */
  await(hostId: number, term: number): void {
    this.#awaited = hostId;
    this.#stoodInFor = hostId;
    this.#term = term;
  }

  /** Somebody sat down. True if this makes it host, in another's place. */
  sat(peerId: number, isHostPresent: boolean): boolean {
    const before = this.#hostId;
    if (peerId === this.#awaited) this.#confirm(peerId);
    else if (before === 0 && this.#awaited === 0) this.#confirm(peerId);
    else if (!isHostPresent && before !== peerId) this.#standIn(peerId);
    else this.#takeGiven(peerId);
    return before !== 0 && before !== this.#hostId;
  }

  /** Somebody is gone. `lowestId`: of those still there; 0 if nobody is. */
  left(peerId: number, lowestId: number): void {
    this.#votes.delete(peerId);
    if (peerId === this.#hostId && lowestId !== 0) this.#standIn(lowestId);
  }

  /** Somebody says whom it takes for host. True if there is another host now, or those present agree on this one. */
  vote(peerId: number, vote: Vote, isPresent: (peerId: number) => boolean, present: number): boolean {
    if (vote.term <= this.#term) return false;
    // Who merely stands in has nothing to give away.
    const gives = peerId === this.#hostId && !this.#standsIn && vote.hostId !== peerId;
    if (gives && isPresent(vote.hostId)) return this.#handOver(vote);
    this.#votes.set(peerId, vote);
    return this.count(isPresent, present);
  }

  /** Counts again, after somebody left. */
  count(isPresent: (peerId: number) => boolean, present: number): boolean {
    if (!this.#standsIn) return false;
    for (const { hostId } of this.#votes.values()) {
      const votes = [...this.#votes.values()].filter((vote) => vote.hostId === hostId);
      if (!isPresent(hostId) || votes.length * 2 <= present) continue;
      // What most have reached: one alone can neither hold it back nor push it so far that nobody can vote any more.
      const terms = votes.map(({ term }) => term).sort((a, b) => b - a);
      this.#raiseTerm(terms[Math.floor(present / 2)] as number);
      this.#standsIn = false;
      this.#hostId = hostId;
      this.#votes.clear();
      // Who is alone agrees with itself: that takes nobody's place for good.
      if (votes.length > 1) this.#confirm(hostId);
      return true;
    }
    return false;
  }

  /** Whom the host named while it was away: of a lobby that was opened again, one came before the other. */
  #takeGiven(peerId: number): void {
    const given = this.#votes.get(this.#hostId);
    if (!this.#standsIn && peerId !== this.#hostId && given?.hostId === peerId) this.#handOver(given);
  }

  #handOver({ hostId, term }: Vote): true {
    this.#hostId = hostId;
    this.#raiseTerm(term);
    this.#votes.clear();
    return true;
  }

  #raiseTerm(term: number): void {
    this.#term = Math.min(term, this.#term + MAX_TERM_STEP);
  }

  #standIn(peerId: number): void {
    if (!this.#standsIn && this.#stoodInFor === 0) this.#stoodInFor = this.#hostId;
    this.#hostId = peerId;
    this.#standsIn = true;
  }

  #confirm(peerId: number): void {
    this.#hostId = peerId;
    this.#standsIn = false;
    this.#awaited = 0;
    this.#stoodInFor = 0;
    this.#votes.clear();
  }
}
