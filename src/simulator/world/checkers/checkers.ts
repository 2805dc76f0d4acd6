import { TickmeshError } from "../../../base/tickmesh-error.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { WorldObserver } from "../world-observer.ts";
import { BoundsChecker } from "./bounds-checker.ts";
import { ConnectionChecker } from "./connection-checker.ts";
import { DeliveryChecker } from "./delivery-checker.ts";
import { awaitDelivery } from "./delivery-wait.ts";
import { MessageChecker } from "./message-checker.ts";
import { PollChecker } from "./poll-checker.ts";
import { ReachChecker } from "./reach-checker.ts";
import { SessionChecker } from "./session-checker.ts";
import { StateChecker } from "./state-checker.ts";

/** One checker of each kind, made for a world. */
export interface Checkers<Game extends MemberGame = MemberGame> {
  readonly delivery: DeliveryChecker<Game>;
  /** Of worlds whose members have sessions. */
  readonly messages: MessageChecker<Game>;
  readonly all: readonly WorldObserver[];
  /**
   * For the end of a run, when all is well again: steps until every reliable packet sent before, on a connection that stands, has been
   * received. Throws a `SimulationError` `violation` if that takes longer than so many ticks (default: 60 s of them), as when a
   * packet is lost that nothing came after. Games have to read.
   */
  finish(withinTicks?: number): void;
}

/**
 * Makes one checker of each kind, and lets them watch the world. Throws a `TickmeshError` `wrong-state` once there are members:
 * their connections would be seen in part.
 */
export function watchWithCheckers<Game extends MemberGame>(world: World<Game>): Checkers<Game> {
  if (world.members.length > 0) {
    const joined = world.members.map(({ id }) => id).join(", ");
    throw new TickmeshError("wrong-state", `watchWithCheckers comes before anybody joins: there are ${joined} already`);
  }
  const delivery = new DeliveryChecker(world);
  const messages = new MessageChecker(world);
  const all: readonly WorldObserver[] = [
    delivery,
    new ConnectionChecker(world),
    new PollChecker(world),
    new StateChecker(world),
    new BoundsChecker(world),
    new ReachChecker(world),
    messages,
    new SessionChecker(world),
  ];
  for (const checker of all) world.watch(checker);
  return { delivery, messages, all, finish: (withinTicks) => awaitDelivery(world, delivery, messages, withinTicks) };
}
