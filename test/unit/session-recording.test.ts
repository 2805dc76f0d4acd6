import { expect, test } from "vitest";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { layout } from "../../src/codec/layout.ts";
import { u16 } from "../../src/codec/number-fields.ts";
import { encodeVar } from "../../src/codec/var.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { decodeRecording } from "../../src/session/recording/recording.ts";
import { replayRecording } from "../../src/session/recording/replay-recording.ts";
import { SessionRecorder, type SessionRecorderOptions } from "../../src/session/recording/session-recorder.ts";
import { meeting, type SessionMember, VirtualSessions } from "../support/virtual-session.ts";

const messages = defineMessages({
  chat: message<string>(),
  place: message({ payload: layout({ x: u16() }), mode: TransferMode.UNRELIABLE_ORDERED }),
  picture: message({ payload: bytes(), lane: "bulk" }),
  big: message({ payload: bytes({ maxBytes: 4_000 }), mode: TransferMode.UNRELIABLE }),
  ask: call<number, number>(),
});

type Table = typeof messages.definitions;

/** Notes what a member hears from now on, and records it. */
function listen(member: SessionMember<Table>, options: SessionRecorderOptions = {}) {
  const heard: unknown[] = [];
  const { session, device } = member;
  for (const name of ["chat", "place"] as const) {
    session.onMessage(name, (payload, from) => heard.push([name, payload, from, device.clock.nowMs()]));
  }
  for (const name of ["picture", "big"] as const) {
    session.onMessage(name, (payload, from) => heard.push([name, payload.length, from, device.clock.nowMs()]));
  }
  session.onCall("ask", (request, from) => {
    heard.push(["ask", request, from, device.clock.nowMs()]);
    return request * 2;
  });
  for (const name of ["peerJoined", "peerUnstable"] as const) {
    session.on(name, (...details: unknown[]) => heard.push([name, details, device.clock.nowMs()]));
  }
  session.on("peerLeft", (...details) => heard.push(["peerLeft", details, device.clock.nowMs()]));
  return { heard, recorder: new SessionRecorder(session, { clock: device.clock, ...options }) };
}

/** What a recording gives, in the form that `listen` notes. */
function replayed(saved: Uint8Array): unknown[] {
  const heard: unknown[] = [];
  replayRecording(saved, messages, {
    onMessage: (name, payload, from, atMs) => {
      heard.push([name, payload instanceof Uint8Array ? payload.length : payload, from, atMs]);
    },
    onEvent: (name, details, atMs) => heard.push([name, details, atMs]),
  });
  return heard;
}

test("S43 what was recorded, replayed, is what was heard: in all modes, in parts, calls, and under loss", () => {
  const sessions = new VirtualSessions<Table>({ messages }, { link: { latencyMs: 20, lossRatio: 0.1, jitterMs: 15 } });
  const [one, two] = [sessions.add(1), sessions.add(2)];
  const { heard, recorder } = listen(one);
  sessions.meet();
  for (let i = 0; i < 200; i++) {
    two.session.send("place", { x: i });
    if (i % 7 === 0) two.session.send("chat", `no. ${i}`);
    if (i % 31 === 0) two.session.send("picture", new Uint8Array(30_000));
    if (i % 23 === 0) two.session.send("big", new Uint8Array(2_500));
    if (i % 40 === 0) two.session.callWith(1, "ask", i, () => {});
    sessions.tick();
  }
  two.session.close("good night");
  sessions.pass(2_000);
  expect(heard.length).toBeGreaterThan(40);
  expect(replayed(recorder.save())).toEqual(heard);
});

test("S43 past its bytes the oldest goes, and what is left still plays", () => {
  const { sessions, all } = meeting(3, { messages });
  const [one, two, three] = all as [SessionMember<Table>, SessionMember<Table>, SessionMember<Table>];
  const { heard, recorder } = listen(one, { bytes: 65_536 });
  for (let i = 0; i < 400; i++) {
    two.session.send("chat", "x".repeat(300));
    three.session.send("place", { x: i });
    if (i === 350) two.session.send("picture", new Uint8Array(20_000));
    sessions.tick();
  }
  const saved = recorder.save();
  expect(saved.length).toBeLessThan(100_000);
  const again = replayed(saved);
  expect(again.length).toBeGreaterThan(100);
  expect(again.length).toBeLessThan(heard.length);
  expect(again).toEqual(heard.slice(-again.length));
});

test("S43 a recorder that was stopped holds what it has; another may follow", () => {
  const { sessions, all } = meeting(2, { messages });
  const [one, two] = all as [SessionMember<Table>, SessionMember<Table>];
  const { recorder } = listen(one);
  two.session.send("chat", "heard");
  sessions.pass(100);
  recorder.stop();
  two.session.send("chat", "not kept");
  sessions.pass(100);
  expect(replayed(recorder.save()).map((item) => (item as unknown[])[1])).toEqual(["heard"]);
  const next = new SessionRecorder(one.session, { clock: one.device.clock });
  two.session.send("chat", "kept");
  sessions.pass(100);
  expect(replayed(next.save()).map((item) => (item as unknown[])[1])).toEqual(["kept"]);
});

test("S43 what is no recording, or of another table, is refused in words; so are bounds that cannot be", () => {
  const { all } = meeting(2, { messages });
  const [one] = all as [SessionMember<Table>];
  const saved = new SessionRecorder(one.session).save();
  const other = defineMessages({ chat: message<number>(), more: message() });
  expect(() => replayRecording(saved, other, {})).toThrow(`not "${other.hash}"`);
  const sound = decodeRecording(saved);
  for (const bad of [
    new Uint8Array(),
    saved.subarray(1),
    encodeVar({ ...sound, format: 2 }),
    encodeVar({ ...sound, items: [[0, "packet", 2, true, "no bytes"]] }),
    encodeVar({ ...sound, items: [["soon", "event", "peerLeft", []]] }),
    encodeVar([sound]),
  ]) {
    expect(() => replayRecording(bad, messages, {})).toThrow("are no recording of a session");
  }
  for (const bytesOf of [0, 65_535, Number.NaN, 2 ** 31]) {
    expect(() => new SessionRecorder(one.session, { bytes: bytesOf })).toThrow("no whole number from 65536");
  }
});
