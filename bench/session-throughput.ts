import type { Benchmark } from "./benchmark.ts";
import { bestWay, CAP_BYTES } from "./best-way.ts";
import type { Rival } from "./page/link.ts";
import type { Way } from "./page/ways.ts";
import { compareRates, type Result } from "./result.ts";
import { RIVALS, withRivals } from "./rivals.ts";
import { inRotation } from "./rounds.ts";

const MESSAGE_BYTES = 32;
/**
 * What is on its way, where it is not as usual. Packed by hand: as short as a game should keep it, filled on the browser's event.
 * trystero gets slower with every message that waits.
 */
const CAPS: Partial<Record<Rival, number>> = { packed: 65_536, trystero: 16_384 };

/** Of which a session is to reach so many times the rate; of libraries, as much. */
const REACHES: Partial<Record<Rival, number>> = { packed: 0.85, raw: 3.5 };

/** Reliable messages a second between two peers in one page. */
export const sessionThroughputBenchmark: Benchmark = {
  name: "session-throughput",
  async run(context) {
    return withRivals(context, async (placeOf) => {
      const measure = (rival: Rival, way: Way, measureMs: number): Promise<number> => {
        const { page, server } = placeOf(rival);
        const capBytes = CAPS[rival] ?? CAP_BYTES;
        const options = { side: rival, way, packetBytes: MESSAGE_BYTES, capBytes, warmUpMs: 200, measureMs, ...server };
        return page.evaluate((all) => window.bench.throughput(all), options);
      };
      const ways: Partial<Record<Rival, Way>> = {};
      for (const rival of RIVALS) {
        ways[rival] = rival === "packed" ? "on low" : await bestWay((way) => measure(rival, way, 300));
      }
      const sides = [...RIVALS, "raw again", "packed again"] as const;
      const rates = await inRotation(context.rounds, sides, (side) => {
        const rival = side.replace(" again", "") as Rival;
        return measure(rival, ways[rival] as Way, 500);
      });
      const compare = (rival: Rival, against: Rival, reaches: number | null): Result => {
        const again = against === "raw" || against === "packed" ? (`${against} again` as const) : against;
        const turns = { raw: rates[against], ours: rates[rival], again: rates[again] };
        const details = { ways: { [against]: ways[against] ?? "", [rival]: ways[rival] ?? "" } };
        const name = `messages of ${MESSAGE_BYTES} B, ${rival} to ${against}`;
        return compareRates(name, "messages/s", turns, { reaches, details });
      };
      const others = RIVALS.filter((rival) => rival !== "tickmesh" && rival !== "raw");
      return [
        ...RIVALS.filter((rival) => rival !== "tickmesh").map((rival) =>
          compare("tickmesh", rival, REACHES[rival] ?? 1),
        ),
        ...others.map((rival) => compare(rival, "raw", null)),
      ];
    });
  },
};
