import { expect, test } from "vitest";
import { ErrorCode } from "../../src/base/error-code.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import type { BackendFactory } from "../../src/seam/connection-backend.ts";
import type { PairPaths, Relaying } from "../../src/seam/pair-paths.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMeeting } from "../support/fake-meeting.ts";
import type { FakeLink } from "../support/fake-network.ts";
import type { MeshMember } from "../support/mesh-member.ts";
import { ScriptedSignaller } from "../support/scripted-signaller.ts";

const diagnostics = collectDiagnostics();

const refusingBackend: BackendFactory = () => {
  throw new Error("none");
};

/** Members 1 and 2, connected. Member 2 offers. */
function twoConnected(networkChanges: ((onChange: () => void) => () => void) | null = null) {
  const meeting = new FakeMeeting();
  const answering = meeting.join(1, { networkChanges });
  const offering = meeting.join(2, { networkChanges });
  meeting.settle();
  // Not so soon that another offer would have to wait for its answer.
  meeting.pass(1_000);
  const [ofOffering] = meeting.links as [FakeLink, FakeLink];
  for (const { log } of [answering, offering]) log.length = 0;
  return { meeting, answering, offering, link: ofOffering };
}

/** A member whose group the test plays, connected to a far end that the test plays, too. */
function scripted(id: number, other: number) {
  const meeting = new FakeMeeting();
  const signaller = new ScriptedSignaller(id);
  const member = meeting.add(signaller);
  const far = new ScriptedSignaller(other);
  const farMember = meeting.add(far);
  signaller.introduce(other);
  far.introduce(id);
  /** Carries what was said, to and fro. */
  const carry = (): void => {
    for (let round = 0; round < 4; round++) {
      meeting.settle();
      for (const { to, signal } of signaller.sent.splice(0)) if (to === other) far.hear(id, signal);
      for (const { to, signal } of far.sent.splice(0)) if (to === id) signaller.hear(other, signal);
    }
    meeting.settle();
  };
  carry();
  expect([member.connected, farMember.connected]).toEqual([[other], [id]]);
  return { meeting, signaller, member, far, farMember, carry, links: meeting.links as [FakeLink, FakeLink] };
}

for (const side of ["offering", "answering"] as const) {
  test(`K26 the ${side} side has another path looked for, below a connection that goes on`, () => {
    const all = twoConnected();
    const { meeting, link } = all;
    const asking = all[side];
    const other = asking.id === 1 ? 2 : 1;
    expect(asking.peer.repairPeer(other, "restart")).toBe(ErrorCode.OK);
    expect(link.restartsBegun).toBe(0);
    meeting.settle();
    expect([link.restartsBegun, link.restartsDone, link.far?.restartsDone]).toEqual([1, 1, 1]);
    expect([all.offering.log, all.answering.log]).toEqual([[], []]);
    expect(meeting.links).toHaveLength(2);
    expect(asking.connector.counters).toMatchObject({ restarts: 1, unansweredRestarts: 0 });
  });
}

test("K26 restarts are numbered within their attempt, and their candidates follow", () => {
  const { meeting, signaller, member, far, carry } = scripted(10, 9);
  meeting.network.gathersAll = false;
  member.peer.repairPeer(9, "restart");
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["offer 1.1 + 2"]);
  meeting.pass(4_000);
  expect(signaller.takeSent()).toEqual(["offer 1.2 + 2"]);
  far.introduce(10);
  carry();
  member.peer.repairPeer(9, "restart");
  meeting.pass(2_000);
  const { sent } = signaller;
  expect(sent[0]?.signal).toMatchObject({ kind: "description", type: "offer", attempt: 1, restart: 3 });
  carry();
  expect(member.log).toEqual(["+9"]);
});

test("K26 where the offering side's backend knows no restarts, nothing comes of it, and replacing still helps", () => {
  const meeting = new FakeMeeting();
  meeting.network.restarts = false;
  const [one, two] = [meeting.join(1), meeting.join(2)] as [MeshMember, MeshMember];
  meeting.settle();
  expect(two.peer.repairPeer(1, "restart")).toBe(ErrorCode.OK);
  expect(one.peer.repairPeer(2, "restart")).toBe(ErrorCode.OK);
  meeting.pass(20_000);
  expect([one.log, two.log]).toEqual([["+2"], ["+1"]]);
  expect(diagnostics).toHaveLength(1);
  expect(one.peer.repairPeer(2, "replace")).toBe(ErrorCode.OK);
  meeting.settle();
  expect(two.connected).toEqual([1]);
});

test("K27 a connection that is not reachable is looked after at once", () => {
  const { meeting, link, offering, answering } = twoConnected();
  link.disconnect();
  meeting.settle();
  expect(link.restartsDone).toBe(1);
  meeting.pass(20_000);
  expect([link.restartsBegun, offering.log, answering.log]).toEqual([1, [], []]);
});

test("K27 while its member is out of sight it waits", () => {
  const { meeting, link, offering, answering } = twoConnected();
  meeting.group.goDown();
  meeting.settle();
  link.disconnect();
  meeting.pass(3_000);
  expect(link.restartsBegun).toBe(0);
  meeting.group.comeUp();
  meeting.settle();
  expect(link.restartsDone).toBe(1);
  expect([offering.log, answering.log]).toEqual([
    ["down", "up"],
    ["down", "up"],
  ]);
});

test("K27 a connection that came back by itself meanwhile needs no restart", () => {
  const { meeting, signaller, member, links } = scripted(10, 9);
  signaller.say({ kind: "down", reason: "test" });
  links[0].disconnect();
  meeting.pass(1_000);
  links[0].connect();
  meeting.settle();
  signaller.say({ kind: "up" }, { kind: "introduced", peerId: 9 });
  meeting.pass(5_000);
  expect(links[0].restartsBegun).toBe(0);
  expect(member.connected).toEqual([9]);
});

for (const changes of ["offering", "answering"] as const) {
  test(`K27 every connection of a device whose network changes is looked after: the ${changes} one's`, () => {
    const changed: (() => void)[] = [];
    let watching = 0;
    const all = twoConnected((onChange) => {
      watching += 1;
      changed.push(onChange);
      return () => {
        watching -= 1;
      };
    });
    expect(watching).toBe(2);
    changed[all[changes].id - 1]?.();
    expect(all.link.restartsBegun).toBe(0);
    all.meeting.settle();
    expect(all.link.restartsDone).toBe(1);
    for (const { peer } of [all.offering, all.answering]) peer.close();
    expect(watching).toBe(0);
  });
}

test("K27 what is still connecting when the network changes begins anew", () => {
  let changed = (): void => {};
  const meeting = new FakeMeeting();
  meeting.network.opens = false;
  meeting.join(1);
  const two = meeting.join(2, {
    networkChanges: (onChange) => {
      changed = onChange;
      return () => {};
    },
  });
  meeting.pass(1_000);
  meeting.network.opens = true;
  changed();
  meeting.settle();
  expect(two.log).toEqual(["+1"]);
  expect(two.connector.getPairs()).toMatchObject([{ state: "connected", attempt: 2 }]);
});

test("K27 a connection that the game makes by itself is left alone when the network changes", () => {
  let changed = (): void => {};
  const meeting = new FakeMeeting();
  const signaller = new ScriptedSignaller(10);
  const { peer, connector } = meeting.add(signaller, {
    networkChanges: (onChange) => {
      changed = onChange;
      return () => {};
    },
  });
  const own = new WebRTCPeerConnection({ backend: meeting.network.factory, clock: meeting.clock });
  own.initialize();
  peer.addPeer(own, 9);
  signaller.introduce(9);
  meeting.settle();
  changed();
  meeting.pass(1_000);
  expect(peer.getPeer(9)?.connection).toBe(own);
  expect(connector.getPairs()).toMatchObject([{ state: "connecting", attempt: 0 }]);
});

test("K28 a restart that is not answered is begun again, three times in a row at the most", () => {
  const { meeting, signaller, member } = scripted(10, 9);
  member.peer.repairPeer(9, "restart");
  meeting.pass(2_900);
  expect(signaller.takeSent()).toEqual(["offer 1.1 + 2"]);
  meeting.pass(200);
  expect(signaller.takeSent()).toEqual(["offer 1.2 + 2"]);
  meeting.pass(30_000);
  expect(signaller.takeSent()).toEqual(["offer 1.3 + 2"]);
  expect(member.connector.counters).toMatchObject({ restarts: 3, unansweredRestarts: 3 });
  member.peer.repairPeer(9, "restart");
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["offer 1.4 + 2"]);
  expect(member.log).toEqual(["+9"]);
});

test("K28 one that is asked for and does not come is asked for again", () => {
  const { meeting, signaller, member } = scripted(9, 10);
  member.peer.repairPeer(10, "restart");
  meeting.pass(30_000);
  expect(signaller.takeSent()).toEqual(["restart 1", "restart 1", "restart 1"]);
  expect(member.connector.counters).toMatchObject({ restarts: 3, unansweredRestarts: 3 });
});

test("K28 restarts of a pair begin 1 s apart", () => {
  const { meeting, signaller, member, carry } = scripted(10, 9);
  member.peer.repairPeer(9, "restart");
  carry();
  member.peer.repairPeer(9, "restart");
  meeting.pass(950);
  expect(signaller.takeSent()).toEqual([]);
  meeting.pass(100);
  expect(signaller.takeSent()).toEqual(["offer 1.2 + 2"]);
});

test("K28 both ask at the same time, or cross each other: one restart comes of it", () => {
  const { meeting, link, offering, answering } = twoConnected();
  offering.peer.repairPeer(1, "restart");
  answering.peer.repairPeer(2, "restart");
  meeting.pass(10_000);
  expect([link.restartsBegun, link.restartsDone]).toEqual([1, 1]);
});

test("K28 asks for one that is under way, and words of another attempt or restart, are dropped and counted", () => {
  const { meeting, signaller, member, carry, links } = scripted(10, 9);
  const heard = (signal: object): void => {
    signaller.hear(9, signal);
    meeting.settle();
  };
  heard({ kind: "restart", attempt: 1 });
  expect(signaller.sent).toHaveLength(1);
  heard({ kind: "restart", attempt: 1 });
  expect(member.connector.counters).toMatchObject({ duplicate: 1, stale: 0 });
  heard({ kind: "restart", attempt: 2 });
  const answer = { kind: "description", type: "answer", sdp: "answer of 1", candidates: [] };
  heard({ ...answer, attempt: 2, restart: 1 });
  heard({ ...answer, attempt: 1, restart: 2 });
  expect(member.connector.counters).toMatchObject({ stale: 3, duplicate: 1 });
  carry();
  expect(links[0].restartsDone).toBe(1);
  heard({ ...answer, attempt: 1, restart: 1 });
  heard({ ...answer, attempt: 1 });
  expect(member.connector.counters).toMatchObject({ stale: 3, duplicate: 3 });
  expect(member.log).toEqual(["+9"]);
});

test("K28 offers of restarts that came already, or come too fast, are dropped and counted", () => {
  const { meeting, signaller, member, links } = scripted(9, 10);
  const offered = (restart: number, attempt = 1): void => {
    const sdp = `offer ${restart} of 0`;
    signaller.hear(10, { kind: "description", type: "offer", attempt, restart, sdp, candidates: [] });
    meeting.settle();
  };
  offered(3);
  expect(signaller.takeSent()).toEqual(["answer 1.3 + 2"]);
  offered(4);
  expect(member.connector.counters).toMatchObject({ excessRestarts: 1 });
  meeting.clock.advance(250);
  offered(2);
  offered(3);
  offered(4, 2);
  expect(member.connector.counters).toMatchObject({ stale: 2, duplicate: 1 });
  offered(4);
  expect(signaller.takeSent()).toEqual(["answer 1.4 + 2"]);
  expect(links).toHaveLength(2);
  expect(member.log).toEqual(["+10"]);
});

for (const sides of [["offering"], ["answering"], ["offering", "answering"]] as const) {
  test(`K29 a connection is replaced by another at once, as the ${sides.join(" and the ")} side asks`, () => {
    const all = twoConnected();
    const { meeting, offering, answering } = all;
    for (const side of sides) {
      const asking = all[side];
      expect(asking.peer.repairPeer(asking.id === 1 ? 2 : 1, "replace")).toBe(ErrorCode.OK);
      expect(asking.connected).toHaveLength(1);
    }
    meeting.settle();
    expect(meeting.links).toHaveLength(2);
    for (const side of sides) {
      const other = all[side].id === 1 ? 2 : 1;
      expect(all[side].log).toEqual([`-${other} connection-lost`, `lost ${other}`, `+${other}`]);
    }
    // Who hears of the other's wish before it comes to its own has nothing left to replace.
    const replaced = [offering, answering].map(({ connector }) => connector.counters.replacements);
    expect(Math.max(...replaced)).toBe(1);
    expect([offering.connected, answering.connected]).toEqual([[1], [2]]);
    expect(offering.connector.getPairs()).toMatchObject([{ attempt: 2 }]);
    meeting.pass(30_000);
    expect(meeting.links).toHaveLength(2);
    expect(offering.connector.getPairs()).toMatchObject([{ attempt: 2 }]);
  });
}

test("K29 who is out of sight is replaced once it is seen again, unless that takes too long", () => {
  const { meeting, offering, answering } = twoConnected();
  const away = (ms: number): void => {
    meeting.group.goDown();
    meeting.settle();
    expect(answering.peer.repairPeer(2, "replace")).toBe(ErrorCode.OK);
    meeting.pass(ms);
    expect(answering.connected).toEqual([2]);
    meeting.group.comeUp();
    meeting.settle();
    meeting.pass(300);
  };
  away(9_600);
  expect(answering.log).toEqual(["down", "up", "-2 connection-lost", "lost 2", "+2"]);
  expect(offering.connected).toEqual([1]);
  answering.log.length = 0;
  away(10_100);
  expect(answering.log).toEqual(["down", "up"]);
});

for (const [id, other, begins] of [
  [10, 9, "offer 2 + 2"],
  [9, 10, "retry 1"],
] as const) {
  const side = id > other ? "offering" : "answering";

  test(`K33 what is cut is not replaced: the ${side} side asks until it hears the other`, () => {
    const { meeting, signaller, member } = scripted(id, other);
    member.peer.repairPeer(other, "replace");
    meeting.pass(2_900);
    expect(signaller.takeSent()).toEqual(["probe 1"]);
    meeting.pass(200);
    expect(signaller.takeSent()).toEqual(["probe 1"]);
    expect(member.log).toEqual([`+${other}`]);
    expect(member.connector.counters.replacements).toBe(0);
    signaller.hear(other, { kind: "echo", attempt: 1 });
    meeting.settle();
    meeting.pass(200);
    expect(signaller.takeSent()).toEqual([]);
    meeting.pass(50);
    expect(signaller.takeSent()).toEqual([begins]);
    expect(member.log).toEqual([`+${other}`, `-${other} connection-lost`, `lost ${other}`]);
    expect(member.connector.counters.replacements).toBe(1);
  });

  test(`K33 the ${side} side does not replace what a restart was answered for within 1 s`, () => {
    const { meeting, signaller, member, carry } = scripted(id, other);
    meeting.pass(1_000);
    member.peer.repairPeer(other, "restart");
    carry();
    member.peer.repairPeer(other, "replace");
    meeting.pass(950);
    expect(signaller.takeSent()).toEqual([]);
    meeting.pass(50);
    expect(signaller.takeSent()).toEqual([begins]);
  });

  test(`K33 the ${side} side waits no longer than that for an answer that does not come`, () => {
    const { meeting, signaller, member } = scripted(id, other);
    member.peer.repairPeer(other, "restart");
    meeting.pass(1_000);
    member.peer.repairPeer(other, "replace");
    signaller.hear(other, { kind: "echo", attempt: 1 });
    meeting.settle();
    signaller.takeSent();
    meeting.pass(950);
    expect(signaller.takeSent()).toEqual([]);
    meeting.pass(50);
    expect(signaller.takeSent()).toEqual([begins]);
  });

  test(`K34 what came back by itself on the ${side} side is neither restarted nor replaced`, () => {
    const { meeting, signaller, member } = scripted(id, other);
    for (const step of ["restart", "replace", "none"] as const) {
      expect(member.peer.repairPeer(other, step)).toBe(ErrorCode.OK);
    }
    meeting.pass(1_000);
    expect(signaller.takeSent()).toEqual([]);
    member.peer.repairPeer(other, "replace");
    meeting.settle();
    expect(signaller.takeSent()).toEqual(["probe 1"]);
    member.peer.repairPeer(other, "none");
    signaller.hear(other, { kind: "echo", attempt: 1 });
    meeting.pass(20_000);
    expect([signaller.takeSent(), member.log]).toEqual([[], [`+${other}`]]);
  });
}

test("K33 what was heard in an earlier silence counts no more", () => {
  const { meeting, signaller, member, carry } = scripted(10, 9);
  member.peer.repairPeer(9, "restart");
  carry();
  member.peer.repairPeer(9, "none");
  meeting.pass(2_000);
  member.peer.repairPeer(9, "replace");
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["probe 1"]);
});

test("K33 who was out of sight is asked at once when it is seen again", () => {
  const { meeting, signaller, member } = scripted(10, 9);
  member.peer.repairPeer(9, "replace");
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["probe 1"]);
  signaller.say({ kind: "down", reason: "test" });
  meeting.pass(500);
  signaller.say({ kind: "up" }, { kind: "introduced", peerId: 9 });
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["probe 1"]);
});

test("K33 a probe is answered once a second", () => {
  const { meeting, signaller, member } = scripted(10, 9);
  const heard = (attempt: number): string[] => {
    signaller.hear(9, { kind: "probe", attempt });
    meeting.settle();
    return signaller.takeSent();
  };
  expect([heard(1), heard(2)]).toEqual([["echo 1"], []]);
  expect(member.connector.counters).toMatchObject({ excessProbes: 1 });
  meeting.pass(1_000);
  expect(heard(7)).toEqual(["echo 7"]);
  expect(member.log).toEqual(["+9"]);
});

test("K33 where no backend knows restarts, replacing helps all the same, whichever side asks", () => {
  for (const asks of [0, 1]) {
    const meeting = new FakeMeeting();
    meeting.network.restarts = false;
    const members = [meeting.join(1), meeting.join(2)] as const;
    meeting.settle();
    const member = members[asks] as MeshMember;
    member.peer.repairPeer(2 - asks, "restart");
    meeting.pass(1_000);
    member.peer.repairPeer(2 - asks, "replace");
    meeting.pass(1_100);
    expect(member.connector.getPairs()).toMatchObject([{ state: "connected", attempt: 2 }]);
  }
});

test("K29 whoever is unknown, or closed, cannot be replaced", () => {
  const { offering, answering, meeting } = twoConnected();
  expect(offering.peer.repairPeer(77, "replace")).toBe(ErrorCode.ERR_UNAVAILABLE);
  offering.peer.disconnectPeer(1);
  meeting.settle();
  expect(offering.peer.repairPeer(1, "replace")).toBe(ErrorCode.ERR_UNAVAILABLE);
  answering.connector.close();
  expect(answering.peer.repairPeer(2, "replace")).toBe(ErrorCode.ERR_UNAVAILABLE);
});

test("K26 a restart uses the signaller's servers of then", () => {
  const { meeting, signaller, member, links } = scripted(10, 9);
  const iceServers = [{ urls: "turn:turn.example", username: "later", credential: "secret" }];
  Object.assign(signaller, { iceServers });
  member.peer.repairPeer(9, "restart");
  meeting.settle();
  expect(links[0].configuration).toEqual({ iceServers });
});

test("K30 a connection that broke is made anew at once, then after 250 ms, 500 ms and so on", () => {
  const { meeting, offering, link } = twoConnected();
  meeting.network.opens = false;
  const madeBefore = meeting.network.made.length;
  const attemptsAt: number[] = [];
  const startMs = meeting.clock.nowMs();
  link.fail();
  for (let ms = 0; ms < 40_000; ms += 50) {
    meeting.pass(50);
    const [pair] = offering.connector.getPairs();
    if (pair !== undefined && pair.attempt > attemptsAt.length + 1) attemptsAt.push(meeting.clock.nowMs() - startMs);
  }
  expect(meeting.network.made.length).toBeGreaterThan(madeBefore);
  const [first, second, third, ...rest] = attemptsAt as [number, number, number, ...number[]];
  expect(first).toBeLessThanOrEqual(50);
  expect(second - first).toBeGreaterThan(4_000 + 180);
  expect(second - first).toBeLessThan(4_000 + 420);
  expect(third - second).toBeGreaterThan(8_000 + 360);
  expect(third - second).toBeLessThan(8_000 + 750);
  expect(rest.length).toBeGreaterThanOrEqual(1);
});

test("K30 for 15 s it goes on whatever maxAttempts says", () => {
  const meeting = new FakeMeeting();
  let fails = false;
  meeting.join(1, { maxAttempts: 1 });
  const two = meeting.join(2, {
    maxAttempts: 1,
    createConnection: (options) => {
      if (fails) throw new Error("no more");
      return new WebRTCPeerConnection(options);
    },
  });
  meeting.settle();
  fails = true;
  meeting.links[0]?.fail();
  meeting.pass(14_000);
  const { state } = two.connector.getPairs()[0] ?? {};
  expect(state).toBe("waiting");
  meeting.pass(5_000);
  expect(two.connector.getPairs()).toMatchObject([{ state: "failed" }]);
});

/** Ways that are the direct one, whatever they claim to be. */
function fakeRelaying() {
  const made: { peerId: number; headStartMs: number; polls: number; ways: PairPaths }[] = [];
  const state: { carrier: PairPaths["carrier"]; problem: PairPaths["problem"] } = {
    carrier: "relay",
    problem: "hidden",
  };
  const relay: Relaying = {
    to: (peerId, { direct, headStartMs }) => {
      const ways: PairPaths = {
        backend: (configuration, observer) => {
          const backend = direct(configuration, observer);
          Object.defineProperty(backend, "isRelayed", { get: () => state.carrier === "relay" });
          return backend;
        },
        get carrier() {
          return state.carrier;
        },
        get problem() {
          return state.problem;
        },
        poll: () => {
          entry.polls += 1;
        },
      };
      const entry = { peerId, headStartMs, polls: 0, ways };
      made.push(entry);
      return ways;
    },
  };
  return { made, state, relay };
}

test("K31 with a relay, the direct way has a head start of 2 s, and of 0.5 s in a repair", () => {
  const meeting = new FakeMeeting();
  const { made, relay } = fakeRelaying();
  meeting.join(1);
  const two = meeting.join(2, { relay });
  meeting.settle();
  expect(made).toMatchObject([{ peerId: 1, headStartMs: 2_000 }]);
  const before = made[0]?.polls ?? 0;
  two.peer.poll();
  expect(made[0]?.polls).toBe(before + 1);
  meeting.pass(1_000);
  two.peer.repairPeer(1, "replace");
  meeting.settle();
  expect(made.slice(1)).toMatchObject([{ peerId: 1, headStartMs: 500 }]);
  expect(two.connected).toEqual([1]);
});

test("K32 getPairs tells which way packets go, and what is in the way of a better one", async () => {
  const meeting = new FakeMeeting();
  const { state, relay } = fakeRelaying();
  meeting.join(1);
  const two = meeting.join(2, { relay });
  meeting.settle();
  const look = async () => {
    two.connector.getPairs();
    await Promise.resolve();
    meeting.pass(1_000);
    two.connector.getPairs();
    await new Promise((resolve) => setTimeout(resolve, 0));
    meeting.settle();
    const [pair] = two.connector.getPairs();
    return [pair?.path, pair?.problem];
  };
  expect(await look()).toEqual(["relay", "hidden"]);
  state.carrier = "direct";
  // A fake has no statistics that would tell direct ways from TURN servers.
  expect(await look()).toEqual([null, null]);
});

test("K32 what was in the way of a failed attempt is told", () => {
  const problems = (candidatesEach: number, options: object, signaller = new ScriptedSignaller(10)) => {
    const meeting = new FakeMeeting();
    meeting.network.candidatesEach = candidatesEach;
    meeting.network.opens = false;
    const member = meeting.add(signaller, { maxAttempts: 1, ...options });
    const far = new ScriptedSignaller(9);
    meeting.add(far);
    signaller.introduce(9);
    far.introduce(10);
    for (let round = 0; round < 4; round++) {
      meeting.settle();
      for (const { signal } of signaller.sent.splice(0)) far.hear(10, signal);
      for (const { signal } of far.sent.splice(0)) signaller.hear(9, signal);
    }
    return { meeting, member, problem: () => member.connector.getPairs()[0]?.problem };
  };
  const none = problems(0, {});
  expect(none.problem()).toBeNull();
  none.meeting.pass(16_000);
  expect(none.problem()).toBe("no-candidates");
  const slow = problems(1, {});
  slow.meeting.pass(16_000);
  expect(slow.problem()).toBe("timeout");
  const failed = problems(1, {});
  failed.meeting.links[0]?.fail();
  failed.meeting.settle();
  expect(failed.problem()).toBe("ice-failed");
  const impossible = problems(1, { createConnection: () => new WebRTCPeerConnection({ backend: refusingBackend }) });
  expect(impossible.problem()).toBe("not-started");
});

test("M30 repairPeer asks the companions in turn until one takes it on", () => {
  const { offering } = twoConnected();
  const asked: string[] = [];
  const companion = (name: string, takes: boolean) => ({
    wake: null,
    poll: () => {},
    repair: (id: number, step: string) => {
      asked.push(`${name} ${id} ${step}`);
      return takes;
    },
  });
  offering.peer.attach({ wake: null, poll: () => {} });
  offering.peer.attach(companion("a", false));
  offering.peer.attach(companion("b", true));
  offering.peer.attach(companion("c", true));
  expect(offering.peer.repairPeer(5, "restart")).toBe(ErrorCode.OK);
  expect(asked).toEqual(["a 5 restart", "b 5 restart"]);
  offering.peer.close();
  expect(offering.peer.repairPeer(5, "restart")).toBe(ErrorCode.ERR_UNAVAILABLE);
});
