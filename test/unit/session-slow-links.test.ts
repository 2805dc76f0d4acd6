import { expect, test } from "vitest";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { SendWindow } from "../../src/session/outgoing/send-window.ts";
import type { LinkConditions } from "../../src/simulator/network/link-conditions.ts";
import { meeting, type SessionMember } from "../support/virtual-session.ts";

const content = bytes({ maxBytes: 4_000_000 });
const messages = defineMessages({
  press: message({ payload: content, lane: "input" }),
  moved: message({ payload: content, lane: "input", mode: TransferMode.UNRELIABLE }),
  file: message({ payload: content, lane: "bulk" }),
});
type Table = typeof messages.definitions;
type Member = SessionMember<Table>;

interface Course {
  readonly tookMs: number;
  readonly unstable: number;
  readonly longestSilenceMs: number;
  /** How long each press was on its way. */
  readonly pressMs: readonly number[];
  readonly mostBufferedBytes: number;
}

/** A file of so many bytes goes over a link, for so long at most, beside the messages of a game. */
function transfer(link: Partial<LinkConditions>, fileBytes: number, withinMs: number, plays: boolean): Course {
  const { sessions, all } = meeting(2, { messages }, { link });
  const [a, b] = all as [Member, Member];
  const pressMs: number[] = [];
  const sentMs: number[] = [];
  let hasCome = false;
  b.session.onMessage("file", () => {
    hasCome = true;
  });
  b.session.onMessage("press", () => pressMs.push(sessions.nowMs - (sentMs[pressMs.length] as number)));
  for (const { session } of all) session.onMessage("moved", () => {});
  sessions.pass(1_000);
  const startMs = sessions.nowMs;
  a.session.send("file", new Uint8Array(fileBytes));
  let longestSilenceMs = 0;
  let mostBufferedBytes = 0;
  for (let tick = 0; !hasCome && tick * 10 < withinMs; tick++) {
    if (plays && tick % 3 === 0) for (const { session } of all) session.send("moved", new Uint8Array(20));
    if (plays && tick % 20 === 0) {
      sentMs.push(sessions.nowMs);
      a.session.send("press", new Uint8Array(20));
    }
    sessions.tick();
    longestSilenceMs = Math.max(longestSilenceMs, b.session.statistics(1)?.silentMs ?? Number.POSITIVE_INFINITY);
    mostBufferedBytes = Math.max(mostBufferedBytes, a.session.statistics(2)?.bufferedBytes ?? 0);
  }
  const unstable = [...a.events, ...b.events].filter((event) => !event.startsWith("+")).length;
  return { tookMs: sessions.nowMs - startMs, unstable, longestSilenceMs, pressMs, mostBufferedBytes };
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((x, y) => x - y)[Math.floor(values.length * share)] as number;
}

const RATES_KBPS = [250, 1_000, 5_000];
const LATENCIES_MS = [20, 200];
const LOSSES = [0, 0.01, 0.05];

for (const bandwidthKbps of RATES_KBPS) {
  test(`S60 while bulk goes over ${bandwidthKbps} kbit/s nobody is unstable, at any latency and loss`, () => {
    for (const latencyMs of LATENCIES_MS) {
      for (const lossRatio of LOSSES) {
        for (const plays of [false, true]) {
          const course = transfer({ bandwidthKbps, latencyMs, lossRatio }, 3_000_000, 20_000, plays);
          const { unstable, longestSilenceMs } = course;
          expect({ latencyMs, lossRatio, plays, unstable }).toMatchObject({ unstable: 0 });
          expect(longestSilenceMs).toBeLessThan(1_000);
        }
      }
    }
  });
}

test("S61 what is urgent waits little longer beside bulk, though the way has a queue of 256 kB", () => {
  for (const latencyMs of LATENCIES_MS) {
    const { pressMs } = transfer({ bandwidthKbps: 1_000, latencyMs }, 3_000_000, 20_000, true);
    expect(pressMs.length).toBeGreaterThan(80);
    expect(quantile(pressMs, 0.5)).toBeLessThan(latencyMs + 200);
    expect(quantile(pressMs, 0.95)).toBeLessThan(latencyMs + 400);
  }
});

test("S61 at least 65 % of a link without loss is used", () => {
  for (const [bandwidthKbps, latencyMs] of [
    [250, 20],
    [1_000, 20],
    [1_000, 200],
    [5_000, 20],
  ] as const) {
    const fileBytes = bandwidthKbps * 2_000;
    const { tookMs } = transfer({ bandwidthKbps, latencyMs }, Math.min(fileBytes, 3_000_000), 100_000, false);
    expect((Math.min(fileBytes, 3_000_000) * 8) / tookMs / bandwidthKbps).toBeGreaterThan(0.65);
  }
});

test("S63 on a slow link the browser's buffer holds what it sends in 100 ms, after a first window", () => {
  const slow = transfer({ bandwidthKbps: 1_000, latencyMs: 20 }, 1_000_000, 20_000, false);
  expect(slow.mostBufferedBytes).toBeLessThan(40_000);
});

test("S61 a window doubles while round trips are short, stays with a delay of some 100 ms, and shrinks with a longer one", () => {
  const window = new SendWindow();
  let nowMs = 0;
  const roundTrip = (tookMs: number): number => {
    nowMs += tookMs;
    window.isFull = true;
    window.onRoundTrip(tookMs, false, nowMs);
    window.onAcknowledged(window.bytes);
    return window.bytes;
  };
  const first = window.bytes;
  for (let i = 1; i <= 4; i++) expect(roundTrip(40)).toBe(first * 2 ** i);
  // It is not full at 40 ms, and is now: from here on it grows by little.
  const found = roundTrip(80);
  expect(roundTrip(80) / found).toBeLessThan(1.25);
  roundTrip(140);
  const atMost = window.bytes;
  expect(roundTrip(140)).toBe(atMost);
  expect(roundTrip(240)).toBe(atMost);
  expect(roundTrip(240)).toBe(atMost / 2);
  expect(window.bytes).toBeGreaterThan(0);
});

test("S61 a window that is not full does not grow, and one cut by losses keeps 32 KiB", () => {
  const window = new SendWindow();
  window.onAcknowledged(1_000_000);
  expect(window.bytes).toBe(16_384);
  for (let nowMs = 100; nowMs < 1_000; nowMs += 100) {
    window.isFull = true;
    window.onRoundTrip(50, false, nowMs);
    window.onAcknowledged(window.bytes);
  }
  expect(window.bytes).toBeGreaterThan(1_000_000);
  for (let nowMs = 1_000; nowMs < 5_000; nowMs += 100) window.onRoundTrip(50, true, nowMs);
  expect(window.bytes).toBe(32_768);
});

test("S62 pings come more often while a window is full", () => {
  const window = new SendWindow();
  expect(window.pingIntervalMs).toBe(500);
  window.isFull = true;
  expect(window.pingIntervalMs).toBe(20);
  window.onRoundTrip(50, false, 100);
  window.onRoundTrip(150, false, 200);
  expect(window.pingIntervalMs).toBe(100);
  window.isFull = false;
  expect(window.pingIntervalMs).toBe(500);
});
