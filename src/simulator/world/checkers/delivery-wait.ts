import { TickmeshError } from "../../../base/tickmesh-error.ts";
import { faultOfWhole } from "../../../base/whole.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { DeliveryChecker } from "./delivery-checker.ts";
import type { MessageChecker } from "./message-checker.ts";

/** How long what was sent may take to arrive, unless told otherwise. Unit: s of virtual time. */
const DELIVERY_S = 60;

/**
 * Steps until every reliable packet that was sent before, on a connection that stands, has been received, and every reliable message
 * heard. What is lost without anything after it shows in no other way. Reports it if that takes longer than `withinTicks`.
 */
export function awaitDelivery<Game extends MemberGame>(
  world: World<Game>,
  delivery: DeliveryChecker<Game>,
  messages: MessageChecker<Game>,
  withinTicks = DELIVERY_S * (world.conditions.ticksPerSecond ?? 60),
): void {
  const refused = faultOfWhole("withinTicks", withinTicks, 0, Number.MAX_SAFE_INTEGER);
  if (refused !== null) throw new TickmeshError("invalid-options", `finish: ${refused}`);
  const packets = delivery.expectDelivery();
  const unheard = messages.expectHearing();
  const missing = (): string | null => unheard() ?? packets();
  for (let left = withinTicks; left > 0 && missing() !== null; left--) world.step();
  const fault = missing();
  if (fault === null) return;
  world.report(`after ${withinTicks} ticks ${fault}`);
  world.step();
}
