import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { WorldObserver } from "../world-observer.ts";
import { BoundsChecker } from "./bounds-checker.ts";
import { ConnectionChecker } from "./connection-checker.ts";
import { DeliveryChecker } from "./delivery-checker.ts";
import { PollChecker } from "./poll-checker.ts";
import { StateChecker } from "./state-checker.ts";

/** One checker of each kind, made for a world. */
export interface Checkers<Game extends MemberGame = MemberGame> {
  readonly delivery: DeliveryChecker<Game>;
  readonly all: readonly WorldObserver[];
}

/** Makes one checker of each kind, and lets them watch the world. Before anybody joins. */
export function watchWithCheckers<Game extends MemberGame>(world: World<Game>): Checkers<Game> {
  const delivery = new DeliveryChecker(world);
  const all: readonly WorldObserver[] = [
    delivery,
    new ConnectionChecker(world),
    new PollChecker(world),
    new StateChecker(world),
    new BoundsChecker(world),
  ];
  for (const checker of all) world.watch(checker);
  return { delivery, all };
}
