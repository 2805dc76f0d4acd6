import type { PacketChange } from "../network/link.ts";
import type { MemberGame } from "./member-game.ts";
import type { Recording } from "./recording.ts";
import { World } from "./world.ts";
import type { WorldParts } from "./world-options.ts";

export interface ReplayOptions<Game extends MemberGame = MemberGame> extends WorldParts<Game> {
  /** Other fates for single packets, by their number in the trace, over those that the recording has. */
  readonly changes?: ReadonlyMap<number, PacketChange>;
  /** Called before anything happens: to let observers watch, or to listen to the trace. */
  readonly watch?: (world: World<Game>) => void;
}

/** Makes a recorded run again: the world as it is at its end. Throws what the run throws. */
export function replay<Game extends MemberGame = MemberGame>(
  { options, operations, ticks }: Recording,
  { changes = new Map(), watch, ...parts }: ReplayOptions<Game> = {},
): World<Game> {
  const world = new World<Game>({
    ...options,
    ...parts,
    ...(changes.size > 0 && { changes: [...(options.changes ?? []), ...changes] }),
  });
  watch?.(world);
  for (const { tick, operation } of operations) {
    while (world.tick < Math.min(tick, ticks)) world.step();
    world.apply(operation);
  }
  while (world.tick < ticks) world.step();
  return world;
}
