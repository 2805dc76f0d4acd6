import { expect, test } from "vitest";
import { ColyseusSignaller } from "../../src/lobby/colyseus-signaller.ts";
import { LobbyLimits } from "../../src/lobby/protocol.ts";
import { MAX_QUEUED_EVENTS, type Signal, type SignallerEvent } from "../../src/signalling/signaller.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";

const diagnostics = collectDiagnostics();

interface Carried {
  readonly signaller: ColyseusSignaller;
  readonly sent: { to: number; signal: Signal }[];
  readonly told: string[];
}

function carried(): Carried {
  const sent: { to: number; signal: Signal }[] = [];
  const told: string[] = [];
  const signaller = new ColyseusSignaller(5, [], {
    carry: (to, signal) => sent.push({ to, signal }),
    overflow: () => {
      told.push("overflow");
      signaller.inbox.goDown("too much");
    },
    farewell: () => told.push("farewell"),
  });
  return { signaller, sent, told };
}

function readAll(signaller: ColyseusSignaller): SignallerEvent[] {
  const events: SignallerEvent[] = [];
  for (let event = signaller.receive(); event !== undefined; event = signaller.receive()) events.push(event);
  return events;
}

test("I7 a lobby's signaller that nobody reads goes down, after all that it held", () => {
  const { signaller, told } = carried();
  signaller.inbox.introduce(2);
  for (let attempt = 1; attempt <= MAX_QUEUED_EVENTS + 5; attempt++)
    signaller.inbox.hear(2, { kind: "retry", attempt });
  expect(told).toEqual(["overflow"]);
  expect(signaller.comeUp([])).toBe(false);
  const events = readAll(signaller);
  expect(events).toHaveLength(MAX_QUEUED_EVENTS + 1);
  expect(events.at(-1)).toEqual({ kind: "down", reason: "too much" });
  expect(signaller.comeUp([])).toBe(true);
  signaller.inbox.introduce(2);
  expect(readAll(signaller)).toEqual([{ kind: "up" }, { kind: "introduced", peerId: 2 }]);
});

test("I6 a signal that is malformed or too long for the server is dropped, and told in words", () => {
  const { signaller, sent } = carried();
  signaller.inbox.introduce(2);
  const candidates = Array.from({ length: 33 }, (_, index) => ({ media: "0", index: 0, name: `candidate:${index}` }));
  signaller.send(2, { kind: "candidates", attempt: 3, candidates: candidates.slice(1) });
  expect(sent).toHaveLength(1);
  signaller.send(2, { kind: "candidates", attempt: 3, candidates });
  const sdp = "x".repeat(LobbyLimits.signal.sdpLength + 1);
  signaller.send(2, { kind: "description", attempt: 3, type: "offer", sdp, candidates: [] });
  expect(sent).toHaveLength(1);
  expect(diagnostics.filter((line) => line.includes("too long"))).toHaveLength(2);
});

test("I9 a closed lobby signaller says goodbye once, and neither sends nor receives", () => {
  const { signaller, sent, told } = carried();
  signaller.inbox.introduce(2);
  signaller.close();
  signaller.close();
  signaller.inbox.hear(2, { kind: "retry", attempt: 1 });
  signaller.inbox.introduce(3);
  signaller.send(2, { kind: "retry", attempt: 1 });
  signaller.inbox.goDown("late");
  expect(signaller.receive()).toBeUndefined();
  expect(sent).toEqual([]);
  expect(told).toEqual(["farewell"]);
});
