import { expect, test } from "vitest";
import { followHost, type HostedLobby } from "../../src/host/follow-host.ts";
import type { HostOptions } from "../../src/host/host-options.ts";
import type { Term } from "../../src/host/term.ts";
import { HostSeat } from "../../src/server/host-seat.ts";
import { type HostMember, hosting, type Score, VirtualHosts } from "../support/virtual-hosts.ts";
import { Liar, liarAmong } from "../support/virtual-liar.ts";

type Handler = (hostId: number, cause: string) => void;

/** A lobby on a server's seat, as those of its members see it who follow their hosts in it. */
class SeatedLobby {
  readonly seat = new HostSeat();
  /** What each has proposed. */
  readonly said: { readonly from: number; readonly hostId: number }[] = [];
  readonly #members = new Map<number, unknown>();
  readonly #handlers = new Map<string, Map<number, Handler[]>>();
  #told = 0;

  constructor(...ids: number[]) {
    for (const id of ids) this.come(id);
    this.#told = this.seat.hostId;
  }

  follow(...members: readonly HostMember[]): this {
    for (const { id, host } of members) followHost(this.#of(id), host);
    return this;
  }

  come(id: number): void {
    const isHostThere = this.#members.has(this.seat.hostId);
    this.#members.set(id, {});
    this.seat.sat(id, isHostThere);
    this.#tell("agreed");
  }

  go(id: number): void {
    this.#members.delete(id);
    this.seat.left(id, Math.min(...this.#members.keys()));
    this.#tell("stands-in");
    this.seat.count(this.#has, this.#members.size);
    this.#tell("agreed");
  }

  /** Some seconds have passed since the server said who is host. */
  stay(): void {
    this.#call("hostStayed");
  }

  vote(from: number, hostId: number, term: number): void {
    this.said.push({ from, hostId });
    if (this.seat.vote(from, { hostId, term }, this.#has, this.#members.size)) this.#tell("agreed");
  }

  proposedBy(id: number): number[] {
    return [...new Set(this.said.flatMap(({ from, hostId }) => (from === id ? [hostId] : [])))];
  }

  readonly #has = (id: number): boolean => this.#members.has(id);

  #tell(cause: string): void {
    if (this.seat.hostId === this.#told) return;
    this.#told = this.seat.hostId;
    this.#call("hostChanged", cause);
  }

  #call(name: string, cause = ""): void {
    for (const [id, handlers] of this.#handlers.get(name) ?? []) {
      if (this.#members.has(id)) for (const handler of handlers) handler(this.seat.hostId, cause);
    }
  }

  #of(id: number): HostedLobby {
    const { seat } = this;
    return {
      state: "open",
      members: this.#members,
      get hostId() {
        return seat.hostId;
      },
      get isHost() {
        return seat.hostId === id;
      },
      get hostTerm() {
        return seat.term;
      },
      proposeHost: (hostId, term) => this.vote(id, hostId, term),
      on: (name: string, handler: Handler) => {
        const all = this.#handlers.get(name) ?? new Map<number, Handler[]>();
        this.#handlers.set(name, all.set(id, [...(all.get(id) ?? []), handler]));
      },
      off: () => {},
    };
  }
}

const namesOne: Partial<HostOptions<Score>> = { firstHost: () => 1 };

/** Members 1, 2 and so on in a session and in a lobby, which have 1 for host. */
function seated(count: number): { hosts: VirtualHosts; all: HostMember[]; one: HostMember; lobby: SeatedLobby } {
  const { hosts, all } = hosting(count);
  const lobby = new SeatedLobby(...all.map(({ id }) => id)).follow(...all);
  return { hosts, all, one: all[0] as HostMember, lobby };
}

/** For two seconds, or so many, it says that it is host of a term that is one higher. */
function claim(hosts: VirtualHosts, liar: Liar, last: Term, seconds = 2): Term {
  const claimed = { ...last, counter: last.counter + 1, hostId: 66, reign: 7, after: last.reign };
  for (let beat = 0; beat < 4 * seconds; beat++) {
    liar.say(claimed);
    hosts.pass(250);
  }
  return claimed;
}

test("H17 a lobby's host that hands over gives its place away, and so does one whom the game did not name first", () => {
  const { hosts, one, lobby } = seated(3);
  one.host.resign();
  hosts.agree();
  expect(lobby.seat.hostId).toBe(one.host.hostId);

  const others = new VirtualHosts();
  const named = new SeatedLobby(1, 2, 3).follow(...[1, 2, 3].map((id) => others.add(id, { firstHost: () => 2 })));
  others.agree();
  expect([others.acting, named.seat.hostId]).toEqual([[2], 2]);
});

test("H17 a lobby's host that was away gives its place away, for however long, and whether its clock noticed or not", () => {
  for (const ms of [2_900, 4_000, 7_500, 10_000]) {
    for (const [count, isNoticed] of [
      [2, true],
      [3, true],
      [3, false],
      [4, false],
    ] as const) {
      const { hosts, one, lobby } = seated(count);
      const { device } = one;
      const nowMs = device.clock.nowMs.bind(device.clock);
      device.stall(ms);
      hosts.pass(ms - 10);
      if (!isNoticed) Object.assign(device.clock, { nowMs: () => nowMs() - ms });
      hosts.pass(8_000);
      hosts.agree();
      hosts.pass(2_000);
      expect([ms, count, isNoticed, lobby.seat.hostId]).toEqual([ms, count, isNoticed, one.host.hostId]);
    }
  }
});

test("H17 a lobby's host that was cut off gives its place away, also if it heard the others all the time", () => {
  for (const ms of [3_500, 6_000, 12_000]) {
    for (const oneWay of [true, false]) {
      const { hosts, one, lobby } = seated(5);
      const sides = [
        [1, 2],
        [3, 4, 5],
      ];
      hosts.sessions.mesh.network.partition(sides, { oneWay });
      hosts.pass(ms);
      hosts.sessions.mesh.network.heal();
      hosts.pass(20_000);
      hosts.agree();
      expect(one.host.hostId).not.toBe(1);
      expect([ms, oneWay, lobby.seat.hostId]).toEqual([ms, oneWay, one.host.hostId]);
    }
  }
});

test("H17 a lobby's host keeps its place in spite of who came and claims to be host, whatever else that one says", () => {
  for (const isGiven of [false, true]) {
    for (const size of [0, 3]) {
      const { hosts, all, one, lobby } = seated(3);
      lobby.come(66);
      const liar = liarAmong(hosts);
      const claimed = claim(hosts, liar, { ...(one.host.term as Term), isGiven });
      expect(all.map(({ host }) => host.hostId)).toEqual([66, 66, 66]);
      expect(one.told.filter((word) => word === "surrender")).toHaveLength(1);
      // To it alone, while the others are told of the liar's term.
      liar.handOver({ ...claimed, hostId: 1, reign: 8, after: 7, isGiven: true, size, whole: 60_000 });
      for (let beat = 0; beat < 24; beat++) {
        liar.say(claimed);
        hosts.pass(250);
      }
      expect([lobby.seat.hostId, lobby.proposedBy(1)]).toEqual([1, []]);
    }
  }
});

test("H17 a lobby's host keeps its place though a liar is first host of the session, or was there before it", () => {
  const members = [1, 2, 3, 66];
  for (const order of [members, [66, 1, 2, 3]]) {
    const hosts = new VirtualHosts();
    const raw = new Map(members.map((id) => [id, hosts.sessions.addRaw(id)]));
    hosts.sessions.pass(3_000);
    Object.assign(hosts.sessions, {
      add: (id: number, options: object) => hosts.sessions.open(raw.get(id) as never, options),
    });
    const lobby = new SeatedLobby(...members);
    for (const id of order) {
      const member = hosts.add(id, namesOne);
      if (id !== 66) lobby.follow(member);
    }
    const liar = new Liar(hosts, 66);
    for (let beat = 0; beat < 60; beat++) {
      liar.say({ counter: 1, size: 1, whole: 1, hostId: 66, reign: 7, after: 0, isGiven: false });
      hosts.pass(50);
    }
    expect(hosts.all.map(({ host }) => host.hostId)).toEqual([66, 66, 66]);
    expect([lobby.seat.hostId, lobby.proposedBy(1)]).toEqual([1, []]);
  }
});

test("H17 a lobby's host keeps its place while a liar was quiet, and another's page stands still", () => {
  const { hosts, all, one, lobby } = seated(2);
  lobby.come(66);
  const liar = liarAmong(hosts);
  hosts.pass(4_000);
  claim(hosts, liar, one.host.term as Term);
  all[1]?.device.stall(4_000);
  claim(hosts, liar, { ...(one.host.term as Term), counter: 1 }, 8);
  expect([one.host.hostId, lobby.seat.hostId, lobby.proposedBy(1)]).toEqual([66, 1, []]);
});

test("H17 a lobby's host whom nobody has followed keeps its place if it made the lobby, and one alone came; not if it came to others", () => {
  for (const [before, expected] of [
    [[1], 1],
    [[1, 66], 66],
  ] as const) {
    const hosts = new VirtualHosts();
    const one = hosts.add(1, namesOne);
    const lobby = new SeatedLobby(...before).follow(one);
    hosts.until(() => one.host.isHost);
    if (!lobby.seat.isAgreed || before.length === 1) lobby.come(66);
    claim(hosts, liarAmong(hosts), one.host.term as Term);
    expect([one.host.hostId, lobby.seat.hostId]).toEqual([66, expected]);
  }
});

test("H17 who made a lobby, and reached the others after they had begun without it, gives its place away", () => {
  const hosts = new VirtualHosts();
  const one = hosts.add(1, namesOne);
  const lobby = new SeatedLobby(1).follow(one);
  hosts.pass(1_000);
  hosts.sessions.mesh.network.partition([[1], [2, 3]]);
  for (const id of [2, 3]) {
    lobby.come(id);
    lobby.follow(hosts.add(id, namesOne));
  }
  hosts.pass(6_000);
  hosts.sessions.mesh.network.heal();
  hosts.until(() => hosts.all.every(({ session }) => session.peers.length === 2), 60_000);
  hosts.agree();
  hosts.pass(2_000);
  expect([one.host.hostId, lobby.seat.hostId]).not.toContain(1);
});

test("H17 who calls followHost late tells the lobby at once", () => {
  const { hosts, all } = hosting(3);
  all[0]?.host.resign();
  hosts.agree();
  hosts.pass(500);
  const lobby = new SeatedLobby(1, 2, 3).follow(...all);
  expect(lobby.seat.hostId).toBe(all[0]?.host.hostId);
});

test("H17 what a member has said is taken back when its host is the lobby's again", () => {
  const { hosts, all, one, lobby } = seated(2);
  lobby.come(66);
  const liar = liarAmong(hosts);
  const claimed = claim(hosts, liar, one.host.term as Term);
  lobby.vote(66, 66, 16);
  const next = { ...claimed, counter: claimed.counter + 1, hostId: 1, reign: 8, after: 7, isGiven: true };
  liar.handOver(next);
  for (let beat = 0; beat < 8; beat++) {
    liar.say(next);
    hosts.pass(250);
  }
  expect(all.map(({ host }) => host.hostId)).toEqual([1, 1]);
  expect(lobby.proposedBy(2)).toEqual([66, 1]);
  lobby.go(1);
  lobby.come(1);
  expect(lobby.seat.isAgreed && lobby.seat.hostId === 66).toBe(false);
});

test("H17 who merely stands in for a lobby's host says whom the game has", () => {
  const { hosts, all, lobby } = seated(3);
  const two = all[1] as HostMember;
  two.isHidden = true;
  hosts.pass(1_000);
  hosts.crash(1);
  lobby.go(1);
  expect(lobby.seat.hostId).toBe(2);
  hosts.agree();
  expect([hosts.acting, lobby.seat.hostId, lobby.seat.isAgreed]).toEqual([[3], 3, true]);
});

test("H17 who was overruled long ago keeps no place that it was given since", () => {
  const { hosts, lobby } = seated(5);
  hosts.sessions.mesh.network.partition([
    [1, 2, 5],
    [3, 4],
  ]);
  hosts.pass(6_000);
  hosts.sessions.mesh.network.heal();
  hosts.pass(20_000);
  expect(hosts.acting).toEqual([1]);
  for (const id of [2, 5]) {
    hosts.leave(id);
    lobby.go(id);
    hosts.pass(1_000);
  }
  for (const [from, hostId] of [
    [3, 3],
    [4, 3],
  ] as const)
    lobby.vote(from, hostId, lobby.seat.term + 1);
  lobby.go(1);
  hosts.pass(1_000);
  lobby.come(1);
  for (let i = 0; i < 3; i++) {
    lobby.stay();
    hosts.pass(3_000);
  }
  expect([hosts.acting, lobby.seat.hostId]).toEqual([[1], 1]);
});
