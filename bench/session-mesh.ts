import type { BenchContext, Benchmark } from "./benchmark.ts";
import { MeshPages, type PlayerLoad } from "./mesh-pages.ts";
import type { MeshRival } from "./page/broadcaster.ts";
import { compareRates, figure, type Result } from "./result.ts";
import { inRotation } from "./rounds.ts";
import { median } from "./statistics.ts";

const PEERS = 8;
const LOAD = { messagesATick: 20, messageBytes: 32 };
const RATES_HZ = [60, 50, 40, 30, 20, 15, 10, 5];
/** A rate is kept by those who do so many of its ticks, and receive so many of the messages of those ticks. */
const KEPT = 0.95;
/** Of the raw mesh's time, a session may take so much. */
const OF_RAW_AT_MOST = 0.25;
const WARM_UP_MS = 500;
/** At some ten ticks a second an engine takes so long to compile what each side runs. A game is played for minutes. */
const COMPILE_MS = 12_000;
/** At least so long, and so many ticks. */
const MEASURE_MS = 1_000;
const MEASURE_TICKS = 20;
const MESH_RIVALS: readonly MeshRival[] = ["tickmesh", "raw", "packed"];

/** What a tick costs the main thread of one of eight players, each in a page of its own, all sending to all. */
export const sessionMeshBenchmark: Benchmark = {
  name: "session-mesh",
  async run(context: BenchContext) {
    const pages = await MeshPages.open(context, PEERS);
    try {
      const measure = (rival: MeshRival, hz: number): Promise<PlayerLoad[]> =>
        pages.measure(rival, { ...LOAD, hz }, WARM_UP_MS, measureMs(hz));
      const hz = await highestRate(measure);
      for (const rival of MESH_RIVALS) await pages.measure(rival, { ...LOAD, hz }, COMPILE_MS, measureMs(hz));
      const loads = await inRotation(context.rounds, [...MESH_RIVALS, "raw again"] as const, (side) =>
        measure(side.replace(" again", "") as MeshRival, hz),
      );
      const idle = await pages.measure("raw", { ...LOAD, messagesATick: 0, hz }, WARM_UP_MS, measureMs(hz));
      const costs = (rounds: readonly PlayerLoad[][]): number[] => rounds.map(aTick);
      const compare = (rival: MeshRival, atMost: number | null): Result => {
        const turns = { raw: costs(loads.raw), ours: costs(loads[rival]), again: costs(loads["raw again"]) };
        const keptBy = (side: MeshRival): number => median(loads[side].map((load) => kept(load, hz)));
        const details = { kept: { raw: keptBy("raw"), [rival]: keptBy(rival) } };
        const name = `mesh of ${PEERS}, ${LOAD.messagesATick} messages a tick: main thread, ${rival} to raw`;
        return compareRates(name, "ms a tick", turns, { atMost, details });
      };
      return [
        figure("mesh: highest rate that all keep", "Hz", hz),
        figure("mesh: main thread of a tick in which nothing is sent", "ms", aTick(idle)),
        compare("tickmesh", OF_RAW_AT_MOST),
        compare("packed", null),
      ] satisfies Result[];
    } finally {
      await pages.close();
    }
  },
};

async function highestRate(measure: (rival: MeshRival, hz: number) => Promise<PlayerLoad[]>): Promise<number> {
  for (const hz of RATES_HZ) {
    const keeps = async (rival: MeshRival): Promise<boolean> => kept(await measure(rival, hz), hz) >= KEPT;
    let isKept = true;
    for (const rival of MESH_RIVALS) isKept &&= (await keeps(rival)) || (await keeps(rival));
    if (isKept) return hz;
  }
  throw new Error("no rate is kept by everybody");
}

function measureMs(hz: number): number {
  return Math.max(MEASURE_MS, (MEASURE_TICKS * 1_000) / hz);
}

/** Unit: ms, the mean over all players. */
function aTick(players: readonly PlayerLoad[]): number {
  return players.reduce((sum, { mainThreadMs, ticks }) => sum + mainThreadMs / ticks, 0) / players.length;
}

/** The least of: a player's ticks of those that were due, and messages received of those sent. */
function kept(players: readonly PlayerLoad[], hz: number): number {
  // A window that begins just after a tick and ends just before one holds one less than its length says.
  const ticks = players.map((player) => ((player.ticks + 1) * 1_000) / player.elapsedMs / hz);
  const sent = players.reduce((sum, player) => sum + player.ticks, 0) * LOAD.messagesATick * (PEERS - 1);
  const received = players.reduce((sum, player) => sum + player.received, 0);
  return Math.min(...ticks, received / sent);
}
