import type { Benchmark } from "./benchmark.ts";
import type { Polling } from "./page/link.ts";
import { compareDelays, type Result } from "./result.ts";
import { inTurn } from "./rounds.ts";
import { median, quantile } from "./statistics.ts";

const PACKET_BYTES = 32;

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** One packet there and back, read when it comes, and read once a frame. */
export const roundTripBenchmark: Benchmark = {
  name: "round-trip",
  async run({ page, rounds }) {
    const results: Result[] = [];
    for (const polling of ["wake", "frames"] satisfies Polling[]) {
      const turns = await inTurn(rounds, async (side): Promise<Percentiles> => {
        const options = { side, polling, packetBytes: PACKET_BYTES, warmUpMs: 200, measureMs: 500 };
        const times = await page.evaluate((all) => window.bench.roundTrips(all), options);
        return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99) };
      });
      const of = (share: keyof Percentiles) => ({
        raw: turns.raw.map((round) => round[share]),
        ours: turns.ours.map((round) => round[share]),
        again: turns.again.map((round) => round[share]),
      });
      const details = {
        p95: { raw: median(of("p95").raw), ours: median(of("p95").ours) },
        p99: { raw: median(of("p99").raw), ours: median(of("p99").ours) },
      };
      const name = polling === "wake" ? "round trip, on wake" : "round trip, 60 Hz";
      const atMost = polling === "wake" ? 0.1 : null;
      results.push(compareDelays(name, "ms", of("p50"), { atMost, details }));
    }
    return results;
  },
};
