import { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import { watchWithCheckers } from "../../../src/simulator/world/checkers/checkers.ts";
import { whoIsApart } from "../../../src/simulator/world/meshed.ts";
import type { Recording } from "../../../src/simulator/world/recording.ts";
import { World } from "../../../src/simulator/world/world.ts";
import type { WorldOptions } from "../../../src/simulator/world/world-options.ts";
import { type Outcome, playOut } from "../play-out.ts";
import { makeWell, waitUntilSettled, waitUntilWell } from "../scenario.ts";
import { whoIsNotThere } from "../who-is-not-there.ts";
import { HostChecker, whoDisagrees } from "./host-checker.ts";
import { DRILLS, ELECTION_S, expectations, pass, rate, SILENT_S } from "./host-drills.ts";
import { HostGame } from "./host-game.ts";

/** How long it may take, once all is well again, until every session has every peer. Unit: s of virtual time. */
const MEETING_S = 60;
/** How long it may then take until all follow one host, which acts. Unit: s of virtual time. */
const AGREEMENT_S = 2;
/** So many are there for what is done to hosts: one of them, two deputies, and one more. */
const FEWEST = 4;
const FIRST_NEW_ID = 1_001;
const DRILLS_A_RUN = 3;

/** Makes a recorded run with hosts; lets all be well, and sees that all follow one; then lets hosts leave, crash and freeze. */
export function playHost(
  recording: Recording,
  parts: Partial<Pick<WorldOptions<HostGame>, "game" | "backend">> = {},
): Outcome {
  const { options } = recording;
  const world = new World<HostGame>({ game: (member) => new HostGame(member), ...options, ...parts });
  watchWithCheckers(world);
  const hosts = new HostChecker(world);
  world.watch(hosts);
  const random = RandomStream.named(options.seed ?? 0, "drills");
  return playOut(world, recording, (agreed) => {
    for (const { id } of world.members) world.apply({ kind: "input", peer: id, input: { do: "show" } });
    const areThere = (): string | null => whoIsApart(world.members) ?? whoIsNotThere(world.members);
    agreed(agree(world, hosts, areThere));
    for (let left = DRILLS_A_RUN; left > 0; left--) {
      const name = random.pick(Object.keys(DRILLS));
      pass(world, 1);
      waitUntilSettled(world, MEETING_S, () => whoIsNotThere(world.members));
      DRILLS[name]?.({ world, random });
      agreed(agree(world, hosts, areThere, name));
    }
  });
}

/**
 * All is well, everybody is there, and in a while all follow one host. Gives the ticks that it took from when everybody was there.
 * `whoIsMissing`: in words who is not; `null` if nobody is.
 */
export function agree(
  world: World<HostGame>,
  hosts: HostChecker,
  whoIsMissing: () => string | null,
  after = "all",
): number {
  makeWell(world);
  const present = world.members.filter(({ state }) => state === "present").length;
  for (let count = present, id = FIRST_NEW_ID; count < FEWEST; id++)
    if (world.apply({ kind: "join", peer: id })) count += 1;
  const areThere = (): string | null => whoIsMissing() ?? whoSleeps(world) ?? hosts.whoIsUnheard();
  waitUntilWell(world, MEETING_S, areThere);
  hosts.isCalm = true;
  let ticks = 0;
  let withinS = AGREEMENT_S;
  while (whoDisagrees(world) !== null) {
    if (isHostLost(world)) withinS = SILENT_S + ELECTION_S + AGREEMENT_S;
    // What broke while nothing came through may only be found out now.
    if (areThere() !== null) {
      waitUntilWell(world, MEETING_S, areThere);
      ticks = 0;
    }
    if (ticks > withinS * rate(world)) world.report(`${withinS} s after ${after} was well: ${whoDisagrees(world)}`);
    world.step();
    ticks += 1;
  }
  pass(world, 1);
  const disagreement = whoDisagrees(world);
  if (disagreement !== null) world.report(`they did agree after ${after}, and then ${disagreement}`);
  waitUntilWell(world, MEETING_S, () => whoIsBehind(world));
  expectations.get(world)?.();
  expectations.delete(world);
  world.step();
  hosts.isCalm = false;
  return ticks;
}

/** Whether anybody follows who was gone before all was well: that has to be found out first. */
function isHostLost(world: World<HostGame>): boolean {
  const present = world.members.filter(({ state }) => state === "present");
  return present.some(({ game }) => {
    const followed = game.host.term?.hostId;
    return followed !== undefined && present.every(({ id }) => id !== followed);
  });
}

function whoSleeps(world: World<HostGame>): string | null {
  const sleeper = world.members.find(({ device, state }) => state === "present" && device.isStalled);
  return sleeper === undefined ? null : `${sleeper.id} stands still`;
}

/** In words that somebody does not go on from where the host is; `null` if all do. */
function whoIsBehind(world: World<HostGame>): string | null {
  const values = world.members.filter(({ state }) => state === "present").map(({ game }) => game.value);
  const isNear = Math.max(...values) - Math.min(...values) <= rate(world) / 2;
  return isNear ? null : `values are ${values.join(", ")}`;
}
