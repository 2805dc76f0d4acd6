import type { Benchmark } from "./benchmark.ts";
import { bestWay, CAP_BYTES } from "./best-way.ts";
import type { Side } from "./page/link.ts";
import type { ThroughputOptions } from "./page/throughput.ts";
import type { Way } from "./page/ways.ts";
import { compareRates, type Result } from "./result.ts";
import { inTurn } from "./rounds.ts";

/** Packets through the library against packets through the browser's own channel, each driven its best way. */
export const throughputBenchmark: Benchmark = {
  name: "throughput",
  async run({ page, rounds }) {
    const measure = (options: Pick<ThroughputOptions, "side" | "way" | "packetBytes" | "measureMs">): Promise<number> =>
      page.evaluate((all) => window.bench.throughput(all), { ...options, capBytes: CAP_BYTES, warmUpMs: 200 });

    const results: Result[] = [];
    for (const packetBytes of [32, 1_000]) {
      const best = (side: Side): Promise<Way> => bestWay((way) => measure({ side, way, packetBytes, measureMs: 300 }));
      const ways = { raw: await best("raw"), ours: await best("ours") };
      const turns = await inTurn(rounds, (side) => measure({ side, way: ways[side], packetBytes, measureMs: 500 }));
      const name = `throughput, ${packetBytes} B`;
      results.push(compareRates(name, "packets/s", turns, { reaches: 0.95, details: { ways } }));
    }
    return results;
  },
};
