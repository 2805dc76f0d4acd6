import { startLobbyServer } from "tickmesh/server";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { MeshTiming } from "./page/mesh-timing.ts";
import { type Comparison, compareRates } from "./result.ts";
import { inTurn } from "./rounds.ts";
import { median } from "./statistics.ts";

const PEERS = 8;
const PARTS = [
  "begin",
  "signalling",
  "opening",
  "notice",
  "connectedAfterOpen",
  "polls",
] satisfies (keyof MeshTiming)[];

/** Eight peers in one page, all at once, against the same 28 connections made by hand. */
export const meshBenchmark: Benchmark = {
  name: "mesh",
  async run(context) {
    const { page } = context;
    // Every player of every round comes from this one address, and none of them needs a server to find a path.
    const server = await startLobbyServer({
      port: 0,
      iceServers: [],
      maxConnectionsPerAddress: 10_000,
      joinBurst: 100_000,
      createBurst: 10_000,
    });
    try {
      const lobby = { peers: PEERS, url: server.url };
      return [
        await compare(context, "in memory", () => page.evaluate((peers) => window.bench.meshInMemory(peers), PEERS)),
        await compare(context, "lobby", () =>
          page.evaluate(({ peers, url }) => window.bench.meshInLobby(peers, url), lobby),
        ),
      ];
    } finally {
      await server.close();
    }
  },
};

async function compare(
  { page, rounds }: BenchContext,
  signalling: string,
  ours: () => Promise<MeshTiming>,
): Promise<Comparison> {
  const turns = await inTurn(rounds, (side) =>
    side === "ours" ? ours() : page.evaluate((peers) => window.bench.rawMesh(peers), PEERS),
  );
  const totals = {
    raw: turns.raw.map(({ total }) => total),
    ours: turns.ours.map(({ total }) => total),
    again: turns.again.map(({ total }) => total),
  };
  const details = { raw: partsOf(turns.raw), ours: partsOf(turns.ours) };
  return compareRates(`mesh of ${PEERS}, ${signalling}`, "ms", totals, { reaches: null, details });
}

function partsOf(timings: readonly MeshTiming[]): Record<string, number> {
  return Object.fromEntries(PARTS.map((part) => [part, median(timings.map((timing) => timing[part]))]));
}
