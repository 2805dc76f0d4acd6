import { allocatedBytes } from "./allocation.ts";
import type { Benchmark } from "./benchmark.ts";
import type { LibraryAloneOptions } from "./page/library-alone.ts";
import { figure, type Result } from "./result.ts";
import { estimate } from "./statistics.ts";

/** What a tick of a small game sends, and a packet that is polled for by itself. */
const PACKETS_A_POLL = [16, 1];
const ALLOCATING_PACKETS = 500_000;

/** What the library itself costs, over a backend that does nothing. */
export const libraryAloneBenchmark: Benchmark = {
  name: "library-alone",
  async run({ page, tools, rounds }) {
    const results: Result[] = [];
    for (const subject of ["channel", "mesh peer"] satisfies LibraryAloneOptions["subject"][]) {
      for (const packetsAPoll of PACKETS_A_POLL) {
        const options = { subject, packetsAPoll, packetBytes: 32 };
        const times: number[] = [];
        for (let round = 0; round < rounds; round++) {
          times.push(await page.evaluate((all) => window.bench.libraryAlone(all), { ...options, measureMs: 500 }));
        }
        const interval = estimate(times);
        const name = `put + get, ${subject}, ${packetsAPoll} a poll`;
        results.push(figure(name, "µs", interval.median, { atMost: 1, interval }));
        if (packetsAPoll === 1) continue;

        const pump = await page.evaluateHandle((all) => window.bench.preparePump(all), options);
        const { bytes, places } = await allocatedBytes(tools, () =>
          pump.evaluate((ready, count) => ready.run(count), ALLOCATING_PACKETS),
        );
        const aPacket = Object.fromEntries(places.map(([place, size]) => [place, size / ALLOCATING_PACKETS]));
        results.push(figure(`${name}: allocated`, "B", bytes / ALLOCATING_PACKETS, { details: { where: aPacket } }));
      }
    }
    return results;
  },
};
