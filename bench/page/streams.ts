import { firstWord, setFirstWord } from "./first-word.ts";
import type { PageWire, Rival, WireOptions } from "./link.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { sleep } from "./settle.ts";
import { localPort } from "./transport-count.ts";
import { openPageWire } from "./wire.ts";

/** One kind of channel, on a connection of its own. */
export interface StreamKind extends Pick<WireOptions, "reliable" | "ordered" | "peerServerPort"> {
  readonly rival: Rival;
}

export interface StreamOptions {
  readonly messageBytes: number;
  readonly rounds: number;
  readonly roundMs: number;
  /** Before the first round. */
  readonly warmUpMs: number;
}

/** What became of the messages that were sent in one round. */
export interface StreamRound extends Percentiles {
  readonly sent: number;
}

/** Each end's messages a second. They differ a little, so that the two meet in every phase. */
const RATES_HZ = [60, 59] as const;
/** For what is lost at the very end. */
const DRAIN_MS = 10_000;

/** Both ends of several connections side by side, each sending as a game would: one message and a flush in a tick. */
export class Streams {
  /** The UDP ports of each, in the order of the kinds. */
  readonly ports: readonly (readonly number[])[];
  readonly #wires: readonly PageWire[];

  private constructor(wires: readonly PageWire[], ports: readonly (readonly number[])[]) {
    this.#wires = wires;
    this.ports = ports;
  }

  static async open(kinds: readonly StreamKind[]): Promise<Streams> {
    const wires: PageWire[] = [];
    for (const kind of kinds) wires.push(await openPageWire(kind.rival, { ...kind, polling: "wake" }));
    const ports = await Promise.all(wires.map(({ connections }) => Promise.all(connections.map(localPort))));
    return new Streams(wires, ports);
  }

  /** Each connection's rounds, both ways together. They are closed then. */
  async run({ messageBytes, rounds, roundMs, warmUpMs }: StreamOptions): Promise<StreamRound[][]> {
    const streams = this.#wires.flatMap(({ a, b }) => {
      const ends = [
        [a, b],
        [b, a],
      ] as const;
      return ends.map(([from, to], end) => {
        const periodMs = 1_000 / (RATES_HZ[end] as number);
        const offsetMs = Math.random() * periodMs;
        const stream = { from, periodMs, offsetMs, sentMs: [] as number[], tookMs: [] as (number | undefined)[] };
        to.onPacket = (packet) => {
          const number = firstWord(packet);
          stream.tookMs[number] ??= performance.now() - (stream.sentMs[number] as number);
        };
        return stream;
      });
    });
    const message = new Uint8Array(messageBytes);
    const startMs = performance.now();
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startMs;
      for (const stream of streams) {
        // One at most: after a hiccup of the page, messages that are late are not sent in a bunch.
        const due = Math.floor((elapsedMs - stream.offsetMs) / stream.periodMs);
        if (due < stream.sentMs.length) continue;
        stream.offsetMs += (due - stream.sentMs.length) * stream.periodMs;
        setFirstWord(message, stream.sentMs.length);
        stream.sentMs.push(performance.now());
        stream.from.send(message);
        stream.from.flush?.();
      }
    }, 4);
    await sleep(warmUpMs + rounds * roundMs);
    clearInterval(timer);
    await sleep(DRAIN_MS);
    for (const wire of this.#wires) wire.close();
    return this.#wires.map((_, wire) =>
      Array.from({ length: rounds }, (_, round): StreamRound => {
        const fromMs = startMs + warmUpMs + round * roundMs;
        const times = streams
          .slice(2 * wire, 2 * wire + 2)
          .flatMap(({ sentMs, tookMs }) =>
            sentMs.flatMap((at, number) => (at >= fromMs && at < fromMs + roundMs ? [tookMs[number]] : [])),
          );
        return { sent: times.length, ...percentiles(times.filter((took) => took !== undefined)) };
      }),
    );
  }
}
