import fc from "fast-check";
import { expect, test } from "vitest";
import { checkSignal } from "../../src/signalling/check-signal.ts";
import { SignalLimits } from "../../src/signalling/signal-limits.ts";
import type { Signal } from "../../src/signalling/signaller.ts";
import { checkTabMessage } from "../../src/signalling/tab-message.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { FakeMeeting } from "../support/fake-meeting.ts";
import { ScriptedSignaller } from "../support/scripted-signaller.ts";

collectDiagnostics();

const attempt = fc.integer({ min: 1, max: SignalLimits.maxAttempt });
const candidate = fc.record({
  media: fc.string({ maxLength: SignalLimits.mediaLength }),
  index: fc.nat({ max: SignalLimits.maxIndex }),
  name: fc.string({ minLength: 1, maxLength: 200 }),
});
const candidates = fc.array(candidate, { maxLength: SignalLimits.candidatesPerSignal });
const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("description" as const),
      attempt,
      type: fc.constantFrom("offer" as const, "answer" as const),
      sdp: fc.string({ minLength: 1, maxLength: 200 }),
      candidates,
      restart: fc.integer({ min: 1, max: SignalLimits.maxRestart }),
    },
    { requiredKeys: ["kind", "attempt", "type", "sdp", "candidates"] },
  ),
  fc.record({ kind: fc.constant("candidates" as const), attempt, candidates }),
  fc.record({ kind: fc.constant("retry" as const), attempt }),
  fc.record({ kind: fc.constant("want" as const), attempt }),
  fc.record({ kind: fc.constant("restart" as const), attempt }),
  fc.record({ kind: fc.constant("probe" as const), attempt }),
  fc.record({ kind: fc.constant("echo" as const), attempt }),
);

/** Something like a signal, with fields of any kind. */
const nearSignal = fc.record(
  {
    kind: fc.oneof(
      fc.constantFrom("description", "candidates", "retry", "want", "restart", "probe", "echo"),
      fc.anything(),
    ),
    attempt: fc.oneof(fc.nat({ max: 6 }), fc.double(), fc.anything()),
    type: fc.oneof(fc.constantFrom("offer", "answer", "pranswer"), fc.anything()),
    sdp: fc.oneof(fc.constantFrom("offer of 0", "answer of 0", "offer of 9", ""), fc.anything()),
    candidates: fc.oneof(fc.array(candidate, { maxLength: 40 }), fc.array(fc.anything()), fc.anything()),
    restart: fc.oneof(fc.nat({ max: 6 }), fc.constant(undefined), fc.anything()),
  },
  { requiredKeys: [] },
);

test("K16 a signal is read as it was sent, and nothing beside it", () => {
  fc.assert(
    fc.property(signal, fc.dictionary(fc.string(), fc.anything()), (sent, extra) => {
      const read = checkSignal({ ...extra, ...sent });
      expect(read).toEqual(sent);
      expect(read).not.toBe(sent);
    }),
  );
});

test("K16 whatever else comes is no signal, or one within its limits", () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), nearSignal), (value) => {
      const read = checkSignal(value);
      if (read === null) return;
      expect(checkSignal(structuredClone(read))).toEqual(read);
      expect(read.attempt).toBeGreaterThanOrEqual(1);
      if ("candidates" in read) expect(read.candidates.length).toBeLessThanOrEqual(SignalLimits.candidatesPerSignal);
    }),
    { numRuns: 2_000 },
  );
});

test("K16 limits are inclusive", () => {
  const name = (length: number) => ({ media: "0", index: 0, name: "c".repeat(length) });
  const withCandidates = (list: unknown) => checkSignal({ kind: "candidates", attempt: 1, candidates: list });
  const withSdp = (length: number) =>
    checkSignal({ kind: "description", attempt: 1, type: "offer", sdp: "s".repeat(length), candidates: [] });
  expect([withSdp(16_384) === null, withSdp(16_385)]).toEqual([false, null]);
  expect([withCandidates([name(1_024)]) === null, withCandidates([name(1_025)])]).toEqual([false, null]);
  expect([withCandidates(Array(32).fill(name(1))) === null, withCandidates(Array(33).fill(name(1)))]).toEqual([
    false,
    null,
  ]);
  expect(withCandidates(new Array(1))).toBeNull();
  for (const wrong of [0, -0, 2 ** 31, 1.5, Number.NaN, "1", 1n]) {
    expect(checkSignal({ kind: "retry", attempt: wrong })).toBeNull();
  }
  expect(checkSignal({ kind: "retry", attempt: 2 ** 31 - 1 })).not.toBeNull();
});

test("K16 a connector survives any signals, and connects to somebody honest afterwards", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(nearSignal, signal, fc.anything()), { maxLength: 30 }), (signals) => {
      const meeting = new FakeMeeting();
      const [a, b] = [new ScriptedSignaller(5), new ScriptedSignaller(6)];
      const member = meeting.add(a);
      meeting.add(b);
      a.introduce(4);
      a.introduce(7);
      meeting.settle();
      for (const [index, each] of signals.entries()) {
        a.hear(index % 2 === 0 ? 4 : 7, each);
        meeting.pass(100);
      }
      a.introduce(6);
      b.introduce(5);
      for (let round = 0; round < 5; round++) {
        meeting.settle();
        for (const { to, signal: sent } of a.sent.splice(0)) if (to === 6) b.hear(5, sent);
        for (const { signal: sent } of b.sent.splice(0)) a.hear(6, sent);
      }
      expect(member.connected).toContain(6);
    }),
    { numRuns: 100 },
  );
});

test("I12 what is posted on a tab's channel is read or refused, and never throws", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.record(
          {
            version: fc.constantFrom(1, 2),
            kind: fc.oneof(fc.constantFrom("hello", "here", "ping", "bye", "taken", "signal"), fc.anything()),
            from: fc.oneof(fc.integer(), fc.anything()),
            token: fc.oneof(fc.constant("0123456789abcdef"), fc.anything()),
            to: fc.oneof(fc.constant(7), fc.anything()),
            signal: fc.oneof(signal, fc.anything()),
          },
          { requiredKeys: ["version"] },
        ),
      ),
      (value) => {
        const read = checkTabMessage(value, 7);
        if (typeof read === "string") return;
        expect(read.from).toBeGreaterThanOrEqual(1);
        expect(read.token).toMatch(/^[0-9a-f]{16}$/);
        if (read.kind === "signal") expect(checkSignal(read.signal)).not.toBeNull();
      },
    ),
    { numRuns: 2_000 },
  );
});
