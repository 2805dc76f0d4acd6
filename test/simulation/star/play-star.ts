import { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import { BoundsChecker } from "../../../src/simulator/world/checkers/bounds-checker.ts";
import { ConnectionChecker } from "../../../src/simulator/world/checkers/connection-checker.ts";
import { DeliveryChecker } from "../../../src/simulator/world/checkers/delivery-checker.ts";
import { PollChecker } from "../../../src/simulator/world/checkers/poll-checker.ts";
import { ReachChecker } from "../../../src/simulator/world/checkers/reach-checker.ts";
import { StateChecker } from "../../../src/simulator/world/checkers/state-checker.ts";
import type { Recording } from "../../../src/simulator/world/recording.ts";
import { World } from "../../../src/simulator/world/world.ts";
import { HostChecker } from "../host/host-checker.ts";
import { pass } from "../host/host-drills.ts";
import type { HostGame } from "../host/host-game.ts";
import { agree } from "../host/play-host.ts";
import { type Outcome, playOut } from "../play-out.ts";
import { waitUntilSettled, waitUntilWell } from "../scenario.ts";
import { whoIsNotThere } from "../who-is-not-there.ts";
import { STAR_DRILLS } from "./star-drills.ts";
import { StarGame, type StarTable, whoIsOwed } from "./star-game.ts";
import { StarServer } from "./star-server.ts";

/** How long what was said may take to be heard, and a new hub to be connected to all. Unit: s of virtual time. */
const DELIVERY_S = 20;
const MEETING_S = 60;
const DRILLS_A_RUN = 3;

/** Makes a recorded run in a star; lets all be well; then lets hosts and deputies leave, crash and be cut off, with a server or without. */
export function playStar(recording: Recording): Outcome {
  const { options } = recording;
  const world: World<StarGame> = new World<StarGame>({ game: (member) => new StarGame(member, table), ...options });
  const server = new StarServer(world as unknown as World);
  const table: StarTable = { server, report: (fault) => world.report(fault), isTalking: true };
  for (const Checker of [DeliveryChecker, ConnectionChecker, PollChecker, StateChecker, BoundsChecker, ReachChecker]) {
    world.watch(new Checker(world));
  }
  const asHosts = world as unknown as World<HostGame>;
  const hosts = new HostChecker(asHosts);
  world.watch(hosts);
  const random = RandomStream.named(options.seed ?? 0, "star drills");
  return playOut(world, recording, (agreed) => {
    const areThere = (): string | null => whoIsNotThere(world.members) ?? whoLacksHub(world);
    for (const { id } of world.members) world.apply({ kind: "input", peer: id, input: { do: "show" } });
    agreed(agree(asHosts, hosts, areThere));
    for (let left = DRILLS_A_RUN; left > 0; left--) {
      const name = random.pick(Object.keys(STAR_DRILLS));
      pass(asHosts, 1);
      waitUntilSettled(world, MEETING_S, areThere);
      const before = world.tick;
      const mayGo = STAR_DRILLS[name]?.({ world, random }) ?? [];
      expectCompany(world, before, name, mayGo);
      agreed(agree(asHosts, hosts, areThere, name));
      expectCompany(world, before, name, mayGo);
    }
    table.isTalking = false;
    waitUntilWell(world, DELIVERY_S, () => whoIsOwed(world));
    world.step();
  });
}

/** Who stays loses nobody but those. */
function expectCompany(world: World<StarGame>, since: number, after: string, mayGo: readonly number[]): void {
  for (const { id, game } of world.members) {
    if (mayGo.includes(id)) continue;
    const lost = game.conversations.farewells.find(({ tick, peer }) => tick >= since && !mayGo.includes(peer));
    if (lost !== undefined) world.report(`${after}: ${id} is told that ${lost.peer} has left (${lost.reason})`);
  }
}

/** In words who is not connected to a hub; `null` if everybody is to all of them. */
function whoLacksHub(world: World<StarGame>): string | null {
  const present = world.members.filter(({ state }) => state === "present");
  for (const { id, peer, game } of present) {
    for (const hub of game.host.hubs) {
      const isThere = present.some((other) => other.id === hub);
      if (hub !== id && isThere && peer.getPeer(hub)?.connected !== true)
        return `${id} is not connected to ${hub}, a hub`;
    }
  }
  return null;
}
