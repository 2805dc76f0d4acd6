import type { Member } from "../../../src/simulator/world/member.ts";
import type { SessionMessage } from "../../../src/simulator/world/member-session.ts";
import type { World } from "../../../src/simulator/world/world.ts";
import type { WorldObserver } from "../../../src/simulator/world/world-observer.ts";
import type { HostGame } from "./host-game.ts";

/** Two may act as hosts for so long who hear each other. Unit: s of virtual time. */
const OVERLAP_S = 3;

/** Who is heard says something more often. Unit: s of virtual time. */
const HEARD_S = 0.6;

/** Watches that nobody acts as host who is not, and that of two who hear each other only one does, but for a moment. */
export class HostChecker implements WorldObserver {
  /** The longest that two who hear each other have acted at once. Unit: ticks. */
  longestOverlap = 0;
  /** Whether links are as they should be. */
  isCalm = false;
  readonly #world: World<HostGame>;
  #overlap = 0;
  /** By who hears, then by whom: the tick. */
  readonly #heard = new WeakMap<Member<HostGame>, Map<number, number>>();

  constructor(world: World<HostGame>) {
    this.#world = world;
  }

  messageHeard(member: Member, { peer }: SessionMessage): void {
    const hearer = member as Member<HostGame>;
    const heard = this.#heard.get(hearer) ?? new Map<number, number>();
    this.#heard.set(hearer, heard.set(peer, this.#world.tick));
  }

  /** In words the first two of whom one does not hear the other; `null` if there are none. */
  whoIsUnheard(): string | null {
    const present = this.#world.members.filter(({ state }) => state === "present");
    for (const one of present) {
      for (const other of present) {
        if (one !== other && !this.#hears(one, other)) return `${one.id} does not hear ${other.id}`;
      }
    }
    return null;
  }

  stepped(): void {
    const acting = this.#world.members.filter(({ game }) => game.actedTick === this.#world.tick);
    for (const { id, game } of acting) {
      if (game.host.term?.hostId !== id || game.host.hostId !== id) {
        this.#world.report(`${id} acts as host, whose term is ${JSON.stringify(game.host.term)}`);
      }
    }
    const overlaps =
      this.isCalm &&
      acting.some((one) => acting.some((other) => one !== other && this.#hears(one, other) && this.#hears(other, one)));
    this.#overlap = overlaps ? this.#overlap + 1 : 0;
    this.longestOverlap = Math.max(this.longestOverlap, this.#overlap);
    const { ticksPerSecond = 60 } = this.#world.conditions;
    if (this.#overlap > OVERLAP_S * ticksPerSecond) {
      this.#world.report(
        `${acting.map(({ id }) => id).join(" and ")} act as hosts at once for more than ${OVERLAP_S} s`,
      );
    }
  }

  #hears(one: Member<HostGame>, other: Member<HostGame>): boolean {
    const ticks = this.#world.tick - (this.#heard.get(one)?.get(other.id) ?? Number.NEGATIVE_INFINITY);
    return one.session?.hasPeer(other.id) === true && ticks <= HEARD_S * (this.#world.conditions.ticksPerSecond ?? 60);
  }
}

/** In words why not all who are there follow one host, which acts; `null` if they do. */
export function whoDisagrees(world: World<HostGame>): string | null {
  const present = world.members.filter(({ state }) => state === "present");
  const [first] = present;
  if (first === undefined) return null;
  const { hostId, term } = first.game.host;
  const told = present.map(({ id, game }) => `${id}${game.host.isHost ? " (acting)" : ""}: ${game.host.hostId}`);
  if (present.some(({ game: { host } }) => host.hostId !== hostId || host.term?.reign !== term?.reign))
    return `hosts are ${told.join(", ")}`;
  const acts = present.some(({ id, game }) => id === hostId && game.host.isHost);
  return acts ? null : `nobody acts: hosts are ${told.join(", ")}`;
}
