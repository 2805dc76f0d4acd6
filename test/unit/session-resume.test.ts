import { afterEach, beforeEach, expect, test } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { ErrorCode } from "../../src/base/error-code.ts";
import { bytes } from "../../src/codec/bytes-payload.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import type { SessionLimits } from "../../src/session/limits.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { meeting, type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

// Minutes of virtual time, on a machine that may be busy.

const messages = defineMessages({
  say: message<number>(),
  press: message<number>({ lane: "input" }),
  file: message({ payload: bytes(), lane: "bulk" }),
  blip: message<number>({ mode: TransferMode.UNRELIABLE }),
  ask: call<number, number>({ timeoutMs: 60_000 }),
});
type Table = typeof messages extends { readonly definitions: infer D } ? D : never;
type Member = SessionMember<Table>;

interface Two {
  readonly sessions: VirtualSessions<Table>;
  readonly a: Member;
  readonly b: Member;
  /** What `b` heard. */
  readonly heard: {
    readonly say: number[];
    readonly press: number[];
    readonly blip: number[];
    readonly file: number[];
  };
}

function two(limits: Partial<SessionLimits> = {}, latencyMs = 20, seed = 1): Two {
  const { sessions, all } = meeting(2, { messages, limits }, { seed, link: { latencyMs } });
  const [a, b] = all as [Member, Member];
  const heard = { say: [] as number[], press: [] as number[], blip: [] as number[], file: [] as number[] };
  for (const name of ["say", "press", "blip"] as const) b.session.onMessage(name, (n) => heard[name].push(n));
  b.session.onMessage("file", ({ length }) => heard.file.push(length));
  b.session.onCall("ask", (n) => n + 1);
  for (const { events } of all) events.length = 0;
  return { sessions, a, b, heard };
}

/** Loses the connection of two, at one end, as a network does. */
function lose({ peer }: Member, other: number): void {
  peer.disconnectPeer(other, false, "connection-lost");
}

function count(to: number): number[] {
  return Array.from({ length: to }, (_, i) => i);
}

beforeEach(() => setDiagnosticsHandler(() => {}));
afterEach(() => setDiagnosticsHandler(null));

test("S70 a connection that is lost is no event: the next one goes on where it ended", () => {
  for (const seed of [1, 2, 3]) {
    for (const loser of ["a", "b"] as const) {
      const all = two({}, 20, seed);
      const { sessions, a, b, heard } = all;
      for (let i = 0; i < 300; i++) {
        a.session.send("say", i);
        a.session.send("press", i);
        if (i % 50 === 30) lose(all[loser], loser === "a" ? 2 : 1);
        expect([a.session.peers, a.session.hasPeer(2)]).toEqual([[2], true]);
        sessions.pass(20);
      }
      sessions.pass(2_000);
      expect([heard.say, heard.press]).toEqual([count(300), count(300)]);
      expect([...a.events, ...b.events]).toEqual([]);
      const statistics = a.session.statistics(2);
      expect(statistics?.resumes).toBe(6);
      expect(statistics).toMatchObject({ unacknowledgedFrames: 0, queuedMessages: 0, isUnstable: false, faults: {} });
      expect(b.session.statistics(1)).toMatchObject({ resumes: 6, isUnstable: false, faults: {} });
    }
  }
});

test("S70, S72 a cut of up to 7 s is peerUnstable and peerStable, whatever the mesh does meanwhile", () => {
  for (const ms of [500, 1_500, 3_500, 5_000, 7_000]) {
    const { sessions, a, b, heard } = two();
    sessions.mesh.network.partition([[1], [2]]);
    for (let i = 0; i < 50; i++) {
      a.session.send("say", i);
      sessions.pass(ms / 50);
    }
    sessions.mesh.network.heal();
    sessions.until(() => heard.say.length === 50, 15_000);
    sessions.pass(1_000);
    expect(heard.say).toEqual(count(50));
    const events = ms < 1_000 ? [] : ["2 unstable", "2 stable"];
    expect(a.events).toEqual(events);
    expect(b.events).toEqual(events.map((event) => event.replace("2", "1")));
    expect(b.session.statistics(1)?.faults).toEqual({});
    const { resumes = 0, resentFrames = 0 } = a.session.statistics(2) ?? {};
    expect([resumes > 0, resentFrames > 0]).toEqual([ms > 3_000, ms > 3_000]);
  }
});

test("S70, S71 a connection that refuses a frame is given up, and the next one brings that frame too", () => {
  const { sessions, a, b, heard } = two();
  const channel = a.peer.getPeer(2)?.channels[0] as WebRTCDataChannel;
  channel.putPacket = () => ErrorCode.FAILED;
  for (let i = 0; i < 50; i++) {
    a.session.send("say", i);
    sessions.pass(20);
  }
  sessions.until(() => heard.say.length === 50);
  expect(heard.say).toEqual(count(50));
  expect(a.session.statistics(2)).toMatchObject({ resumes: 1, resentFrames: 1 });
  expect([...a.events, ...b.events]).toEqual([]);
});

test("S71 large messages go on where they were, and calls are answered once", () => {
  for (const seed of [1, 2]) {
    const { sessions, a, b, heard } = two({}, 20, seed);
    sessions.mesh.network.setLink({ bandwidthKbps: 8_000 });
    const progress: number[] = [];
    b.session.on("progress", (_id, _name, received) => progress.push(received));
    a.session.send("file", new Uint8Array(3_000_000));
    let asked = 0;
    b.session.onCall("ask", (n) => {
      asked += 1;
      return n + 1;
    });
    const answers: unknown[] = [];
    for (let i = 0; i < 8; i++) {
      a.session.callWith(2, "ask", i, (error, answer) => answers.push(error?.code ?? answer));
      sessions.pass(100);
      lose(i % 2 === 0 ? a : b, i % 2 === 0 ? 2 : 1);
      sessions.until(() => a.session.statistics(2)?.resumes === i + 1, 5_000);
    }
    sessions.until(() => heard.file.length === 1, 30_000);
    expect(heard.file).toEqual([3_000_000]);
    expect(progress).toEqual([...progress].sort((one, other) => one - other));
    expect(new Set(progress).size).toBe(progress.length);
    expect([answers, asked]).toEqual([count(9).slice(1), 8]);
    expect([...a.events, ...b.events].filter((event) => !event.includes("stable"))).toEqual([]);
    // What was under way is sent again, and not all that was sent.
    expect(a.session.statistics(2)?.sentBytes).toBeLessThan(3_000_000 * 1.5);
  }
});

test("S71 what is unreliable is shed while there is no connection, counted, and never heard twice", () => {
  const { sessions, a, heard } = two();
  sessions.mesh.signalling.goDown();
  for (let i = 0; i < 20; i++) {
    a.session.send("blip", i);
    sessions.pass(20);
  }
  lose(a, 2);
  sessions.pass(50);
  for (let i = 20; i < 60; i++) {
    a.session.send("blip", i);
    sessions.pass(20);
  }
  expect(a.session.statistics(2)).toMatchObject({ shedMessages: 40, queuedMessages: 0 });
  a.session.send("say", 1);
  sessions.pass(20);
  expect(a.session.statistics(2)).toMatchObject({ queuedMessages: 1 });
  sessions.mesh.signalling.comeUp();
  sessions.until(() => heard.say.length === 1, 7_000);
  a.session.send("blip", 60);
  sessions.pass(100);
  expect(heard.blip).toEqual([...count(20), 60]);
  expect(a.session.statistics(2)).toMatchObject({ shedMessages: 40 });
});

test("S71 more than queuedReliableBytes while there is no connection is too slow, as ever", () => {
  const { sessions, a } = two({ queuedReliableBytes: 65_536 });
  sessions.mesh.signalling.goDown();
  lose(a, 2);
  sessions.pass(50);
  a.session.send("file", new Uint8Array(40_000));
  expect(a.session.hasPeer(2)).toBe(true);
  a.session.send("file", new Uint8Array(40_000));
  sessions.pass(20);
  expect(a.events).toEqual(["-2 too-slow"]);
});

test("S72 after a silence the mesh is asked to restart the connection, later to replace it: once each; a byte takes it back", () => {
  const { sessions, a } = two({ unstableAfterMs: 500, replaceAfterMs: 2_000, goneAfterMs: 6_000 });
  const asked: string[] = [];
  a.peer.repairPeer = (id, step) => {
    asked.push(`${id} ${step} ${Math.round((sessions.nowMs - cutMs) / 500) / 2}`);
    return 0;
  };
  sessions.pass(1_000);
  let cutMs = sessions.nowMs;
  const cut = (ms: number): void => {
    cutMs = sessions.nowMs;
    sessions.mesh.network.partition([[1], [2]]);
    sessions.pass(ms);
    sessions.mesh.network.heal();
    sessions.until(() => a.session.statistics(2)?.isUnstable !== true, 5_000);
  };
  cut(1_000);
  expect(asked).toEqual(["2 restart 0.5", "2 none 1"]);
  cut(1_000);
  expect(asked.splice(0)).toEqual(["2 restart 0.5", "2 none 1", "2 restart 0.5", "2 none 1.5"]);
  cut(8_000);
  expect(asked).toEqual(["2 restart 0.5", "2 replace 2"]);
  expect(a.events.at(-1)).toBe("-2 silent");
});

test("S73 after goneAfterMs without a byte it is gone, connection or not; if it comes then, it comes anew", () => {
  const { sessions, a, b, heard } = two();
  sessions.mesh.network.partition([[1], [2]]);
  a.session.send("say", 1);
  const tookMs = sessions.until(() => a.session.peers.length === 0, 9_000);
  expect([tookMs > 7_700, tookMs <= 8_100]).toEqual([true, true]);
  sessions.until(() => b.session.peers.length === 0, 500);
  expect(a.events).toEqual(["2 unstable", "-2 silent"]);
  sessions.pass(1_000);
  sessions.mesh.network.heal();
  sessions.until(() => a.session.peers.length === 1 && b.session.peers.length === 1, 60_000);
  expect([a.events, b.events].map((events) => events.slice(2))).toEqual([["+2 again"], ["+1 again"]]);
  a.session.send("say", 2);
  sessions.pass(200);
  expect(heard.say).toEqual([2]);
});

test("S74 who says goodbye, is let go or has left is gone at once, and does not come by another connection", () => {
  for (const way of ["close", "disconnect"] as const) {
    const { sessions, a, b } = two();
    lose(a, 2);
    sessions.pass(1_000);
    if (way === "close") b.session.close("good night");
    else b.session.disconnect(1, "good night");
    sessions.pass(1_000);
    expect(a.events).toEqual(["-2 left good night"]);
    sessions.pass(10_000);
    expect(a.events).toHaveLength(1);
  }
});

test("S74 who is let go while there is no connection is not let in by the next one", () => {
  const { sessions, a, b } = two();
  lose(a, 2);
  sessions.pass(20);
  expect(a.session.hasPeer(2)).toBe(true);
  a.session.disconnect(2);
  sessions.pass(20_000);
  expect(a.events).toEqual(["-2 closed-locally"]);
  expect(b.events).toEqual(["1 unstable", "-1 silent"]);
});

test("S74 the mesh's own reasons end it at once", () => {
  const { sessions, a } = two();
  a.peer.disconnectPeer(2, false, "kicked");
  sessions.pass(50);
  expect(a.events).toEqual(["-2 kicked"]);
});

test("S75, S77 a page that is loaded again is another: peerLeft replaced, then peerJoined as returned", () => {
  for (const ways of ["crash", "gone"] as const) {
    const { sessions, a } = two();
    if (ways === "crash") sessions.members.get(2)?.device.crash();
    sessions.pass(500);
    sessions.remove(2);
    sessions.mesh.signalling.drop(2);
    sessions.pass(500);
    const next = sessions.add(2, { hello: "I am new" });
    const heard: number[] = [];
    next.session.onMessage("say", (n) => heard.push(n));
    let welcomed: unknown;
    a.session.on("peerJoined", (id) => {
      welcomed = a.session.helloOf(id);
      a.session.send("say", 7, { to: id });
    });
    sessions.until(() => a.events.includes("+2 again"), 30_000);
    sessions.pass(200);
    expect(a.events.filter((event) => !event.includes("stable"))).toEqual(["-2 replaced", "+2 again"]);
    expect(next.events).toEqual(["+1"]);
    expect([welcomed, heard]).toEqual(["I am new", [7]]);
  }
});

test("S75 calls and messages to the one before are over with it, and its handlers may close all", () => {
  const { sessions, a } = two();
  sessions.members.get(2)?.session.onCall("ask", () => new Promise(() => {}));
  const said: unknown[] = [];
  a.session.callWith(2, "ask", 1, (error) => said.push(error?.code));
  sessions.pass(200);
  sessions.members.get(2)?.device.crash();
  sessions.remove(2);
  sessions.mesh.signalling.drop(2);
  sessions.pass(100);
  a.session.on("peerLeft", () => a.session.close());
  sessions.add(2);
  sessions.pass(9_000);
  expect(said).toEqual(["peer-left"]);
  expect(a.events.at(-1)).toBe("-2 replaced");
});

test("S76 the game's check is asked for a beginning, and not when a session goes on", () => {
  const checked: unknown[] = [];
  const sessions = new VirtualSessions<Table>({ messages }, { link: { latencyMs: 20 } });
  const a = sessions.add(1, {
    check: (hello) => {
      checked.push(hello);
      return null;
    },
  });
  const b = sessions.add(2, { hello: { name: "Ann", token: new Uint8Array([1, 2, 3]) } });
  sessions.meet();
  for (let i = 0; i < 3; i++) {
    lose(i % 2 === 0 ? a : b, i % 2 === 0 ? 2 : 1);
    sessions.pass(1_000);
  }
  expect(a.session.statistics(2)?.resumes).toBe(3);
  expect(checked).toEqual([{ name: "Ann", token: new Uint8Array([1, 2, 3]) }]);
});

test("S79 what is not acknowledged is kept within bounds, whatever the connection does", () => {
  const { sessions, a, heard } = two({ queuedReliableBytes: 64 * 1_048_576 });
  for (let i = 0; i < 3; i++) a.session.send("file", new Uint8Array(8_000_000));
  for (let i = 0; i < 20; i++) {
    sessions.pass(200);
    lose(a, 2);
    sessions.pass(20);
    expect(a.session.statistics(2)?.unacknowledgedFrames).toBeLessThanOrEqual(4_096);
  }
  sessions.until(() => heard.file.length === 3, 60_000);
  expect(heard.file).toEqual([8_000_000, 8_000_000, 8_000_000]);
});

test("S70 a connection that is lost while two accept each other costs nobody: who has come stays", () => {
  for (const loser of [1, 2]) {
    for (let lostMs = 0; lostMs <= 200; lostMs += 10) {
      let checks = 0;
      const check = (): null => {
        checks += 1;
        return null;
      };
      const sessions = new VirtualSessions<Table>({ messages, check }, { link: { latencyMs: 40 } });
      const [a, b] = [sessions.add(1), sessions.add(2)];
      const heard: number[] = [];
      b.session.onMessage("say", (n) => heard.push(n));
      a.session.on("peerJoined", () => a.session.send("say", 1));
      sessions.until(() => a.peer.getPeer(2)?.connected === true && b.peer.getPeer(1)?.connected === true);
      sessions.pass(lostMs);
      lose(loser === 1 ? a : b, loser === 1 ? 2 : 1);
      sessions.meet();
      sessions.pass(1_000);
      expect([lostMs, a.events, b.events, heard]).toEqual([lostMs, ["+2"], ["+1"], [1]]);
      expect(checks).toBeLessThanOrEqual(4);
    }
  }
});
