import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { LoadedPing } from "./page/loaded-ping.ts";
import type { Percentiles } from "./page/percentiles.ts";
import { compareDelays, type Result } from "./result.ts";
import { inRotation } from "./rounds.ts";
import { median } from "./statistics.ts";

const SHARES = ["p50", "p95", "p99"] as const satisfies (keyof Percentiles)[];
const BULK = { bulkBytes: 50_331_648, bulkMessageBytes: 8_388_608, idleMs: 1_000 };
/** What a channel's buffer holds while the bulk is sent. Unit: bytes. */
const CAPS = { "1 MiB": 1_048_576, "64 KiB": 65_536 };

const ADDS_AT_MOST_MS = 10;

/** Round trips of small unreliable messages while large reliable ones saturate the link, against the same while nothing else travels. */
export const sessionPingBenchmark: Benchmark = {
  name: "session-ping",
  async run({ page, rounds }: BenchContext) {
    const names = ["tickmesh", ...(Object.keys(CAPS) as (keyof typeof CAPS)[])] as const;
    const pings = await inRotation(rounds, names, (name): Promise<LoadedPing> => {
      const order = { capBytes: name === "tickmesh" ? null : CAPS[name], bulk: BULK };
      return page.evaluate(async ({ capBytes, bulk }) => {
        const { loadedPing, rawPingPair, sessionPingPair } = window.bench;
        return loadedPing(await (capBytes === null ? sessionPingPair() : rawPingPair(capBytes)), bulk);
      }, order);
    });
    return names.flatMap((name) =>
      resultsOf(name === "tickmesh" ? name : `raw, ${name} in the buffer`, pings[name], name === "tickmesh"),
    );
  },
};

function resultsOf(name: string, rounds: readonly LoadedPing[], isOurs: boolean): Result[] {
  return SHARES.map((share) => {
    const of = (when: "idle" | "loaded" | "idleAgain"): number[] => rounds.map((round) => round[when][share]);
    const turns = { raw: of("idle"), ours: of("loaded"), again: of("idleAgain") };
    const bulk = { ms: median(rounds.map(({ bulkMs }) => bulkMs)) };
    const pings = {
      idle: median(rounds.map((round) => round.idle.count)),
      loaded: median(rounds.map((round) => round.loaded.count)),
      lost: median(rounds.map(({ lost }) => lost)),
    };
    const details = { bulk, pings };
    return compareDelays(`ping under bulk to idle, ${name}: ${share}`, "ms", turns, {
      atMost: isOurs && share === "p95" ? ADDS_AT_MOST_MS : null,
      details,
    });
  });
}
