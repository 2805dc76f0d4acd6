import type { Member } from "../../../src/simulator/world/member.ts";
import { DRILLS, type Drilled, pass, rate } from "../host/host-drills.ts";
import type { StarGame } from "./star-game.ts";

type StarDrilled = Drilled<StarGame>;

/** A host may be silent for 3 s; then another acts within a second. Unit: s of virtual time. */
const REPLACED_S = 4;

/** What may happen to hosts of meshes too, and does in a star. */
const ALSO: readonly string[] = [
  ...["leaves", "resigns", "hides", "crashes", "crashes, and the next one too", "freezes", "is cut off from one"],
];

/** What may happen to a star while all is well otherwise. Each says by `world.report` what went wrong. Gives whom the others may lose. */
export const STAR_DRILLS: Readonly<Record<string, (drilled: StarDrilled) => readonly number[]>> = {
  ...Object.fromEntries(
    ALSO.map((name) => [
      name,
      (drilled: StarDrilled) => {
        const { host } = castOf(drilled);
        const before = new Set(drilled.world.members.map(({ id }) => id));
        DRILLS[name]?.(drilled as unknown as Drilled);
        for (const { id } of drilled.world.members) before.delete(id);
        return [host.id, ...before];
      },
    ]),
  ),

  "crashes while the server is away"(drilled) {
    const { world } = drilled;
    world.apply({ kind: "server", isUp: false });
    pass(world, 0.5);
    return crash(drilled, 1);
  },

  "leaves while the server is away"(drilled) {
    const { world } = drilled;
    world.apply({ kind: "server", isUp: false });
    pass(world, 0.5);
    const { host } = castOf(drilled);
    const { value } = host.game;
    world.leave(host.id);
    pass(world, 1);
    expectHost(drilled, [host.id], value);
    return [host.id];
  },

  "crashes with its first deputy": (drilled) => crash(drilled, 2),

  "crashes with its first deputy while the server is away"(drilled) {
    drilled.world.apply({ kind: "server", isUp: false });
    pass(drilled.world, 0.5);
    return crash(drilled, 2);
  },

  "crashes, and the next one too, while the server is away"(drilled) {
    const { world, random } = drilled;
    world.apply({ kind: "server", isUp: false });
    const gone = crash(drilled, 1);
    pass(world, random.below(30) / 10);
    return [...gone, ...crash(drilled, 1)];
  },

  "loses a deputy"(drilled) {
    const { world, random } = drilled;
    const { host } = castOf(drilled);
    const { term } = host.game.host;
    const deputy = random.pick(host.game.host.deputies);
    world.crash(deputy);
    pass(world, 6);
    if (host.game.host.term?.reign !== term?.reign)
      world.report(`${deputy}, a deputy, crashes, and another term begins`);
    return [deputy];
  },

  "is cut off from all"(drilled) {
    const { world, random } = drilled;
    const { host, others } = castOf(drilled);
    const { value } = host.game;
    world.partition([[host.id], others.map(({ id }) => id)]);
    const seconds = random.pick([1, 2, 5, 12]);
    pass(world, seconds);
    if (seconds > REPLACED_S) expectHost(drilled, [host.id], value);
    world.heal();
    return [host.id];
  },
};

function castOf({ world }: StarDrilled): {
  readonly host: Member<StarGame>;
  readonly others: readonly Member<StarGame>[];
} {
  const host = world.members.find(({ game }) => game.host.isHost) as Member<StarGame>;
  return { host, others: world.members.filter((member) => member !== host) };
}

/** The host crashes, and with it so many of its hubs. */
function crash(drilled: StarDrilled, count: number): readonly number[] {
  const { world } = drilled;
  const { host } = castOf(drilled);
  const { value } = host.game;
  const gone = host.game.host.hubs.slice(0, count);
  for (const id of gone) world.crash(id);
  // Of those whom the first is missed by, one is another deputy that has crashed, and comes first.
  pass(world, REPLACED_S + (count - 1));
  expectHost(drilled, gone, value);
  return gone;
}

/** Somebody else is host, and goes on from where the last was but for a second. */
function expectHost({ world }: StarDrilled, gone: readonly number[], value: number): void {
  const acting = world.members.filter(({ id, game }) => !gone.includes(id) && game.host.isHost);
  const [next] = acting;
  if (next === undefined || acting.length > 1) {
    world.report(`without ${gone.join(" and ")}, ${acting.map(({ id }) => id).join(" and ") || "nobody"} act as hosts`);
    return;
  }
  const begun = next.game.restored.findLast(({ cause }) => cause === "elected" || cause === "handed-over")?.value ?? 0;
  if (begun < value - rate(world)) world.report(`${next.id} goes on from ${begun}, where ${value} had been reached`);
}
