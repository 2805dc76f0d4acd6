import { setTimeout as pause } from "node:timers/promises";
import type { Lab } from "./lab/lab.ts";
import type { LabReport } from "./lab/lab-game.ts";
import type { LabLobbies } from "./lab/lab-lobbies.ts";
import type { LabPlayer, Seat } from "./lab/lab-player.ts";
import { Meeting, peerOf } from "./lab/meeting.ts";

/** What one fault did to two players. */
export interface FaultRow {
  readonly fault: string;
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
  readonly seats: readonly [Seat, Seat];
  readonly turn: boolean;
  act(one: LabPlayer, lobbies: LabLobbies): Promise<void>;
}

const HOME: Seat = { runtime: "Chromium", network: "port-restricted" };
const OFFICE: Seat = { runtime: "Chromium", network: "symmetric" };
const BOT: Seat = { runtime: "Node", network: "port-restricted" };

const cutFor =
  (ms: number): Fault["act"] =>
  async ({ site }) => {
    site.cut();
    await pause(ms);
    site.mend();
  };
const move: Fault["act"] = async ({ site }) => site.move();
const blockUdp: Fault["act"] = async ({ site }) => site.blockUdp();

/** By name. What happens happens to the first of the two. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "cut for 3 s": { seats: [HOME, HOME], turn: true, act: cutFor(3_000) },
  "cut for 6 s": { seats: [HOME, HOME], turn: true, act: cutFor(6_000) },
  "cut for 20 s": { seats: [HOME, HOME], turn: true, act: cutFor(20_000) },
  "address changes, direct": { seats: [HOME, HOME], turn: true, act: move },
  "address changes, by TURN": { seats: [OFFICE, OFFICE], turn: true, act: move },
  "address changes, by relay": { seats: [OFFICE, OFFICE], turn: false, act: move },
  "UDP blocked all of a sudden, TURN": { seats: [HOME, HOME], turn: true, act: blockUdp },
  "UDP blocked all of a sudden, no TURN": { seats: [HOME, HOME], turn: false, act: blockUdp },
  "lobby server killed, back after 5 s": {
    seats: [HOME, HOME],
    turn: true,
    act: async (_, lobbies) => {
      await lobbies.stop();
      await pause(5_000);
      await lobbies.start();
    },
  },
  "Node, cut for 3 s": { seats: [BOT, HOME], turn: true, act: cutFor(3_000) },
  "Node's address changes": { seats: [BOT, HOME], turn: true, act: move },
  "Node's UDP blocked all of a sudden": { seats: [BOT, HOME], turn: true, act: blockUdp },
};

export const FAULT_NAMES: readonly string[] = Object.keys(FAULTS);

/** As many reliable messages as come in a second. */
const SOME = 30;
const CONNECTED_WITHIN_MS = 30_000;
/** Longer than a lobby's client takes to find out that its socket hangs. */
const RECOVERED_WITHIN_MS = 40_000;

/** Breaks the network under a game that goes on, and tells what the players noticed. */
export async function sufferFault(lab: Lab, name: string): Promise<FaultRow> {
  const fault = FAULTS[name];
  if (fault === undefined) throw new Error(`there is no fault named ${name}`);
  const { seats, turn, act } = fault;
  const lobbies = await lab.openLobbies(turn);
  const players = await Promise.all([lab.borrow(seats[0]), lab.borrow(seats[1])]);
  const meeting = await Meeting.begin(lobbies, players);
  const began: number[] = [];
  const isPlaying = await meeting.untilBoth(({ path, inOrder }, player) => {
    began[player] ??= inOrder;
    return path !== null && inOrder > (began[player] ?? 0) + SOME;
  }, CONNECTED_WITHIN_MS);
  if (!isPlaying) throw new Error(`${name}: the two did not connect`);
  const pathBefore = peerOf(await meeting.report(1))?.path ?? null;
  await act(players[0], lobbies);
  const numbers = (await meeting.reports()).map(newest);
  const recovered = await meeting.untilBoth(
    ({ inOrder }, player) => inOrder > (numbers[player] ?? 0) + 2 * SOME,
    RECOVERED_WITHIN_MS,
  );
  const reports = await meeting.reports();
  for (const player of players) await lab.remove(player);
  await lobbies.stop();
  const events = reports.flatMap((report) => report.events);
  const peers = reports.flatMap((report) => peerOf(report) ?? []);
  return {
    fault: name,
    pathBefore,
    pathAfter: peers[1]?.path ?? null,
    unstable: events.filter(([, words]) => words.startsWith("unstable")).length,
    left: events.filter(([, words]) => words.startsWith("left")).length,
    recovered,
    longestGapMs: Math.max(...peers.map(({ longestGapMs }) => longestGapMs)),
    wrong: peers.reduce((sum, { outOfOrder }) => sum + outOfOrder, 0),
    events,
  };
}

function newest(report: LabReport): number {
  return peerOf(report)?.inOrder ?? -1;
}
