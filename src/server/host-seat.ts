import { MAX_TERM_STEP } from "./limits.ts";

/** What members say about who is to be host. */
interface Vote {
  readonly hostId: number;
  readonly term: number;
}

/** What is to be known of a lobby's host to open the lobby again. */
export interface HostRecord {
  readonly hostId: number;
  readonly hostTerm: number;
  /** Whose place the host has merely taken meanwhile; 0: its own. */
  readonly stoodInFor: number;
}

/**
 * `"agreed"`: made so by the lobby's making, by most of those present, or by the host before. `"returned"`: was so when the lobby was put
 * on record from which it was opened again, and that may have been long ago. `"stands-in"`: has the place of one who is gone.
 */
type Standing = "agreed" | "returned" | "stands-in";

/**
 * Who is host of a lobby. Who was agreed on is host as long as it is present, or until it names another. When it is gone the one with
 * the lowest id stands in for it; then a majority of those present may agree on another. So it may while the host merely was host before
 * the lobby was opened again: since then the members may have agreed on another, out of this server's sight.
 */
export class HostSeat {
  #hostId = 0;
  #term = 0;
  #standing: Standing = "agreed";
  /** Who was host of the lobby before it was opened again, and takes its place when it comes. */
  #awaited = 0;
  /** Whose place the host has, or the awaited one had, without a majority's having said so; else 0. */
  #stoodInFor = 0;
  /** Since the last agreement. There are some only while it is to be found: that is seldom. */
  #votes: Map<number, Vote> | null = null;

  /** 0 while nobody has ever sat down. */
  get hostId(): number {
    return this.#hostId;
  }

  /** The term of the last agreement; 0: there was none. */
  get term(): number {
    return this.#term;
  }

  /** Else those present may want another, and should say so. */
  get isAgreed(): boolean {
    return this.#standing === "agreed";
  }

  /** While the host of before is awaited, that one stays on record. */
  get record(): HostRecord {
    return { hostId: this.#awaited || this.#hostId, hostTerm: this.#term, stoodInFor: this.#stoodInFor };
  }

  /** Whether the host may kick that one: who merely stands in for another may not make sure that it does not come back. */
  mayKick(peerId: number): boolean {
    return peerId !== this.#stoodInFor && peerId !== this.#awaited;
  }

  /** A lobby is opened again, of which that was on record. */
  await({ hostId, hostTerm, stoodInFor }: HostRecord): void {
    this.#awaited = hostId;
    this.#stoodInFor = stoodInFor;
    this.#term = hostTerm;
  }

  /** Somebody sat down. True if this makes it host, in another's place. */
  sat(peerId: number, isHostPresent: boolean): boolean {
    const before = this.#hostId;
    if (peerId === this.#awaited) this.#return(peerId);
    else if (before === 0 && this.#awaited === 0) this.#become(peerId, "agreed");
    else if (!isHostPresent && before !== peerId) this.#standIn(peerId);
    else this.#takeGiven(peerId);
    return before !== 0 && before !== this.#hostId;
  }

  /** Somebody is gone, or, if it was awaited, has given up its seat. `lowestId`: of those still there; 0 if nobody is. */
  left(peerId: number, lowestId: number): void {
    this.#votes?.delete(peerId);
    if (peerId === this.#awaited) this.#awaited = 0;
    if (peerId === this.#hostId && lowestId !== 0) this.#standIn(lowestId);
  }

  /** Somebody says whom it takes for host. True if there is another host now, or those present agree on this one. */
  vote(peerId: number, vote: Vote, isPresent: (peerId: number) => boolean, present: number): boolean {
    if (vote.term <= this.#term) return false;
    // Who merely stands in has nothing to give away.
    const gives = peerId === this.#hostId && this.#standing !== "stands-in" && vote.hostId !== peerId;
    if (gives && isPresent(vote.hostId)) return this.#handOver(vote);
    this.#votes ??= new Map();
    this.#votes.set(peerId, vote);
    return this.count(isPresent, present);
  }

  /** Counts again, after somebody came or left. True as of `vote`. */
  count(isPresent: (peerId: number) => boolean, present: number): boolean {
    if (this.#standing === "agreed") return false;
    const all = [...(this.#votes?.values() ?? [])];
    for (const { hostId } of all) {
      const votes = all.filter((vote) => vote.hostId === hostId);
      // Who is alone agrees with itself: that takes nobody's place for good.
      if (!isPresent(hostId) || votes.length < 2 || votes.length * 2 <= present) continue;
      // What most have reached: one alone can neither hold it back nor push it so far that nobody can vote any more.
      const terms = votes.map(({ term }) => term).sort((a, b) => b - a);
      this.#raiseTerm(terms[Math.floor(present / 2)] as number);
      this.#become(hostId, "agreed");
      this.#awaited = 0;
      this.#stoodInFor = 0;
      return true;
    }
    return false;
  }

  /** It was host when the lobby was put on record. Those who have said otherwise since go on saying so. */
  #return(peerId: number): void {
    this.#hostId = peerId;
    this.#standing = this.#stoodInFor === 0 ? "returned" : "stands-in";
    this.#awaited = 0;
  }

  /** Whom the host named while it was away: of a lobby that was opened again, one came before the other. */
  #takeGiven(peerId: number): void {
    const given = this.#votes?.get(this.#hostId);
    if (this.#standing !== "stands-in" && peerId !== this.#hostId && given?.hostId === peerId) this.#handOver(given);
  }

  /** What a host has merely from before it can give away as that alone. */
  #handOver({ hostId, term }: Vote): true {
    this.#become(hostId, this.#standing);
    this.#raiseTerm(term);
    return true;
  }

  #raiseTerm(term: number): void {
    this.#term = Math.min(term, this.#term + MAX_TERM_STEP);
  }

  #standIn(peerId: number): void {
    if (this.#standing !== "stands-in" && this.#stoodInFor === 0) this.#stoodInFor = this.#hostId;
    this.#hostId = peerId;
    this.#standing = "stands-in";
  }

  #become(peerId: number, standing: Standing): void {
    this.#hostId = peerId;
    this.#standing = standing;
    this.#votes = null;
  }
}
