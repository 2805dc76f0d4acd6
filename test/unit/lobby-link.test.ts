import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { Admission, Welcome } from "../../src/lobby/admission.ts";
import { MAX_NOTICES } from "../../src/lobby/limits.ts";
import { LobbyLink, type Notice } from "../../src/lobby/lobby-link.ts";
import type { LobbyMember } from "../../src/lobby/protocol.ts";
import type { Signal } from "../../src/signalling/signaller.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";

collectDiagnostics();
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A link to a server that is played by the test, and cannot be reached again. */
function linked(...peerIds: number[]) {
  const sent: string[] = [];
  const dropped: string[] = [];
  const members: LobbyMember[] = [5, ...peerIds].map((peerId) => ({ peerId, profile: {} }));
  const admission = {
    socket: {
      observe() {},
      send: (type: string) => sent.push(type),
      drop: (reason: string) => dropped.push(reason),
      hurry: () => sent.push("in a hurry"),
      leave() {},
    } as unknown as Admission["socket"],
    welcome: {
      seat: { code: "ACDEF", peerId: 5, token: "" },
      record: "",
      instance: "",
      resumed: null,
      code: "ACDEF",
      name: "Test",
      maxPeers: 8,
      isPublic: false,
      shape: "mesh" as const,
      hostId: 5,
      hostTerm: 0,
      seatHoldMs: 60_000,
      hasRelay: false,
      locked: false,
      metadata: {},
      members,
      iceServers: [],
    },
    early: [],
  };
  const access = { url: "http://127.0.0.1:1", timeLimitMs: 1_000, clock: { nowMs: () => Date.now() } };
  const link = new LobbyLink(admission, access, "test/1", {}, seededRandom(1));
  const readAll = (): Notice[] => {
    const notices: Notice[] = [];
    for (let notice = link.next(); notice !== undefined; notice = link.next()) notices.push(notice);
    return notices;
  };
  return { link, sent, dropped, readAll };
}

test("L21 a lobby that nobody polls gives its line up, and does not come back before all is read", () => {
  const { link, dropped, readAll } = linked(2);
  for (let i = 0; i < 3 * MAX_NOTICES; i++) link.onMessage("profile", { peerId: 2, profile: { i } });
  expect([link.state, dropped]).toEqual(["lost", ["more happened in the lobby than was polled"]]);
  for (let second = 0; second < 300; second++) {
    vi.advanceTimersByTime(1_000);
    // 0 would mean that it is asking the server.
    expect(link.retryInMs).toBeGreaterThan(0);
  }
  const notices = readAll();
  expect(notices).toHaveLength(MAX_NOTICES + 1);
  expect(notices.at(-1)).toMatchObject({ kind: "lost" });
  vi.advanceTimersByTime(20_000);
  expect(link.retryInMs).toBe(0);
});

test("I10 to send more than the server takes gives the line up, without waking anybody in that call", async () => {
  const { link, dropped } = linked(2);
  const { signaller } = link;
  let isSending = false;
  const wokenWhileSending: boolean[] = [];
  signaller.receive();
  signaller.wake = () => wokenWhileSending.push(isSending);
  isSending = true;
  for (let attempt = 1; attempt <= 2_000; attempt++) signaller.send(2, { kind: "retry", attempt });
  isSending = false;
  expect([link.state, dropped.length]).toEqual(["lost", 1]);
  await Promise.resolve();
  expect(wokenWhileSending).toEqual([false]);
  expect(signaller.receive()).toMatchObject({ kind: "down" });
});

test("L29 what mends a connection is in a hurry, what begins one is not", () => {
  const { link, sent } = linked(2);
  const inHurry = (signal: Signal): boolean => {
    sent.length = 0;
    link.signaller.send(2, signal);
    expect(sent[0]).toBe("signal");
    return sent.includes("in a hurry");
  };
  const offer = { kind: "description", attempt: 1, type: "offer", sdp: "v=0", candidates: [] } as const;
  expect(inHurry(offer)).toBe(false);
  expect(inHurry({ ...offer, type: "answer", restart: 1 })).toBe(false);
  expect(inHurry({ kind: "candidates", attempt: 1, candidates: [] })).toBe(false);
  expect(inHurry({ kind: "echo", attempt: 1 })).toBe(false);
  expect(inHurry({ ...offer, attempt: 2 })).toBe(true);
  expect(inHurry({ ...offer, restart: 1 })).toBe(true);
  for (const kind of ["probe", "restart", "retry", "want"] as const) expect(inHurry({ kind, attempt: 1 })).toBe(true);
});

test("L29 a line that hung is tried anew at once, and from then on after pauses", async () => {
  const { link, readAll } = linked(2);
  link.onClosed("hung", null, true);
  expect([link.state, link.retryInMs, readAll()]).toEqual(["lost", 0, [{ kind: "lost", reason: "hung" }]]);
  await vi.waitUntil(() => link.retryInMs > 0);
  const other = linked(2);
  other.link.onClosed("cut", null, false);
  expect(other.link.retryInMs).toBeGreaterThan(0);
});

test("L19 what is asked for when too much waits to be sent is not forgotten", () => {
  const { link, sent } = linked(2);
  for (let i = 0; i < 2_000 && link.state === "open"; i++)
    link.signaller.send(2, { kind: "candidates", attempt: 1, candidates: [] });
  expect(link.state).toBe("lost");
  link.act({ type: "kick", peerId: 2 });
  expect(link.takeUndone({ members: [{ peerId: 2 }] } as unknown as Welcome)).toEqual([{ type: "kick", peerId: 2 }]);

  const other = linked(2);
  while (other.link.state === "open") other.link.act({ type: "lock", locked: true });
  expect(other.link.wantedLock).toBe(true);
  expect(sent).not.toContain("kick");
});
