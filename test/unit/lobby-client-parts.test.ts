import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { Welcome } from "../../src/lobby/admission.ts";
import { UnansweredActions } from "../../src/lobby/host-action.ts";
import { KnownMembers } from "../../src/lobby/known-members.ts";
import { MAX_UNANSWERED_ACTIONS } from "../../src/lobby/limits.ts";
import { readCode } from "../../src/lobby/lobby-code.ts";
import { readRefusal } from "../../src/lobby/lobby-error.ts";
import { Outbox } from "../../src/lobby/outbox.ts";
import { Pauses } from "../../src/lobby/pauses.ts";
import { CODE_ALPHABET, LobbyLimits } from "../../src/lobby/protocol.ts";
import { RetryTimer } from "../../src/lobby/retry-timer.ts";
import { ManualClock } from "../support/manual-clock.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("L2 what looks like a letter of a code is taken for it", () => {
  expect(readCode("acdef")).toBe("ACDEF");
  expect(readCode(" A-C d_E.f ")).toBe("ACDEF");
  expect(readCode("1OZS8")).toBe("LQ763");
  expect(readCode("io25b")).toBe("LQ763");
  for (const typed of ["", "ABCD", "ACDEFG", "ACDÉF", "ACDE!"]) expect(readCode(typed)).toBeNull();
  for (const letter of CODE_ALPHABET) expect(readCode(letter.repeat(5))).toBe(letter.repeat(5));
});

test("L4 a refusal is read from its text, and nothing else is", () => {
  expect(readRefusal("full: 8 of 8: no room")).toMatchObject({ code: "full", message: "8 of 8: no room" });
  for (const text of ["full", "nonsense: a", "", undefined, 5, "FULL: a"]) expect(readRefusal(text)).toBeNull();
});

test("L14 who opens a lobby again names those first who were there, and nobody whose seat is over", () => {
  const clock = new ManualClock();
  const known = new KnownMembers(clock);
  known.reset([1, 7, 5], 60_000);
  known.lose(7);
  clock.advance(30_000);
  known.lose(1);
  known.meet(9);
  expect(known.all()).toEqual([5, 9, 1, 7]);
  known.meet(1);
  known.forget(5);
  clock.advance(30_001);
  expect(known.all()).toEqual([1, 9]);
  for (let guest = 100; guest < 10_000; guest++) {
    known.meet(guest);
    known.lose(guest);
    clock.advance(1_000);
  }
  expect(known.all()).toHaveLength(62);
});

test("L13 pauses grow to their bound, each a little shorter than that by chance", () => {
  const pauses = new Pauses(1_000, 15_000, seededRandom(5));
  const drawn = Array.from({ length: 8 }, () => pauses.nextMs());
  for (const [index, ms] of drawn.entries()) {
    const full = Math.min(15_000, 1_000 * 2 ** index);
    expect(ms).toBeLessThanOrEqual(full);
    expect(ms).toBeGreaterThanOrEqual(full * 0.75);
  }
  expect(new Set(drawn.slice(5)).size).toBe(3);
  pauses.reset();
  expect(pauses.nextMs()).toBeLessThanOrEqual(1_000);
});

test("L15 an outbox keeps within the server's allowance at every moment", () => {
  const sentAtMs: number[] = [];
  const clock = { nowMs: () => Date.now() };
  const outbox = new Outbox(clock, () => sentAtMs.push(Date.now()));
  const startMs = Date.now();
  const count = LobbyLimits.burstMessages;
  for (let i = 0; i < count; i++) expect(outbox.push("signal", i)).toBe(true);
  vi.advanceTimersByTime(10_000);
  expect(sentAtMs).toHaveLength(count);
  for (const [index, atMs] of sentAtMs.entries()) {
    const allowed = LobbyLimits.burstMessages + ((atMs - startMs) * LobbyLimits.messagesPerSecond) / 1_000;
    expect(index + 1).toBeLessThanOrEqual(allowed);
  }
});

test("L15 an outbox that is full takes nothing more, and one that is cleared sends nothing more", () => {
  const sent: unknown[] = [];
  const outbox = new Outbox({ nowMs: () => Date.now() }, (_, message) => sent.push(message));
  let taken = 0;
  while (outbox.push("signal", taken)) taken += 1;
  expect(taken).toBeGreaterThan(LobbyLimits.burstMessages);
  const before = sent.length;
  outbox.clear();
  vi.advanceTimersByTime(60_000);
  expect(sent).toHaveLength(before);
});

test("L15 of what only the latest counts of, one waits, however much there is of it, and signals go on beside it", () => {
  const sent: [string, unknown][] = [];
  const outbox = new Outbox({ nowMs: () => Date.now() }, (type, message) => sent.push([type, message]));
  let taken = 0;
  for (let second = 0; second < 60; second++) {
    for (let turn = 0; turn < 80; turn++) {
      taken += 1;
      expect(outbox.push("host", taken, true)).toBe(true);
    }
    expect(outbox.push("signal", second)).toBe(true);
    vi.advanceTimersByTime(1_000);
  }
  expect(sent.filter(([type]) => type === "signal").map(([, second]) => second)).toEqual(
    Array.from({ length: 60 }, (_, i) => i),
  );
  expect(sent.findLast(([type]) => type === "host")).toEqual(["host", taken]);
});

test("L19 of what was asked for and not answered, the latest counts, and nothing that is so already", () => {
  const welcome = (locked: boolean, ...peerIds: number[]): Welcome => {
    const members = peerIds.map((peerId) => ({ peerId, profile: {} }));
    return { locked, members, metadata: { map: "sea" } } as unknown as Welcome;
  };
  const actions = new UnansweredActions();
  for (const locked of [true, false, true]) actions.add({ type: "lock", locked });
  actions.add({ type: "kick", peerId: 2 });
  actions.add({ type: "kick", peerId: 3 });
  actions.add({ type: "metadata", metadata: { map: "reef" } });
  actions.add({ type: "metadata", metadata: { map: "sea" } });
  actions.answered("lock");
  actions.answered("kick", 7);
  expect(actions.wantedLock).toBe(true);
  expect(actions.takeUndone(welcome(false, 1, 3))).toEqual([
    { type: "lock", locked: true },
    { type: "kick", peerId: 3 },
  ]);
  expect(actions.takeUndone(welcome(false, 1, 3))).toEqual([]);

  for (const locked of [true, false]) actions.add({ type: "lock", locked });
  actions.answered("lock");
  expect(actions.takeUndone(welcome(false))).toEqual([]);
  actions.add({ type: "kick", peerId: 3 });
  actions.answered("kick", 3);
  expect(actions.takeUndone(welcome(false, 3))).toEqual([]);
});

test("L19 what nobody heard takes no room but for its latest, and past the bound it is refused", () => {
  const actions = new UnansweredActions();
  for (let i = 0; i < MAX_UNANSWERED_ACTIONS; i++) actions.add({ type: "metadata", metadata: { i } });
  expect(() => actions.add({ type: "lock", locked: true })).toThrow(expect.objectContaining({ code: "wrong-state" }));
  actions.unheard();
  for (let i = 0; i < 2_000; i++) actions.add({ type: "lock", locked: i % 2 === 0 });
  for (let peerId = 3; !actions.isFull; peerId++) actions.add({ type: "kick", peerId });
  expect(() => actions.add({ type: "kick", peerId: 2 })).toThrow(`${MAX_UNANSWERED_ACTIONS} things`);
  actions.add({ type: "metadata", metadata: { map: "sea" } });
  const undone = actions.takeUndone({ locked: true, members: [{ peerId: 3 }], metadata: {} } as unknown as Welcome);
  expect(undone).toEqual([
    { type: "lock", locked: false },
    { type: "kick", peerId: 3 },
    { type: "metadata", metadata: { map: "sea" } },
  ]);
});

test("L13 a pause before a try can be cut short, and cancelled", () => {
  let tries = 0;
  const timer = new RetryTimer(4_000, { nowMs: () => Date.now() }, seededRandom(5), () => {
    tries += 1;
  });
  timer.tryNow();
  expect([tries, timer.isOn, timer.inMs]).toEqual([0, false, 0]);
  timer.start();
  expect(timer.inMs).toBeGreaterThan(700);
  vi.advanceTimersByTime(1_000);
  expect([tries, timer.isOn]).toEqual([1, false]);
  timer.start();
  timer.start();
  timer.tryNow();
  expect([tries, timer.isOn]).toEqual([2, false]);
  timer.start();
  timer.cancel();
  vi.advanceTimersByTime(60_000);
  expect(tries).toBe(2);
});
