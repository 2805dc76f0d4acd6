import type { Recording } from "../../src/simulator/world/recording.ts";
import type { RunKind } from "./run-seeds.ts";

/** A run that once failed, made short, and what it found. */
export interface PinnedRun {
  readonly found: string;
  /** Default: of a mesh. */
  readonly what?: RunKind;
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
  {
    found:
      "a checker had forgotten what somebody sent who had left, when at last it was heard by one who had stood still",
    what: "host",
    seed: 100871,
    recording: {
      options: {
        seed: 100871,
        ticksPerSecond: 60,
        link: { latencyMs: 80, lossRatio: 0.3 },
        crashNoticeMs: 0,
        connectTimeoutMs: 5000,
        disconnectGraceMs: 2000,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 43031675 } },
        { tick: 0, operation: { kind: "join", peer: 1880845768 } },
        { tick: 132, operation: { kind: "stall", peer: 43031675, ms: 8765 } },
        { tick: 132, operation: { kind: "leave", peer: 1880845768 } },
      ],
      ticks: 132,
      hasGame: true,
    },
  },
  {
    found: "three became hosts at once, who had never heard the one that was handed over to",
    what: "host",
    seed: 105049,
    recording: {
      options: {
        seed: 105049,
        ticksPerSecond: 60,
        link: {},
        crashNoticeMs: 2000,
        connectTimeoutMs: 2000,
        disconnectGraceMs: 500,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 442630302 } },
        { tick: 0, operation: { kind: "join", peer: 1050711299 } },
        { tick: 0, operation: { kind: "join", peer: 819602678 } },
        { tick: 0, operation: { kind: "join", peer: 752184935 } },
        { tick: 0, operation: { kind: "input", peer: 752184935, input: { do: "hide" } } },
        { tick: 0, operation: { kind: "input", peer: 442630302, input: { do: "hide" } } },
        { tick: 65, operation: { kind: "input", peer: 442630302, input: { do: "show" } } },
        { tick: 93, operation: { kind: "reach", one: 442630302, other: 819602678, isReachable: false } },
        { tick: 133, operation: { kind: "input", peer: 819602678, input: { do: "hide" } } },
      ],
      ticks: 242,
      hasGame: true,
    },
  },
  {
    found: "who had left was followed for three seconds by those who were told too late that it was host",
    what: "host",
    seed: 200861,
    recording: {
      options: {
        seed: 200861,
        ticksPerSecond: 60,
        link: {},
        crashNoticeMs: 500,
        connectTimeoutMs: 5000,
        disconnectGraceMs: 500,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1343107545 } },
        { tick: 40, operation: { kind: "join", peer: 1581598985, clockOffsetMs: -4008, clockDriftPpm: 106 } },
        { tick: 53, operation: { kind: "join", peer: 1336012069, clockOffsetMs: -74630, clockDriftPpm: 2 } },
        { tick: 53, operation: { kind: "input", peer: 1343107545, input: { do: "hide" } } },
        { tick: 65, operation: { kind: "reach", one: 1581598985, other: 1343107545, isReachable: false } },
        { tick: 143, operation: { kind: "leave", peer: 1581598985 } },
        { tick: 152, operation: { kind: "leave", peer: 1336012069 } },
      ],
      ticks: 209,
      hasGame: true,
    },
  },
  {
    found: "two hosts gave up to each other, and nobody was host",
    what: "host",
    seed: 205328,
    recording: {
      options: {
        seed: 205328,
        ticksPerSecond: 10,
        link: {},
        crashNoticeMs: 500,
        connectTimeoutMs: 5000,
        disconnectGraceMs: 500,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 4 } },
        { tick: 0, operation: { kind: "join", peer: 5, clockOffsetMs: -30726, clockDriftPpm: -91 } },
        { tick: 8, operation: { kind: "partition", groups: [[2, 5, 6], [3, 4, 8], [1]], oneWay: false } },
        { tick: 84, operation: { kind: "leave", peer: 5 } },
        { tick: 84, operation: { kind: "partition", groups: [[3, 4], [1, 7], [6]], oneWay: false } },
        {
          tick: 84,
          operation: {
            kind: "partition",
            groups: [
              [1, 2, 5, 8],
              [3, 4, 6, 7],
            ],
            oneWay: false,
          },
        },
        { tick: 84, operation: { kind: "join", peer: 7, clockOffsetMs: 46896, clockDriftPpm: -80 } },
        { tick: 90, operation: { kind: "join", peer: 8, clockOffsetMs: -9881, clockDriftPpm: -173 } },
        {
          tick: 95,
          operation: {
            kind: "partition",
            groups: [
              [1, 3, 8],
              [2, 4, 6, 7],
            ],
            oneWay: true,
          },
        },
        { tick: 98, operation: { kind: "join", peer: 3, clockOffsetMs: -61705, clockDriftPpm: -28 } },
        { tick: 99, operation: { kind: "network", peer: 4, isTold: true } },
      ],
      ticks: 111,
      hasGame: true,
    },
  },
  {
    found: "a side that was the higher became the lower by those who came to it",
    what: "host",
    seed: 300747,
    recording: {
      options: {
        seed: 300747,
        ticksPerSecond: 20,
        link: { latencyMs: 0, jitterMs: 5, lossRatio: 0, reorderRatio: 0.02, reorderMs: 60 },
        crashNoticeMs: 500,
        connectTimeoutMs: 5000,
        disconnectGraceMs: 5000,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 21, operation: { kind: "partition", groups: [[2, 3], [1], []], oneWay: false } },
        { tick: 21, operation: { kind: "leave", peer: 1 } },
      ],
      ticks: 85,
      hasGame: true,
    },
  },
  {
    found: "two who began a route anew at once ended each other's for ever",
    what: "star",
    seed: 1,
    recording: {
      options: {
        seed: 1,
        ticksPerSecond: 30,
        link: { latencyMs: 20, lossRatio: 0.02 },
        crashNoticeMs: 500,
        disconnectGraceMs: 5000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 20, operation: { kind: "join", peer: 4 } },
        { tick: 70, operation: { kind: "join", peer: 6 } },
        { tick: 216, operation: { kind: "join", peer: 3 } },
      ],
      ticks: 232,
      hasGame: true,
    },
  },
  {
    found: "who had let go of one hub was gone for all whom that hub told",
    what: "star",
    seed: 10,
    recording: {
      options: {
        seed: 10,
        ticksPerSecond: 30,
        link: { latencyMs: 80, lossRatio: 0 },
        crashNoticeMs: 500,
        disconnectGraceMs: 5000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 0, operation: { kind: "join", peer: 3 } },
        { tick: 0, operation: { kind: "join", peer: 5 } },
        { tick: 0, operation: { kind: "join", peer: 6 } },
        { tick: 86, operation: { kind: "disconnect", peer: 5, other: 3 } },
      ],
      ticks: 86,
      hasGame: true,
    },
  },
  {
    found:
      "a connection that one end had lost stood at the other, which had taken a route instead, and was never made anew",
    what: "star",
    seed: 261,
    recording: {
      options: {
        seed: 261,
        ticksPerSecond: 30,
        link: { latencyMs: 80, lossRatio: 0 },
        crashNoticeMs: 500,
        disconnectGraceMs: 5000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 0, operation: { kind: "join", peer: 3 } },
        { tick: 0, operation: { kind: "join", peer: 4 } },
        { tick: 0, operation: { kind: "join", peer: 5 } },
        { tick: 65, operation: { kind: "input", peer: 1, input: { do: "hide" } } },
        { tick: 69, operation: { kind: "crash", peer: 1 } },
        { tick: 99, operation: { kind: "leave", peer: 3 } },
      ],
      ticks: 99,
      hasGame: true,
    },
  },
  {
    found:
      "who had let go of its only hub was not met again by those whom that hub had told, though another reached it",
    what: "star",
    seed: 1316,
    recording: {
      options: {
        seed: 1316,
        ticksPerSecond: 30,
        link: { latencyMs: 20, lossRatio: 0 },
        crashNoticeMs: 2000,
        disconnectGraceMs: 5000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 0, operation: { kind: "join", peer: 4 } },
        { tick: 0, operation: { kind: "join", peer: 5 } },
        { tick: 0, operation: { kind: "join", peer: 7 } },
        { tick: 26, operation: { kind: "disconnect", peer: 7, other: 1 } },
      ],
      ticks: 26,
      hasGame: true,
    },
  },
  {
    found:
      "who left and came back within its connection's last moments was held for the session that had left, and never met again",
    what: "star",
    seed: 701468,
    recording: {
      options: {
        seed: 701468,
        ticksPerSecond: 30,
        link: { latencyMs: 80, lossRatio: 0.02 },
        crashNoticeMs: 2000,
        disconnectGraceMs: 5000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 0, operation: { kind: "join", peer: 4 } },
        { tick: 0, operation: { kind: "join", peer: 6 } },
        { tick: 46, operation: { kind: "join", peer: 5 } },
        { tick: 82, operation: { kind: "leave", peer: 2 } },
        { tick: 86, operation: { kind: "join", peer: 2 } },
      ],
      ticks: 86,
      hasGame: true,
    },
  },
  {
    found:
      "a peer had come by a route whose other end was still to hear so, and left as replaced when the two were connected",
    what: "star",
    seed: 701285,
    recording: {
      options: {
        seed: 701285,
        ticksPerSecond: 30,
        link: { latencyMs: 80, lossRatio: 0.02 },
        crashNoticeMs: 500,
        disconnectGraceMs: 5000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 141, operation: { kind: "join", peer: 5 } },
        { tick: 242, operation: { kind: "join", peer: 3 } },
        { tick: 282, operation: { kind: "join", peer: 4 } },
      ],
      ticks: 282,
      hasGame: true,
    },
  },
  {
    found:
      "who had left by a hub's word was held for let go by the game: its next session's own connection was refused, and ended it",
    what: "star",
    seed: 721126,
    recording: {
      options: {
        seed: 721126,
        ticksPerSecond: 30,
        link: { latencyMs: 80, lossRatio: 0.02 },
        crashNoticeMs: 0,
        disconnectGraceMs: 5000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 14, operation: { kind: "join", peer: 4 } },
        { tick: 14, operation: { kind: "join", peer: 5 } },
        { tick: 29, operation: { kind: "join", peer: 3 } },
        { tick: 91, operation: { kind: "leave", peer: 5 } },
        { tick: 95, operation: { kind: "join", peer: 5 } },
      ],
      ticks: 95,
      hasGame: true,
    },
  },
  {
    found:
      "two deputies each had a newer state than the other knew of, from a host that had just come back, and both were host",
    what: "star",
    seed: 762362,
    recording: {
      options: {
        seed: 762362,
        ticksPerSecond: 30,
        link: { latencyMs: 1, lossRatio: 0 },
        crashNoticeMs: 500,
        disconnectGraceMs: 2000,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 1, operation: { kind: "join", peer: 4 } },
        { tick: 15, operation: { kind: "join", peer: 3 } },
        { tick: 83, operation: { kind: "join", peer: 5 } },
        { tick: 141, operation: { kind: "input", peer: 4, input: { do: "hide" } } },
      ],
      ticks: 173,
      hasGame: true,
    },
  },
  {
    found:
      "a newcomer had a newer state of a host that another had taken for lost and replaced: it was host next, a long way behind",
    what: "host",
    seed: 811987,
    recording: {
      options: {
        seed: 811987,
        ticksPerSecond: 20,
        link: { latencyMs: 0, jitterMs: 5, bandwidthKbps: 50000, queueBytes: 256000 },
        crashNoticeMs: 2000,
        connectTimeoutMs: 5000,
        disconnectGraceMs: 500,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 1 } },
        { tick: 0, operation: { kind: "join", peer: 2 } },
        { tick: 0, operation: { kind: "join", peer: 3, clockOffsetMs: -85044, clockDriftPpm: -133 } },
        { tick: 21, operation: { kind: "partition", groups: [[1, 3], [2]], oneWay: false } },
        { tick: 64, operation: { kind: "line", peer: 1, isUp: false } },
        { tick: 72, operation: { kind: "stall", peer: 1, ms: 1070 } },
        { tick: 92, operation: { kind: "network", peer: 1, isTold: true } },
        { tick: 103, operation: { kind: "kick", peer: 3 } },
        { tick: 112, operation: { kind: "join", peer: 3, clockOffsetMs: -78300, clockDriftPpm: 200 } },
      ],
      ticks: 121,
      hasGame: true,
    },
  },
  {
    found:
      "a deputy of a host that had been replaced beyond a cut had the higher number, and was host before those who had the newer state",
    what: "host",
    seed: 813505,
    recording: {
      options: {
        seed: 813505,
        ticksPerSecond: 10,
        link: {},
        crashNoticeMs: 500,
        connectTimeoutMs: 2000,
        disconnectGraceMs: 2000,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 3 } },
        { tick: 0, operation: { kind: "join", peer: 4 } },
        { tick: 8, operation: { kind: "join", peer: 2 } },
        { tick: 8, operation: { kind: "join", peer: 5 } },
        { tick: 20, operation: { kind: "line", peer: 4, isUp: false } },
        { tick: 208, operation: { kind: "partition", groups: [[1], [2], [3, 4, 5, 6]], oneWay: true } },
        { tick: 228, operation: { kind: "disconnect", peer: 4, other: 3 } },
      ],
      ticks: 305,
      hasGame: true,
    },
  },
  {
    found:
      "who came knew a host by hearsay alone; another page had its id, which followed nothing, and nobody was host for three seconds",
    what: "host",
    seed: 836924,
    recording: {
      options: {
        seed: 836924,
        ticksPerSecond: 60,
        link: {},
        crashNoticeMs: 2000,
        connectTimeoutMs: 15000,
        disconnectGraceMs: 500,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 2, clockOffsetMs: 10470, clockDriftPpm: 34 } },
        { tick: 0, operation: { kind: "join", peer: 7 } },
        { tick: 0, operation: { kind: "join", peer: 5 } },
        { tick: 15, operation: { kind: "crash", peer: 5 } },
        { tick: 15, operation: { kind: "server", isUp: false } },
        { tick: 15, operation: { kind: "join", peer: 5, clockOffsetMs: 7946, clockDriftPpm: -106 } },
        { tick: 52, operation: { kind: "server", isUp: true } },
        { tick: 71, operation: { kind: "join", peer: 6, clockOffsetMs: -63687, clockDriftPpm: -150 } },
        { tick: 71, operation: { kind: "leave", peer: 2 } },
        { tick: 71, operation: { kind: "join", peer: 2, clockOffsetMs: 73194, clockDriftPpm: 41 } },
        { tick: 71, operation: { kind: "leave", peer: 7 } },
        { tick: 71, operation: { kind: "join", peer: 7, clockOffsetMs: 67847, clockDriftPpm: 22 } },
        { tick: 71, operation: { kind: "join", peer: 3, clockOffsetMs: 39845, clockDriftPpm: 52 } },
      ],
      ticks: 71,
      hasGame: true,
    },
  },
  {
    found:
      "a host of a minority, cut off alone, still counted those who were not there, and won over three, until one of them came to it",
    what: "host",
    seed: 897465,
    recording: {
      options: {
        seed: 897465,
        ticksPerSecond: 20,
        link: { latencyMs: 1, lossRatio: 0.01, bandwidthKbps: 2000, queueBytes: 256000 },
        crashNoticeMs: 500,
        connectTimeoutMs: 2000,
        disconnectGraceMs: 5000,
        maxUnreadBytes: 16777216,
      },
      operations: [
        { tick: 0, operation: { kind: "join", peer: 4 } },
        { tick: 5, operation: { kind: "join", peer: 7, clockOffsetMs: 74015, clockDriftPpm: -121 } },
        { tick: 11, operation: { kind: "join", peer: 3 } },
        { tick: 11, operation: { kind: "join", peer: 1 } },
        { tick: 28, operation: { kind: "crash", peer: 7 } },
        { tick: 28, operation: { kind: "crash", peer: 4 } },
        { tick: 112, operation: { kind: "join", peer: 7, clockOffsetMs: 80926, clockDriftPpm: 161 } },
        { tick: 123, operation: { kind: "join", peer: 5, clockOffsetMs: -87466, clockDriftPpm: 177 } },
      ],
      ticks: 123,
      hasGame: true,
    },
  },
];
