import { firstWord, setFirstWord } from "./first-word.ts";
import type { Arrived } from "./link.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { settle, sleep } from "./settle.ts";

/** Two ends between which small unreliable messages and large reliable ones travel. */
export interface PingPair {
  /** Sends a ping from the first end, and brings it back from the second. */
  ping(bytes: Uint8Array<ArrayBuffer>): void;
  onPong: (packet: Arrived) => void;
  /** Sends all this from the first end, reliably, in messages of so many bytes; fulfilled when the last byte has come out. */
  bulk(bytes: number, messageBytes: number): Promise<void>;
  close(): void;
}

export interface LoadedPingOptions {
  readonly bulkBytes: number;
  readonly bulkMessageBytes: number;
  /** How long pings are counted while nothing else travels. */
  readonly idleMs: number;
}

export interface LoadedPing {
  readonly idle: Percentiles;
  readonly loaded: Percentiles;
  /** Once more after it. */
  readonly idleAgain: Percentiles;
  /** Pings under load that have not come back. */
  readonly lost: number;
  /** How long the bulk took. Unit: ms. */
  readonly bulkMs: number;
}

const PING_BYTES = 32;
/** Whether the last one is back or not: what is late would else be counted too rarely. */
const PING_EVERY_MS = 5;
const LOST_AFTER_MS = 1_000;

/** Round trips of unreliable messages while nothing else travels, and while much does. */
export async function loadedPing(pair: PingPair, options: LoadedPingOptions): Promise<LoadedPing> {
  const sentMs: number[] = [];
  const tookMs: (number | undefined)[] = [];
  const bytes = new Uint8Array(PING_BYTES);
  pair.onPong = (packet) => {
    const number = firstWord(packet);
    tookMs[number] = performance.now() - (sentMs[number] as number);
  };
  const timer = setInterval(() => {
    setFirstWord(bytes, sentMs.length);
    sentMs.push(performance.now());
    pair.ping(bytes);
  }, PING_EVERY_MS);
  const between = (from: number, to: number): number[] => tookMs.slice(from, to).filter((took) => took !== undefined);

  await sleep(200);
  const idleFrom = sentMs.length;
  await sleep(options.idleMs);
  const loadedFrom = sentMs.length;
  const startMs = performance.now();
  await pair.bulk(options.bulkBytes, options.bulkMessageBytes);
  const bulkMs = performance.now() - startMs;
  const loadedTo = sentMs.length;
  await sleep(LOST_AFTER_MS);
  const againFrom = sentMs.length;
  await sleep(options.idleMs);
  clearInterval(timer);
  await sleep(LOST_AFTER_MS);
  pair.close();
  await settle();
  const idle = between(idleFrom, loadedFrom);
  const loaded = between(loadedFrom, loadedTo);
  return {
    idle: percentiles(idle),
    loaded: percentiles(loaded),
    idleAgain: percentiles(between(againFrom, sentMs.length)),
    lost: loadedTo - loadedFrom - loaded.length,
    bulkMs,
  };
}
