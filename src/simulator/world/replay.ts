import { TickmeshError } from "../../base/tickmesh-error.ts";
import type { PacketChange } from "../network/link.ts";
import { checkRecording } from "./check-recording.ts";
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

/**
 * Makes a recorded run again: the world as it is at its end. Throws what the run throws, and a `TickmeshError`: `invalid-options` for
 * what is no recording, `needs-game` if the recorded world had a game and none is given.
 */
export function replay<Game extends MemberGame = MemberGame>(
  recording: Recording,
  { changes = new Map(), watch, ...parts }: ReplayOptions<Game> = {},
): World<Game> {
  checkRecording(recording);
  const { options, operations, ticks, hasGame = false } = recording;
  if (hasGame && parts.game === undefined) {
    throw new TickmeshError(
      "needs-game",
      "the recorded world had a game: without it, given as game, the run is another",
    );
  }
  const world = new World<Game>({
    ...options,
    ...parts,
    ...(changes.size > 0 && { changes: [...(options.changes ?? []), ...changes] }),
  });
  watch?.(world);
  for (const { tick, operation } of operations) {
    while (world.tick < tick) world.step();
    world.apply(operation);
  }
  while (world.tick < ticks) world.step();
  return world;
}
