import { expect, test } from "vitest";
import { encodeVar } from "../../src/codec/var.ts";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { Session } from "../../src/session/session.ts";
import type { FakeBackend, FakeChannel } from "../support/fake-backend.ts";
import { fakeMesh } from "../support/fake-mesh.ts";
import { ACCEPT, HELLO, header, readFrame } from "../support/raw-session.ts";
import { VirtualSessions } from "../support/virtual-session.ts";

const messages = defineMessages({ say: message<number>() });

const TICK_MS = 16;
const LEAPS_MS = [9_000, 60_000, 3_600_000];

/** A peer that the test plays. */
class Played {
  readonly id: number;
  readonly #reliable: FakeChannel;
  readonly #unreliable: FakeChannel;
  #frames = 0;

  constructor(id: number, far: FakeBackend) {
    this.id = id;
    const [reliable, , unreliable] = far.channels as [FakeChannel, FakeChannel, FakeChannel];
    this.#reliable = reliable;
    this.#unreliable = unreliable;
  }

  /** Says hello, and accepts. */
  greet(): void {
    const { e } = readFrame(this.#reliable.sent[0] as Uint8Array).body as { e: number };
    this.#say(HELLO, { p: 1, g: "game", v: "1", t: messages.hash, e: this.id, c: 65_536, r: null });
    this.#say(ACCEPT, { e });
  }

  beat(): void {
    this.#unreliable.receive(...header(2, this.#frames, 0));
    this.#frames += 1;
  }

  #say(kind: number, body: object): void {
    this.#reliable.receive(...header(kind, 0, 0), ...encodeVar(body));
  }
}

/** A session whose peers, 2 and 3, are played by the test, on a clock that the test moves. */
function played() {
  const game = fakeMesh();
  const session = new Session({ peer: game.mesh, game: "game", version: "1", messages, clock: game.clock });
  const events: string[] = [];
  session.on("peerJoined", (id) => events.push(`+${id}`));
  session.on("peerLeft", (id, reason) => events.push(`-${id} ${reason}`));
  session.on("peerRefused", (id, { code }) => events.push(`!${id} ${code}`));
  session.on("peerUnstable", (id) => events.push(`${id} unstable`));
  session.on("peerStable", (id) => events.push(`${id} stable`));
  const peers = game.join(2, 3).map((far, index) => new Played(index + 2, far));
  session.poll();
  /** So much later, a poll. */
  const poll = (afterMs = TICK_MS): void => {
    game.clock.advance(afterMs);
    session.poll();
  };
  /** So many ticks, in which these are heard four times a second. */
  const play = (ticks: number, speakers: readonly Played[] = []): void => {
    for (let i = 0; i < ticks; i++) {
      if (i % 15 === 14) for (const peer of speakers) peer.beat();
      poll();
    }
  };
  return { session, events, peers, poll, play };
}

/** As `played`, and the peers have come. */
function joined() {
  const game = played();
  for (const peer of game.peers) peer.greet();
  game.session.poll();
  expect(game.events).toEqual(["+2", "+3"]);
  game.events.length = 0;
  game.play(100, game.peers);
  return game;
}

test("S36 the browser may wake a game before it hands over what came: it waits one poll more", () => {
  const { events, peers, poll, play } = joined();
  const [two, three] = peers as [Played, Played];
  // Nearly silent for too long when the game stops.
  play(40, [three]);
  poll(10_000);
  two.beat();
  three.beat();
  poll();
  expect(events).toEqual([]);
});

test("S36, S81 a game that always polls slowly still judges, and is the more patient", () => {
  for (const [everyMs, unstableMs, goneMs] of [
    [240, 960, 8_160],
    [500, 2_000, 16_000],
    [1_000, 4_000, 32_000],
  ] as const) {
    const { events, poll } = joined();
    const tookMs = (what: string): number => {
      let ms = 0;
      for (; !events.includes(what); ms += everyMs) {
        if (ms > 60_000) expect.unreachable(what);
        poll(everyMs);
      }
      return ms;
    };
    const untilUnstableMs = tookMs("2 unstable");
    expect(Math.abs(untilUnstableMs - unstableMs)).toBeLessThanOrEqual(2 * everyMs);
    expect(Math.abs(untilUnstableMs + tookMs("-2 silent") - goneMs)).toBeLessThanOrEqual(2 * everyMs);
  }
});

test("S81 however long a game stood still, nobody is silent who is heard soon after, and nobody leaves who is heard later", () => {
  for (const leapMs of LEAPS_MS) {
    for (const ticks of [1, 3, 20, 50]) {
      const { session, events, peers, poll, play } = joined();
      poll(leapMs);
      play(ticks);
      for (const peer of peers) peer.beat();
      poll();
      const toldOf = events.filter((event) => !event.endsWith("stable"));
      expect([leapMs, ticks, toldOf, session.peers]).toEqual([leapMs, ticks, [], [2, 3]]);
      if (ticks <= 20) expect(events).toEqual([]);
      play(1_000, peers);
      expect(events.filter((event) => event.startsWith("-"))).toEqual([]);
      expect(events.at(-1) ?? "stable").toMatch(/ ?stable$/);
    }
  }
});

test("S81 who is gone is unstable at most unstableAfterMs, and ended at most goneAfterMs, after it goes on", () => {
  for (const leapMs of LEAPS_MS) {
    const { events, peers, poll, play } = joined();
    const [two] = peers as [Played];
    poll(leapMs);
    play(Math.ceil(1_000 / TICK_MS), [two]);
    expect(events).toEqual(["3 unstable"]);
    play(Math.ceil(6_000 / TICK_MS), [two]);
    expect(events).toEqual(["3 unstable"]);
    play(Math.ceil(1_000 / TICK_MS), [two]);
    expect(events).toEqual(["3 unstable", "-3 silent"]);
  }
});

test("S81 so it is after two leaps in a row, or two with a few ticks between them", () => {
  for (const between of [0, 1, 5]) {
    const { events, peers, poll, play } = joined();
    poll(9_000);
    play(between);
    poll(60_000);
    play(3);
    for (const peer of peers) peer.beat();
    play(1_000, peers);
    expect([between, events]).toEqual([between, []]);
  }
});

test("S81 who was about to come has the time of its handshake all the same, and not for ever", () => {
  for (const leapMs of LEAPS_MS) {
    const { events, peers, poll, play } = played();
    const [two] = peers as [Played];
    play(10);
    poll(leapMs);
    play(50);
    two.greet();
    play(Math.ceil(3_000 / TICK_MS), [two]);
    expect(events).toEqual(["+2"]);
    play(Math.ceil(1_500 / TICK_MS), [two]);
    expect(events).toEqual(["+2", "!3 no-handshake"]);
  }
});

test("S81 a hub that was lost just before may come back", () => {
  const sessions = new VirtualSessions({ messages });
  let leaptMs = 0;
  const members = [1, 2].map((id) => {
    const virtual = sessions.addRaw(id);
    virtual.connector.setHubs([1]);
    return sessions.open(virtual, { clock: { nowMs: () => virtual.device.clock.nowMs() + leaptMs } });
  });
  const [hub, other] = members as [(typeof members)[number], (typeof members)[number]];
  let isolated = 0;
  other.session.on("isolated", () => (isolated += 1));
  sessions.meet();
  sessions.mesh.signalling.goDown();
  hub.device.crash();
  other.peer.disconnectPeer(1, false, "connection-lost");
  sessions.pass(500);
  leaptMs += 3_600_000;
  sessions.pass(5_000);
  expect([isolated, other.session.peers]).toEqual([0, [1]]);
  sessions.pass(3_000);
  expect([isolated, other.session.peers]).toEqual([1, []]);
});

test("S81 who is between two connections goes on", () => {
  for (const seed of [1, 2, 3]) {
    for (const leapMs of LEAPS_MS) {
      const sessions = new VirtualSessions({ messages }, { seed, link: { latencyMs: 20 } });
      const virtual = sessions.addRaw(1);
      let leaptMs = 0;
      const clock = { nowMs: () => virtual.device.clock.nowMs() + leaptMs };
      const a = sessions.open(virtual, { clock });
      const b = sessions.add(2);
      const heard: number[] = [];
      b.session.onMessage("say", (n) => heard.push(n));
      sessions.meet().pass(1_000);
      for (let i = 0; i < 100; i++) {
        a.session.send("say", i);
        if (i === 30) b.peer.disconnectPeer(1, false, "connection-lost");
        if (i === 31 || i === 34) leaptMs += leapMs;
        sessions.pass(20);
      }
      sessions.until(() => heard.length === 100);
      expect(a.session.statistics(2)?.resumes).toBe(1);
      expect([a.events, b.events]).toEqual([["+2"], ["+1"]]);
    }
  }
});
