import type { Recording } from "../../src/simulator/world/recording.ts";

/** A run that once failed, made short, and what it found. */
export interface PinnedRun {
  readonly found: string;
  /** Seed of the generator that it came from, as that was then. */
  readonly seed: number;
  readonly recording: Recording;
}

export const PINNED_RUNS: readonly PinnedRun[] = [
  {
    found: "an unreliable packet that was readable vanished between two polls, when newer ones needed its room",
    seed: 153,
    recording: {
      options: {
        seed: 153,
        ticksPerSecond: 10,
        link: {},
        crashNoticeMs: 500,
        extraChannels: [0],
        connectTimeoutMs: 15_000,
        disconnectGraceMs: 2_000,
        maxUnreadBytes: 65_536,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 0, operation: { kind: "join", peer: 3 } },
        { tick: 6, operation: { kind: "send", peer: 3, to: -1, mode: 1, channel: 1, size: 40_000 } },
        { tick: 7, operation: { kind: "send", peer: 3, to: 0, mode: 1, channel: 1, size: 40_000 } },
      ],
      ticks: 8,
    },
  },
  {
    found: "a simulated association took the age of a chunk that was never sent for a round trip, and waited a minute",
    seed: 3530,
    recording: {
      options: {
        seed: 3530,
        ticksPerSecond: 10,
        link: {
          latencyMs: 80,
          lossRatio: 0.3,
          burst: { startRatio: 0.02, endRatio: 0.2, lossRatio: 0.9 },
          reorderRatio: 0.3,
          reorderMs: 60,
          duplicateRatio: 0.5,
          bandwidthKbps: 2000,
          queueBytes: 256_000,
        },
        crashNoticeMs: 2000,
        extraChannels: [1],
        connectTimeoutMs: 2000,
        disconnectGraceMs: 500,
        maxUnreadBytes: 16_777_216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 7 } },
        { tick: 0, operation: { kind: "join", peer: 15 } },
        { tick: 66, operation: { kind: "send", peer: 15, to: -6, mode: 1, channel: 1, size: 108 } },
        { tick: 74, operation: { kind: "send", peer: 15, to: 0, mode: 0, channel: 0, size: 1170 } },
        { tick: 145, operation: { kind: "send", peer: 7, to: -13, mode: 1, channel: 1, size: 40_000 } },
        { tick: 267, operation: { kind: "send", peer: 7, to: 0, mode: 2, channel: 0, size: 13_030 } },
      ],
      ticks: 267,
    },
  },
  {
    found:
      "a pair that had just connected on one side was begun anew when both were introduced anew, and what was sent got lost",
    seed: 243,
    recording: {
      options: {
        seed: 243,
        ticksPerSecond: 10,
        link: { latencyMs: 80 },
        crashNoticeMs: 500,
        extraChannels: [],
        connectTimeoutMs: 15_000,
        disconnectGraceMs: 5_000,
        maxUnreadBytes: 1_048_576,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "stall", peer: 1, ms: 4_000 } },
        { tick: 36, operation: { kind: "join", peer: 4, clockOffsetMs: 50_931, clockDriftPpm: -1 } },
        { tick: 43, operation: { kind: "server", isUp: false } },
      ],
      ticks: 49,
    },
  },
];
