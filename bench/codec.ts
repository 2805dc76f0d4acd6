import type { Benchmark } from "./benchmark.ts";
import type { SnapshotOptions, SnapshotSide } from "./page/snapshot.ts";
import { compareRates, figure, type Result } from "./result.ts";
import { inRotation } from "./rounds.ts";
import { estimate, ratios } from "./statistics.ts";

const SIDES: readonly SnapshotSide[] = ["raw", "ours", "again", "eval", "exact"];
const MEASURE_MS = 500;

/** A snapshot of 20 entities as a compact layout, beside msgpackr with records, its build without `eval` as raw. */
export const codecBenchmark: Benchmark = {
  name: "codec",
  async run({ page, rounds }) {
    const results: Result[] = [];
    const sizes = await page.evaluate(
      (sides) => sides.map((side) => [side, window.bench.snapshotBytes(side)] as const),
      SIDES,
    );
    const { raw = 0, ours = 0, exact = 0 } = Object.fromEntries(sizes);
    const details = { "": { msgpackr: raw, "single precision": exact } };
    results.push(figure("snapshot of 20 entities", "B", ours, { atMost: raw, details }));

    for (const way of ["encode", "decode"] satisfies SnapshotOptions["way"][]) {
      const rates = await inRotation(rounds, SIDES, (side) =>
        page.evaluate((options) => window.bench.snapshotRate(options), { side, way, measureMs: MEASURE_MS }),
      );
      const beside = {
        eval: estimate(ratios(rates.ours, rates.eval)),
        exact: estimate(ratios(rates.exact, rates.raw)),
      };
      results.push(
        compareRates(`snapshot of 20 entities: ${way}`, "/s", rates, {
          reaches: 1,
          details: { "ours to msgpackr with eval": { ...beside.eval }, "single precision to raw": { ...beside.exact } },
        }),
      );
    }
    return results;
  },
};
