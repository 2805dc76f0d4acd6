import type { NodeProcess } from "./backends-node-process.ts";
import type { BenchContext } from "./benchmark.ts";
import { bestWay, CAP_BYTES } from "./best-way.ts";
import type { Contender, Side } from "./page/link.ts";
import type { Way } from "./page/ways.ts";
import { compareRates, type Result } from "./result.ts";
import { inRotation, inTurn } from "./rounds.ts";

const PACKET_BYTES = 32;
const TRY_MS = 300;
const MEASURE_MS = 500;

type Measure<Who> = (who: Who, way: Way, measureMs: number) => Promise<number>;

/** Reliable packets a second, each side driven its best way. */
export async function packets(context: BenchContext, node: NodeProcess): Promise<Result[]> {
  return [...(await inPage(context)), await inNode(context, node)];
}

async function inPage({ page, rounds }: BenchContext): Promise<Result[]> {
  const measure: Measure<Contender> = (side, way, measureMs) =>
    page.evaluate((all) => window.bench.throughput(all), { side, ...flowOptions(way, measureMs) });
  const ways = await bestWays(["raw", "ours", "ours on simple-peer", "simple-peer"], measure);
  const sides = [...Object.keys(ways), "raw again", "simple-peer again"] as (
    | Contender
    | "raw again"
    | "simple-peer again"
  )[];
  const rates = await inRotation(rounds, sides, (side) => {
    const who = side.replace(" again", "") as Contender;
    return measure(who, ways[who], MEASURE_MS);
  });
  const compare = (name: string, raw: "raw" | "simple-peer", ours: Contender): Result => {
    const turns = { raw: rates[raw], ours: rates[ours], again: rates[`${raw} again`] };
    const driven = { ways: { raw: ways[raw], ours: ways[ours] } };
    return compareRates(`packets, 32 B, ${name}`, "packets/s", turns, { reaches: null, details: driven });
  };
  return [
    compare("browser to raw", "raw", "ours"),
    compare("simple-peer to raw", "raw", "ours on simple-peer"),
    compare("simple-peer to its own", "simple-peer", "ours on simple-peer"),
  ];
}

async function inNode({ rounds }: BenchContext, node: NodeProcess): Promise<Result> {
  const measure: Measure<Side> = async (side, way, measureMs) => {
    const [rate] = await node.ask({ ask: "flow", side, options: flowOptions(way, measureMs) });
    return rate as number;
  };
  const ways = await bestWays(["raw", "ours"], measure);
  const turns = await inTurn(rounds, (side) => measure(side, ways[side], MEASURE_MS));
  return compareRates("packets, 32 B, node to raw", "packets/s", turns, { reaches: null, details: { ways } });
}

function flowOptions(way: Way, measureMs: number) {
  return { way, packetBytes: PACKET_BYTES, capBytes: CAP_BYTES, warmUpMs: 200, measureMs };
}

async function bestWays<Who extends string>(all: readonly Who[], measure: Measure<Who>): Promise<Record<Who, Way>> {
  const ways: Partial<Record<Who, Way>> = {};
  for (const who of all) ways[who] = await bestWay((way) => measure(who, way, TRY_MS));
  return ways as Record<Who, Way>;
}
