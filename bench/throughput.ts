import type { Benchmark } from "./benchmark.ts";
import type { Side } from "./page/link.ts";
import type { ThroughputOptions } from "./page/throughput.ts";
import type { Way } from "./page/ways.ts";
import { compareRates, type Result } from "./result.ts";
import { inTurn } from "./rounds.ts";
import { median } from "./statistics.ts";

const WAYS: readonly Way[] = ["on low", "task loop", "credit"];
/** Tries of each way before the rounds, to find the best one. */
const TRIES = 3;
/** What may be on its way: four times the 64 KiB that a game should keep there, so that no side ever runs dry. */
const CAP_BYTES = 262_144;

/** Packets through the library against packets through the browser's own channel, each driven its best way. */
export const throughputBenchmark: Benchmark = {
  name: "throughput",
  async run({ page, rounds }) {
    const measure = (options: Pick<ThroughputOptions, "side" | "way" | "packetBytes" | "measureMs">): Promise<number> =>
      page.evaluate((all) => window.bench.throughput(all), { ...options, capBytes: CAP_BYTES, warmUpMs: 200 });

    const bestWay = async (side: Side, packetBytes: number): Promise<Way> => {
      const rates = new Map<Way, number>();
      for (const way of WAYS) {
        const tries: number[] = [];
        for (let i = 0; i < TRIES; i++) tries.push(await measure({ side, way, packetBytes, measureMs: 300 }));
        rates.set(way, median(tries));
      }
      return WAYS.reduce((best, way) => ((rates.get(way) ?? 0) > (rates.get(best) ?? 0) ? way : best));
    };

    const results: Result[] = [];
    for (const packetBytes of [32, 1_000]) {
      const ways = { raw: await bestWay("raw", packetBytes), ours: await bestWay("ours", packetBytes) };
      const turns = await inTurn(rounds, (side) => measure({ side, way: ways[side], packetBytes, measureMs: 500 }));
      const name = `throughput, ${packetBytes} B`;
      results.push(compareRates(name, "packets/s", turns, { reaches: 0.95, details: { ways } }));
    }
    return results;
  },
};
