import type { ChannelOptions } from "../../src/seam/connection-backend.ts";

/** A kind of channel, with what a game would use it for. */
interface Kind {
  readonly name: string;
  readonly options: Pick<ChannelOptions, "ordered" | "maxPacketLifeTime" | "maxRetransmits">;
}

const KINDS: readonly Kind[] = [
  { name: "reliable, ordered", options: { ordered: true, maxPacketLifeTime: null, maxRetransmits: null } },
  { name: "reliable, unordered", options: { ordered: false, maxPacketLifeTime: null, maxRetransmits: null } },
  { name: "unordered, `maxRetransmits: 0`", options: { ordered: false, maxPacketLifeTime: null, maxRetransmits: 0 } },
  { name: "ordered, `maxPacketLifeTime: 1`", options: { ordered: true, maxPacketLifeTime: 1, maxRetransmits: null } },
];

/** Half of it each way. Unit: ms. */
export const ROUND_TRIPS_MS: readonly number[] = [0, 60];

/** Each way. */
export const LOSS_PERCENTS: readonly number[] = [0, 5, 20];

/** One field of the table: a connection with one channel, on which both ends send. */
export interface Cell {
  readonly kind: Kind;
  readonly roundTripMs: number;
  readonly lossPercent: number;
}

export const MESSAGE_BYTES = 32;

/** Each end's messages a second. They differ a little, so that the two meet in every phase. */
export const RATES_HZ: readonly [number, number] = [60, 59];

/** Sent before the loss begins, and counted like the rest: a connection that has measured its round trip. */
export const WARM_UP_MS = 1_000;

export function cellsOf(roundTripMs: number): Cell[] {
  return LOSS_PERCENTS.flatMap((lossPercent) => KINDS.map((kind) => ({ kind, roundTripMs, lossPercent })));
}

/** What became of the messages of one cell, both ways together. */
export interface Outcome {
  readonly sent: number;
  readonly latenciesMs: readonly number[];
}

export function together(outcomes: readonly Outcome[]): Outcome {
  return {
    sent: outcomes.reduce((sum, { sent }) => sum + sent, 0),
    latenciesMs: outcomes.flatMap(({ latenciesMs }) => latenciesMs),
  };
}

/** A point of the distribution of latencies, and what lies a point of per cent to either side. Unit: ms. */
interface Quantile {
  readonly below: number;
  readonly at: number;
  readonly above: number;
}

export interface Figures {
  readonly messages: number;
  /** Share that arrived, 0 to 100. */
  readonly arrivedPercent: number;
  readonly p50: Quantile;
  readonly p95: Quantile;
  readonly p99: Quantile;
}

export function figuresOf({ sent, latenciesMs }: Outcome): Figures {
  const sorted = [...latenciesMs].sort((one, other) => one - other);
  const at = (percent: number): number => {
    const index = Math.floor((sorted.length * percent) / 100);
    return sorted[Math.min(Math.max(index, 0), sorted.length - 1)] ?? 0;
  };
  const quantile = (percent: number): Quantile => ({ below: at(percent - 1), at: at(percent), above: at(percent + 1) });
  return {
    messages: sent,
    arrivedPercent: (100 * latenciesMs.length) / sent,
    p50: quantile(50),
    p95: quantile(95),
    p99: quantile(99),
  };
}
