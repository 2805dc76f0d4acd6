import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { figure, type Result } from "./result.ts";
import { type MeshLoad, packetsOf } from "./simulated-mesh.ts";
import type { RoundsOrder } from "./simulated-mesh-rounds.ts";
import { type Estimate, estimate } from "./statistics.ts";

/** A hundred times faster than real time. Unit: ms of one core for a simulated second. */
const MOST_MS_A_SECOND = 10;
/** How much dearer a packet may be in one mesh than in another. */
const MOST_SPREAD = 2;

const TICKS_PER_SECOND = 60;
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

const SCRIPT = fileURLToPath(new URL("simulated-mesh-rounds.ts", import.meta.url));

/** What a simulated second costs, and a packet, and a tick in which nothing happens. It needs no browser. */
export const simulatorBenchmark: Benchmark = {
  name: "simulator",
  async run({ rounds }) {
    const results: Result[] = [];
    const medians: number[] = [];
    for (const load of LOADS) {
      const packets = packetsOf(load, 1);
      const tick = await measure({ ...load, rounds, ticksARound: Math.max(1, Math.round(PACKETS_A_ROUND / packets)) });
      const second = scaled(tick, TICKS_PER_SECOND / 1_000);
      const packet = scaled(tick, 1 / packets);
      const name = `simulator, ${load.peers} peers, ${load.packetsATick} packet${load.packetsATick === 1 ? "" : "s"} a tick`;
      const target = load === GAME ? { atMost: MOST_MS_A_SECOND } : {};
      results.push(figure(`${name}: a second`, "ms", second.median, { interval: second, ...target }));
      results.push(figure(`${name}: a packet`, "µs", packet.median, { interval: packet }));
      medians.push(packet.median);
    }
    const spread = Math.max(...medians) / Math.min(...medians);
    results.push(figure("simulator: dearest packet to cheapest", "×", spread, { atMost: MOST_SPREAD }));
    const idle = await measure({ ...GAME, packetsATick: 0, rounds, ticksARound: IDLE_TICKS_A_ROUND });
    results.push(figure("simulator, 8 peers, idle: a tick", "µs", idle.median, { interval: idle }));
    return results;
  },
};

/** Each in a process of its own, on one thread: neither what ran before nor a collector on another core has a part in it. */
async function measure(order: RoundsOrder): Promise<Estimate> {
  const flags = ["--single-threaded-gc", "--conditions=tickmesh-source"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, SCRIPT, JSON.stringify(order)]);
  return estimate(JSON.parse(stdout) as number[]);
}

function scaled({ median, low, high }: Estimate, factor: number): Estimate {
  return { median: median * factor, low: low * factor, high: high * factor };
}
