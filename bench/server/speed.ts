import type { Comparison, Details, Result } from "../result.ts";
import { median } from "../statistics.ts";
import {
  beside,
  besideBoth,
  type Contest,
  cpuEach,
  each,
  type Measure,
  type Measured,
  perSecond,
  type Turn,
} from "./contest.ts";
import type { Side } from "./served.ts";
import type { Step, Traces } from "./trace.ts";

const PLAYERS = 4;
/** Pairs of a full lobby. */
const PAIRS = (PLAYERS * (PLAYERS - 1)) / 2;
const FILLED_LOBBIES = 100;
const STANDING_LOBBIES = 250;
/** Of those. */
const TALKING_LOBBIES = 25;
const UNDER_WAY = 4;
const FLOOD_MS = 700;
const PACE_MS = 1_000;
const RELAY = { pairs: 4, packetBytes: 1_000, underWay: 64, ms: 700 } as const;

/** Joins, messages, connecting pairs, delays under load and the relay. */
export async function speed(contest: Contest, traces: Traces, rounds: number): Promise<Result[]> {
  const joins = await contest.rounds(rounds, async (side) => {
    const lobbies = { lobbies: FILLED_LOBBIES, players: PLAYERS } as const;
    const joined = await contest.do(side, { do: "join", side, ports: contest.ports(side), ...lobbies });
    await contest.do(side, { do: "leave" });
    return joined;
  });
  for (const side of ["tickmesh", "Colyseus", "PeerJS"] as const) {
    const lobbies = { lobbies: STANDING_LOBBIES, players: PLAYERS } as const;
    await contest.do(side, { do: "join", side, ports: contest.ports(side), ...lobbies });
  }
  const messages = messagesOf(traces);
  const floods = await contest.rounds(rounds, (side) =>
    contest.do(side, {
      do: "flood",
      message: messages[side],
      lobbies: TALKING_LOBBIES,
      underWay: UNDER_WAY,
      ms: FLOOD_MS,
    }),
  );
  const steps: Record<Side, readonly Step[]> = { ...traces, Colyseus: traces.tickmesh };
  const pairs = await contest.rounds(rounds, (side) => contest.do(side, { do: "connect", steps: steps[side] }));
  const rates = each(floods, perSecond);
  const half = (side: Side): number => Math.round(median(rates[side]) / 2);
  const paced = await contest.rounds(rounds, (side) =>
    contest.do(side, {
      do: "pace",
      message: messages[side],
      lobbies: TALKING_LOBBIES,
      perSecond: half(side),
      ms: PACE_MS,
    }),
  );
  for (const side of ["tickmesh", "Colyseus", "PeerJS"] as const) await contest.do(side, { do: "leave" });
  const cpu = { joins: each(joins, cpuEach), messages: each(floods, cpuEach), pairs: each(pairs, cpuEach) };
  return [
    // No more than 1.2 times as long for each.
    ...besideBoth("joins", "/s", each(joins, perSecond), { Colyseus: { reaches: 0.833 } }),
    ...besideBoth("processor time of a join", "µs", cpu.joins),
    ...besideBoth("signalling messages", "/s", rates, { Colyseus: { reaches: 0.9 } }),
    ...besideBoth("processor time of a message", "µs", cpu.messages, {}, loads(floods)),
    ...besideBoth("processor time of a connected pair", "µs", cpu.pairs, { PeerJS: { atMost: 1 } }, said(steps)),
    ...besideBoth("processor time of a lobby of 4, connected", "µs", wholeLobby(cpu.joins, cpu.pairs)),
    ...besideBoth(
      "message at half the load, p50",
      "ms",
      each(paced, ({ p50Ms = Number.NaN }) => p50Ms),
    ),
    ...besideBoth(
      "message at half the load, p99",
      "ms",
      each(paced, ({ p99Ms = Number.NaN }) => p99Ms),
      {},
      {
        "messages a second": { tickmesh: half("tickmesh"), Colyseus: half("Colyseus"), PeerJS: half("PeerJS") },
      },
    ),
  ];
}

/** One candidate to everybody: as a real one, but for whose it is. */
export function messagesOf({ tickmesh, PeerJS }: Traces): Record<Side, unknown> {
  // A pair may say all its candidates along with its descriptions.
  const ours = tickmesh.flatMap(({ message }) => (hasCandidates(message) ? message.candidates : [])).at(-1);
  const theirs = PeerJS.map(({ message }) => message as { readonly type: string }).find(
    ({ type }) => type === "CANDIDATE",
  );
  if (ours === undefined || theirs === undefined) throw new Error("no candidate was traced");
  const message = { kind: "candidates", attempt: 1, candidates: [ours] };
  return { tickmesh: message, Colyseus: message, PeerJS: theirs };
}

function hasCandidates(message: unknown): message is { readonly candidates: readonly unknown[] } {
  return Array.isArray((message as { readonly candidates?: unknown }).candidates);
}

function said(steps: Record<Side, readonly Step[]>) {
  const count = ({ length }: readonly Step[]): number => length;
  return { "messages a pair": { tickmesh: count(steps.tickmesh), PeerJS: count(steps.PeerJS) } };
}

/** Who makes load must have time to spare, or it is what was measured. */
function loads(floods: Record<Turn, Measure[]>): Details {
  const each = (turn: Turn): number => median(floods[turn].map(({ loadCpuMs, count }) => (loadCpuMs / count) * 1_000));
  return {
    "of who makes load, µs": { tickmesh: each("tickmesh"), Colyseus: each("Colyseus"), PeerJS: each("PeerJS") },
  };
}

/** All who join, and all pairs of them. */
function wholeLobby(joins: Measured, pairs: Measured): Measured {
  return Object.fromEntries(
    Object.entries(joins).map(([turn, costs]) => [
      turn,
      costs.map((cost, round) => PLAYERS * cost + PAIRS * (pairs[turn as keyof Measured][round] as number)),
    ]),
  ) as unknown as Measured;
}

export async function relaySpeed(contest: Contest, rounds: number): Promise<Comparison[]> {
  const relayed = await contest.rounds(
    rounds,
    (side) => contest.do(side, { do: "relay", side, ports: contest.ports(side), ...RELAY }),
    ["tickmesh", "Colyseus", "Colyseus again"],
  );
  const rates = each(relayed, perSecond);
  const megabytes = each(relayed, (done) => (perSecond(done) * RELAY.packetBytes) / 1_000_000);
  return [
    beside("relayed packets of 1,000 B", "/s", rates, "Colyseus"),
    beside("relayed bytes", "MB/s", megabytes, "Colyseus"),
  ];
}
