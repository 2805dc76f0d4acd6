import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { HUB_ROUTES_BURST_MS, HUB_ROUTES_PER_SECOND } from "../../src/session/limits.ts";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { Dismissals } from "../../src/session/star/dismissals.ts";
import * as FrameKind from "../../src/session/wire/frame-kind.ts";
import { type Hello, handshakeFrame, writeHello } from "../../src/session/wire/hello.ts";
import {
  departureFrame,
  ROUTE_HEADER_BYTES,
  readRoster,
  readRouteWord,
  rosterFrame,
  routedPeer,
  routeNumber,
  routeWord,
} from "../../src/session/wire/route-frame.ts";
import { routedFrame, StarScene, UNRELIABLE } from "../support/star-scene.ts";

const messages = defineMessages({ say: message<string>() });
type Table = typeof messages.definitions;

const { FORWARD, FORWARDED } = FrameKind;

beforeEach(() => setDiagnosticsHandler(() => {}));
afterEach(() => {
  setDiagnosticsHandler(null);
  vi.restoreAllMocks();
});

/** Whether it is the first word of a handshake on a route. */
function isHello(frame: Uint8Array): boolean {
  return routeNumber(frame) !== 0 && (frame[ROUTE_HEADER_BYTES] ?? 0) >> 4 === FrameKind.HELLO;
}

function isWord(frame: Uint8Array): boolean {
  return (frame[0] ?? 0) >> 4 === FORWARD && routeNumber(frame) === 0;
}

function hello(more: Partial<Hello> = {}): Uint8Array {
  const table = messages.hash;
  const said = { protocol: 1, game: "game", version: "1", table, epoch: 7, creditBytes: 1e6, resume: null, data: null };
  return handshakeFrame(FrameKind.HELLO, writeHello({ ...said, ...more }));
}

/** As many ids as a roster may have, which nobody has. */
function nobodies(round: number): { readonly id: number; readonly epoch: number }[] {
  return Array.from({ length: 1_024 }, (_, i) => ({ id: 1_000 + 1_024 * round + i, epoch: 1 }));
}

const atOnce = (HUB_ROUTES_PER_SECOND * HUB_ROUTES_BURST_MS) / 1_000;

test("S109 whomever a hub names and speaks for in one poll, so many are met", () => {
  const scene = new StarScene({ messages }, 3);
  const sent = scene.sent(3, 1);
  for (let round = 0; round < 8; round++) {
    scene.put(1, 3, rosterFrame(nobodies(round)));
    for (const { id } of nobodies(round)) scene.put(1, 3, routeWord(FORWARDED, id, { mine: 5, yours: 0 }));
  }
  scene.sessions.pass(100);
  expect(sent.filter(isHello).length).toBeGreaterThan(1_000);
  expect(sent.filter(isHello).length).toBeLessThanOrEqual(atOnce);
  expect(scene.member(3).session.peers).toEqual(expect.arrayContaining([1]));
});

test("S109 a hub that names others in each tick is asked for so many a second, and another hub's are met meanwhile", () => {
  const scene = new StarScene({ messages }, 3, [1, 2]);
  const sent = scene.sent(3, 1);
  const seconds = 3;
  for (let tick = 0; tick < 100 * seconds; tick++) {
    scene.put(1, 3, rosterFrame(nobodies(tick)));
    scene.sessions.tick();
  }
  expect(sent.filter(isWord).length).toBeGreaterThan(1_024);
  expect(sent.filter(isWord).length).toBeLessThanOrEqual(atOnce + HUB_ROUTES_PER_SECOND * seconds + 10);
  scene.add(4, [2]);
  for (let tick = 0; tick < 200; tick++) {
    scene.put(1, 3, rosterFrame(nobodies(tick)));
    scene.sessions.tick();
  }
  expect(scene.member(3).session.peers).toContain(4);
});

test("S103 a hub that takes back whom it names, and names it again, has it met no more often", () => {
  const scene = new StarScene({ messages }, 3);
  const sent = scene.sent(3, 1);
  for (let tick = 0; tick < 300; tick++) {
    scene.put(1, 3, rosterFrame(tick % 2 === 0 ? [{ id: 77, epoch: 1 }] : []));
    for (let i = 1; i <= 20; i++) scene.put(1, 3, routeWord(FORWARDED, 77, { mine: 100 * tick + i, yours: 0 }));
    scene.sessions.tick();
  }
  expect(sent.filter(isHello).length).toBeGreaterThan(7);
  expect(sent.filter(isHello).length).toBeLessThanOrEqual(8 + 4 * 3 + 1);
});

test("S103 who says hello anew on route after route, through an honest hub, has the game's check asked so often", () => {
  const check = vi.fn(() => null);
  const scene = new StarScene({ messages, check }, 3);
  const told = scene.sent(1, 2);
  const channel = scene.member(2).peer.getPeer(1)?.channels[0];
  const say = channel?.putPacket.bind(channel);
  // Of its own session only what the hub needs to hear.
  if (channel !== undefined) channel.putPacket = (bytes) => ((bytes[0] ?? 0) >> 4 >= FORWARD ? 0 : (say?.(bytes) ?? 0));
  check.mockClear();
  let number = 1_000;
  for (let tick = 0; tick < 1_000; tick++) {
    const routes = told.splice(0).map((frame) => (routedPeer(frame) === 3 ? (readRouteWord(frame)?.mine ?? 0) : 0));
    for (const route of routes) if (route !== 0) say?.(routedFrame(FORWARD, route, 3, hello({ epoch: number + tick })));
    if (tick % 6 === 0) {
      number += 1;
      say?.(routeWord(FORWARD, 3, { mine: number, yours: 0 }));
    }
    scene.sessions.tick();
  }
  expect(check.mock.calls.length).toBeGreaterThan(20);
  expect(check.mock.calls.length).toBeLessThanOrEqual(8 + 4 * 10 + 1);
  expect(scene.member(1).session.peers).toEqual([2, 3]);
});

/** Hub 1 forwards nothing between two others any more. Gives what says to one of them, in the other's name, what the hub likes. */
function impostor(scene: StarScene<Table>, to: number, as: number): (bytes: Uint8Array) => void {
  const isBetween = (frame: Uint8Array): boolean => {
    return (frame[0] ?? 0) >> 4 === FORWARDED && [to, as].includes(routedPeer(frame));
  };
  const puts = [to, as].flatMap((id) =>
    (scene.member(1).peer.getPeer(id)?.channels ?? []).map((channel) => {
      const put = channel.putPacket.bind(channel);
      channel.putPacket = (bytes) => (isBetween(bytes) ? 0 : put(bytes));
      return put;
    }),
  );
  return (bytes) => void puts[0]?.(bytes);
}

/** The route on which a member takes frames of another, by what it says to hub 1. */
function routeOf(sent: readonly Uint8Array[], peerId: number): number {
  const words = sent.filter((frame) => isWord(frame) && routedPeer(frame) === peerId);
  return words.map((frame) => readRouteWord(frame)?.mine ?? 0).findLast((mine) => mine !== 0) ?? 0;
}

const lies: readonly [what: string, frame: () => Uint8Array][] = [
  ["plays another game", () => hello({ game: "other" })],
  ["refuses everybody", () => handshakeFrame(FrameKind.REFUSE, { c: "game", w: "no" })],
];

test.each(lies)(
  "S96 of whom a hub says that it %s, honest ones are met again when it is no hub any more",
  (_, frame) => {
    const scene = new StarScene({ messages }, 4, [1, 2]);
    const [three, four] = [scene.member(3), scene.member(4)];
    const sent = scene.sent(3, 1);
    const say = impostor(scene, 3, 4);
    say(routeWord(FORWARDED, 4, { mine: 99_999, yours: 0 }));
    scene.sessions.pass(60);
    say(routedFrame(FORWARDED, routeOf(sent, 4), 4, frame()));
    scene.sessions.pass(5_000);
    expect(three.session.peers).toEqual([1, 2]);
    scene.setHubs([2]);
    scene.sessions.pass(12_000);
    expect(three.session.peers).toEqual([1, 2, 4]);
    expect(four.session.peers).toContain(3);
  },
);

test("S96 whom the game itself has let go is not met again by another hub", () => {
  const dismissals = new Dismissals();
  dismissals.add(4, [7], 1);
  expect([dismissals.has(4, 7, [1, 2]), dismissals.has(4, 7, [2]), dismissals.has(4, 8, [1])]).toEqual([
    true,
    false,
    false,
  ]);
  dismissals.add(4, [7]);
  expect(dismissals.has(4, 7, [2])).toBe(true);
  const scene = new StarScene({ messages }, 4, [1]);
  scene.member(3).session.disconnect(4);
  scene.sessions.pass(100);
  scene.setHubs([2]);
  scene.sessions.pass(12_000);
  expect(scene.member(3).session.peers).toEqual([1, 2]);
});

test("S104 who has accepted another and never comes keeps nobody from coming under that id, on whatever way", () => {
  for (const hubs of [[2], [4]]) {
    const check = vi.fn(() => null);
    const scene = new StarScene({ messages, check }, 3, [1, 2]);
    const three = scene.member(3);
    const sent = scene.sent(3, 1);
    check.mockClear();
    for (let tick = 0; tick < 1_500; tick++) {
      scene.put(1, 3, rosterFrame([1, 2, 4].map((id) => ({ id, epoch: 5 }))));
      scene.put(1, 3, routeWord(FORWARDED, 4, { mine: tick + 1, yours: 0 }));
      // What would be an accept never follows.
      const route = routeOf(sent, 4);
      if (route !== 0) scene.put(1, 3, routedFrame(FORWARDED, route, 4, hello({ epoch: tick })));
      sent.length = 0;
      scene.sessions.tick();
    }
    expect(check.mock.calls.length).toBeGreaterThan(8);
    expect(check.mock.calls.length).toBeLessThanOrEqual(8 + 4 * 15);
    expect(three.session.peers).toEqual([1, 2]);
    const four = scene.add(4, hubs);
    scene.setHubs(hubs);
    scene.sessions.pass(12_000);
    expect(three.session.peers).toContain(4);
    expect(four.session.peers).toContain(3);
    expect(three.events.filter((event) => event.includes("4"))).toEqual(["+4"]);
  }
});

test("S105 whom a hub says to be gone while they have no way to each other, is not refused when it comes", () => {
  const scene = new StarScene({ messages }, 4, [1, 2]);
  const three = scene.member(3);
  const told = scene.sent(1, 3);
  const late = scene.add(5, [1, 2]);
  scene.sessions.until(() => late.session.peers.length === 4);
  const roster = told.findLast(([first = 0]) => first >> 4 === FrameKind.ROSTER) as Uint8Array;
  const two = readRoster(roster).find(({ id }) => id === 2);
  impostor(scene, 3, 2);
  three.peer.disconnectPeer(2, false, "connection-lost");
  scene.sessions.tick();
  for (let tick = 0; tick < 3; tick++) {
    scene.put(1, 3, departureFrame({ id: 2, epoch: two?.epoch ?? 0 }, "kicked"));
    scene.sessions.tick();
  }
  expect(three.events).toContain("-2 kicked");
  scene.sessions.pass(15_000);
  expect(three.session.peers).toContain(2);
  expect(scene.member(2).session.peers).toContain(3);
});

test("S93 what a peer gives a hub in vain counts against it alone, and each frame once", () => {
  const scene = new StarScene({ messages }, 4);
  const counts = (of: number): number[] => {
    const { forwardedFrames, droppedFrames } = scene.member(1).session.statistics(of) ?? {};
    return [forwardedFrames ?? -1, droppedFrames ?? -1];
  };
  const before = counts(2);
  const nothing = new Uint8Array(1);
  for (let i = 1; i <= 500; i++) {
    // To nobody, to itself, to the hub, and on a route that is none.
    for (const to of [77, 2, 1, 3])
      scene.put(2, 1, routedFrame(FORWARD, 0xff_0000 + i, to, nothing), (i % 2) * UNRELIABLE);
  }
  scene.sessions.pass(1_000);
  const [forwarded = 0, dropped = 0] = counts(2);
  expect(dropped - (before[1] ?? 0)).toBe(2_000);
  expect(forwarded - (before[0] ?? 0)).toBeLessThan(100);
  expect([counts(3)[1], counts(4)[1]]).toEqual([0, 0]);
  expect(scene.member(3).session.statistics(1)?.droppedFrames).toBe(0);
  expect(scene.departures(1)).toEqual([]);
});
