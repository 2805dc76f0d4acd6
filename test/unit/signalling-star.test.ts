import { expect, test } from "vitest";
import { TickmeshError } from "../../src/base/tickmesh-error.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import { connectMesh } from "../../src/signalling/mesh-connector.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMeeting } from "../support/fake-meeting.ts";
import type { MeshMember } from "../support/mesh-member.ts";
import { ScriptedSignaller } from "../support/scripted-signaller.ts";

collectDiagnostics();

/** Members with these ids; the hubs that each of them is told, or all. */
function star(ids: readonly number[], hubs: readonly number[] | ((id: number) => readonly number[])) {
  const meeting = new FakeMeeting();
  const hubsOf = typeof hubs === "function" ? hubs : () => hubs;
  const members = ids.map((id) => meeting.join(id, { hubs: hubsOf(id) }));
  meeting.settle();
  return { meeting, members };
}

/** A member of id 10 whose group the test plays. */
function scripted(hubs: readonly number[] | null, meeting = new FakeMeeting()) {
  const signaller = new ScriptedSignaller(10);
  return { meeting, signaller, member: meeting.add(signaller, { hubs }) };
}

function statesOf({ connector }: MeshMember): Record<number, string> {
  return Object.fromEntries(connector.getPairs().map(({ peerId, state }) => [peerId, state]));
}

const offer = (attempt: number, sdp: string) => {
  return { kind: "description", type: "offer", attempt, sdp, candidates: [] };
};

const answer = (attempt: number, sdp: string) => ({ ...offer(attempt, sdp), type: "answer" });

function code(call: () => void): string {
  try {
    call();
    return "none";
  } catch (error) {
    return error instanceof TickmeshError ? error.code : String(error);
  }
}

test("K35 hubs are 1 to 16 peer ids, each counted once, or null; anything else is refused and changes nothing", () => {
  const { member } = scripted(null);
  const { connector, peer } = member;
  expect(connector.hubs).toBeNull();
  const given = [3, 10, 3, 77];
  connector.setHubs(given);
  given.push(1);
  expect(connector.hubs).toEqual([3, 10, 77]);
  const hubs = connector.hubs;
  connector.setHubs([3, 10, 77]);
  expect(connector.hubs).toBe(hubs);
  const many = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const wrong: unknown[] = [
    [],
    [0],
    [1.5],
    ["1"],
    [Number.NaN],
    [2 ** 31],
    many,
    many.slice(0, 17),
    3,
    "3",
    {},
    undefined,
  ];
  for (const ids of wrong)
    expect(
      code(() => connector.setHubs(ids as number[])),
      String(ids),
    ).toBe("invalid-options");
  expect(connector.hubs).toBe(hubs);
  connector.setHubs(many.slice(0, 16));
  expect(peer.getHubs()).toHaveLength(16);
  connector.setHubs(null);
  expect(connector.hubs).toBeNull();
  const other = new WebRTCMultiplayerPeer();
  other.createMesh(1);
  expect(code(() => connectMesh(other, new ScriptedSignaller(1), { hubs: [0] }))).toBe("invalid-options");
});

test("K35 hubs may be set after the end, and nothing comes of it", () => {
  const { member } = scripted([3]);
  member.connector.close();
  member.connector.setHubs([4]);
  member.peer.poll();
  expect(member.peer.getHubs()).toBeNull();
});

test("K36 a pair of which neither is a hub is not begun", () => {
  const { meeting, members } = star([1, 2, 3, 4, 5, 6, 7], [1, 5]);
  expect(members.map(({ connected }) => connected)).toEqual([
    [2, 3, 4, 5, 6, 7],
    [1, 5],
    [1, 5],
    [1, 5],
    [1, 2, 3, 4, 6, 7],
    [1, 5],
    [1, 5],
  ]);
  expect(meeting.links).toHaveLength(22);
  expect(statesOf(members[1] as MeshMember)).toEqual({
    1: "connected",
    3: "apart",
    4: "apart",
    5: "connected",
    6: "apart",
    7: "apart",
  });
  meeting.pass(60_000);
  expect(members.flatMap(({ log }) => log.filter((line) => !line.startsWith("+")))).toEqual([]);
  expect(meeting.network.made).toHaveLength(22);
});

test("K36 what is not begun has no attempt, and is neither repaired nor told", () => {
  const { meeting, members } = star([1, 2, 3], [1]);
  const two = members[1] as MeshMember;
  expect(two.connector.getPairs().find(({ peerId }) => peerId === 3)).toEqual({
    peerId: 3,
    state: "apart",
    attempt: 0,
    isPresent: true,
    path: null,
    problem: null,
  });
  expect(two.peer.repairPeer(3, "replace")).not.toBe(0);
  meeting.pass(2_000);
  expect(two.log).toEqual(["+1"]);
});

test("K37 a pair that becomes wanted begins with the next poll, and what stands stays", () => {
  const { meeting, members } = star([1, 2, 3, 4], [1]);
  let woken = 0;
  for (const { peer } of members) peer.wake = () => (woken += 1);
  for (const { connector } of members) connector.setHubs([3]);
  expect(woken).toBe(4);
  meeting.settle();
  expect(members.map(({ connected }) => connected)).toEqual([
    [2, 3, 4],
    [1, 3],
    [1, 2, 4],
    [1, 3],
  ]);
  for (const { connector } of members) connector.setHubs(null);
  meeting.settle();
  expect(members.map(({ connected }) => connected.length)).toEqual([3, 3, 3, 3]);
  expect(members.flatMap(({ log }) => log.filter((line) => !line.startsWith("+")))).toEqual([]);
});

test("K37 an absent member is begun when it is introduced, if it is wanted by then", () => {
  const { meeting, members } = star([1, 2, 3], [1]);
  const [, two, three] = members as [MeshMember, MeshMember, MeshMember];
  meeting.group.interrupt(3);
  meeting.settle();
  for (const { connector } of members) connector.setHubs([1, 3]);
  meeting.settle();
  expect(two.connected).toEqual([1]);
  meeting.group.restore(3);
  meeting.settle();
  expect([two.connected, three.connected]).toEqual([
    [1, 3],
    [1, 2],
  ]);
});

test("K38 a pair is connected that one side alone takes for wanted, whichever side offers", () => {
  for (const knows of [2, 3]) {
    // A hub that the other has not heard of: itself, or the other.
    for (const hub of [2, 3]) {
      const { members } = star([1, 2, 3], (id) => (id === knows ? [1, hub] : [1]));
      expect(
        members.map(({ connected }) => connected),
        `${knows} knows of ${hub}`,
      ).toEqual([
        [2, 3],
        [1, 3],
        [1, 2],
      ]);
    }
  }
});

test("K38 the answering side says at once that it wants a connection; the offering side begins then, and once", () => {
  const { meeting, signaller, member } = scripted([1]);
  signaller.introduce(9);
  signaller.introduce(11);
  meeting.settle();
  expect(signaller.takeSent()).toEqual([]);
  member.connector.setHubs([1, 11]);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["want 1"]);
  for (let count = 0; count < 20; count++) signaller.hear(9, { kind: "want", attempt: 1 });
  meeting.settle();
  signaller.hear(9, { kind: "want", attempt: 1 });
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["offer 1 + 2"]);
  expect(statesOf(member)).toEqual({ 9: "connecting", 11: "expecting" });
  // Asked for, it goes on as any other.
  meeting.links[0]?.fail();
  meeting.pass(1_000);
  expect(signaller.takeSent()).toEqual(["offer 2 + 2"]);
  expect(member.connector.counters).toMatchObject({ duplicate: 0, stale: 0, wrongSide: 0, malformed: 0 });
});

test("K38 in a full mesh nobody says that it wants a connection, but who is asked to retry", () => {
  const { meeting, signaller, member } = scripted(null);
  signaller.introduce(11);
  meeting.pass(31_000);
  expect(signaller.takeSent()).toEqual([]);
  member.connector.retry(11);
  expect(signaller.takeSent()).toEqual(["want 1"]);
});

test("K38 it is said again when the far side is introduced anew, for it may have been lost", () => {
  const { meeting, signaller } = scripted([11]);
  signaller.introduce(11);
  meeting.settle();
  signaller.say({ kind: "down", reason: "gone" }, { kind: "up" });
  signaller.introduce(11);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["want 1", "want 1"]);
});

test("K38 who wants one though it has answered is another page: what stands is of no use to it", () => {
  const { signaller, member, meeting: other } = scripted([9]);
  const far = new ScriptedSignaller(9);
  other.add(far, { hubs: [9] });
  far.introduce(10);
  signaller.introduce(9);
  const post = (): void => {
    for (let round = 0; round < 5; round++) {
      other.settle();
      for (const { signal } of signaller.sent.splice(0)) far.hear(10, signal);
      for (const { signal } of far.sent.splice(0)) signaller.hear(9, signal);
    }
  };
  post();
  expect(member.connected).toEqual([9]);
  signaller.hear(9, { kind: "want", attempt: 1 });
  post();
  other.pass(1_000);
  post();
  expect(member.log).toEqual(["+9", "-9 connection-lost", "lost 9", "+9"]);
});

test("K38 the wrong side's wish is dropped and counted, and so is that of who was disconnected", () => {
  const { meeting, signaller, member } = scripted([10]);
  signaller.introduce(11);
  signaller.introduce(9);
  meeting.settle();
  signaller.hear(11, { kind: "want", attempt: 1 });
  signaller.hear(9, { kind: "want", attempt: 0 });
  member.peer.disconnectPeer(9, true);
  meeting.settle();
  signaller.hear(9, { kind: "want", attempt: 1 });
  meeting.settle();
  expect(member.connector.counters).toMatchObject({ wrongSide: 1, malformed: 1, refused: 1 });
  expect(statesOf(member)).toEqual({ 9: "ended", 11: "expecting" });
});

test("K39 a connection that is lost and no longer wanted is told of, and not made anew until it is wanted", () => {
  const { meeting, members } = star([1, 2, 3], [1, 2]);
  const [one, two, three] = members as [MeshMember, MeshMember, MeshMember];
  for (const { connector } of members) connector.setHubs([1]);
  meeting.pass(5_000);
  expect(three.connected).toEqual([1, 2]);
  // The third that was made: 2 offered to 1, 3 to 1, then to 2.
  meeting.links[2]?.fail();
  meeting.pass(5_000);
  expect([one.connected, two.connected, three.connected]).toEqual([[2, 3], [1], [1]]);
  expect(two.log).toEqual(["+1", "+3", "-3 closed-by-peer"]);
  expect(three.log).toEqual(["+1", "+2", "-2 connection-lost", "lost 2"]);
  expect([statesOf(two)[3], statesOf(three)[2]]).toEqual(["apart", "apart"]);
  for (const { connector } of members) connector.setHubs([1, 3]);
  meeting.settle();
  expect(two.connected).toEqual([1, 3]);
});

test("K39 one that is to be replaced is closed then, and who wants it still makes it anew", () => {
  for (const asks of [2, 3]) {
    const { meeting, members } = star([1, 2, 3], [1, 2]);
    const [, two, three] = members as [MeshMember, MeshMember, MeshMember];
    const asking = asks === 2 ? two : three;
    const other = asks === 2 ? three : two;
    asking.connector.setHubs([1]);
    asking.peer.repairPeer(other.id, "replace");
    meeting.pass(900);
    expect(statesOf(asking)[other.id]).not.toBe("connected");
    meeting.pass(4_000);
    expect([two.connected, three.connected], `${asks} asks`).toEqual([
      [1, 3],
      [1, 2],
    ]);
    // Where nobody wants it, that was the end of it.
    other.connector.setHubs([1]);
    asking.peer.repairPeer(other.id, "replace");
    meeting.pass(10_000);
    expect([two.connected, three.connected]).toEqual([[1], [1]]);
  }
});

test("K40 retry connects an unwanted pair, from either side, and it stays connected until it is lost", () => {
  for (const asks of [1, 2]) {
    const { meeting, members } = star([1, 2, 3], [1]);
    const asking = members[asks] as MeshMember;
    const other = asks === 1 ? 3 : 2;
    expect(asking.connector.retry(other)).toBe(true);
    meeting.settle();
    expect(asking.connected).toEqual([1, other]);
    expect(asking.connector.retry(other)).toBe(false);
    meeting.links.at(-1)?.fail();
    meeting.pass(5_000);
    expect(asking.connected).toEqual([1]);
    expect(statesOf(asking)[other]).toBe("apart");
  }
});

test("K41 an attempt that is under way goes on; if it fails, no other follows unless it is wanted, or was asked for", () => {
  const meeting = new FakeMeeting();
  meeting.network.opens = false;
  const members = [1, 2, 3].map((id) => meeting.join(id, { hubs: [1, 2] }));
  const three = members[2] as MeshMember;
  meeting.settle();
  three.connector.setHubs([1]);
  meeting.settle();
  expect(statesOf(three)).toEqual({ 1: "connecting", 2: "connecting" });
  meeting.links[0]?.fail();
  meeting.network.opens = true;
  meeting.pass(500);
  const { signaller, member, meeting: other } = scripted([9]);
  signaller.introduce(9);
  other.settle();
  member.connector.setHubs([1]);
  other.settle();
  expect(statesOf(member)).toEqual({ 9: "connecting" });
  other.links[0]?.fail();
  other.pass(20_000);
  expect(member.log).toEqual(["!9 no-path", "failed 9 no-path, attempt 1, stays"]);
  expect(statesOf(member)).toEqual({ 9: "apart" });
});

test("K41 a pause, a wait for an offer, and what has failed end once the pair is unwanted", () => {
  const { meeting, signaller, member } = scripted([10]);
  signaller.introduce(9);
  signaller.introduce(11);
  meeting.settle();
  meeting.links[0]?.fail();
  meeting.settle();
  expect(statesOf(member)).toEqual({ 9: "waiting", 11: "expecting" });
  member.connector.setHubs([1]);
  meeting.settle();
  expect(statesOf(member)).toEqual({ 9: "apart", 11: "apart" });
  signaller.takeSent();
  // What is wanted again begins afresh, but no faster than once a second, whatever the hubs do.
  for (let count = 0; count < 100; count++) {
    member.connector.setHubs(count % 2 === 0 ? [10] : [1]);
    meeting.clock.advance(100);
    member.peer.poll();
  }
  const sent = signaller.takeSent();
  expect(sent.filter((line) => line.startsWith("want")).length).toBeLessThanOrEqual(11);
  expect(sent.filter((line) => line.startsWith("offer")).length).toBeLessThanOrEqual(11);
  expect(sent.filter((line) => line.startsWith("want")).length).toBeGreaterThanOrEqual(4);
  expect(meeting.links).toHaveLength(1);
});

test("K41 a pair that had failed begins afresh if it was unwanted meanwhile", () => {
  const { meeting, signaller, member } = scripted([10]);
  signaller.introduce(9);
  meeting.pass(120_000);
  expect(statesOf(member)).toEqual({ 9: "failed" });
  signaller.takeSent();
  member.connector.setHubs([1]);
  meeting.settle();
  expect(statesOf(member)).toEqual({ 9: "apart" });
  member.connector.setHubs([9]);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["offer 5 + 2"]);
});

test("K42 in a star, who closed a connection without a word of leaving and is still there after a second is connected anew", () => {
  const { meeting, members } = star([1, 2, 3], [1]);
  const [one, , three] = members as [MeshMember, MeshMember, MeshMember];
  // 3's end of what was made second, and 3 does not know.
  meeting.links[1]?.close();
  meeting.pass(900);
  expect(one.connected).toEqual([2]);
  meeting.pass(3_000);
  expect([one.connected, three.connected]).toEqual([[2, 3], [1]]);
});

test("K42 who is disconnected by the game, leaves or is kicked stays away", () => {
  const { meeting, members } = star([1, 2, 3, 4], [1]);
  const [one, two, three, four] = members as [MeshMember, MeshMember, MeshMember, MeshMember];
  two.peer.disconnectPeer(1);
  meeting.group.kick(3);
  four.peer.close();
  meeting.pass(30_000);
  expect(one.connected).toEqual([]);
  expect(three.log).toEqual(["+1", "kicked", "-1 kicked"]);
  expect(statesOf(one)[3]).toBeUndefined();
  expect(statesOf(one)[4]).toBeUndefined();
  expect(two.connected).toEqual([]);
});

test("K43 a hub that leaves during set-up ends the attempt, and a pair that is apart is forgotten with its member", () => {
  const meeting = new FakeMeeting();
  meeting.network.opens = false;
  const members = [1, 2, 3].map((id) => meeting.join(id, { hubs: [1] }));
  const [one, two, three] = members as [MeshMember, MeshMember, MeshMember];
  meeting.settle();
  expect(statesOf(two)).toEqual({ 1: "connecting", 3: "apart" });
  one.peer.close();
  meeting.group.kick(3);
  meeting.settle();
  expect(two.connector.getPairs()).toEqual([]);
  expect(two.log).toEqual(["failed 1 left, attempt 1, stays"]);
  expect(three.log.at(-1)).toBe("kicked");
  expect(meeting.links).toEqual([]);
});

test("K43 another network, a signaller that goes down, or another one, begin nothing that is apart", () => {
  const meeting = new FakeMeeting();
  let changed = (): void => {};
  const one = meeting.join(1, { hubs: [1] });
  const two = meeting.join(2, {
    hubs: [1],
    networkChanges: (onChange) => {
      changed = onChange;
      return () => {};
    },
  });
  const three = meeting.join(3, { hubs: [1] });
  meeting.settle();
  changed();
  meeting.pass(2_000);
  meeting.group.goDown();
  meeting.settle();
  expect(two.peer.canMeet()).toBe(false);
  two.connector.setHubs([1, 3]);
  meeting.pass(2_000);
  expect(statesOf(two)).toEqual({ 1: "connected", 3: "apart" });
  two.connector.setHubs([1]);
  meeting.group.comeUp();
  meeting.pass(2_000);
  expect(two.peer.canMeet()).toBe(true);
  meeting.group.interrupt(2);
  meeting.group.restore(2);
  meeting.pass(2_000);
  expect([one, two, three].map(({ connected }) => connected)).toEqual([[2, 3], [1], [1]]);
  expect(meeting.links).toHaveLength(4);
});

test("K43 pairs that are apart count as pairs, and make room once they are gone", () => {
  const meeting = new FakeMeeting();
  const signaller = new ScriptedSignaller(10);
  const member = meeting.add(signaller, { hubs: [1], maxPairs: 3 });
  for (let id = 11; id < 21; id++) signaller.introduce(id);
  meeting.settle();
  expect(Object.values(statesOf(member))).toEqual(["apart", "apart", "apart"]);
  expect(member.connector.counters.excessPairs).toBe(7);
  signaller.say({ kind: "left", peerId: 11, reason: "lost" });
  signaller.introduce(1);
  meeting.settle();
  expect(statesOf(member)).toEqual({ 12: "apart", 13: "apart", 1: "connecting" });
});

test("K44 an answer that is late, an offer of what is apart, and candidates are taken as ever", () => {
  const { meeting, signaller, member } = scripted([1]);
  signaller.introduce(9);
  signaller.introduce(11);
  meeting.settle();
  signaller.hear(9, answer(1, "answer of 0"));
  signaller.hear(9, { kind: "candidates", attempt: 1, candidates: [] });
  signaller.hear(9, { kind: "restart", attempt: 1 });
  signaller.hear(11, offer(1, "nonsense"));
  meeting.settle();
  expect(member.connector.counters).toMatchObject({ stale: 3, malformed: 0 });
  // It could not be taken, and the far side is asked for another.
  expect(signaller.takeSent()).toEqual(["retry 1"]);
  expect(statesOf(member)).toEqual({ 9: "apart", 11: "expecting" });
  meeting.pass(60_000);
  expect(statesOf(member)).toEqual({ 9: "apart", 11: "apart" });
});

test("M31, M32 the hubs are the first companion's that names any; peers can be met while one can introduce them", () => {
  const { member } = scripted(null);
  const { peer, connector } = member;
  expect([peer.getHubs(), peer.canMeet()]).toEqual([null, true]);
  const companion = { wake: null, poll: () => {}, hubs: [5] as readonly number[] | null, isUp: false };
  peer.attach({ wake: null, poll: () => {} });
  peer.attach(companion);
  expect(peer.getHubs()).toBe(companion.hubs);
  connector.setHubs([4, 3]);
  expect(peer.getHubs()).toEqual([4, 3]);
  connector.close();
  expect([peer.getHubs(), peer.canMeet()]).toEqual([[5], false]);
  companion.isUp = true;
  expect(peer.canMeet()).toBe(true);
  peer.close();
  expect([peer.getHubs(), peer.canMeet()]).toEqual([null, false]);
});
