import { watchWithCheckers } from "../../../src/simulator/world/checkers/checkers.ts";
import type { MessageChecker } from "../../../src/simulator/world/checkers/message-checker.ts";
import { SessionChecker } from "../../../src/simulator/world/checkers/session-checker.ts";
import { whoIsApart } from "../../../src/simulator/world/meshed.ts";
import type { Recording } from "../../../src/simulator/world/recording.ts";
import { World } from "../../../src/simulator/world/world.ts";
import type { WorldParts } from "../../../src/simulator/world/world-options.ts";
import { type Outcome, playOut } from "../play-out.ts";
import { makeWell, waitUntilSettled, waitUntilWell } from "../scenario.ts";
import { whoIsNotThere } from "../who-is-not-there.ts";
import { limitsOf, SessionGame } from "./session-game.ts";
import { type Input, MESSAGE_NAMES, mostBytesOf } from "./table.ts";

/** How long it may take, once all is well again, until every session has every peer. Unit: s of virtual time. */
const AGREEMENT_S = 60;
/** How long what was sent may then take to be heard. Unit: s of virtual time. */
const DELIVERY_S = 60;
/** How long the others may take to hear all of who leaves, and to see it gone. Unit: s of virtual time. */
const FAREWELL_S = 20;
const LAST_SIZES = [0, 1, 300, 5_000, 20_000];
/** What can be heard while the others wait for the rest of what somebody sent who has left. Unit: bytes. */
const FAREWELL_SIZES = [0, 300, 5_000];

/** Makes a recorded run with sessions, every checker watching; then lets all be well, and sees that everything that was promised comes. */
export function playSession(recording: Recording, parts: WorldParts = {}): Outcome {
  const { options } = recording;
  const limits = limitsOf(options.seed ?? 0);
  const world = new World({ game: (member) => new SessionGame(member, limits), ...options, ...parts });
  const { messages } = watchWithCheckers(world);
  const sessions = new SessionChecker(world, limits);
  world.watch(sessions);
  return playOut(world, recording, (agreed) => {
    const whoIsMissing = (): string | null => whoIsApart(world.members) ?? whoIsNotThere(world.members);
    makeWell(world);
    agreed(waitUntilWell(world, AGREEMENT_S, whoIsMissing));
    for (const { id } of world.members) sendLast(world, id, LAST_SIZES);
    waitUntilWell(world, DELIVERY_S, () => whoIsMissing() ?? messages.whatIsMissing() ?? sessions.whatIsOpen());
    // What is on its way while its connection is replaced is lost with who leaves.
    waitUntilSettled(world, AGREEMENT_S, () => whoIsNotThere(world.members));
    sayGoodbye(world, messages);
  });
}

function sendLast(world: World, peer: number, sizes: readonly number[]): void {
  for (const name of MESSAGE_NAMES) {
    for (const size of sizes) {
      const input: Input = { do: "send", name, size: Math.min(size, mostBytesOf(name)), to: 0 };
      world.apply({ kind: "input", peer, input });
    }
  }
}

/** Somebody sends, and leaves at once: what it sent before is heard, then that it has left. */
function sayGoodbye(world: World, messages: MessageChecker): void {
  const [leaver, ...others] = world.members.filter(({ state }) => state === "present");
  if (leaver === undefined) return;
  const ends = others.map(({ id }) => ({ id, number: messages.endOf(leaver, id) }));
  const reasons = new Map<number, string>();
  const told = new Map<number, number>();
  for (const { id, session } of others) {
    session?.on("peerLeft", (peerId, reason) => {
      if (peerId !== leaver.id) return;
      reasons.set(id, reason);
      told.set(id, world.nowMs);
    });
  }
  sendLast(world, leaver.id, FAREWELL_SIZES);
  const leftMs = world.nowMs;
  world.leave(leaver.id);
  const { ticksPerSecond = 60, disconnectGraceMs = Number.POSITIVE_INFINITY } = world.conditions;
  for (let left = FAREWELL_S * ticksPerSecond; left > 0 && whoIsNotThere(world.members) !== null; left--) world.step();
  const there = whoIsNotThere(world.members);
  if (there !== null) world.report(`${FAREWELL_S} s after ${leaver.id} left: ${there}`);
  for (const { id, number } of ends) {
    const missing = messages.unheardOf(number);
    const isGraceOver = (told.get(id) ?? leftMs) - leftMs >= disconnectGraceMs;
    if (missing > 0 && !isGraceOver)
      world.report(`${id} never heard ${missing} reliable messages that ${leaver.id} sent before it left`);
    if (reasons.get(id) !== "left") world.report(`${id} is told ${reasons.get(id)} of ${leaver.id}, who said goodbye`);
  }
  world.step();
}
