import { expect, test } from "vitest";
import { followHost, type HostedLobby } from "../../src/host/follow-host.ts";
import { MAX_COUNTER, MAX_LOBBY_TERM } from "../../src/host/limits.ts";
import { type Status, UNKNOWN_SINCE } from "../../src/host/status.ts";
import type { Term } from "../../src/host/term.ts";
import { LobbyLimits } from "../../src/lobby/protocol.ts";
import { type HostMember, hosting, VirtualHosts } from "../support/virtual-hosts.ts";

/** What a member says of itself that says what it likes. */
class Liar {
  readonly #member: HostMember;
  #number = 1_000;

  /** Its own host says nothing any more. */
  constructor(hosts: VirtualHosts, id: number) {
    this.#member = hosts.members.get(id) as HostMember;
    hosts.members.delete(id);
  }

  say(term: Term, more: Partial<Status> = {}, name: "hostStatus" | "hostBeat" = "hostStatus"): void {
    const { id, session } = this.#member;
    const claims = term.hostId === id;
    this.#number += 1;
    session.send(name, {
      number: this.#number,
      instance: 5_000 + id,
      term,
      claims,
      listens: false,
      hears: !claims,
      misses: false,
      leaves: false,
      isHidden: false,
      since: UNKNOWN_SINCE,
      held: 0,
      wants: 0,
      ...more,
    });
  }
}

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
