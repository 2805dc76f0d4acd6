import { afterEach, beforeEach, expect, test } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { FORWARD_BYTES } from "../../src/session/limits.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { Forwarder } from "../../src/session/star/forwarder.ts";
import * as FrameKind from "../../src/session/wire/frame-kind.ts";
import {
  ROUTE_HEADER_BYTES,
  readRouteWord,
  rosterFrame,
  routedPeer,
  routeNumber,
  routeWord,
  writeRouteHeader,
} from "../../src/session/wire/route-frame.ts";
import { keptSpoke } from "../support/kept-spoke.ts";
import { type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

const messages = defineMessages({
  say: message<string>(),
  wave: message<number>({ mode: TransferMode.UNRELIABLE }),
  double: call<number, number>(),
});
type Table = typeof messages.definitions;
type Member = SessionMember<Table>;

/** Members of a star, from id 1 on, and what each has heard: `"from: words"`. */
class Star {
  readonly sessions = new VirtualSessions<Table>({ messages });
  readonly all: Member[] = [];
  readonly heard = new Map<number, string[]>();

  constructor(count: number, hubs: readonly number[]) {
    for (let id = 1; id <= count; id++) this.add(id, hubs);
    this.sessions.meet();
  }

  add(id: number, hubs: readonly number[]): Member {
    const virtual = this.sessions.addRaw(id);
    virtual.connector.setHubs(hubs);
    const member = this.sessions.open(virtual);
    const heard: string[] = [];
    this.heard.set(id, heard);
    member.session.onMessage("say", (words, from) => heard.push(`${from}: ${words}`));
    member.session.onCall("double", (n) => n * 2);
    this.all.push(member);
    return member;
  }

  member(id: number): Member {
    return this.sessions.members.get(id) as Member;
  }

  setHubs(hubs: readonly number[]): void {
    for (const { connector } of this.sessions.members.values()) connector.setHubs(hubs);
  }

  /** Everybody says so many words to everybody, over some time. */
  talk(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      for (const { session } of this.sessions.members.values()) if (session.id !== 0) session.send("say", `${round}`);
      this.sessions.pass(20);
    }
  }

  /** What `at` has heard of `of`. */
  heardOf(at: number, of: number): string[] {
    return (this.heard.get(at) ?? [])
      .filter((line) => line.startsWith(`${of}: `))
      .map((line) => line.slice(`${of}: `.length));
  }
}

const counted = (rounds: number): string[] => Array.from({ length: rounds }, (_, i) => `${i}`);

beforeEach(() => setDiagnosticsHandler(() => {}));
afterEach(() => setDiagnosticsHandler(null));

test("S90 in a star, who is not connected meets through the hub, and speaks as if it were", async () => {
  const star = new Star(5, [1]);
  const [two, five] = [star.member(2), star.member(5)];
  expect([...two.peer.getPeers()].map(([id]) => id)).toEqual([1]);
  expect([...two.session.peers].sort()).toEqual([1, 3, 4, 5]);
  star.talk(50);
  star.sessions.pass(200);
  for (const at of [1, 2, 3, 4, 5]) {
    for (const of of [1, 2, 3, 4, 5]) if (at !== of) expect(star.heardOf(at, of)).toEqual(counted(50));
  }
  expect(two.session.statistics(5)).toMatchObject({ path: "hub", via: 1, faults: {}, resumes: 0 });
  expect(two.session.statistics(1)).toMatchObject({ via: 0 });
  // Two ways of 10 ms there and back, and the ticks of three.
  expect(two.session.statistics(5)?.roundTripMs).toBeGreaterThan(35);
  let waves = 0;
  five.session.onMessage("wave", (n) => (waves += n));
  for (let i = 0; i < 20; i++) {
    two.session.send("wave", 1, { to: 5 });
    star.sessions.pass(20);
  }
  star.sessions.pass(100);
  expect(waves).toBe(20);
  let answer = 0;
  two.session.callWith(5, "double", 21, (error, result) => (answer = error === null ? (result as number) : -1));
  await star.sessions.settle(() => answer !== 0);
  expect(answer).toBe(42);
});

test("S90 a large message goes through a hub in parts, whole", () => {
  const star = new Star(3, [1]);
  const words = "x".repeat(700_000);
  star.member(2).session.send("say", words, { to: 3 });
  star.sessions.until(() => star.heardOf(3, 2).length === 1);
  expect(star.heardOf(3, 2)).toEqual([words]);
});

test("S91 a late joiner meets everybody through the hub", () => {
  const star = new Star(3, [1]);
  star.add(4, [1]);
  star.sessions.meet();
  expect(star.member(3).events).toContain("+4");
  expect(star.member(3).session.statistics(4)).toMatchObject({ via: 1 });
});

test("S92 a hub crashes: by the next one all goes on, and nothing is lost, doubled or out of order", () => {
  const star = new Star(5, [1, 2]);
  star.talk(10);
  const [three] = [star.member(3)];
  expect(three.session.statistics(4)).toMatchObject({ via: 1 });
  star.member(1).device.crash();
  star.sessions.members.delete(1);
  for (let round = 10; round < 200; round++) {
    for (const { session } of star.sessions.members.values()) session.send("say", `${round}`);
    star.sessions.pass(20);
  }
  star.sessions.pass(9_000);
  for (const at of [2, 3, 4, 5]) {
    for (const of of [2, 3, 4, 5]) if (at !== of) expect(star.heardOf(at, of)).toEqual(counted(200));
  }
  expect(three.session.statistics(4)).toMatchObject({ via: 2 });
  expect(three.events.filter((event) => event.startsWith("-"))).toEqual(["-1 silent"]);
});

test("S92 a hub leaves: by the next one all goes on at once", () => {
  const star = new Star(5, [1, 2]);
  star.talk(10);
  star.member(1).session.close("bye");
  star.sessions.members.delete(1);
  star.talk(20);
  star.sessions.pass(500);
  for (const at of [2, 3, 4, 5]) {
    for (const of of [2, 3, 4, 5]) if (at !== of) expect(star.heardOf(at, of).length).toBe(30);
  }
  const { events } = star.member(4);
  expect(events.filter((event) => event.startsWith("-"))).toEqual(["-1 left bye"]);
});

test("S92 other hubs are named: those who were reached through the old one are reached through the new one", () => {
  const star = new Star(5, [1]);
  star.talk(5);
  star.setHubs([4, 5]);
  star.talk(100);
  star.sessions.pass(1_000);
  for (const at of [1, 2, 3, 4, 5]) {
    for (const of of [1, 2, 3, 4, 5]) if (at !== of) expect(star.heardOf(at, of).length).toBe(105);
  }
  expect(star.member(2).session.statistics(3)).toMatchObject({ via: 4 });
  for (const { events } of star.all) expect(events.some((event) => event.startsWith("-"))).toBe(false);
});

test("S95 who leaves says its last words to everybody through the hub", () => {
  const star = new Star(4, [1]);
  const { session } = star.member(3);
  session.send("say", "last");
  session.close("off to bed");
  star.sessions.members.delete(3);
  star.sessions.pass(500);
  for (const at of [1, 2, 4]) {
    expect(star.heardOf(at, 3)).toEqual(["last"]);
    expect(star.member(at).events).toContain("-3 left off to bed");
  }
});

test("S95 who is lost to the hub is lost to all who reached it there", () => {
  const star = new Star(4, [1]);
  star.member(3).device.crash();
  star.sessions.members.delete(3);
  star.sessions.pass(10_000);
  expect(star.member(1).events).toContain("-3 silent");
  expect(star.member(2).events).toContain("-3 silent");
  expect(star.member(2).session.peers).toEqual([1, 4]);
});

test("S96 who was let go is not met again through a hub", () => {
  const star = new Star(4, [1]);
  star.member(2).session.disconnect(3, "no");
  star.sessions.pass(5_000);
  expect(star.member(2).events).toContain("-3 closed-locally");
  expect(star.member(3).events).toContain("-2 left no");
  expect(star.member(2).session.peers).toEqual([1, 4]);
  expect(star.member(3).session.peers).toEqual([1, 4]);
});

/** A frame for route 7 to `peerId`, with so many bytes in it. */
function forFrame(peerId: number, bytes: number): Uint8Array {
  const frame = new Uint8Array(ROUTE_HEADER_BYTES + bytes);
  writeRouteHeader(frame, FrameKind.FORWARD, 7, peerId);
  return frame;
}

test("S93 a hub names the sender itself, and forwards to nobody whom it does not reach", () => {
  const forwarder = new Forwarder();
  const spokes = [1, 2].map(keptSpoke);
  const [one, two] = spokes as [(typeof spokes)[0], (typeof spokes)[0]];
  forwarder.forward(two, one, true, routeWord(FrameKind.FORWARD, 1, { mine: 7, yours: 0 }));
  expect(one.transport.carrier.reliable.given.splice(0).map(routedPeer)).toEqual([2]);
  forwarder.forward(one, two, true, forFrame(2, 3));
  expect(
    two.transport.carrier.reliable.given.map((bytes) => [(bytes[0] ?? 0) >> 4, routedPeer(bytes), routeNumber(bytes)]),
  ).toEqual([[FrameKind.FORWARDED, 1, 7]]);
  forwarder.forward(one, null, true, forFrame(9, 3));
  forwarder.forward(one, one, true, forFrame(1, 3));
  expect([two, one].map((from) => [from.forwardedFrames, from.droppedFrames])).toEqual([
    [1, 0],
    [1, 2],
  ]);
  expect(one.transport.carrier.reliable.given).toEqual([]);
});

test("S94 of what is reliable no part is left out: where there is no room for it, the route ends", () => {
  const forwarder = new Forwarder();
  const spokes = [1, 2].map(keptSpoke);
  const [one, two] = spokes as [(typeof spokes)[0], (typeof spokes)[0]];
  forwarder.forward(two, one, true, routeWord(FrameKind.FORWARD, 1, { mine: 7, yours: 0 }));
  one.transport.carrier.reliable.given.length = 0;
  two.transport.carrier.unreliable.buffered = two.transport.carrier.reliable.buffered = FORWARD_BYTES;
  forwarder.forward(one, two, false, forFrame(2, 3));
  expect(one.transport.carrier.reliable.given).toEqual([]);
  forwarder.forward(one, two, true, forFrame(2, 3));
  expect(one.transport.carrier.reliable.given.map((bytes) => [routedPeer(bytes), readRouteWord(bytes)])).toEqual([
    [2, { mine: 0, yours: 7 }],
  ]);
  two.transport.carrier.reliable.buffered = 0;
  forwarder.forward(one, two, true, forFrame(2, 3));
  expect(two.transport.carrier.reliable.given).toEqual([]);
  expect(one.transport.carrier.reliable.given.length).toBe(1);
});

test("S93 what somebody who is no hub says of others is not believed; what is no frame of a star ends its sender", () => {
  const star = new Star(4, [1, 2]);
  star.setHubs([1]);
  const put = (from: number, to: number, bytes: Uint8Array): void => {
    star.member(from).peer.getPeer(to)?.channels[0]?.putPacket(bytes);
  };
  put(2, 3, rosterFrame([{ id: 77, epoch: 5 }]));
  const forged = forFrame(77, 6);
  writeRouteHeader(forged, FrameKind.FORWARDED, 0, 77);
  put(2, 3, forged);
  star.sessions.pass(2_000);
  expect(star.member(3).session.statistics(2)).toMatchObject({ droppedFrames: 1, faults: {} });
  expect(star.member(1).session.statistics(3)?.forwardedFrames).toBeGreaterThan(0);
  expect(star.member(3).session.peers).not.toContain(77);
  expect(star.member(3).session.peers).toContain(2);
  put(2, 3, Uint8Array.of(FrameKind.ROSTER << 4, 0, 0, 0, 1));
  star.sessions.pass(100);
  expect(star.member(3).events).toContain("-2 malformed-frame");
});

test("S97 who is connected to nobody, with no server to change that, is told that the game is over", () => {
  const star = new Star(3, [1]);
  let isolated = 0;
  const { session, device } = star.member(2);
  session.on("isolated", () => (isolated += 1));
  star.sessions.mesh.signalling.goDown();
  expect(device.id).toBe(2);
  star.member(1).device.crash();
  star.sessions.members.delete(1);
  star.sessions.pass(7_000);
  expect(isolated).toBe(0);
  star.sessions.pass(15_000);
  expect(isolated).toBe(1);
});
