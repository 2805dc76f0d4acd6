import type { NodeProcess } from "./backends-node-process.ts";
import type { BenchContext } from "./benchmark.ts";
import type { Contender } from "./page/link.ts";
import { compareRates, type Details, type Result } from "./result.ts";
import { inRotation, inTurn, type Turns } from "./rounds.ts";
import { median, quantile } from "./statistics.ts";

/** Each measurement is the median of so many pairs, one after the other. */
const PAIRS = 3;

/** From making a pair until both ends are told that they are connected, or, raw, that all channels are open. */
export async function connecting(context: BenchContext, node: NodeProcess): Promise<Result[]> {
  return [...(await inPage(context)), await inNode(context, node)];
}

async function inPage({ page, rounds }: BenchContext): Promise<Result[]> {
  const times = await inRotation(
    rounds,
    ["raw", "ours", "simple-peer", "raw again", "ours on simple-peer", "simple-peer again"],
    async (turn) => {
      const side = turn.replace(" again", "") as Contender;
      return median(
        await page.evaluate((all) => window.bench.connectTimes(all.side, all.pairs), { side, pairs: PAIRS }),
      );
    },
  );
  const compare = (name: string, raw: "raw" | "simple-peer", ours: Contender): Result =>
    ratio(name, { raw: times[raw], ours: times[ours], again: times[`${raw} again`] });
  return [
    compare("browser to raw", "raw", "ours"),
    compare("simple-peer to raw", "raw", "ours on simple-peer"),
    compare("simple-peer to its own", "simple-peer", "ours on simple-peer"),
  ];
}

/** Some pairs of libdatachannel's take a second, which no median shows: the slowest one is told too. */
async function inNode({ rounds }: Pick<BenchContext, "rounds">, node: NodeProcess): Promise<Result> {
  const slowest = { raw: 0, ours: 0 };
  const turns = await inTurn(rounds, async (side) => {
    const times = await node.ask({ ask: "connect", side, pairs: PAIRS });
    slowest[side] = Math.max(slowest[side], ...times);
    return median(times);
  });
  return ratio("node to raw", turns, { slowest });
}

/** With the quartiles, which show what a median hides: times that come in two kinds. */
function ratio(name: string, turns: Turns<number>, more: Details = {}): Result {
  const details = { ...more, quartiles: { ...quartiles("raw", turns.raw), ...quartiles("tickmesh", turns.ours) } };
  return compareRates(`connecting a pair, ${name}`, "ms", turns, { reaches: null, details });
}

function quartiles(who: string, times: readonly number[]): Record<string, number> {
  const sorted = times.toSorted((a, b) => a - b);
  return { [`${who} 25 %`]: quantile(sorted, 0.25), [`${who} 75 %`]: quantile(sorted, 0.75) };
}
