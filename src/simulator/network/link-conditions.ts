import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { within } from "./check-number.ts";

/** Losses that come in runs: a link that is well or ill, after Gilbert and Elliott. Chances are per packet. */
export interface BurstLoss {
  /** That a link that is well falls ill. */
  readonly startRatio: number;
  /** That one that is ill gets well: the mean length of a burst is 1 / `endRatio` packets. */
  readonly endRatio: number;
  /** That a packet is lost while the link is ill. */
  readonly lossRatio: number;
}

/** How packets fare on the way from one device to one other. The way back has conditions of its own. */
export interface LinkConditions {
  /** Least time on the way. Unit: ms, 0 to 60,000. */
  readonly latencyMs: number;
  /**
   * Most that is added to it. Most packets get little of it and few get much (the square of an even draw), and none overtakes
   * another for it: a late packet holds up those behind it, as a queue does. Unit: ms, 0 to 60,000.
   */
  readonly jitterMs: number;
  /** Share of packets that are lost, each on its own account. 0 to 1. */
  readonly lossRatio: number;
  /** Losses in runs, beside those. */
  readonly burst: BurstLoss | null;
  /** Share of packets that are held back by `reorderMs`, and that others overtake. 0 to 1. */
  readonly reorderRatio: number;
  /** Unit: ms, 0 to 60,000. */
  readonly reorderMs: number;
  /** Share of packets that arrive twice. Data channels discard the second. 0 to 1. */
  readonly duplicateRatio: number;
  /** What the link carries. Unit: kbit/s, above 0; `Infinity` for no limit. */
  readonly bandwidthKbps: number;
  /** What may wait in front of a link that is busy; what comes then is lost. Unit: bytes, 0 to 100,000,000. */
  readonly queueBytes: number;
  /** Larger packets are lost, headers of IP and UDP included. Unit: bytes, 576 to 65,535. */
  readonly mtuBytes: number;
}

/** A wire without faults. 256 kB is what home routers commonly hold; 1,500 bytes is Ethernet's. */
export const PERFECT_LINK: LinkConditions = {
  latencyMs: 0,
  jitterMs: 0,
  lossRatio: 0,
  burst: null,
  reorderRatio: 0,
  reorderMs: 0,
  duplicateRatio: 0,
  bandwidthKbps: Number.POSITIVE_INFINITY,
  queueBytes: 256_000,
  mtuBytes: 1_500,
};

const RATIO = [0, 1] as const;
const TIME_MS = [0, 60_000] as const;

const RANGES: Readonly<Record<Exclude<keyof LinkConditions, "burst">, readonly [number, number]>> = {
  latencyMs: TIME_MS,
  jitterMs: TIME_MS,
  lossRatio: RATIO,
  reorderRatio: RATIO,
  reorderMs: TIME_MS,
  duplicateRatio: RATIO,
  bandwidthKbps: [1e-3, Number.POSITIVE_INFINITY],
  queueBytes: [0, 100_000_000],
  mtuBytes: [576, 65_535],
};

const BURST_KEYS: readonly (keyof BurstLoss)[] = ["startRatio", "endRatio", "lossRatio"];

/** `base` with `changes` over it. Throws a `TickmeshError` `invalid-options` that names the condition, its value and its range. */
export function linkConditions(changes: Partial<LinkConditions>, base: LinkConditions = PERFECT_LINK): LinkConditions {
  for (const [name, value] of Object.entries(changes)) {
    if (name === "burst") checkBurst(value);
    else checkNumber(name, value, Object.hasOwn(RANGES, name) ? RANGES[name as keyof typeof RANGES] : undefined);
  }
  return { ...base, ...changes };
}

function checkBurst(burst: unknown): void {
  if (burst === null) return;
  if (typeof burst !== "object") throw invalid(`burst is ${shown(burst)}: null, or ${BURST_KEYS.join(", ")}`);
  for (const key of BURST_KEYS) checkNumber(`burst.${key}`, (burst as BurstLoss)[key], RATIO);
}

function checkNumber(name: string, value: unknown, range: readonly [number, number] | undefined): void {
  if (range === undefined) {
    throw invalid(`there is no condition ${shown(name)}: ${Object.keys(RANGES).join(", ")}, burst`);
  }
  within(`link conditions: ${name}`, value, ...range);
}

function invalid(fault: string): TickmeshError {
  return new TickmeshError("invalid-options", `link conditions: ${fault}`);
}
