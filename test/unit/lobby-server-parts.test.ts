import { LocalDriver, LocalPresence, matchMaker } from "@colyseus/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { TokenBucket } from "../../src/base/token-bucket.ts";
import { CODE_ALPHABET, LobbyLimits } from "../../src/lobby/protocol.ts";
import { networkOf } from "../../src/server/address.ts";
import { AddressBook } from "../../src/server/address-book.ts";
import { HostSeat } from "../../src/server/host-seat.ts";
import { MAX_PLAIN_CONNECTIONS_PER_ADDRESS, MAX_TERM_STEP } from "../../src/server/limits.ts";
import { claimCode, drawCode, releaseCode } from "../../src/server/lobby-code.ts";
import { difference } from "../../src/server/lobby-directory.ts";
import { OneAtATime } from "../../src/server/one-at-a-time.ts";
import { quietLogger } from "../../src/server/quiet-logger.ts";
import { Roster } from "../../src/server/roster.ts";
import { Rounds } from "../../src/server/rounds.ts";
import { sameSecret } from "../../src/server/secret.ts";
import { DEFAULT_ADDRESS_LIMITS } from "../../src/server/settings.ts";
import { ManualClock } from "../support/manual-clock.ts";

let clock: ManualClock;
beforeEach(() => {
  clock = new ManualClock();
});
afterEach(() => vi.useRealTimers());

test("V2 ids are unique and random, V9 seats are held for a while", () => {
  const roster = new Roster<string>(clock, seededRandom(1), 60_000);
  const host = roster.sit(roster.newSeat(1), {}, "a");
  const guests = ["b", "c", "d"].map((connection) => roster.sit(roster.newSeat(), {}, connection));
  expect(new Set(guests.map(({ peerId }) => peerId)).size).toBe(3);
  expect([roster.present, roster.taken]).toEqual([4, 4]);
  expect(roster.memberOn("a")).toBe(host);
  roster.remove(1);
  roster.hold(host.seat);
  const lowest = Math.min(...guests.map(({ peerId }) => peerId));
  expect([roster.lowestId, roster.present, roster.taken]).toEqual([lowest, 3, 4]);
  expect(roster.seatOf(1)).toBe(host.seat);
  clock.advance(60_001);
  expect([roster.seatOf(1), roster.taken]).toEqual([undefined, 3]);
});

test("V7 the first who comes back to an empty lobby is host", () => {
  const hosts = new HostSeat();
  hosts.sat(1, false);
  hosts.sat(5, true);
  hosts.left(1, 5);
  hosts.left(5, 0);
  expect(hosts.hostId).toBe(5);
  expect([hosts.sat(1, false), hosts.hostId]).toEqual([true, 1]);
});

test("V29 a host that merely stands in makes room for the one that most agree on; another does not", () => {
  const hosts = new HostSeat();
  const present = new Set([1, 5, 6, 7, 8]);
  for (const peerId of present) hosts.sat(peerId, true);
  const vote = (voter: number, hostId: number, term: number): boolean =>
    hosts.vote(voter, { hostId, term }, (peerId) => present.has(peerId), present.size);
  // A host that says so itself gives its place away.
  const agree = (hostId: number, term: number): boolean[] =>
    [...present].filter((voter) => voter !== hosts.hostId).map((voter) => vote(voter, hostId, term));
  expect([agree(7, 1).includes(true), hosts.hostId]).toEqual([false, 1]);
  present.delete(1);
  hosts.left(1, 5);
  expect([hosts.hostId, hosts.term]).toEqual([5, 0]);
  // They said so before it was gone.
  expect(hosts.count((peerId) => present.has(peerId), present.size)).toBe(true);
  expect([hosts.hostId, hosts.term]).toEqual([7, 1]);
  expect([agree(8, 1).includes(true), hosts.hostId]).toEqual([false, 7]);
  present.delete(7);
  hosts.left(7, 5);
  expect([vote(5, 99, 9), vote(6, 99, 9), vote(8, 99, 9), hosts.hostId]).toEqual([false, false, false, 5]);
  expect([vote(5, 6, 9), vote(6, 8, 9), vote(8, 6, 3), hosts.hostId, hosts.term]).toEqual([false, false, true, 6, 3]);
});

test("V35 a seat that was held for somebody by name alone makes room for who brings a token", () => {
  const roster = new Roster<string>(clock, seededRandom(1), 60_000);
  const claimed = roster.newSeat(3);
  claimed.issued = 2;
  for (const seat of [claimed, roster.newSeat(4), roster.newSeat(5)]) roster.hold(seat);
  expect([roster.dropUnclaimed(), roster.seatOf(4), roster.taken]).toEqual([true, undefined, 2]);
  expect([roster.dropUnclaimed(), roster.dropUnclaimed(), roster.seatOf(3)]).toEqual([true, false, claimed]);
});

test("V34 a host names another, who is host at once; who merely stands in gives nothing away", () => {
  const hosts = new HostSeat();
  const present = new Set([1, 5, 6, 7]);
  for (const peerId of present) hosts.sat(peerId, true);
  const vote = (voter: number, hostId: number, term: number): boolean =>
    hosts.vote(voter, { hostId, term }, (peerId) => present.has(peerId), present.size);
  expect([vote(1, 9, 1), vote(1, 1, 1), vote(5, 6, 1), hosts.hostId]).toEqual([false, false, false, 1]);
  expect([vote(1, 6, LobbyLimits.maxTerm), hosts.hostId, hosts.term]).toEqual([true, 6, MAX_TERM_STEP]);
  // It is nobody's to give any more, nor is an older term good for anything.
  expect([vote(1, 5, MAX_TERM_STEP + 1), vote(6, 5, MAX_TERM_STEP), hosts.hostId]).toEqual([false, false, 6]);
  present.delete(6);
  hosts.left(6, 1);
  expect([vote(1, 7, MAX_TERM_STEP + 2), hosts.hostId, hosts.mayKick(6)]).toEqual([false, 1, false]);
});

test("V34 whom a host named before it was there is host when it comes, unless that one has named another since", () => {
  const hosts = new HostSeat();
  const present = new Set([5]);
  const isPresent = (peerId: number): boolean => present.has(peerId);
  hosts.await({ hostId: 5, hostTerm: 0, stoodInFor: 0 });
  hosts.sat(5, false);
  const names = (hostId: number, term: number): boolean => hosts.vote(5, { hostId, term }, isPresent, present.size);
  expect([names(6, 2), names(7, 3), hosts.hostId]).toEqual([false, false, 5]);
  expect([hosts.sat(6, true), hosts.hostId]).toEqual([false, 5]);
  expect([hosts.sat(7, true), hosts.hostId, hosts.term]).toEqual([true, 7, 3]);
});

test("V34, V28 a host of before names another, and most of those present may say otherwise of either", () => {
  const hosts = new HostSeat();
  const present = new Set([5, 6, 7, 8, 9]);
  const vote = (voter: number, hostId: number, term: number): boolean =>
    hosts.vote(voter, { hostId, term }, (peerId) => present.has(peerId), present.size);
  hosts.await({ hostId: 5, hostTerm: 3, stoodInFor: 0 });
  hosts.sat(5, false);
  for (const peerId of [6, 7, 8, 9]) hosts.sat(peerId, true);
  expect([hosts.isAgreed, hosts.mayKick(9), vote(5, 6, 10), hosts.hostId, hosts.isAgreed]).toEqual([
    false,
    true,
    true,
    6,
    false,
  ]);
  expect([vote(7, 9, 11), vote(8, 9, 11), hosts.hostId]).toEqual([false, false, 6]);
  expect([vote(9, 9, 11), hosts.hostId, hosts.isAgreed]).toEqual([true, 9, true]);
  expect([7, 8, 6, 5].map((voter) => vote(voter, 6, 12))).toEqual([false, false, false, false]);
  expect(hosts.record).toEqual({ hostId: 9, hostTerm: 11, stoodInFor: 0 });
});

test("V28 who stood in for the host is host again of a lobby that was opened again, and stands in as before", () => {
  const before = new HostSeat();
  const present = new Set([5, 6, 7]);
  const isPresent = (peerId: number): boolean => present.has(peerId);
  for (const peerId of [1, 5, 6, 7]) before.sat(peerId, true);
  before.left(1, 5);
  expect(before.record).toEqual({ hostId: 5, hostTerm: 0, stoodInFor: 1 });
  const hosts = new HostSeat();
  hosts.await(before.record);
  hosts.sat(6, false);
  // Neither of those whose place it has.
  expect([hosts.hostId, ...[1, 5, 7].map((peerId) => hosts.mayKick(peerId))]).toEqual([6, false, false, true]);
  hosts.sat(7, true);
  expect(hosts.vote(7, { hostId: 7, term: 1 }, isPresent, 2)).toBe(false);
  hosts.left(6, 7);
  hosts.sat(6, true);
  // On record stays whom it waits for.
  expect([hosts.hostId, hosts.record]).toEqual([7, before.record]);
  expect([hosts.sat(5, true), hosts.hostId, hosts.isAgreed, hosts.mayKick(1)]).toEqual([true, 5, false, false]);
  expect([hosts.vote(5, { hostId: 6, term: 1 }, isPresent, 3), hosts.hostId]).toEqual([false, 5]);
  expect([hosts.vote(6, { hostId: 6, term: 1 }, isPresent, 3), hosts.hostId, hosts.mayKick(1)]).toEqual([
    true,
    6,
    true,
  ]);
});

test("V28 who gave up its seat is not waited for", () => {
  const hosts = new HostSeat();
  hosts.await({ hostId: 7, hostTerm: 3, stoodInFor: 0 });
  hosts.sat(5, false);
  hosts.left(7, 5);
  expect([hosts.record, hosts.mayKick(7)]).toEqual([{ hostId: 5, hostTerm: 3, stoodInFor: 0 }, true]);
});

test("V30 one member alone cannot push the term so far that nobody can vote any more", () => {
  const hosts = new HostSeat();
  const present = new Set([1, 5, 6, 7]);
  for (const peerId of present) hosts.sat(peerId, true);
  const vote = (voter: number, hostId: number, term: number): boolean =>
    hosts.vote(voter, { hostId, term }, (peerId) => present.has(peerId), present.size);
  const lose = (peerId: number): void => {
    present.delete(peerId);
    hosts.left(peerId, Math.min(...present));
  };
  lose(1);
  expect([vote(5, 6, LobbyLimits.maxTerm), vote(7, 6, 1), hosts.hostId, hosts.term]).toEqual([false, true, 6, 1]);
  lose(6);
  // Both of two: they harm themselves alone, and not for ever.
  expect([vote(5, 7, LobbyLimits.maxTerm), vote(7, 7, LobbyLimits.maxTerm)]).toEqual([false, true]);
  expect(hosts.term).toBe(1 + MAX_TERM_STEP);
});

test("V30 who is alone in a lobby takes nobody's place for good, whatever it says and however often it comes", () => {
  const hosts = new HostSeat();
  const only = (peerId: number): boolean => peerId === 5;
  hosts.await({ hostId: 7, hostTerm: 3, stoodInFor: 0 });
  hosts.sat(5, false);
  expect([hosts.hostId, hosts.mayKick(7), hosts.mayKick(6)]).toEqual([5, false, true]);
  hosts.left(5, 0);
  hosts.sat(5, false);
  expect(hosts.mayKick(7)).toBe(false);
  expect([hosts.vote(5, { hostId: 5, term: 9 }, only, 1), hosts.mayKick(7)]).toEqual([false, false]);
  expect([hosts.sat(7, true), hosts.hostId, hosts.mayKick(5)]).toEqual([true, 7, true]);
});

test("V28 the host of a lobby that was opened again has its place as soon as it comes", () => {
  const hosts = new HostSeat();
  hosts.await({ hostId: 7, hostTerm: 3, stoodInFor: 0 });
  expect([hosts.sat(5, false), hosts.hostId]).toEqual([false, 5]);
  expect([hosts.sat(6, true), hosts.hostId]).toEqual([false, 5]);
  expect([hosts.sat(7, true), hosts.hostId, hosts.term]).toEqual([true, 7, 3]);
});

test("V22 codes are drawn fairly from the alphabet", () => {
  const random = seededRandom(3);
  const counts = new Map<string, number>();
  for (let i = 0; i < 5_200; i++)
    for (const letter of drawCode(random)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  expect([...counts.keys()].sort().join("")).toBe([...CODE_ALPHABET].sort().join(""));
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(160);
});

test("V22 two processes that draw the same code do not get it both", async () => {
  const [presence, driver] = [new LocalPresence(), new LocalDriver()];
  await matchMaker.setup(presence, driver);
  // The same seed on both sides: the same draws, in the same order.
  const codes = await Promise.all([1, 2, 3].map(() => claimCode(seededRandom(4))));
  expect(new Set(codes).size).toBe(3);
  for (const code of codes) releaseCode(code);
});

test("V17 an address is counted by itself, and forgotten after a while", () => {
  const limits = { ...DEFAULT_ADDRESS_LIMITS, maxConnectionsPerAddress: 2, createBurst: 2, createsPerSecond: 1 };
  const book = new AddressBook(limits, clock);
  expect([book.mayCreate("a"), book.mayCreate("a"), book.mayCreate("a"), book.mayCreate("b")]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  clock.advance(1_000);
  expect([book.mayCreate("a"), book.mayCreate("a")]).toEqual([true, false]);
  expect([book.connect("a"), book.connect("a"), book.connect("a")]).toEqual([true, true, false]);
  book.disconnect("a");
  expect(book.connect("a")).toBe(true);
  for (let i = 0; i < 10_000; i++) book.mayJoin(`other ${i}`);
  expect(book.connect("a")).toBe(false);
});

test("V17 addresses are forgotten in time, and to forget them costs each newcomer a few looks, however many are busy", () => {
  let looks = 0;
  const counting = {
    nowMs() {
      looks += 1;
      return clock.nowMs();
    },
  };
  const book = new AddressBook(DEFAULT_ADDRESS_LIMITS, counting);
  for (let i = 0; i < 50_000; i++) book.mayJoin(`busy ${i}`);
  expect(looks).toBeLessThan(50_000 * 12);
  clock.advance(60_000);
  for (let i = 0; i < 100_000; i++) book.mayJoin(`later ${i}`);
  expect(book.size).toBeLessThan(110_000);
});

test("V17 an IPv6 address is counted by its network, an IPv4 one by itself", () => {
  expect(networkOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
  expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe(networkOf("2001:0db8:1:2::9".replace("0db8", "db8")));
  expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0::/64");
  expect(networkOf("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  // As some proxies write them.
  expect([networkOf("192.0.2.7:4711"), networkOf("[2001:db8::1]:4711")]).toEqual(["192.0.2.7", "2001:db8:0:0::/64"]);
});

test("V13 a bucket lets its burst through, then its rate", () => {
  const bucket = new TokenBucket(3, 10, clock);
  expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
  expect(bucket.waitMs).toBe(100);
  clock.advance(100);
  expect([bucket.take(), bucket.take()]).toEqual([true, false]);
  clock.advance(60_000);
  expect(bucket.isFull).toBe(true);
  expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
});

test("V5 a watcher is told the difference", () => {
  const known = new Map<string, string>();
  const facts = { gameId: "g", maxPeers: 8, hasPassword: false, locked: false, shape: "mesh", metadata: {} } as const;
  const listing = (code: string, peers: number) => ({ ...facts, code, peers, name: code });
  expect(difference(known, [listing("A", 1), listing("B", 1)])).toMatchObject({
    changed: [{ code: "A" }, { code: "B" }],
    removed: [],
  });
  expect(difference(known, [listing("A", 2), listing("B", 1)])).toMatchObject({
    changed: [{ code: "A", peers: 2 }],
    removed: [],
  });
  expect(difference(known, [listing("B", 1)])).toEqual({ changed: [], removed: ["A"] });
  expect(difference(known, [listing("B", 1)])).toEqual({ changed: [], removed: [] });
});

test("V9 secrets are compared whole", () => {
  expect([sameSecret("snow", "snow"), sameSecret("snow", "snowy"), sameSecret("", "snow")]).toEqual([
    true,
    false,
    false,
  ]);
});

test("V15 clients cannot fill the log", () => {
  const lines: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: (line: string) => void lines.push(line) };
  const logger = quietLogger(log);
  for (let i = 0; i < 1_000; i++) logger.error(`bad frame ${i}\n at somewhere`);
  logger.info("banner");
  expect(lines.length).toBeLessThanOrEqual(20);
  expect(lines[0]).toBe("bad frame 0");
});

test("V24 what ends by itself is renewed for each after its time, for many not all at once, and for nobody who is gone", async () => {
  vi.useFakeTimers();
  const visits: string[] = [];
  const rounds = new Rounds<string>((owner) => visits.push(owner));
  rounds.add("first", 3_200);
  await vi.advanceTimersByTimeAsync(1_600);
  rounds.add("second", 3_200);
  rounds.add("other", 100_000);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(visits).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(visits).toEqual(["first"]);
  await vi.advanceTimersByTimeAsync(1_600);
  expect(visits).toEqual(["first", "second"]);
  rounds.remove("first", 3_200);
  await vi.advanceTimersByTimeAsync(6_400);
  expect(visits).toEqual(["first", "second", "second", "second"]);
  rounds.remove("second", 3_200);
  rounds.remove("other", 100_000);
  expect(vi.getTimerCount()).toBe(0);
});

test("V5 the list is read once at a time, and again if a lobby changed while it was", async () => {
  vi.useFakeTimers();
  let reads = 0;
  let finish = (): void => {};
  const reading = new OneAtATime(() => {
    reads += 1;
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  for (let i = 0; i < 5; i++) reading.soon(250);
  await vi.advanceTimersByTimeAsync(250);
  expect(reads).toBe(1);
  for (let i = 0; i < 5; i++) reading.soon(250);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(249);
  expect(reads).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(reads).toBe(2);
  reading.soon(0);
  reading.cancel();
  finish();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toBe(2);
});

test("V17 connections that are no WebSockets are counted by address", () => {
  const book = new AddressBook(DEFAULT_ADDRESS_LIMITS, clock);
  for (let i = 0; i < MAX_PLAIN_CONNECTIONS_PER_ADDRESS; i++) expect(book.connectPlainly("a")).toBe(true);
  expect([book.connectPlainly("a"), book.connectPlainly("b"), book.connect("a")]).toEqual([false, true, true]);
  book.disconnectPlainly("a");
  expect([book.connectPlainly("a"), book.connectPlainly("a")]).toEqual([true, false]);
});
