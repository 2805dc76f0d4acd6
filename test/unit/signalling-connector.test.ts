import { expect, test } from "vitest";
import { TickmeshError } from "../../src/base/tickmesh-error.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import { connectMesh } from "../../src/signalling/mesh-connector.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMeeting } from "../support/fake-meeting.ts";
import type { FakeLink } from "../support/fake-network.ts";
import type { MeshMember } from "../support/mesh-member.ts";
import { ScriptedSignaller } from "../support/scripted-signaller.ts";

const diagnostics = collectDiagnostics();

/** A member whose group the test plays. */
function scripted(id = 10, meeting = new FakeMeeting()) {
  const signaller = new ScriptedSignaller(id);
  return { meeting, signaller, member: meeting.add(signaller) };
}

/** Members 1 and 2, connected. */
function twoConnected() {
  const meeting = new FakeMeeting();
  const a = meeting.join(1);
  const b = meeting.join(2);
  meeting.settle();
  expect([a.log, b.log]).toEqual([["+2"], ["+1"]]);
  const [ofB, ofA] = meeting.links as [FakeLink, FakeLink];
  return { meeting, a, b, ofA, ofB };
}

const candidate = { media: "0", index: 0, name: "candidate:1" };
const offer = (attempt: number, sdp = `offer ${attempt}`) => {
  return { kind: "description", type: "offer", attempt, sdp, candidates: [] };
};

test("K1 seven members make 21 connections", () => {
  const meeting = new FakeMeeting();
  for (const id of [4, 2, 6, 1, 7, 3, 5]) meeting.join(id);
  meeting.settle();
  expect(meeting.links).toHaveLength(42);
  for (const member of meeting.members) {
    expect(member.connected).toEqual([1, 2, 3, 4, 5, 6, 7].filter((id) => id !== member.id));
    expect(member.log).toHaveLength(6);
  }
});

test("K2 the member with the higher id offers", () => {
  const { meeting, signaller } = scripted(10);
  signaller.introduce(9);
  signaller.introduce(11);
  meeting.settle();
  expect(signaller.sent.map(({ to }) => to)).toEqual([9]);
  expect(signaller.takeSent()).toEqual(["offer 1 + 2"]);
});

test("K2 offers and retries from the wrong side are dropped and counted", () => {
  const { meeting, signaller, member } = scripted(10);
  signaller.introduce(9);
  signaller.introduce(11);
  meeting.settle();
  signaller.takeSent();
  signaller.hear(9, offer(5));
  signaller.hear(11, { kind: "retry", attempt: 1 });
  signaller.hear(11, { ...offer(1), type: "answer" });
  meeting.settle();
  expect(member.connector.counters).toMatchObject({ wrongSide: 3 });
  expect(signaller.takeSent()).toEqual([]);
  expect(meeting.links).toHaveLength(1);
});

/** As a browser writes it. */
const udp = (number: number): string => `candidate:${number} 1 udp 2113937151 198.18.0.1 ${50_000 + number} typ host`;

/** Member 10, whose connection to 9 gathers when the test says so. */
function gathering(...configuration: Parameters<FakeMeeting["add"]>[1][]) {
  const meeting = new FakeMeeting();
  meeting.network.gathersAll = false;
  meeting.network.candidatesEach = 0;
  const signaller = new ScriptedSignaller(10);
  const { peer } = meeting.add(signaller, ...configuration);
  signaller.introduce(9);
  peer.poll();
  const [link] = meeting.links as [FakeLink];
  const pollAfter = (ms: number): string[] => {
    meeting.clock.advance(ms);
    peer.poll();
    return signaller.takeSent();
  };
  return { meeting, signaller, link, pollAfter };
}

test("K4 a description leaves with the candidates that come in a row", () => {
  const { link, pollAfter } = gathering();
  expect(pollAfter(1)).toEqual([]);
  for (let number = 0; number < 4; number++) {
    link.gatherLine(udp(number));
    expect(pollAfter(1)).toEqual([]);
  }
  expect(pollAfter(1)).toEqual([]);
  expect(pollAfter(1)).toEqual(["offer 1 + 4"]);
});

test("K4 a poll that tells of another candidate does not end the row", () => {
  const { link, pollAfter } = gathering();
  expect(pollAfter(1)).toEqual([]);
  for (const number of [0, 1]) {
    link.gatherLine(udp(number));
    expect(pollAfter(5)).toEqual([]);
  }
  expect(pollAfter(2)).toEqual(["offer 1 + 2"]);
});

test("K4 in a game's ticks a description leaves one tick after it was made", () => {
  const { link, pollAfter } = gathering();
  link.gatherLine(udp(0));
  link.gatherLine(udp(1));
  expect(pollAfter(8)).toEqual(["offer 1 + 2"]);
});

test("K4 a description that has no candidates leaves once there will be none, or after 200 ms", () => {
  const first = gathering();
  first.link.gatherLine("candidate:1 1 tickmesh 1 0.0.0.0 9 typ relay");
  expect(first.pollAfter(100)).toEqual([]);
  first.link.complete();
  expect(first.pollAfter(1)).toEqual(["offer 1 + 1"]);
  const second = gathering();
  expect(second.pollAfter(100)).toEqual([]);
  expect(second.pollAfter(99)).toEqual([]);
  expect(second.pollAfter(1)).toEqual(["offer 1 + 0"]);
});

test("K4 a description waits neither for more than a signal carries nor for a server", () => {
  const { meeting, signaller, member } = scripted(10);
  meeting.network.gathersAll = false;
  meeting.network.candidatesEach = 40;
  signaller.introduce(9);
  member.peer.poll();
  expect(signaller.takeSent()).toEqual(["offer 1 + 32"]);
  meeting.clock.advance(30);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["8 candidates 1"]);
  signaller.introduce(11);
  signaller.hear(11, offer(1, "offer of 0"));
  member.peer.poll();
  expect(signaller.takeSent()).toEqual(["answer 1 + 32"]);
  const hidden = gathering({ configuration: { iceTransportPolicy: "relay" } });
  expect(hidden.signaller.takeSent()).toEqual(["offer 1 + 0"]);
});

test("K4 later candidates leave together, after candidateBatchMs or once gathering is complete", () => {
  const { meeting, signaller, link, pollAfter } = gathering();
  expect(pollAfter(200)).toEqual(["offer 1 + 0"]);
  link.gather(0);
  meeting.settle();
  meeting.clock.advance(20);
  link.gather(1);
  meeting.settle();
  expect(signaller.takeSent()).toEqual([]);
  meeting.clock.advance(10);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["2 candidates 1"]);
  for (let index = 0; index < 70; index++) link.gather(index);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["32 candidates 1", "32 candidates 1"]);
  meeting.clock.advance(30);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["6 candidates 1"]);
  link.gather(70);
  link.complete();
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["1 candidates 1"]);
});

test("K4 candidates that only call by TCP are neither sent nor taken", () => {
  const { meeting, signaller, member } = scripted(10);
  meeting.network.gathersAll = false;
  meeting.network.candidatesEach = 0;
  signaller.introduce(9);
  meeting.settle();
  const [link] = meeting.links as [FakeLink];
  const callsOnly = "candidate:1 1 tcp 1518280447 198.18.0.1 9 typ host tcptype active generation 0";
  const listens = "candidate:2 1 tcp 1518280447 198.18.0.1 9000 typ host tcptype passive generation 0";
  link.gatherLine(callsOnly);
  link.gatherLine(listens);
  link.complete();
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["offer 1 + 1"]);
  link.far = link;
  signaller.hear(9, { ...offer(1, "answer of 0"), type: "answer" });
  const candidates = [callsOnly, listens].map((name) => ({ media: "0", index: 0, name }));
  signaller.hear(9, { kind: "candidates", attempt: 1, candidates });
  meeting.settle();
  expect(link.candidates).toEqual([listens]);
  expect(member.connector.counters).toMatchObject({ malformed: 0, excessCandidates: 0 });
});

test("K5 what belongs to another attempt is dropped and counted", () => {
  const { meeting, signaller, member } = scripted(10);
  signaller.introduce(9);
  signaller.introduce(11);
  meeting.settle();
  signaller.hear(9, { ...offer(2), type: "answer" });
  signaller.hear(9, { kind: "candidates", attempt: 7, candidates: [candidate] });
  signaller.hear(11, offer(3, "offer of 0"));
  meeting.settle();
  signaller.hear(11, offer(2, "offer of 0"));
  signaller.hear(11, offer(3, "offer of 0"));
  signaller.hear(11, { kind: "candidates", attempt: 2, candidates: [candidate] });
  meeting.settle();
  expect(member.connector.counters).toMatchObject({ stale: 5, wrongSide: 0, malformed: 0 });
  expect(meeting.links).toHaveLength(2);
});

test("K5 a second answer is dropped and counted", () => {
  const { meeting, signaller, member } = scripted(10);
  signaller.introduce(9);
  meeting.settle();
  const answer = { ...offer(1, "answer of 0"), type: "answer" };
  signaller.hear(9, answer);
  signaller.hear(9, answer);
  meeting.settle();
  expect(member.connector.counters).toMatchObject({ duplicate: 1, stale: 0 });
});

test("K6 an offer with a higher attempt replaces an attempt that is not connected", () => {
  const { meeting, signaller, member } = scripted(10);
  signaller.introduce(11);
  signaller.hear(11, offer(1, "offer of 0"));
  meeting.settle();
  meeting.clock.advance(1_000);
  signaller.hear(11, offer(2, "offer of 1"));
  meeting.settle();
  expect(meeting.network.made.map((link) => link.isClosed)).toEqual([true, false]);
  expect(signaller.takeSent()).toEqual(["answer 1 + 2", "answer 2 + 2"]);
  expect(member.log).toEqual([]);
});

test("K6 who offers anew while this side takes the pair for connected is answered once the old connection is closed", () => {
  const { meeting, a, b, ofB } = twoConnected();
  meeting.clock.advance(1_000);
  // The far side's goodbye is lost: only this side's own offer tells.
  ofB.far = null;
  ofB.fail();
  meeting.settle();
  expect(b.log).toEqual(["+1", "-1 connection-lost", "lost 1", "+1"]);
  expect(a.log).toEqual(["+2", "-2 connection-lost", "lost 2", "+2"]);
  expect(meeting.links).toHaveLength(2);
});

test("K7 a failed attempt is told and tried again after growing pauses, up to maxAttempts", () => {
  const meeting = new FakeMeeting();
  meeting.network.opens = false;
  const b = meeting.join(2);
  const a = meeting.join(1);
  const startedAt: number[] = [];
  let made = 0;
  for (let ms = 0; ms < 120_000; ms += 50) {
    meeting.pass(50);
    if (meeting.network.made.length > made) startedAt.push(ms);
    made = meeting.network.made.length;
  }
  expect(b.log.filter((line) => line.startsWith("failed"))).toEqual([
    "failed 1 connect-timeout, attempt 1, retries",
    "failed 1 connect-timeout, attempt 2, retries",
    "failed 1 connect-timeout, attempt 3, retries",
    "failed 1 connect-timeout, attempt 4, stays",
  ]);
  expect(a.log.filter((line) => line.startsWith("failed"))).toHaveLength(4);
  expect(startedAt).toHaveLength(4);
  for (const [index, pauseMs] of [500, 1_000, 2_000].entries()) {
    const pause = (startedAt[index + 1] as number) - (startedAt[index] as number) - 15_000;
    expect(pause).toBeGreaterThanOrEqual(pauseMs * 0.75);
    expect(pause).toBeLessThanOrEqual(pauseMs * 1.25 + 100);
  }
  expect(meeting.links).toEqual([]);
});

test("K7 a pair that stays failed connects when asked to, from either side, or when introduced anew", () => {
  for (const mend of [
    (_meeting: FakeMeeting, _a: MeshMember, b: MeshMember) => expect(b.connector.retry(1)).toBe(true),
    (_meeting: FakeMeeting, a: MeshMember) => expect(a.connector.retry(2)).toBe(true),
    (meeting: FakeMeeting) => {
      meeting.group.interrupt(1);
      meeting.group.restore(1);
    },
  ]) {
    const meeting = new FakeMeeting();
    meeting.network.opens = false;
    const a = meeting.join(1);
    const b = meeting.join(2);
    meeting.pass(120_000);
    meeting.network.opens = true;
    meeting.pass(20_000);
    expect([a.connected, b.connected]).toEqual([[], []]);
    mend(meeting, a, b);
    meeting.pass(1_000);
    expect([a.connected, b.connected]).toEqual([[2], [1]]);
    expect(b.connector.retry(1)).toBe(false);
    expect(b.connector.retry(77)).toBe(false);
  }
});

test("K8 an attempt that fails on the answering side alone is tried again", () => {
  const meeting = new FakeMeeting();
  meeting.network.opens = false;
  const a = meeting.join(1);
  const b = meeting.join(2);
  meeting.settle();
  meeting.network.opens = true;
  meeting.links[1]?.fail();
  meeting.pass(1_000);
  expect(a.log).toEqual(["!2 no-path", "failed 2 no-path, attempt 1, retries", "+2"]);
  expect(b.log).toEqual(["failed 1 failed-there, attempt 1, retries", "+1"]);
});

test("K8 the offering side begins anew when asked, though it had given up and counts other attempts", () => {
  const { meeting, signaller, member } = scripted(10);
  signaller.introduce(9);
  meeting.pass(120_000);
  expect(member.connector.getPairs()).toMatchObject([{ state: "failed", attempt: 4 }]);
  signaller.takeSent();
  signaller.hear(9, { kind: "retry", attempt: 2 });
  meeting.pass(1_000);
  expect(signaller.takeSent()).toEqual(["offer 5 + 2"]);
});

test("K8 a retry of an attempt that is gone is stale; one of an attempt to come is for a page before this one", () => {
  const { meeting, signaller, member } = scripted(10);
  signaller.introduce(9);
  meeting.settle();
  signaller.hear(9, { kind: "retry", attempt: 1 });
  meeting.pass(1_000);
  expect(signaller.takeSent()).toEqual(["offer 1 + 2", "offer 2 + 2"]);
  signaller.hear(9, { kind: "retry", attempt: 1 });
  meeting.settle();
  expect(member.connector.counters.stale).toBe(1);
  signaller.hear(9, { kind: "retry", attempt: 7 });
  meeting.settle();
  // While it pauses, too.
  signaller.hear(9, { kind: "retry", attempt: 8 });
  meeting.pass(2_000);
  expect(signaller.takeSent()).toEqual(["offer 9 + 2"]);
  expect(member.log).toEqual([
    "failed 9 failed-there, attempt 1, retries",
    "failed 9 failed-there, attempt 2, retries",
  ]);
  expect(meeting.links).toHaveLength(1);
});

test("K8 a pair whose offering side has lost count connects in one try more", () => {
  const { meeting, signaller, member } = scripted(10);
  const other = meeting.add(new ScriptedSignaller(9));
  const theirs = other.signaller as ScriptedSignaller;
  theirs.introduce(10);
  theirs.hear(10, offer(6, "nonsense"));
  meeting.settle();
  expect(theirs.takeSent()).toContain("retry 6");
  signaller.introduce(9);
  meeting.settle();
  for (const { signal } of signaller.sent.splice(0)) theirs.hear(10, signal);
  meeting.settle();
  expect(other.connector.counters.stale).toBe(1);
  signaller.hear(9, { kind: "retry", attempt: 6 });
  meeting.pass(1_000);
  relay(meeting, member, other, false);
  expect([member.connected, other.connected]).toEqual([[9], [10]]);
});

test("K8 the answering side asks again once it is introduced anew, for its word may have been lost", () => {
  const { meeting, signaller } = scripted(10);
  signaller.introduce(11);
  signaller.hear(11, offer(1, "offer of 0"));
  meeting.settle();
  meeting.links[0]?.fail();
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["answer 1 + 2", "retry 1"]);
  signaller.say({ kind: "down", reason: "gone" }, { kind: "up" });
  signaller.introduce(11);
  meeting.settle();
  expect(signaller.takeSent()).toEqual(["retry 1"]);
});

test("K9 a lost connection is told and made anew, whichever side noticed", () => {
  for (const noticed of ["a", "b", "both"]) {
    const { meeting, a, b, ofA, ofB } = twoConnected();
    if (noticed !== "b") ofA.fail();
    if (noticed !== "a") ofB.fail();
    meeting.pass(2_000);
    expect([a.connected, b.connected]).toEqual([[2], [1]]);
    if (noticed !== "b") expect(a.log).toEqual(["+2", "-2 connection-lost", "lost 2", "+2"]);
    if (noticed !== "a") expect(b.log).toEqual(["+1", "-1 connection-lost", "lost 1", "+1"]);
  }
});

test("K9 a handler that asks for another try at once gets no second one beside it", () => {
  const { meeting, a, b, ofB } = twoConnected();
  const asked: boolean[] = [];
  b.connector.on("pairLost", (id) => asked.push(b.connector.retry(id)));
  b.connector.on("pairFailed", (id) => asked.push(b.connector.retry(id)));
  ofB.fail();
  meeting.pass(1_000);
  expect(asked).toEqual([true]);
  expect([a.connected, b.connected]).toEqual([[2], [1]]);
  expect(b.log).toEqual(["+1", "-1 connection-lost", "lost 1", "+1"]);
});

test("K9, K21 a connection that the game closed stays closed, until asked for", () => {
  for (const close of [
    (peer: WebRTCMultiplayerPeer) => peer.disconnectPeer(2),
    (peer: WebRTCMultiplayerPeer) => peer.disconnectPeer(2, true),
    (peer: WebRTCMultiplayerPeer) => peer.removePeer(2),
  ]) {
    const { meeting, a, b } = twoConnected();
    close(a.peer);
    meeting.pass(30_000);
    expect([a.connected, b.connected]).toEqual([[], []]);
    expect(b.log).toEqual(["+1", "-1 closed-by-peer"]);
    b.connector.retry(1);
    meeting.pass(1_000);
    expect(a.connector.counters.refused).toBe(1);
    a.connector.retry(2);
    b.connector.retry(1);
    meeting.pass(20_000);
    expect([a.connected, b.connected]).toEqual([[2], [1]]);
  }
});

test("K9 a page that is loaded again while nobody is in sight is connected anew when it is introduced", () => {
  for (const [stays, returns] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const meeting = new FakeMeeting();
    const first = meeting.join(stays);
    const old = meeting.join(returns);
    meeting.settle();
    meeting.group.goDown();
    meeting.settle();
    old.peer.close();
    meeting.pass(10_000);
    expect(first.log.slice(1)).toEqual(["down", `-${returns} closed-by-peer`]);
    meeting.members.pop();
    const back = meeting.join(returns);
    meeting.group.comeUp();
    meeting.settle();
    meeting.pass(1_000);
    expect([first.connected, back.connected]).toEqual([[returns], [stays]]);
  }
});

test("K10 a member that left is disconnected after its grace, a pending attempt at once", () => {
  const { meeting, signaller, member } = scripted(10);
  const other = meeting.add(new ScriptedSignaller(9));
  relay(meeting, member, other);
  signaller.introduce(8);
  meeting.settle();
  expect(member.log).toEqual(["+9"]);
  signaller.say({ kind: "left", peerId: 9, reason: "left" }, { kind: "left", peerId: 8, reason: "left" });
  meeting.settle();
  expect(member.log).toEqual(["+9", "failed 8 left, attempt 1, stays"]);
  meeting.pass(5_900);
  expect(member.connected).toEqual([9]);
  meeting.pass(200);
  expect(member.log.at(-1)).toBe("-9 left");
  expect(member.connector.getPairs()).toEqual([]);
  expect(member.peer.getPeers().size).toBe(0);
});

test("K11 a kicked member ends at once, whatever state its pair is in", () => {
  const { meeting, signaller, member } = scripted(10);
  relay(meeting, member, meeting.add(new ScriptedSignaller(9)));
  signaller.introduce(8);
  meeting.settle();
  signaller.say({ kind: "left", peerId: 9, reason: "kicked" }, { kind: "left", peerId: 8, reason: "kicked" });
  meeting.settle();
  expect(member.log).toEqual(["+9", "failed 8 kicked, attempt 1, stays", "-9 kicked"]);
  expect(member.connector.getPairs()).toEqual([]);
});

test("K12 an attempt that was answered has 3 s more when both are introduced anew, another is begun anew at once", () => {
  const { meeting, signaller } = scripted(10);
  const theirs = meeting.add(new ScriptedSignaller(9)).signaller as ScriptedSignaller;
  const introduceAnew = (): void => {
    for (const [each, other] of [[signaller, 9] as const, [theirs, 10] as const]) {
      each.say({ kind: "down", reason: "gone" }, { kind: "up" });
      each.introduce(other);
    }
    meeting.settle();
  };
  meeting.network.opens = false;
  signaller.introduce(9);
  theirs.introduce(10);
  meeting.settle();
  introduceAnew();
  const offers = signaller.sent.splice(0).map(({ signal }) => signal);
  expect(offers).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  theirs.hear(10, offers[1]);
  meeting.settle();
  for (const { signal } of theirs.sent.splice(0)) signaller.hear(9, signal);
  meeting.settle();
  introduceAnew();
  meeting.pass(2_500);
  expect([signaller.takeSent(), theirs.takeSent()]).toEqual([[], []]);
  meeting.pass(1_000);
  expect([signaller.takeSent(), theirs.takeSent()]).toEqual([["offer 3 + 2"], ["retry 2"]]);
});

test("K12 connections stand while the signaller is down, and after its return", () => {
  const { meeting, a, b } = twoConnected();
  meeting.group.goDown();
  meeting.pass(60_000);
  expect([a.connector.isUp, b.connector.isUp]).toEqual([false, false]);
  meeting.group.comeUp();
  meeting.pass(1_000);
  expect([a.log, b.log]).toEqual([
    ["+2", "down", "up"],
    ["+1", "down", "up"],
  ]);
  expect(meeting.network.made).toHaveLength(2);
});

test("K13 an attempt goes on while its member is out of sight, and is retried only once it is back", () => {
  const meeting = new FakeMeeting();
  meeting.network.opens = false;
  const a = meeting.join(1);
  const b = meeting.join(2);
  meeting.settle();
  meeting.group.goDown();
  meeting.pass(60_000);
  expect(b.log).toEqual(["down", "!1 connect-timeout", "failed 1 connect-timeout, attempt 1, stays"]);
  meeting.network.opens = true;
  meeting.group.comeUp();
  meeting.pass(1_000);
  expect([a.connected, b.connected]).toEqual([[2], [1]]);
});

test("K13 a member that goes down and up in the middle of an attempt connects all the same", () => {
  for (const id of [1, 2]) {
    const meeting = new FakeMeeting();
    meeting.network.gathersAll = false;
    const a = meeting.join(1);
    const b = meeting.join(2);
    for (const member of [b, a]) member.peer.poll();
    meeting.group.interrupt(id);
    meeting.group.restore(id);
    meeting.network.gathersAll = true;
    meeting.pass(2_000);
    expect([a.connected, b.connected]).toEqual([[2], [1]]);
  }
});

test("K14 another signaller takes over, and connections that stand are not touched", () => {
  const { meeting, a, b } = twoConnected();
  const next = new FakeMeeting().group;
  a.connector.setSignaller(next.join(1));
  b.connector.setSignaller(next.join(2));
  expect(() => a.connector.setSignaller(next.join(3))).toThrow(TickmeshError);
  const c = meeting.add(next.join(4));
  meeting.pass(1_000);
  expect([a.connected, b.connected, c.connected]).toEqual([
    [2, 4],
    [1, 4],
    [1, 2],
  ]);
  expect(a.log).toEqual(["+2", "+4"]);
});

test("K15 closing the mesh peer closes the connector and its signaller", () => {
  const { meeting, a, b } = twoConnected();
  b.peer.close();
  expect(b.signaller.receive()).toBeUndefined();
  meeting.settle();
  expect(a.log).toEqual(["+2", "-2 left"]);
  expect(meeting.links).toEqual([]);
  expect(() => b.connector.setSignaller(b.signaller)).toThrow(TickmeshError);
  expect(b.connector.retry(1)).toBe(false);
});

test("K15 closing the connector leaves standing connections alone and gives up pending attempts", () => {
  const { meeting, a, b } = twoConnected();
  meeting.network.opens = false;
  meeting.join(3);
  meeting.settle();
  expect(meeting.links).toHaveLength(6);
  b.connector.close();
  b.connector.close();
  meeting.members.pop();
  for (const member of [a, b]) member.peer.poll();
  expect(b.connected).toEqual([1]);
  expect(b.peer.hasPeer(3)).toBe(false);
});

test("K15 what is closed by a handler stays closed", () => {
  for (const close of [(member: MeshMember) => member.connector.close(), (member: MeshMember) => member.peer.close()]) {
    const { meeting, a, b, ofB } = twoConnected();
    b.connector.on("pairLost", () => close(b));
    ofB.fail();
    meeting.pass(1_000);
    expect(b.peer.getPeers().size).toBe(0);
    expect(a.connected).toEqual([]);
    expect(meeting.links).toEqual([]);
  }
});

test("K16 hostile signals are dropped and counted, and harm no other pair", () => {
  const { meeting, signaller, member } = scripted(10);
  relay(meeting, member, meeting.add(new ScriptedSignaller(9)));
  signaller.introduce(11);
  const hostile = [
    null,
    1,
    "offer",
    [],
    {},
    { kind: "description" },
    offer(0),
    offer(1.5),
    offer(1, ""),
    { kind: "no" },
  ];
  for (const signal of hostile) signaller.hear(11, signal);
  signaller.hear(12, offer(1));
  signaller.hear(11, offer(1, "x".repeat(16_385)));
  signaller.hear(11, { kind: "candidates", attempt: 1, candidates: Array(33).fill(candidate) });
  signaller.introduce(0);
  signaller.introduce(10);
  meeting.settle();
  expect(member.connector.counters).toMatchObject({ malformed: hostile.length + 4, unknownSender: 1 });
  expect(member.connected).toEqual([9]);
});

test("K16 an offer that cannot be used fails that pair alone", () => {
  const { meeting, signaller, member } = scripted(10);
  relay(meeting, member, meeting.add(new ScriptedSignaller(9)));
  signaller.introduce(11);
  signaller.hear(11, offer(1, "nonsense"));
  meeting.settle();
  expect(member.log).toContain("failed 11 bad-description, attempt 1, retries");
  expect(signaller.takeSent()).toContain("retry 1");
  expect(member.connected).toEqual([9]);
});

test("K17 pairs, candidates and answered offers are bounded", () => {
  const meeting = new FakeMeeting();
  const signaller = new ScriptedSignaller(1);
  const member = meeting.add(signaller, { maxPairs: 3 });
  for (let id = 2; id <= 6; id++) signaller.introduce(id);
  meeting.settle();
  expect(member.connector.getPairs().map(({ peerId }) => peerId)).toEqual([2, 3, 4]);
  expect(member.connector.counters.excessPairs).toBe(2);
  expect(diagnostics.filter((line) => line.includes("maxPairs"))).toHaveLength(1);

  const candidates = Array(30).fill(candidate);
  signaller.hear(2, { ...offer(1, "offer of 0"), candidates });
  for (let i = 0; i < 3; i++) signaller.hear(2, { kind: "candidates", attempt: 1, candidates });
  for (let i = 0; i < 3; i++) signaller.hear(3, { kind: "candidates", attempt: 1, candidates });
  meeting.settle();
  expect(member.connector.counters.excessCandidates).toBe(4 * 30 - 64 + 3 * 30 - 64);

  for (let attempt = 1; attempt <= 50; attempt++) signaller.hear(4, offer(attempt, `offer of ${attempt % 2}`));
  meeting.settle();
  expect(meeting.network.made).toHaveLength(2);
  meeting.pass(300);
  expect(meeting.network.made).toHaveLength(3);
  expect(member.connector.getPairs()[2]).toMatchObject({ state: "connecting", attempt: 50 });
});

test("K18 nothing is done before poll; wake fires at most once between two polls", () => {
  const { meeting, signaller, member } = scripted(10);
  meeting.settle();
  let woken = 0;
  member.peer.wake = () => {
    woken += 1;
  };
  signaller.introduce(9);
  signaller.introduce(8);
  expect([woken, meeting.network.made.length, signaller.sent.length]).toEqual([1, 0, 0]);
  member.peer.poll();
  expect(meeting.network.made).toHaveLength(2);
});

test("K18 what waits in the signaller before the connector is made is told by wake", () => {
  const signaller = new ScriptedSignaller(10);
  signaller.introduce(9);
  const peer = new WebRTCMultiplayerPeer();
  peer.createMesh(10);
  let woken = 0;
  peer.wake = () => {
    woken += 1;
  };
  connectMesh(peer, signaller);
  expect(woken).toBe(1);
});

test("K19 candidates that come before their offer are kept and used", () => {
  const { meeting, signaller, member } = scripted(10);
  signaller.introduce(11);
  signaller.hear(11, { kind: "candidates", attempt: 1, candidates: [candidate] });
  signaller.hear(11, { kind: "candidates", attempt: 2, candidates: [{ ...candidate, name: "candidate:2" }] });
  signaller.hear(11, offer(2, "offer of 0"));
  signaller.hear(11, { kind: "candidates", attempt: 2, candidates: [{ ...candidate, name: "candidate:3" }] });
  meeting.settle();
  expect(meeting.links[0]?.candidates).toEqual(["candidate:2", "candidate:3"]);
  expect(member.connector.counters.stale).toBe(0);
});

test("K19, K22 candidates that were kept for a member's old page are not used for its new one", () => {
  const { meeting, signaller } = scripted(10);
  signaller.introduce(11);
  signaller.hear(11, { kind: "candidates", attempt: 2, candidates: [candidate] });
  signaller.say({ kind: "down", reason: "gone" }, { kind: "up" });
  signaller.introduce(11);
  signaller.hear(11, offer(2, "offer of 0"));
  meeting.settle();
  expect(meeting.links[0]?.candidates).toEqual([]);
});

test("K20 ids that differ and options out of range throw", () => {
  const peer = new WebRTCMultiplayerPeer();
  expect(() => connectMesh(peer, new ScriptedSignaller(2))).toThrow("createMesh comes first");
  peer.createMesh(1);
  expect(() => connectMesh(peer, new ScriptedSignaller(2))).toThrow("the mesh peer's id is 1");
  for (const options of [
    { candidateBatchMs: 19 },
    { candidateBatchMs: 51 },
    { maxAttempts: 0 },
    { maxPairs: Number.NaN },
  ]) {
    expect(() => connectMesh(peer, new ScriptedSignaller(1), options)).toThrow(TickmeshError);
  }
});

test("K22 a member that comes back from another page is connected anew", () => {
  for (const [stays, returns] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const meeting = new FakeMeeting();
    const first = meeting.join(stays);
    const old = meeting.join(returns);
    meeting.settle();
    meeting.pass(1_000);
    // The page is gone without a word to the far side; the lobby only lost sight of it.
    meeting.members.pop();
    meeting.group.interrupt(returns);
    meeting.settle();
    expect(first.connected).toEqual([returns]);
    old.signaller.close();
    const back = meeting.join(returns);
    meeting.settle();
    old.peer.close();
    meeting.pass(1_000);
    expect([first.connected, back.connected]).toEqual([[returns], [stays]]);
    expect(first.log.filter((line) => line.startsWith("+"))).toHaveLength(2);
  }
});

test("K23 connections get the signaller's iceServers and the caller's configuration", () => {
  const meeting = new FakeMeeting();
  const iceServers = [{ urls: "stun:127.0.0.1:3478" }];
  const signaller = new ScriptedSignaller(10, iceServers);
  meeting.add(signaller, { configuration: { iceTransportPolicy: "relay" } });
  signaller.introduce(9);
  meeting.settle();
  expect(meeting.links[0]?.configuration).toEqual({ iceServers, iceTransportPolicy: "relay" });
});

test("K24 a connection that cannot be made or added is told, and tried again after growing pauses", () => {
  const meeting = new FakeMeeting();
  const thrower = new ScriptedSignaller(10);
  let tries = 0;
  const member = meeting.add(thrower, {
    maxAttempts: 3,
    createConnection: () => {
      tries += 1;
      throw new Error("no WebRTC here");
    },
  });
  thrower.introduce(9);
  meeting.settle();
  expect([member.log, tries]).toEqual([["failed 9 not-started, attempt 1, retries"], 1]);
  meeting.pass(10_000);
  expect(member.log).toEqual([
    "failed 9 not-started, attempt 1, retries",
    "failed 9 not-started, attempt 2, retries",
    "failed 9 not-started, attempt 3, stays",
  ]);
  expect([tries, member.connector.getPairs()]).toMatchObject([3, [{ state: "failed" }]]);
  expect(diagnostics.join()).toContain("no WebRTC here");
});

test("K24 a pair connects by itself once its connections can be made, whichever side could not", () => {
  for (const refusing of [1, 2]) {
    const meeting = new FakeMeeting();
    const [a, b] = [meeting.join(1), meeting.join(2)];
    const refuser = refusing === 1 ? a : b;
    refuser.peer.refuseNewConnections = true;
    meeting.settle();
    expect(refuser.log).toEqual([`failed ${3 - refusing} not-started, attempt 1, retries`]);
    refuser.peer.refuseNewConnections = false;
    meeting.pass(1_000);
    expect([a.connected, b.connected]).toEqual([[2], [1]]);
    expect(meeting.links).toHaveLength(2);
  }
});

/** Introduces two scripted members and carries what they say to each other. */
function relay(meeting: FakeMeeting, a: MeshMember, b: MeshMember, introduces = true): void {
  const [toA, toB] = [a.signaller as ScriptedSignaller, b.signaller as ScriptedSignaller];
  if (introduces) toA.introduce(b.id);
  if (introduces) toB.introduce(a.id);
  for (let round = 0; round < 5; round++) {
    meeting.settle();
    for (const { to, signal } of toA.sent.splice(0)) if (to === b.id) toB.hear(a.id, signal);
    for (const { to, signal } of toB.sent.splice(0)) if (to === a.id) toA.hear(b.id, signal);
  }
}

test("K22 a member that left, and comes back right after its connection closed, is connected anew", () => {
  for (const [stays, returns] of [
    [1, 2],
    [2, 1],
  ] as const) {
    const meeting = new FakeMeeting();
    const first = meeting.join(stays);
    const old = meeting.join(returns);
    meeting.settle();
    old.peer.close();
    while (first.connected.length > 0) first.peer.poll();
    // Between the poll that saw the end, and the next.
    const back = meeting.join(returns);
    meeting.settle();
    meeting.pass(1_000);
    expect([first.connected, back.connected]).toEqual([[returns], [stays]]);
  }
});

test("K25 an offer that never comes is told of, can be asked for, and is taken when it comes late", () => {
  const { meeting, signaller, member } = scripted(8);
  signaller.introduce(9);
  meeting.pass(29_000);
  expect(member.log).toEqual([]);
  meeting.pass(2_000);
  expect(member.log).toEqual(["failed 9 no-offer, attempt 0, stays"]);
  expect(member.connector.retry(9)).toBe(true);
  expect(signaller.sent.at(-1)).toEqual({ to: 9, signal: { kind: "want", attempt: 1 } });
  meeting.pass(31_000);
  expect(member.log).toHaveLength(2);
  signaller.sent.length = 0;
  relay(meeting, member, meeting.add(new ScriptedSignaller(9)));
  expect(member.connected).toEqual([9]);
});
