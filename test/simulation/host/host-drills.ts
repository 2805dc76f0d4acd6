import { compareTerms } from "../../../src/host/term.ts";
import type { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import type { Member } from "../../../src/simulator/world/member.ts";
import type { World } from "../../../src/simulator/world/world.ts";
import type { HostGame } from "./host-game.ts";

/** How long a host may be silent, by default. Unit: s. */
export const SILENT_S = 3;
/** From there until another acts: votes, a grace, the way. Unit: s. */
export const ELECTION_S = 1;
/** A hand-over takes the way, and a tick at each end. Unit: s. */
const HAND_OVER_S = 1;
/** What a crash may cost. Unit: s of the game. */
const LOSS_S = 1;

export interface Drilled<Game extends HostGame = HostGame> {
  readonly world: World<Game>;
  readonly random: RandomStream;
}

/** What may happen to a host while all is well otherwise. Each says by `world.report` what went wrong. */
export const DRILLS: Readonly<Record<string, (drilled: Drilled) => void>> = {
  leaves({ world }) {
    const host = hostOf(world);
    const { value } = host.game;
    world.leave(host.id);
    expectNothingLost(world, host, value);
  },

  resigns({ world }) {
    const host = hostOf(world);
    const { value } = host.game;
    if (!world.apply({ kind: "input", peer: host.id, input: { do: "resign" } }))
      world.report(`${host.id} cannot resign`);
    expectNothingLost(world, host, value);
  },

  hides({ world }) {
    const host = hostOf(world);
    world.apply({ kind: "input", peer: host.id, input: { do: "hide" } });
    world.step();
    const { value } = host.game;
    expectNothingLost(world, host, value);
    world.apply({ kind: "input", peer: host.id, input: { do: "show" } });
  },

  crashes({ world }) {
    const host = hostOf(world);
    const { value } = host.game;
    world.crash(host.id);
    expectLittleLost(world, host, value, SILENT_S + ELECTION_S);
  },

  "crashes, and the next one too"({ world, random }) {
    const host = hostOf(world);
    const next = host.game.host.deputies[0] as number;
    const { value } = host.game;
    world.crash(host.id);
    pass(world, random.below(60) / 10);
    const { game } = world.member(next);
    const reached = Math.max(value - LOSS_S * rate(world), game.value - LOSS_S * rate(world));
    world.crash(next);
    const successor = awaitHost(world, [host.id, next], 2 * (SILENT_S + ELECTION_S));
    if (successor.game.value < Math.min(reached, value - LOSS_S * rate(world))) {
      world.report(`${successor.id} is host at ${successor.game.value}, where ${reached} had been reached`);
    }
  },

  freezes({ world, random }) {
    const host = hostOf(world);
    const seconds = random.between(11, 120) / 10;
    world.stall(host.id, seconds * 1_000);
    pass(world, seconds);
    const acting = present(world).filter(({ id, game }) => id !== host.id && game.host.isHost);
    if (seconds > SILENT_S + ELECTION_S && acting.length !== 1) {
      world.report(`${host.id} stood still for ${seconds} s, and ${acting.length} others act as hosts`);
    }
    if (seconds < SILENT_S - 0.5 && acting.length > 0) world.report(`after ${seconds} s another acts as host`);
    const before = host.game.actedTick;
    pass(world, 0.3);
    if (host.game.actedTick !== before) world.report(`${host.id} acts as host as soon as it wakes`);
  },

  "is cut off from one"({ world, random }) {
    const host = hostOf(world);
    const others = present(world).filter(({ id }) => id !== host.id);
    const one = random.pick(others);
    world.partition([[host.id], [one.id]], { oneWay: random.chance(0.5) });
    pass(world, 6);
    const acting = present(world).filter(({ game }) => game.host.isHost);
    if (acting.length !== 1 || acting[0] !== host) {
      world.report(`${one.id} alone does not hear ${host.id}, and ${acting.map(({ id }) => id)} act as hosts`);
    }
    world.heal();
  },

  "is on one side of two"({ world, random }) {
    const sides: number[][] = [[], []];
    const first = random.below(present(world).length);
    for (const [place, { id }] of present(world).entries()) {
      const side = place === first ? 0 : place === (first + 1) % present(world).length ? 1 : random.below(2);
      sides[side]?.push(id);
    }
    world.partition(sides);
    pass(world, random.between(5, 15));
    const hosts = sides.map((side) => {
      const acting = side.map((id) => world.member(id)).filter(({ game }) => game.host.isHost);
      const [only, second] = acting;
      if (only !== undefined && second === undefined) return only;
      return fail(world, `of the side ${side} ${acting.map(({ id }) => id)} act as hosts`);
    });
    const [one, other] = hosts as [Member<HostGame>, Member<HostGame>];
    const oneWins = compareTerms(one.game.host.term as never, other.game.host.term as never) > 0;
    const loser = oneWins ? other : one;
    const winner = oneWins ? one : other;
    const { surrendered } = loser.game;
    world.heal();
    expectations.set(world, () => {
      if (!winner.game.host.isHost) world.report(`${winner.id} had the higher term, and is not host`);
      if (loser.game.surrendered !== surrendered + 1) {
        world.report(`${loser.id} gave its state up ${loser.game.surrendered - surrendered} times`);
      }
    });
  },
};

/** What has to hold once all agree again. */
export const expectations = new WeakMap<World<HostGame>, () => void>();

function present(world: World<HostGame>): readonly Member<HostGame>[] {
  return world.members.filter(({ state }) => state === "present");
}

function hostOf(world: World<HostGame>): Member<HostGame> {
  const host = present(world).find(({ game }) => game.host.isHost);
  return host ?? fail(world, "there is no host");
}

export function pass(world: Pick<World, "step" | "conditions">, seconds: number): void {
  for (let left = Math.ceil(seconds * rate(world)); left > 0; left--) world.step();
}

export function rate(world: Pick<World, "conditions">): number {
  return world.conditions.ticksPerSecond ?? 60;
}

function awaitHost(world: World<HostGame>, before: readonly number[], withinS: number): Member<HostGame> {
  for (let left = Math.ceil(withinS * rate(world)); left > 0; left--) {
    world.step();
    const next = present(world).find(({ id, game }) => !before.includes(id) && game.host.isHost);
    if (next !== undefined) return next;
  }
  return fail(world, `${withinS} s after ${before.join(" and ")} nobody else is host`);
}

function fail(world: World<HostGame>, words: string): never {
  world.report(words);
  world.step();
  throw new Error("the step throws what was reported");
}

function expectNothingLost(world: World<HostGame>, host: Member<HostGame>, value: number): void {
  const next = awaitHost(world, [host.id], HAND_OVER_S);
  const begun = next.game.restored.at(-1)?.value;
  if (begun !== value) world.report(`${next.id} goes on from ${begun}, where ${host.id} had reached ${value}`);
}

function expectLittleLost(world: World<HostGame>, host: Member<HostGame>, value: number, withinS: number): void {
  const next = awaitHost(world, [host.id], withinS);
  const begun = next.game.restored.at(-1)?.value ?? 0;
  if (begun < value - LOSS_S * rate(world)) {
    world.report(`${next.id} goes on from ${begun}, where ${host.id} had reached ${value}`);
  }
}
