import { expectedPaths } from "./expected-path.ts";
import type { Lab } from "./lab/lab.ts";
import type { LabLobbies } from "./lab/lab-lobbies.ts";
import type { Seat } from "./lab/lab-player.ts";
import { Meeting, peerOf, timeOf } from "./lab/meeting.ts";

/** Two players, and whether there is a TURN server. The second joins the first's lobby. */
export interface Pair {
  readonly seats: readonly [Seat, Seat];
  readonly turn: boolean;
}

/** How they came together. */
export interface PathRow extends Pair {
  /** As each of the two tells it, once it is one that they are expected to have; `null`: none. */
  readonly paths: readonly [string | null, string | null];
  /** What the second told first. */
  readonly firstPath: string | null;
  /** From the second player's `join` until it had the first, by whatever path. Unit: ms. */
  readonly afterMs: number;
}

/** Longer than a relayed pair waits before it searches for a direct way the second time. */
const FOUND_WITHIN_MS = 25_000;

export async function connectPair(lab: Lab, lobbies: LabLobbies, pair: Pair): Promise<PathRow> {
  const players = await Promise.all([lab.borrow(pair.seats[0]), lab.borrow(pair.seats[1])]);
  const meeting = await Meeting.begin(lobbies, players);
  const expected = expectedPaths(pair);
  await meeting.untilBoth(({ path }) => path !== null && expected.includes(path), FOUND_WITHIN_MS);
  const reports = await meeting.reports();
  const [host, guest] = reports.map(peerOf);
  const row: PathRow = {
    ...pair,
    paths: [host?.path ?? null, guest?.path ?? null],
    firstPath: guest?.firstPath ?? null,
    afterMs: (timeOf(reports[1], "joined") ?? Number.NaN) - reports[1].askedMs,
  };
  await meeting.end();
  for (const player of players) lab.giveBack(player);
  return row;
}
