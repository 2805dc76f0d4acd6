import { createSecretKey, randomBytes } from "node:crypto";
import fc from "fast-check";
import { jwtVerify, SignJWT } from "jose";
import { expect, test } from "vitest";
import { LobbyLimits } from "../../src/lobby/protocol.ts";
import { SignalLog } from "../../src/lobby/signal-log.ts";
import { Allowance } from "../../src/server/allowance.ts";
import { parseBySchema } from "../../src/server/message-schema.ts";
import { SeatLine } from "../../src/server/seat-line.ts";
import { isSignalMessage } from "../../src/server/signal-message.ts";
import { readPaper, signPaper } from "../../src/server/signed-paper.ts";
import { ManualClock } from "../support/manual-clock.ts";

const key = createSecretKey(randomBytes(32));
const standing = { audience: "tickmesh-seat", untilSeconds: 2_000 };
const read = (paper: string, nowMs = 1_999_000, by = key): object | null =>
  readPaper(paper, standing.audience, nowMs, by);

test("V24 a paper is a JWT like any other's", async () => {
  const paper = signPaper({ peerId: 7, name: "Zoë" }, standing, key);
  const currentDate = new Date(1_999_000);
  const { payload } = await jwtVerify(paper, key, { algorithms: ["HS256"], audience: "tickmesh-seat", currentDate });
  expect(payload).toEqual({ peerId: 7, name: "Zoë", aud: "tickmesh-seat", exp: 2_000 });
  expect(read(paper)).toEqual(payload);
  const theirs = await new SignJWT({ peerId: 7 })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience("tickmesh-seat")
    .setExpirationTime(2_000)
    .sign(key);
  expect(read(theirs)).toEqual({ peerId: 7, aud: "tickmesh-seat", exp: 2_000 });
});

test("V24 no paper is believed that is over, for something else, of another key, altered or signed otherwise", async () => {
  const paper = signPaper({ peerId: 7 }, standing, key);
  const [header, body, signature] = paper.split(".") as [string, string, string];
  const forged = Buffer.from(JSON.stringify({ peerId: 8, aud: "tickmesh-seat", exp: 9_000 })).toString("base64url");
  const unsigned = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  const stronger = await new SignJWT({ aud: "tickmesh-seat", exp: 9_000 })
    .setProtectedHeader({ alg: "HS512" })
    .sign(randomBytes(64));
  expect(read(paper, 2_000_000)).toBeNull();
  expect(read(signPaper({}, { ...standing, audience: "tickmesh-lobby" }, key))).toBeNull();
  expect(read(paper, 0, createSecretKey(randomBytes(32)))).toBeNull();
  for (const other of [
    `${header}.${forged}.${signature}`,
    `${unsigned}.${body}.`,
    `${unsigned}.${body}.${signature}`,
    `${paper}.${signature}`,
    `${paper}=`,
    `${header}.${body}`,
    paper.slice(0, -1),
    stronger,
    "",
    "..",
  ]) {
    expect(read(other), other).toBeNull();
  }
});

test("V26 what was lost past the bound moves the count of both sides, so that nothing is told twice on the next return", () => {
  const line = new SeatLine();
  const acks: number[] = [];
  const log = new SignalLog((received) => acks.push(received));
  const size = LobbyLimits.keptSignalBytes / 8;
  for (let i = 0; i < 11; i++) line.keep(Buffer.alloc(size));
  // None of them came, and the first nine are kept no more.
  log.resume(0);
  expect([line.resume(log.received), line.unread().length]).toEqual([true, 2]);
  for (const _ of line.unread()) log.hear();
  log.pause();
  expect([line.acknowledged(log.received), line.unread()]).toEqual([true, []]);
  expect(line.acknowledged(log.received + 1)).toBe(false);

  const signal = { to: 2, signal: { kind: "retry", attempt: 1 } } as const;
  for (let i = 0; i < LobbyLimits.keptSignals + 3; i++) log.keep(signal);
  const again = log.resume(0);
  expect(again).toHaveLength(2);
  log.acknowledged(again.length);
  expect(log.resume(again.length)).toEqual([]);
});

const { signal: limits } = LobbyLimits;
const nearly = (max: number): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom<unknown>(0, -0, 1, 1.5, max, max + 1, Number.NaN, "1", null, undefined), fc.nat(max));
const text = (max: number): fc.Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom<unknown>("", "a", "a".repeat(max), "a".repeat(max + 1), 1, null), fc.string());
const more = fc.constantFrom({}, {}, {}, { other: 1 });
const candidate = fc
  .tuple(
    fc.record({ media: text(limits.mediaLength), index: nearly(limits.maxIndex), name: text(limits.candidateLength) }),
    more,
  )
  .map(([fields, extra]) => ({ ...fields, ...extra }));
const candidates = fc.oneof(
  fc.array(fc.constant({ media: "0", index: 0, name: "candidate" }), { maxLength: limits.candidatesPerSignal + 1 }),
  fc.array(candidate, { maxLength: 2 }),
  fc.constantFrom<unknown>(null, {}, "candidates"),
);
const signal = fc
  .tuple(
    fc.record(
      {
        kind: fc.constantFrom("description", "candidates", "retry", "want", "probe", "else"),
        attempt: nearly(limits.maxAttempt),
        type: fc.constantFrom("offer", "answer", "else"),
        sdp: text(limits.sdpLength),
        candidates,
        restart: nearly(limits.maxRestart),
      },
      { requiredKeys: ["kind", "attempt"] },
    ),
    more,
  )
  .map(([fields, extra]) => ({ ...fields, ...extra }));

test("V12 the quick check of signals lets nothing through that the schema would not", () => {
  const good = { kind: "candidates", attempt: 1, candidates: [{ media: "0", index: 0, name: "candidate" }] };
  const offer = { kind: "description", attempt: 1, type: "offer", sdp: "v=0", candidates: [] };
  for (const one of [good, offer]) expect(isSignalMessage({ to: 2, signal: one })).toBe(true);
  const whole = fc.record({ to: nearly(2_147_483_647), signal: fc.oneof(signal, fc.anything()) });
  fc.assert(
    fc.property(fc.oneof(whole, fc.anything()), (message) => {
      if (isSignalMessage(message)) {
        expect(parseBySchema("signal", message)).toEqual({ ok: true, type: "signal", message });
      }
    }),
    { numRuns: 2_000 },
  );
});

test("V13 messages and bytes are counted apart, and both come back with time", () => {
  const clock = new ManualClock();
  const rates = { messagesPerSecond: 10, bytesPerSecond: 1_000, clock };
  const { burstBytes, burstMessages } = LobbyLimits;
  const many = new Allowance(clock.nowMs());
  for (let count = 0; count < burstMessages; count++) expect(many.take(1, rates)).toBeNull();
  expect(many.take(1, rates)).toBe("messages");
  clock.advance(100);
  expect([many.take(1, rates), many.take(1, rates)]).toEqual([null, "messages"]);
  const long = new Allowance(clock.nowMs());
  expect([long.take(burstBytes, rates), long.take(1, rates)]).toEqual([null, "bytes"]);
  clock.advance(1_000);
  expect([long.take(1_000, rates), long.take(1, rates)]).toEqual([null, "bytes"]);
});

test("V26 what a page does not acknowledge soon keeps no more memory than it has bytes", () => {
  const line = new SeatLine();
  for (let count = 0; count < 100; count++) line.keep(Buffer.from(`signal ${count}`));
  const frames = line.unread();
  expect(frames.map(String)).toEqual(Array.from({ length: 100 }, (_, at) => `signal ${at}`));
  expect(frames.slice(-50).every(({ buffer, length }) => buffer.byteLength === length)).toBe(true);
});
