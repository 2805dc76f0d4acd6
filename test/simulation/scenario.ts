import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { type MultiplayerPeer, TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { watchWithCheckers } from "../../src/simulator/world/checkers/checkers.ts";
import type { Member } from "../../src/simulator/world/member.ts";
import type { MemberGame } from "../../src/simulator/world/member-game.ts";
import { whoIsApart } from "../../src/simulator/world/meshed.ts";
import type { Recording } from "../../src/simulator/world/recording.ts";
import { SimulationError } from "../../src/simulator/world/simulation-error.ts";
import { World } from "../../src/simulator/world/world.ts";
import type { WorldParts } from "../../src/simulator/world/world-options.ts";

/** How long everybody may take to be connected to everybody, once all is well again. Unit: s of virtual time. */
const AGREEMENT_S = 60;
/** How long what was sent may then take to arrive. Unit: s of virtual time. */
const DELIVERY_S = 60;
/** How often games try again with whom they are not connected to. Unit: s of virtual time. */
const RETRY_S = 5;

/** What a run came to. */
export interface Outcome {
  readonly world: World;
  /** `null`: nothing was wrong. */
  readonly fault: string | null;
  readonly error: SimulationError | null;
  readonly agreedAfterTicks: number;
}

/** Makes a recorded run with every checker watching, then lets all be well, and sees that everybody agrees. */
export function play(recording: Recording, parts: WorldParts = {}): Outcome {
  setDiagnosticsHandler(() => {});
  const { options, operations, ticks } = recording;
  const reading = { isSlow: true };
  const world = new World({ game: (member) => new Reader(member, reading), ...options, ...parts });
  const { delivery } = watchWithCheckers(world);
  let agreedAfterTicks = 0;
  try {
    for (const { tick, operation } of operations) {
      while (world.tick < Math.min(tick, ticks)) world.step();
      world.apply(operation);
    }
    while (world.tick < ticks) world.step();
    reading.isSlow = false;
    agreedAfterTicks = agree(world);
    deliver(world, () => delivery.whatIsMissing());
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    return { world, fault: error.fault, error, agreedAfterTicks };
  } finally {
    setDiagnosticsHandler(null);
  }
  return { world, fault: null, error: null, agreedAfterTicks };
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

function agree(world: World): number {
  const { ticksPerSecond = 60 } = world.conditions;
  world.apply({ kind: "heal" });
  world.apply({
    kind: "link",
    conditions: { latencyMs: 20, jitterMs: 0, lossRatio: 0, burst: null, bandwidthKbps: null },
  });
  const begun = world.tick;
  for (const { id } of world.members) world.apply({ kind: "drift", peer: id, ppm: 0 });
  while (!world.isMeshed) {
    const ticks = world.tick - begun;
    if (ticks >= AGREEMENT_S * ticksPerSecond) world.report(`after ${ticks} ticks ${whoIsApart(world.members)}`);
    if (ticks % (RETRY_S * ticksPerSecond) === 0) {
      for (const { id } of world.members) world.apply({ kind: "retry", peer: id });
    }
    world.step();
  }
  return world.tick - begun;
}

function deliver(world: World, whatIsMissing: () => string | null): void {
  const { ticksPerSecond = 60 } = world.conditions;
  for (const { id } of world.members) {
    world.apply({ kind: "send", peer: id, to: 0, mode: TransferMode.RELIABLE, channel: 0, size: 100 });
  }
  const begun = world.tick;
  for (;;) {
    world.step();
    const missing = whatIsMissing();
    if (missing === null) return;
    if (world.tick - begun >= DELIVERY_S * ticksPerSecond) world.report(`after ${DELIVERY_S} s ${missing}`);
  }
}
