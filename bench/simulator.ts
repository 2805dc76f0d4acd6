import type { Benchmark } from "./benchmark.ts";
import { figure, type Result } from "./result.ts";
import { type MeshLoad, SimulatedMesh } from "./simulated-mesh.ts";
import { type Estimate, estimate } from "./statistics.ts";

/** A hundred times faster than real time. Unit: ms of one core for a simulated second. */
const MOST_MS_A_SECOND = 10;
/** How much dearer a packet may be in one mesh than in another. */
const MOST_SPREAD = 2;

const GAME: MeshLoad = { peers: 8, packetsATick: 1 };
const LOADS: readonly MeshLoad[] = [
  { peers: 2, packetsATick: 1 },
  { peers: 4, packetsATick: 1 },
  GAME,
  { peers: 16, packetsATick: 1 },
  { peers: 32, packetsATick: 1 },
  { peers: 8, packetsATick: 10 },
];

/** About so many packets are sent in a round. */
const PACKETS_A_ROUND = 30_000;
const IDLE_TICKS_A_ROUND = 2_000;

/** What a simulated second costs, and a packet, and a tick in which nothing happens. It needs no browser. */
export const simulatorBenchmark: Benchmark = {
  name: "simulator",
  run({ rounds }) {
    const results: Result[] = [];
    const medians: number[] = [];
    for (const load of LOADS) {
      const mesh = new SimulatedMesh(load);
      const ticks = Math.max(1, Math.round(PACKETS_A_ROUND / mesh.packetsOf(1)));
      const seconds = inRounds(rounds, () => mesh.measureSecond(ticks));
      const perPacket = scaled(seconds, 60_000 / mesh.packetsOf(3_600));
      const name = `simulator, ${load.peers} peers, ${load.packetsATick} packet${load.packetsATick === 1 ? "" : "s"} a tick`;
      const target = load === GAME ? { atMost: MOST_MS_A_SECOND } : {};
      results.push(figure(`${name}: a second`, "ms", seconds.median, { interval: seconds, ...target }));
      results.push(figure(`${name}: a packet`, "µs", perPacket.median, { interval: perPacket }));
      medians.push(perPacket.median);
    }
    const spread = Math.max(...medians) / Math.min(...medians);
    results.push(figure("simulator: dearest packet to cheapest", "×", spread, { atMost: MOST_SPREAD }));
    const idle = new SimulatedMesh({ ...GAME, packetsATick: 0 });
    const ticks = inRounds(rounds, () => idle.measure(IDLE_TICKS_A_ROUND) / IDLE_TICKS_A_ROUND);
    results.push(figure("simulator, 8 peers, idle: a tick", "µs", ticks.median, { interval: ticks }));
    return Promise.resolve(results);
  },
};

function inRounds(rounds: number, measure: () => number): Estimate {
  return estimate(Array.from({ length: rounds }, measure));
}

function scaled({ median, low, high }: Estimate, factor: number): Estimate {
  return { median: median * factor, low: low * factor, high: high * factor };
}
