/**
 * Breaks networks under a game that goes on, and tells what the players noticed. Prints a line of JSON for each fault.
 * Needs what `paths.ts` needs.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Lab, type LabPlayerWindow } from "./lab/lab.ts";
import { Meeting } from "./lab/meeting.ts";
import type { LabReport } from "./lab/player-page.ts";
import type { Network } from "./lab/site.ts";
import { enterNamespace } from "./namespace.ts";

/** What one fault did to two players. */
export interface FaultRow {
  readonly fault: string;
  readonly networks: readonly [Network, Network];
  readonly turn: boolean;
  readonly pathBefore: string | null;
  readonly pathAfter: string | null;
  /** Of both: how often one was told that the other is unstable, or has left. */
  readonly unstable: number;
  readonly left: number;
  /** After the fault each heard new reliable messages of the other. */
  readonly recovered: boolean;
  /** The longest time without a reliable message, of either. Unit: ms. */
  readonly longestGapMs: number;
  /** Reliable messages lost, doubled or out of order, at both. */
  readonly wrong: number;
  readonly events: readonly (readonly [number, string])[];
}

interface Fault {
  readonly networks: readonly [Network, Network];
  readonly turn: boolean;
  act(players: readonly [LabPlayerWindow, LabPlayerWindow], lab: Lab): Promise<void>;
}

const HOME: readonly [Network, Network] = ["port-restricted", "port-restricted"];

const FAULTS: Readonly<Record<string, Fault>> = {
  "cut for 3 s": { networks: HOME, turn: true, act: ([one]) => cutFor(one, 3_000) },
  "cut for 6 s": { networks: HOME, turn: true, act: ([one]) => cutFor(one, 6_000) },
  "cut for 20 s": { networks: HOME, turn: true, act: ([one]) => cutFor(one, 20_000) },
  "address changes, direct": { networks: HOME, turn: true, act: async ([one]) => one.site.move() },
  "address changes, by TURN": {
    networks: ["symmetric", "symmetric"],
    turn: true,
    act: async ([one]) => one.site.move(),
  },
  "address changes, by relay": {
    networks: ["symmetric", "symmetric"],
    turn: false,
    act: async ([one]) => one.site.move(),
  },
  "UDP blocked all of a sudden, TURN": { networks: HOME, turn: true, act: async ([one]) => one.site.blockUdp() },
  "UDP blocked all of a sudden, no TURN": { networks: HOME, turn: false, act: async ([one]) => one.site.blockUdp() },
  "lobby server gone for 5 s": {
    networks: HOME,
    turn: true,
    act: async (_, lab) => {
      await lab.stopLobbies();
      await pause(5_000);
      await lab.startLobbies();
    },
  },
};

const { values } = parseArgs({ options: { only: { type: "string" } } });
const chosen = Object.entries(FAULTS).filter(
  ([name]) => values.only === undefined || values.only.split("|").includes(name),
);

enterNamespace();
for (const turn of [true, false]) {
  const faults = chosen.filter(([, fault]) => fault.turn === turn);
  if (faults.length === 0) continue;
  const lab = await Lab.open({ turn });
  try {
    for (const [name, fault] of faults) console.log(JSON.stringify(await suffer(lab, name, fault)));
  } finally {
    await lab.close();
  }
}

async function suffer(lab: Lab, name: string, { networks, turn, act }: Fault): Promise<FaultRow> {
  const players = [await lab.player(networks[0]), await lab.player(networks[1])] as const;
  const meeting = await Meeting.begin(lab, players);
  const before = await meeting.until(1, ({ path, inOrder }) => path !== null && inOrder > 0);
  if (before === null) throw new Error(`${name}: the two did not connect`);
  await pause(2_000);
  await act(players, lab);
  const numbers = await Promise.all(([0, 1] as const).map(async (player) => newest(await meeting.report(player))));
  const after = await Promise.all(
    ([0, 1] as const).map((player) =>
      meeting.until(player, ({ inOrder }) => inOrder > (numbers[player] as number) + 30, 20_000),
    ),
  );
  await pause(1_000);
  const reports = await Promise.all(([0, 1] as const).map((player) => meeting.report(player)));
  for (const player of players) await lab.remove(player);
  const events = reports.flatMap((report) => report.events);
  const peers = reports.flatMap((report) => Object.values(report.peers));
  return {
    fault: name,
    networks,
    turn,
    pathBefore: Object.values(before.peers)[0]?.path ?? null,
    pathAfter: peers[1]?.path ?? null,
    unstable: events.filter(([, words]) => words.startsWith("unstable")).length,
    left: events.filter(([, words]) => words.startsWith("left")).length,
    recovered: after.every((report) => report !== null),
    longestGapMs: Math.max(...peers.map(({ longestGapMs }) => longestGapMs)),
    wrong: peers.reduce((sum, { outOfOrder }) => sum + outOfOrder, 0),
    events,
  };
}

async function cutFor({ site }: LabPlayerWindow, ms: number): Promise<void> {
  site.cut();
  await pause(ms);
  site.mend();
}

function newest(report: LabReport): number {
  return Object.values(report.peers)[0]?.inOrder ?? -1;
}
