import { expect, test } from "vitest";
import { MAX_PEER_ID } from "../../src/base/peer-id.ts";
import { ByteWriter } from "../../src/codec/byte-writer.ts";
import { followHost, type HostedLobby } from "../../src/host/follow-host.ts";
import { FAR_MS, MAX_COUNTER, MAX_COUNTER_STEP, MAX_LOBBY_TERM } from "../../src/host/limits.ts";
import { StateUse } from "../../src/host/state-message.ts";
import type { Term } from "../../src/host/term.ts";
import { LobbyLimits } from "../../src/lobby/protocol.ts";
import { type HostMember, hosting, hostTable, VirtualHosts } from "../support/virtual-hosts.ts";
import { Liar, liarAmong } from "../support/virtual-liar.ts";

/** A lobby whose host is nobody, and the terms in which it was proposed one. */
function strictLobby(): { readonly lobby: HostedLobby; readonly proposed: number[]; hostTerm: number } {
  const proposed: number[] = [];
  const known = { proposed, hostTerm: 0 };
  const lobby = {
    state: "open",
    hostId: 99,
    get hostTerm(): number {
      return known.hostTerm;
    },
    proposeHost: (_id: number, term: number) => {
      if (!Number.isInteger(term) || term < 1 || term > LobbyLimits.maxTerm) throw new RangeError(String(term));
      proposed.push(term);
    },
    on: () => {},
    off: () => {},
  };
  return Object.assign(known, { lobby });
}

test("H22 however high the counter is that a liar began with, who comes follows, tells its lobby, and goes on without it", () => {
  expect(MAX_LOBBY_TERM).toBe(LobbyLimits.maxTerm);
  const hosts = new VirtualHosts();
  hosts.add(1);
  hosts.until(() => hosts.acting.length === 1);
  const liar = new Liar(hosts, 1);
  const term = { counter: MAX_COUNTER, size: 60_000, whole: 60_000, hostId: 1, reign: 7, after: 0, isGiven: false };
  const [two, three, four] = [2, 3, 4].map((id) => hosts.add(id)) as [HostMember, HostMember, HostMember];
  const known = strictLobby();
  followHost(known.lobby, two.host);
  for (let beat = 0; beat < 12; beat++) {
    liar.say(term);
    hosts.pass(250);
  }
  expect([two, three, four].map(({ host }) => host.hostId)).toEqual([1, 1, 1]);
  expect(known.proposed).toEqual([MAX_LOBBY_TERM]);
  known.hostTerm = MAX_LOBBY_TERM;
  hosts.sessions.members.get(1)?.device.crash();
  hosts.agree();
  expect(hosts.acting).toHaveLength(1);
  expect(two.host.term?.counter).toBe(MAX_COUNTER);
  expect(known.proposed).toEqual([MAX_LOBBY_TERM, MAX_LOBBY_TERM]);
});

test("H23 two who hand over to each other 80 times a second are followed, and when they are gone the others have one host", () => {
  const { hosts, all } = hosting(5);
  const honest = all.slice(2);
  let term = all[0]?.host.term as Term;
  const liars = [new Liar(hosts, 1), new Liar(hosts, 2)];
  const reigns = new Set<number>();
  for (let tick = 0; tick < 500; tick++) {
    if (tick % 5 !== 4) {
      const hostId = term.hostId === 1 ? 2 : 1;
      const counter = term.counter + 1;
      term = { ...term, counter, hostId, reign: 1_000 + counter, after: term.reign, isGiven: true };
      const deputies = [3 + (tick % 3), 600 + tick, hostId];
      for (const liar of liars) liar.say(term, { deputies }, tick % 2 === 0 ? "hostStatus" : "hostBeat");
    }
    hosts.tick();
    for (const { host } of honest) reigns.add(host.term?.reign ?? 0);
    expect(hosts.acting).toEqual([]);
  }
  expect(reigns.size).toBeGreaterThan(300);
  for (const id of [1, 2]) hosts.sessions.members.get(id)?.device.crash();
  expect(hosts.agree()).toBeLessThan(6_000);
  expect(honest.every(({ session }) => session.peers.length >= 2)).toBe(true);
});

test("H18 who was led to a counter far above the others' is not parted from them when the liar is gone", () => {
  const { hosts, all } = hosting(4);
  const liar = liarAmong(hosts);
  const base = all[0]?.host.term as Term;
  for (let beat = 0; beat < 32; beat++) {
    const step = beat < 16 ? 1 : 2;
    const counter = base.counter + MAX_COUNTER_STEP * step;
    for (const id of [3, 4]) liar.tell(id, { ...base, counter, hostId: 66, reign: 70 + step, after: 69 + step });
    for (const id of [1, 2]) liar.tell(id, base);
    hosts.pass(50);
  }
  expect(all.map(({ host }) => host.hostId)).toEqual([1, 1, 66, 66]);
  liar.leave();
  hosts.until(() => hosts.acting.length === 2);
  hosts.pass(1_000);
  expect(hosts.agree()).toBeLessThan(FAR_MS + 1_000);
  hosts.pass(5_000);
  expect(hosts.acting).toHaveLength(1);
});

test("H18 of two hosts whom nobody follows one gives up, although neither was host in the place of the same", () => {
  const { hosts, all } = hosting(2);
  const liar = liarAmong(hosts);
  const base = all[0]?.host.term as Term;
  const claimed = { ...base, counter: base.counter + 1, hostId: 66, reign: 7, after: base.reign };
  for (let beat = 0; beat < 20; beat++) {
    liar.tell(1, base);
    liar.tell(2, claimed);
    hosts.pass(50);
  }
  liar.leave(2);
  for (let beat = 0; beat < 100; beat++) {
    liar.tell(1, base);
    hosts.pass(50);
  }
  liar.leave();
  hosts.agree();
  hosts.pass(5_000);
  expect(hosts.acting).toHaveLength(1);
});

test("H26 nobody follows a host that can be no peer, nor is a lobby told of one", () => {
  const hosts = new VirtualHosts();
  const liar = liarAmong(hosts);
  const newcomer = hosts.add(2);
  const { lobby, proposed } = strictLobby();
  followHost({ ...lobby, shape: "star", setHubs: (ids) => proposed.push(...ids) }, newcomer.host);
  hosts.until(() => newcomer.session.peers.length === 1);
  for (const hostId of [0, MAX_PEER_ID + 1, 0xffff_ffff]) {
    liar.say({ counter: 2, size: 9, whole: 9, hostId, reign: 7, after: 0, isGiven: false });
    hosts.pass(50);
  }
  expect(newcomer.told).toEqual([]);
  expect(proposed).toEqual([]);
  expect(newcomer.session.peers).toEqual([66]);
});

test("H27 a host that has used the numbers of states up does not keep the next ones' states from their deputies", () => {
  const { hosts, all } = hosting(5);
  const [one] = all as [HostMember];
  const writer = new ByteWriter();
  hostTable.definitions.hostState.payload.inner.write({ points: 1 }, writer);
  const bytes = writer.bytes.slice(0, writer.length);
  const reign = one.host.term?.reign ?? 0;
  one.session.send("hostState", { use: StateUse.KEEP, reign, wants: 0, number: 0xffff_ffff, bytes });
  hosts.pass(50);
  hosts.crash(1);
  hosts.agree();
  const [next] = hosts.all.filter(({ host }) => host.isHost) as [HostMember];
  for (let points = 100; points <= 160; points++) {
    next.score = { points };
    hosts.pass(250);
  }
  hosts.crash(next.id);
  hosts.agree();
  const [last] = hosts.all.filter(({ host }) => host.isHost) as [HostMember];
  expect(last.score.points).toBeGreaterThan(155);
});
