import { type MultiplayerPeer, TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { watchWithCheckers } from "../../src/simulator/world/checkers/checkers.ts";
import type { DeliveryChecker } from "../../src/simulator/world/checkers/delivery-checker.ts";
import type { Member } from "../../src/simulator/world/member.ts";
import type { MemberGame } from "../../src/simulator/world/member-game.ts";
import { whoIsApart } from "../../src/simulator/world/meshed.ts";
import type { Recording } from "../../src/simulator/world/recording.ts";
import { World } from "../../src/simulator/world/world.ts";
import type { WorldParts } from "../../src/simulator/world/world-options.ts";
import { type Outcome, playOut } from "./play-out.ts";

/** How long everybody may take to be connected to everybody, once all is well again. Unit: s of virtual time. */
const AGREEMENT_S = 60;
/** How long what was sent may then take to arrive. Unit: s of virtual time. */
const DELIVERY_S = 60;
/** A connection that stood for so long is not about to be replaced. Unit: s of virtual time. */
const SETTLED_S = 1;
/** How often games try again with whom they are not connected to. Unit: s of virtual time. */
const RETRY_S = 5;

/** What somebody sends who then leaves at once. Unit: bytes. */
const FAREWELL_SIZES = [100, 20_000, 1];
/** How long the others may take to see it gone. Unit: s of virtual time. */
const FAREWELL_S = 20;

/** Makes a recorded run with every checker watching, then lets all be well, and sees that everybody agrees. */
export function play(recording: Recording, parts: WorldParts = {}): Outcome {
  const reading = { isSlow: true };
  const world = new World({ game: (member) => new Reader(member, reading), ...recording.options, ...parts });
  const { delivery } = watchWithCheckers(world);
  return playOut(world, recording, (agreed) => {
    reading.isSlow = false;
    makeWell(world);
    const whatIsWrong = (): string | null => whoIsApart(world.members) ?? delivery.whoIsMismatched();
    agreed(waitUntilWell(world, AGREEMENT_S, whatIsWrong));
    for (const { id } of world.members) {
      world.apply({ kind: "send", peer: id, to: 0, mode: TransferMode.RELIABLE, channel: 0, size: 100 });
    }
    waitUntilWell(world, DELIVERY_S, () => whatIsWrong() ?? delivery.whatIsMissing());
    sayGoodbye(world, delivery);
  });
}

/** A game that reads what it gets: most of them all of it in every tick, some only now and then, some one packet a tick. */
class Reader implements MemberGame {
  readonly #peer: MultiplayerPeer;
  readonly #reading: { readonly isSlow: boolean };
  readonly #everyTicks: number;
  readonly #atMost: number;

  constructor(member: Member, reading: { readonly isSlow: boolean }) {
    this.#peer = member.peer;
    this.#reading = reading;
    const draw = member.random("reading").nextUint32() % 10;
    this.#everyTicks = draw <= 1 ? 60 : 1;
    this.#atMost = draw === 2 ? 1 : Number.POSITIVE_INFINITY;
  }

  tick(tick: number): void {
    const { isSlow } = this.#reading;
    if (isSlow && tick % this.#everyTicks !== 0) return;
    const atMost = isSlow ? this.#atMost : Number.POSITIVE_INFINITY;
    for (let left = Math.min(atMost, this.#peer.getAvailablePacketCount()); left > 0; left--) this.#peer.getPacket();
  }
}

/** Everything is as well as it can be from now on. */
export function makeWell(world: World): void {
  world.apply({ kind: "heal" });
  const conditions = { latencyMs: 20, jitterMs: 0, lossRatio: 0, burst: null, bandwidthKbps: null };
  world.apply({ kind: "link", conditions });
  for (const { id, peer } of world.members) {
    world.apply({ kind: "drift", peer: id, ppm: 0 });
    // Nobody wants another connection any more, who asked for one while that could not be.
    for (const other of peer.getPeers().keys()) peer.repairPeer(other, "none");
  }
}

/** Steps until all stand on the connections that they have had for a while: none is being replaced. */
export function waitUntilSettled(world: World, withinS: number, whatIsWrong: () => string | null): void {
  const { ticksPerSecond = 60 } = world.conditions;
  let [stood, ends] = [0, ""];
  waitUntilWell(world, withinS, () => {
    const now = world.members.map((member) =>
      [...member.peer.getPeers().values()]
        .filter(({ connected }) => connected)
        .map(({ connection }) => member.endOf(connection)?.number)
        .join(),
    );
    stood = whatIsWrong() === null && String(now) === ends ? stood + 1 : 0;
    ends = String(now);
    return stood > SETTLED_S * ticksPerSecond ? null : (whatIsWrong() ?? "connections are replaced");
  });
}

/** Steps until nothing is wrong, as games do that try again with whom they are not connected to. Gives the ticks that it took. */
export function waitUntilWell(world: World, withinS: number, whatIsWrong: () => string | null): number {
  const { ticksPerSecond = 60 } = world.conditions;
  const begun = world.tick;
  for (;;) {
    const ticks = world.tick - begun;
    const wrong = whatIsWrong();
    if (wrong === null && ticks > 0) return ticks;
    if (ticks >= withinS * ticksPerSecond) world.report(`after ${withinS} s ${wrong}`);
    if (ticks % (RETRY_S * ticksPerSecond) === 0) {
      for (const { id } of world.members) world.apply({ kind: "retry", peer: id });
    }
    world.step();
  }
}

/** Somebody sends, and leaves at once: what it sent before still arrives. */
function sayGoodbye(world: World, delivery: DeliveryChecker): void {
  const [leaver, ...others] = world.members.filter(({ state }) => state === "present");
  if (leaver === undefined) return;
  const ends = others.map(({ id }) => {
    const info = leaver.peer.getPeer(id);
    return { id, number: (info && leaver.endOf(info.connection)?.number) ?? 0 };
  });
  for (const size of FAREWELL_SIZES) {
    world.apply({ kind: "send", peer: leaver.id, to: 0, mode: TransferMode.RELIABLE, channel: 0, size });
  }
  world.leave(leaver.id);
  const { ticksPerSecond = 60 } = world.conditions;
  for (let left = FAREWELL_S * ticksPerSecond; left > 0 && whoIsApart(world.members) !== null; left--) world.step();
  const apart = whoIsApart(world.members);
  if (apart !== null) world.report(`${FAREWELL_S} s after ${leaver.id} left ${apart}`);
  for (const { id, number } of ends) {
    const missing = delivery.undeliveredOf(number);
    if (missing > 0) world.report(`${id} never got ${missing} reliable packets that ${leaver.id} sent before it left`);
  }
  world.step();
}
