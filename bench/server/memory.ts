import { setTimeout as pause } from "node:timers/promises";
import type { Result } from "../result.ts";
import { inRotation } from "../rounds.ts";
import { besideBoth, each, sideOf, type Turn } from "./contest.ts";
import { Generator } from "./generator.ts";
import type { Look } from "./looked-at.ts";
import { Served, type Side } from "./served.ts";

const PLAYERS = 4;
/** Those who come before the first look fill what any server needs, however few it has. */
const FIRST_LOBBIES = 250;
const LOBBIES_A_STEP = 120;
const STEPS = 5;
/** Until what is under way has arrived. */
const PAUSE_MS = 100;
const TURNS: readonly Turn[] = ["tickmesh", "Colyseus", "Colyseus again", "PeerJS", "PeerJS again"];

interface Growth {
  /** Unit: bytes a client. */
  readonly rss: number;
  readonly heap: number;
}

/** How much a server grows with each client: 2,400 of them, after 1,000. */
export async function memory(rounds: number): Promise<Result[]> {
  const grown = await inRotation(rounds, TURNS, (turn) => growth(sideOf(turn)));
  return [
    ...besideBoth(
      "memory of a client",
      "kB",
      each(grown, ({ rss }) => rss / 1_000),
      { Colyseus: { atMost: 1.2 } },
    ),
    ...besideBoth(
      "of that on the heap",
      "kB",
      each(grown, ({ heap }) => heap / 1_000),
    ),
  ];
}

async function growth(side: Side): Promise<Growth> {
  const served = await Served.start(side);
  const generator = Generator.start();
  try {
    const looks: Look[] = [];
    for (let step = 0; step <= STEPS; step++) {
      const lobbies = step === 0 ? FIRST_LOBBIES : LOBBIES_A_STEP;
      await generator.do({ do: "join", side, ports: [served.port], lobbies, players: PLAYERS });
      await pause(PAUSE_MS);
      looks.push(await served.look("memory"));
    }
    const clients = LOBBIES_A_STEP * PLAYERS;
    return {
      rss: slope(looks.map(({ rssBytes }) => rssBytes)) / clients,
      heap: slope(looks.map(({ heapBytes }) => heapBytes)) / clients,
    };
  } finally {
    await Promise.all([served.end(), generator.end()]);
  }
}

/** By least squares, from one value to the next. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const rise = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  return rise / values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
}
