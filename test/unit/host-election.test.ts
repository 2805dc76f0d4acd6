import { expect, test } from "vitest";
import { chooseTerm, type OwnView } from "../../src/host/choose-term.ts";
import { candidates, givenTerm, isDeposed, nextTerm, type Voter } from "../../src/host/election.ts";
import { isFirstHost } from "../../src/host/first-host.ts";
import { deputiesOf, hubsOf } from "../../src/host/hubs.ts";
import type { PeerView } from "../../src/host/peer-view.ts";
import { sizedTerm } from "../../src/host/sized-term.ts";
import { compareTerms, type Term } from "../../src/host/term.ts";

function term(hostId: number, given: Partial<Term> = {}): Term {
  return { counter: 3, size: 4, hostId, whole: 4, reign: hostId * 100, after: 0, isGiven: false, ...given };
}

function voter(id: number, given: Partial<Voter> = {}): Voter {
  return { id, misses: true, held: 0, isHidden: false, since: 0, ...given };
}

function peer(id: number, of: Term | null, given: Partial<PeerView> = {}): PeerView {
  return {
    id,
    term: of,
    followsForMs: 0,
    claims: of?.hostId === id,
    claimsForMs: 0,
    hears: of?.hostId !== id,
    isStranger: false,
    isSettled: true,
    ...given,
  };
}

function own(id: number, of: Term | null, given: Partial<OwnView> = {}): OwnView {
  return { id, term: of, hasHost: true, actsForMs: 0, knowsHost: true, givenUp: null, isHostGone: false, ...given };
}

/** Tells of each look at which term it is. */
function watch(of: Term | null, onLook: () => void): Term {
  const { reign = 0 } = of ?? {};
  const look = (): number => {
    onLook();
    return reign;
  };
  return Object.defineProperty({ ...(of as Term) }, "reign", { get: look });
}

test("H1 terms are ordered by counter, then size, then the lower id of their host", () => {
  expect(compareTerms(term(1, { counter: 4, size: 1 }), term(2))).toBeGreaterThan(0);
  expect(compareTerms(term(2, { size: 5 }), term(1))).toBeGreaterThan(0);
  expect(compareTerms(term(1), term(2))).toBeGreaterThan(0);
  expect(compareTerms(term(1), term(1))).toBe(0);
});

test("H2 more than half have to miss the host, and the best of those is next: state, seen page, seniority, id", () => {
  expect(isDeposed([voter(1), voter(2), voter(3, { misses: false })])).toBe(true);
  expect(isDeposed([voter(1), voter(2, { misses: false })])).toBe(false);
  expect(isDeposed([voter(7)])).toBe(true);
  const order = candidates([
    voter(1, { misses: false, held: 9 }),
    voter(2, { since: 50 }),
    voter(3, { since: 40 }),
    voter(4, { held: 8, isHidden: true }),
    voter(5, { held: 8 }),
    voter(6, { since: 40 }),
  ]);
  expect(order).toEqual([5, 4, 3, 6, 2]);
});

test("H3 the counter grows where most of the side agreed, and else stays", () => {
  const whole = term(1, { size: 7, whole: 7 });
  expect(nextTerm(whole, 2, 4, 9)).toMatchObject({ counter: 4, size: 4, whole: 4, after: 100 });
  const minority = nextTerm(whole, 2, 3, 9);
  expect(minority).toMatchObject({ counter: 3, size: 3, whole: 7 });
  expect(compareTerms(whole, minority)).toBeGreaterThan(0);
  expect(nextTerm(minority, 3, 2, 9)).toMatchObject({ counter: 3, size: 2, whole: 7 });
  expect(givenTerm(whole, 2, 9)).toMatchObject({ counter: 4, size: 7, isGiven: true });
  expect(givenTerm(minority, 3, 9)).toMatchObject({ counter: 3, whole: 7 });
});

test("H3 a side that loses less than half stays whole; a minority that most agree with again is one no more", () => {
  const whole = term(1, { size: 5, whole: 5 });
  const side = { followers: 0, added: 0, departed: 0, isYoung: false };
  expect(sizedTerm(whole, { ...side, followers: 2 }, () => 9)).toMatchObject({ size: 3, whole: 3, counter: 3 });
  expect(sizedTerm(whole, { ...side, followers: 1 }, () => 9)).toMatchObject({ size: 5, whole: 5 });
  const minority = term(1, { size: 2, whole: 5 });
  expect(sizedTerm(minority, { ...side, followers: 2, added: 1 }, () => 9)).toMatchObject({
    size: 3,
    whole: 6,
    counter: 3,
  });
  expect(sizedTerm(minority, { ...side, followers: 1, departed: 2 }, () => 9)).toMatchObject({
    counter: 4,
    size: 2,
    whole: 2,
  });
  const alone = (size: number, isYoung = false): number =>
    sizedTerm(term(1, { size, whole: 7 }), { ...side, isYoung }, () => 9).size;
  expect([alone(4), alone(3), alone(2), alone(4, true)]).toEqual([1, 1, 2, 4]);
});

test("H4 the first host is whom the game names, else the lowest id", () => {
  const alone = {
    id: 5,
    named: null,
    isNamedThere: false,
    others: [],
    isComplete: true,
    waitedMs: 0,
    silentAfterMs: 3_000,
  };
  expect(isFirstHost({ ...alone, named: 5, waitedMs: 250 })).toBe(true);
  expect(isFirstHost({ ...alone, named: 4, waitedMs: 60_000 })).toBe(false);
  expect(isFirstHost({ ...alone, named: 0, waitedMs: 60_000 })).toBe(false);
  expect(isFirstHost({ ...alone, waitedMs: 2_900 })).toBe(false);
  expect(isFirstHost({ ...alone, waitedMs: 3_000 })).toBe(true);
  expect(isFirstHost({ ...alone, others: [6, 7], waitedMs: 1_000 })).toBe(true);
  expect(isFirstHost({ ...alone, others: [4], waitedMs: 60_000 })).toBe(false);
  expect(isFirstHost({ ...alone, named: 4, others: [6], waitedMs: 3_000 })).toBe(true);
  expect(isFirstHost({ ...alone, named: 4, isNamedThere: true, others: [4, 6], waitedMs: 3_000 })).toBe(false);
});

test("H9 of two sides the higher term is followed by all, once it has settled", () => {
  const [ours, theirs] = [term(1), term(9, { counter: 4 })];
  const side = [peer(1, ours), peer(2, ours)];
  const stranger = peer(9, theirs, { isStranger: true });
  expect(chooseTerm(own(3, ours), [...side, stranger]).choice).toEqual({ term: theirs, cause: "merged" });
  expect(chooseTerm(own(3, ours), [...side, { ...stranger, isSettled: false }]).choice).toBeNull();
  expect(chooseTerm(own(8, theirs), [peer(9, theirs), { ...peer(1, ours), isStranger: true }]).choice).toBeNull();
});

test("H13 who was there all the time is not believed while the host is heard, and has as many followers", () => {
  const [ours, claim] = [term(1), term(4, { counter: 4, after: 100 })];
  const loyal = [peer(1, ours), peer(2, ours)];
  expect(chooseTerm(own(3, ours), [...loyal, peer(4, claim)])).toEqual({ choice: null, refused: [4] });
  const changed = [peer(1, ours), peer(2, claim), peer(5, claim), peer(4, claim)];
  expect(chooseTerm(own(3, ours), changed).choice).toEqual({ term: claim, cause: "elected" });
  expect(chooseTerm(own(3, ours, { hasHost: false }), [...loyal.slice(1), peer(4, claim)]).choice?.term).toBe(claim);
});

test("H13 a counter that is too high, and what the game does not believe, is refused", () => {
  const ours = term(1);
  const high = peer(9, term(9, { counter: 20 }), { isStranger: true });
  expect(chooseTerm(own(3, ours), [peer(1, ours), high])).toEqual({ choice: null, refused: [9] });
  const near = peer(9, term(9, { counter: 19 }), { isStranger: true });
  expect(chooseTerm(own(3, ours), [peer(1, ours), near]).choice?.term.hostId).toBe(9);
  expect(chooseTerm(own(3, ours), [peer(1, ours), near], () => false)).toEqual({ choice: null, refused: [9] });
});

test("H5 the host's own word is followed: to whom it hands over, and to whom it gives up", () => {
  const ours = term(1);
  const given = givenTerm(ours, 2, 7);
  expect(chooseTerm(own(3, ours), [peer(1, given), peer(2, ours)]).choice).toEqual({
    term: given,
    cause: "handed-over",
  });
  const page = own(3, ours, { knowsHost: false, isHostGone: true, hasHost: false });
  expect(chooseTerm(page, [peer(1, term(1, { counter: 1, reign: 5 }))]).choice).toBeNull();
});

test("H6 who comes follows what most follow, whoever claims what", () => {
  const [ours, forged] = [term(5), term(1, { counter: 4_000 })];
  const peers = [peer(1, forged), peer(5, ours), peer(6, ours), peer(7, ours)];
  expect(chooseTerm(own(2, null), peers).choice).toEqual({ term: ours, cause: "joined" });
  expect(chooseTerm(own(2, null), [peer(6, ours), peer(7, ours)]).choice?.term).toBe(ours);
  expect(chooseTerm(own(2, null), [peer(6, null)]).choice).toBeNull();
});

test("H18 of two hosts that stand beside each other, the higher holds if anybody follows it, and else the one that is followed", () => {
  const [low, high] = [term(2, { counter: 2 }), term(3, { counter: 3 })];
  const peers = [peer(2, low), peer(5, low), peer(6, low), peer(7, high), peer(3, high, { claimsForMs: 500 })];
  expect(chooseTerm(own(4, low), peers).choice).toBeNull();
  const later = peers.map((one) => ({ ...one, claimsForMs: 1_000 }));
  expect(chooseTerm(own(4, low), later).choice?.term).toBe(high);
  const forsaken = [peer(2, low, { claimsForMs: 9_000 }), peer(5, low)];
  expect(chooseTerm(own(3, high, { actsForMs: 1_000 }), forsaken).choice).toBeNull();
  expect(chooseTerm(own(3, high, { actsForMs: 2_000 }), forsaken).choice?.term).toBe(low);
  expect(chooseTerm(own(5, low), [peer(2, low), peer(3, high, { claimsForMs: 9_000 })]).choice).toBeNull();
});

test("H5 who was handed over to, and follows another, is followed there after a second; not where it was before", () => {
  const before = term(1, { counter: 4 });
  const given = givenTerm(before, 2, 77);
  const self = own(4, given, { knowsHost: false });
  const other = term(3, { counter: 4, reign: 9 });
  const choose = (of: Term | null, followsForMs: number): Term | undefined =>
    chooseTerm(self, [peer(2, of, { followsForMs }), peer(3, other, { isStranger: true })]).choice?.term;
  expect(choose(other, 900)).toBeUndefined();
  expect(choose(other, 1_000)).toEqual(other);
  expect(choose(before, 5_000)).toBeUndefined();
  expect(choose(given, 5_000)).toBeUndefined();
  expect(choose(null, 5_000)).toBeUndefined();
});

test("H9 of two hosts that have given up to each other one goes on, by counter, then by id", () => {
  const [mine, theirs] = [term(2, { size: 2 }), term(5, { size: 3 })];
  const both = (self: number, followed: Term, said: Term, givenUp = said): Term | undefined =>
    chooseTerm(own(self, followed, { givenUp }), [peer(followed.hostId, said)]).returns;
  expect(both(2, theirs, mine)).toEqual(mine);
  expect(both(5, mine, theirs)).toBeUndefined();
  expect(both(5, mine, { ...theirs, counter: 4 })).toEqual({ ...theirs, counter: 4 });
  // It was never this peer's.
  expect(both(2, theirs, term(2, { counter: 9, reign: 1 }), mine)).toBeUndefined();
});

test("H19 of the deputies that a host names those count that can be peers, each once, and not itself", () => {
  expect(deputiesOf(5, [7, 5, 7, 0, -1, 2.5, 2_147_483_648, 2_147_483_647, 3])).toEqual([7, 2_147_483_647, 3]);
});

test("H20 whoever was a hub counts until a host names others, if it is there; there are never more than nine", () => {
  const isThere = (id: number): boolean => id !== 4;
  expect(hubsOf(5, null, [4, 6, 5, 7], isThere)).toEqual([5, 6, 7]);
  expect(hubsOf(5, [], [4, 6, 5, 7], isThere)).toEqual([5]);
  expect(hubsOf(5, [4, 9], [6, 7], isThere)).toEqual([5, 4, 9]);
  expect(hubsOf(5, null, [11, 12, 13, 14, 15, 16, 17, 18, 19], isThere)).toHaveLength(9);
});

test("H24 however much members contradict each other, each of them is looked at a few times", () => {
  const COUNT = 1_000;
  const absent = 2 * COUNT;
  const ids = Array.from({ length: COUNT }, (_, place) => place + 2);
  const worlds = [
    ids.map((id) => peer(id, term(id, { counter: 5 }), { claimsForMs: 5_000 })),
    ids.map((id) => peer(id, term(absent + id, { counter: 5 }))),
    ids.map((id) => peer(id, term(absent, { counter: 5, reign: id }))),
  ];
  const selves = [
    own(1, null),
    own(1, term(absent)),
    own(1, term(1), { hasHost: false }),
    own(1, term(1), { actsForMs: 5_000 }),
  ];
  for (const world of worlds) {
    for (const self of selves) {
      let looks = 0;
      const watched = world.map((view) => ({ ...view, term: watch(view.term, () => (looks += 1)) }));
      chooseTerm(self, watched);
      expect(looks).toBeLessThan(20 * COUNT);
    }
  }
});
