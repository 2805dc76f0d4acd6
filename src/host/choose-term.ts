import { CONTESTED_MS, FAR_MS, MAX_COUNTER_STEP, TWIN_MS } from "./limits.ts";
import type { PeerView } from "./peer-view.ts";
import { countOf, countTerms, Tally } from "./tally.ts";
import { compareTerms, isSameTerm, type Term } from "./term.ts";

/** What this peer knows of itself. */
export interface OwnView {
  readonly id: number;
  readonly term: Term | null;
  /** Whether the host of that term has been heard in it, and not been silent since; of one's own term: whether one acts in it. */
  readonly hasHost: boolean;
  /** For how long this peer has been host itself; 0 if it is not. Unit: ms. */
  readonly actsForMs: number;
  /** Whether the page that has the host's id now has said that it is host in that term. */
  readonly knowsHost: boolean;
  /** That in which it was host, if it gave that up for the one that it follows. */
  readonly givenUp: Term | null;
  /** Whether the page that was host in that term is gone. */
  readonly isHostGone: boolean;
}

/** Why a term is followed from now on, in place of another. */
export type Cause =
  /** There was none, for nobody. */
  | "first"
  /** There was one, of which this peer had not heard. */
  | "joined"
  /** The host handed over. */
  | "handed-over"
  /** The host was lost, and another elected. */
  | "elected"
  /** Another side's was the higher. */
  | "merged";

interface Choice {
  readonly term: Term;
  readonly cause: Cause;
}

export interface Judgement {
  /** `null`: it stays as it is. */
  readonly choice: Choice | null;
  /** This peer's own term, which it gave up for one whose host has given up for it: it is host in it again. */
  readonly returns?: Term;
  /** Claims that are not believed: of whom. */
  readonly refused: readonly number[];
}

/** Whom to follow, by what those say who are heard. `believes`: the game's own word on a claim. */
export function chooseTerm(
  own: OwnView,
  peers: readonly PeerView[],
  believes: (term: Term) => boolean = () => true,
): Judgement {
  const { term } = own;
  if (term === null) return firstChoice(own, peers, believes);
  const refused: number[] = [];
  const host = peers.find(({ id }) => id === term.hostId);
  const said = host?.term ?? null;
  // The host's own word: it has handed over, has given up, or goes on in another term. Before it was heard in this one, only the last;
  // or that it follows another, and so was not reached by who handed over to it.
  const isElsewhere = host !== undefined && said?.reign !== term.after && host.followsForMs >= CONTESTED_MS;
  const hasSpoken = own.knowsHost || (!own.isHostGone && (isElsewhere || (host?.claims && said?.after === term.reign)));
  if (own.knowsHost && said !== null && isSameTerm(said, own.givenUp)) {
    // Sizes change while sides find each other: each has taken the other for the higher, and one takes that back.
    const isFirst = said.counter - term.counter || term.hostId - own.id;
    if (isFirst > 0) return { choice: null, refused, returns: said };
  }
  if (hasSpoken && host !== undefined && said !== null && !isSameTerm(said, term) && said.hostId !== own.id) {
    if (isWithinReach(said, term, host.followsForMs)) return { choice: choiceOf(said, own), refused };
    refused.push(host.id);
  }
  const tally = new Tally(peers);
  let best: Term | null = null;
  for (const peer of peers) {
    const claim = claimOf(peer);
    if (claim === null || isSameTerm(claim, term) || (peer === host && own.knowsHost)) continue;
    // A minority that hands over stays in its counter: what it handed over is no better for that.
    const isPast = term.isGiven && claim.reign === term.after;
    const isHigher = !isPast && compareTerms(claim, term) > 0;
    const isSuccessor = !own.hasHost && claim.after === term.reign;
    const isTwin = isFirstTwin(own, term, peer, claim, tally);
    if (!isHigher && !isSuccessor && !isTwin && !isForsaken(own, peer, claim, tally)) continue;
    const isTold = isTwin || isBacked(peer, claim, own, tally);
    if (!isWithinReach(claim, term, peer.claimsForMs) || !isTold || !believes(claim)) refused.push(peer.id);
    else if (peer.isSettled || isSuccessor) best = higherOf(best, claim);
  }
  best ??= heardOf(own, term, peers, tally);
  return { choice: best === null ? null : choiceOf(best, own), refused };
}

/** The claim with most behind it, or what most follow whose host is not heard. */
function firstChoice(own: OwnView, peers: readonly PeerView[], believes: (term: Term) => boolean): Judgement {
  const followed = peers.flatMap(({ term }) => (term === null || term.hostId === own.id ? [] : [term]));
  const claims = peers.flatMap((peer) => claimOf(peer) ?? []);
  const refused = claims.filter((claim) => !believes(claim)).map(({ hostId }) => hostId);
  const known = (claims.length > 0 ? claims : followed).filter(({ hostId }) => !refused.includes(hostId));
  const counts = countTerms(followed);
  const followers = (term: Term): number => countOf(counts, term);
  let best: Term | null = null;
  for (const term of known) {
    if (best === null || (followers(term) - followers(best) || compareTerms(term, best)) > 0) best = term;
  }
  return { choice: best === null ? null : { term: best, cause: "joined" }, refused };
}

/**
 * Who is of another side is believed; who was there all the time needs more followers than the host has, or some for long. Of two hosts
 * whom nobody follows neither has anybody else to ask.
 */
function isBacked(peer: PeerView, claim: Term, own: OwnView, tally: Tally): boolean {
  if (!own.hasHost || peer.isStranger) return true;
  const [theirs, ours] = [tally.followers(claim), tally.followers(own.term)];
  if (theirs > ours || (theirs > 0 && peer.claimsForMs >= CONTESTED_MS)) return true;
  return ours === 0 && Math.min(own.actsForMs, peer.claimsForMs) >= 2 * CONTESTED_MS;
}

/** A host whom nobody follows any more, while another has followers, is none, however high its term. */
function isForsaken(own: OwnView, peer: PeerView, claim: Term, tally: Tally): boolean {
  if (Math.min(own.actsForMs, peer.claimsForMs) < 2 * CONTESTED_MS) return false;
  return tally.followers(own.term) === 0 && tally.followers(claim) > 0;
}

/** Of those who became host at once in the place of the same, and whom nobody follows, one is first: word of it was long on its way. */
function isFirstTwin(own: OwnView, term: Term, peer: PeerView, claim: Term, tally: Tally): boolean {
  if (claim.after !== term.after || claim.counter < term.counter) return false;
  // By what does not change: sizes do, and each would take the other for the first.
  if (claim.counter === term.counter && claim.hostId > own.id) return false;
  if (Math.min(own.actsForMs, peer.claimsForMs) < CONTESTED_MS) return false;
  if (Math.abs(own.actsForMs - peer.claimsForMs) > TWIN_MS) return false;
  return tally.followers(term) + tally.followers(claim) === 0;
}

/** What others follow whose host this peer does not hear: if more do than follow the same as it does, or half where it has no host. */
function heardOf(own: OwnView, term: Term, peers: readonly PeerView[], tally: Tally): Term | null {
  let best: Term | null = null;
  for (const peer of peers) {
    const other = peer.term;
    if (other === null || isSameTerm(other, term) || peer.isStranger || other.hostId === own.id) continue;
    if (other.reign === term.after) continue;
    const isNext = compareTerms(other, term) > 0 || (!own.hasHost && other.after === term.reign);
    if (!isNext || !isWithinReach(other, term, peer.followsForMs)) continue;
    // Its host is heard, and what it says itself counts.
    if (tally.hears(other.hostId)) continue;
    const count = tally.followers(other);
    if (own.hasHost ? count > tally.followers(term) : count * 2 > tally.knowing) best = higherOf(best, other);
  }
  return best;
}

function claimOf({ id, term, claims }: PeerView): Term | null {
  return claims && term?.hostId === id ? term : null;
}

/** A far counter counts once it has stood for long: those who follow it are not to be parted from for ever. */
function isWithinReach(term: Term, { counter }: Term, stoodMs: number): boolean {
  return term.counter <= counter + MAX_COUNTER_STEP || stoodMs >= FAR_MS;
}

function higherOf(one: Term | null, other: Term): Term {
  return one !== null && compareTerms(one, other) >= 0 ? one : other;
}

function choiceOf(next: Term, own: OwnView): Choice {
  const { id, term } = own;
  const isNext = next.after === term?.reign;
  // Who is host itself hands over by its own word.
  return { term: next, cause: !isNext ? "merged" : next.isGiven && term.hostId !== id ? "handed-over" : "elected" };
}
