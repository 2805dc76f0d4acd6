import { expect, test } from "vitest";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { meeting, type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

// Minutes of virtual time, on a machine that may be busy.

const messages = defineMessages({
  say: message<string>(),
  blip: message({ payload: bytes(), mode: TransferMode.UNRELIABLE, lane: "input" }),
  file: message({ payload: bytes(), lane: "bulk" }),
  ask: call<number, number>(),
});
type Table = typeof messages extends { readonly definitions: infer D } ? D : never;
type Member = SessionMember<Table>;

test("S34 statistics: round trip, jitter and loss both ways", () => {
  for (const [seed, lossRatio, latencyMs] of [
    [1, 0, 30],
    [2, 0.2, 50],
    [3, 0.05, 100],
  ] as const) {
    const { sessions, all } = meeting(2, { messages }, { seed, link: { latencyMs } });
    const [a, b] = all as [Member, Member];
    for (const { session } of all) session.onMessage("blip", () => {});
    // Loss one way alone: each side sees it from its end.
    sessions.mesh.network.setLink({ lossRatio }, { from: 1, to: 2 });
    for (let i = 0; i < 3_000; i++) {
      a.session.send("blip", new Uint8Array(10));
      b.session.send("blip", new Uint8Array(10));
      sessions.tick();
    }
    const [there, back] = [a.session.statistics(2), b.session.statistics(1)];
    for (const statistics of [there, back]) {
      expect(statistics?.roundTripMs).toBeGreaterThanOrEqual(2 * latencyMs);
      expect(statistics?.roundTripMs).toBeLessThan(2 * latencyMs + (lossRatio > 0 ? 150 : 31));
      expect(statistics?.leastRoundTripMs).toBeGreaterThanOrEqual(2 * latencyMs);
      expect(statistics?.jitterMs).toBeLessThan(lossRatio > 0 ? 150 : 20);
    }
    // What one side reckons, the other has counted: SCTP bundles frames, so that fewer are lost than packets.
    const lost = back?.receivedLossRatio ?? 1;
    expect([lossRatio === 0 ? lost === 0 : lost > 0.01, lost < lossRatio + 0.03]).toEqual([true, true]);
    expect(Math.abs((there?.sentLossRatio ?? 1) - lost)).toBeLessThan(0.05);
    expect([there?.receivedLossRatio, back?.sentLossRatio].every((ratio) => (ratio ?? 1) < 0.02)).toBe(true);
  }
});

test("S34 statistics: frames, bytes and messages, in sum and by lane, of one peer", () => {
  const { sessions, all } = meeting(3, { messages });
  const [a, b, c] = all as [Member, Member, Member];
  for (const { session } of all) {
    for (const name of ["say", "blip", "file"] as const) session.onMessage(name, () => {});
    session.onCall("ask", (n) => n);
  }
  for (let i = 0; i < 10; i++) a.session.send("say", "hi");
  for (let i = 0; i < 5; i++) a.session.send("blip", new Uint8Array(9));
  a.session.send("file", new Uint8Array(50_000), { to: 2 });
  a.session.callWith(2, "ask", 1, () => {});
  const queued = a.session.statistics(2);
  expect([queued?.queuedMessages, queued?.lanes["input"], queued?.lanes["bulk"]]).toEqual([
    17,
    { sentMessages: 5, receivedMessages: 0, shedMessages: 0, queuedMessages: 5, queuedBytes: 5 * 11 },
    { sentMessages: 1, receivedMessages: 0, shedMessages: 0, queuedMessages: 1, queuedBytes: 50_000 },
  ]);
  sessions.pass(1_000);
  const [there, back, other] = [a.session.statistics(2), b.session.statistics(1), c.session.statistics(1)];
  expect(there?.lanes["game"]).toMatchObject({ sentMessages: 11, queuedMessages: 0, queuedBytes: 0 });
  expect(back?.lanes["game"]).toMatchObject({ receivedMessages: 11, sentMessages: 1 });
  expect([there?.sentMessages, back?.receivedMessages, other?.receivedMessages]).toEqual([17, 17, 15]);
  expect([there?.queuedMessages, there?.queuedBytes, there?.bufferedBytes, there?.shedMessages]).toEqual([0, 0, 0, 0]);
  expect([there?.isUnstable, there?.faults, there?.unacknowledgedFrames]).toEqual([false, {}, 0]);
  expect([b.session.statistics(99), b.session.statistics(2)]).toEqual([null, null]);
  expect(Object.keys(there?.lanes ?? {})).toEqual(["input", "game", "bulk"]);
  // What one has sent the other has received, but for the handshake's frames.
  sessions.pass(100);
  const [sent, received] = [a.session.statistics(2), b.session.statistics(1)];
  expect((received?.receivedFrames ?? 0) - (sent?.sentFrames ?? 0)).toBeLessThanOrEqual(2);
  expect((received?.receivedBytes ?? 0) - (sent?.sentBytes ?? 0)).toBeLessThan(200);
});

test("S34 before the first pong nothing is claimed, and shed messages are counted", () => {
  const sessions = new VirtualSessions<Table>({ messages, limits: { queuedUnreliableBytes: 1_024 } });
  const a = sessions.add(1);
  sessions.add(2);
  let first: unknown;
  a.session.on("peerJoined", (id) => {
    const { roundTripMs, jitterMs, sentLossRatio, receivedLossRatio } = a.session.statistics(id) ?? {};
    first = [roundTripMs, jitterMs, sentLossRatio, receivedLossRatio];
  });
  sessions.meet();
  expect(first).toEqual([Number.NaN, Number.NaN, 0, 0]);
  for (let i = 0; i < 100; i++) a.session.send("blip", new Uint8Array(98));
  expect(a.session.statistics(2)?.lanes["input"]).toEqual({
    sentMessages: 100,
    receivedMessages: 0,
    shedMessages: 90,
    queuedMessages: 10,
    queuedBytes: 1_000,
  });
});

test("S35 silence is unstable, then the end; the next byte is stable again", () => {
  for (const [limits, unstableMs, goneMs] of [
    [{}, 1_000, 8_000],
    [{ unstableAfterMs: 400, goneAfterMs: 2_000 }, 400, 2_000],
    [{ unstableAfterMs: 2_000, goneAfterMs: 9_000 }, 2_000, 9_000],
  ] as const) {
    const { sessions, all } = meeting(2, { messages, limits }, { link: { latencyMs: 20 } });
    const [a, b] = all as [Member, Member];
    const heard: string[] = [];
    b.session.onMessage("say", (text) => heard.push(text));
    sessions.pass(1_000);
    sessions.mesh.network.partition([[1], [2]]);
    const startMs = sessions.nowMs;
    sessions.until(() => a.events.includes("2 unstable"), unstableMs + 400);
    expect(sessions.nowMs - startMs).toBeGreaterThanOrEqual(unstableMs - 300);
    expect(a.session.statistics(2)).toMatchObject({ isUnstable: true });
    expect([a.session.hasPeer(2), a.session.send("say", "are you there?")]).toEqual([true, 1]);
    sessions.mesh.network.heal();
    sessions.until(() => a.events.includes("2 stable") && heard.length > 0, goneMs);
    expect(a.session.statistics(2)).toMatchObject({ isUnstable: false });
    expect(a.events).toEqual(["+2", "2 unstable", "2 stable"]);
    // SCTP is slow to believe that all is well again.
    sessions.pass(10_000);
    expect(a.events).toHaveLength(3);
    sessions.mesh.network.partition([[1], [2]]);
    const tookMs = sessions.until(() => a.session.peers.length === 0, goneMs + 1_000);
    expect([tookMs > goneMs - 300, tookMs < goneMs + 50]).toEqual([true, true]);
    expect(a.events.slice(3)).toEqual(["2 unstable", "-2 silent"]);
    sessions.pass(500);
    expect(b.events.at(-1)).toBe("-1 silent");
  }
});

test("S35 who was let go in a silence is not told of as stable, whatever of it comes then", () => {
  const { sessions, all } = meeting(2, { messages }, { link: { latencyMs: 20 } });
  const [a, b] = all as [Member, Member];
  sessions.mesh.network.partition([[1], [2]]);
  sessions.until(() => a.events.includes("2 unstable"), 3_000);
  sessions.mesh.network.heal();
  for (let passedMs = 0; passedMs < 400; passedMs += 10) {
    sessions.mesh.network.advance(10);
    b.session.poll();
    b.session.flush();
  }
  a.session.disconnect(2);
  sessions.pass(100);
  expect(a.events.slice(-2)).toEqual(["2 unstable", "-2 closed-locally"]);
});

test("S35 who only has nothing to say is never silent: something comes four times a second", () => {
  const { sessions, all } = meeting(3, { messages }, { link: { latencyMs: 100, jitterMs: 50 } });
  const [a] = all as [Member];
  sessions.pass(1_000);
  const before = a.session.statistics(2)?.sentFrames ?? 0;
  sessions.pass(60_000);
  const frames = (a.session.statistics(2)?.sentFrames ?? 0) - before;
  expect([frames >= 200, frames <= 500]).toEqual([true, true]);
  for (const { events } of all) expect(events.join()).not.toMatch(/stable|-/);
});

test("S36 a game that stood still hears what came before it judges, for as long as the others bear with it", () => {
  for (const stallMs of [2_000, 6_000, 7_500]) {
    const { sessions, all } = meeting(3, { messages });
    const [a, b, c] = all as [Member, Member, Member];
    const heard: string[] = [];
    a.session.onMessage("say", (text, from) => heard.push(`${from} ${text}`));
    for (const { session } of [b, c]) session.onMessage("say", () => {});
    a.device.stall(stallMs);
    sessions.pass(stallMs - 500);
    for (const { session } of [b, c]) session.send("say", "hello");
    sessions.pass(2_500);
    expect([...heard].sort()).toEqual(["2 hello", "3 hello"]);
    // Who does not answer the others' signals either keeps the connections it has.
    expect(a.events.slice(2)).toEqual([]);
    expect(b.events.slice(2)).toEqual(["1 unstable", "1 stable"]);
  }
});

test("S37 every member's clock shows the host's time, and when the host changes it goes on", () => {
  for (const seed of [1, 2]) {
    const lowest = (): number => Math.min(...[...sessions.members.values()].map(({ id }) => id));
    const sessions = new VirtualSessions<Table>(
      { messages, hostOf: () => lowest() },
      { seed, link: { latencyMs: 30, jitterMs: 10 } },
    );
    const first = sessions.add(1);
    sessions.pass(5_000);
    for (const [id, ppm] of [
      [2, 200],
      [3, -300],
      [4, 0],
    ] as const) {
      sessions.add(id).device.setClockDrift(ppm);
    }
    sessions.meet().pass(10_000);
    const spread = (): number => {
      const times = [...sessions.members.values()].map(({ session }) => session.clock.nowMs());
      return Math.max(...times) - Math.min(...times);
    };
    expect(first.session.clock.nowMs()).toBeGreaterThan(15_000);
    expect(spread()).toBeLessThan(20);
    for (const { id, session } of sessions.members.values()) {
      expect([session.hostId, session.clock.isReference, session.clock.isSynchronised]).toEqual([1, id === 1, true]);
    }
    const before = first.session.clock.nowMs();
    first.session.close();
    sessions.remove(1);
    let least = before - 30;
    for (let i = 0; i < 1_000; i++) {
      sessions.tick();
      const nowMs = sessions.members.get(3)?.session.clock.nowMs() ?? 0;
      if (nowMs < least) expect.unreachable(`${nowMs} after ${least}`);
      least = nowMs;
    }
    expect(spread()).toBeLessThan(20);
    expect(Math.abs(least - before - 10_000)).toBeLessThan(60);
    expect(sessions.members.get(2)?.session.clock.isReference).toBe(true);
  }
});
