import { MAX_PLAYERS } from "./constants.ts";
import { onIce } from "./floe.ts";
import type { FloePlan, Vec2 } from "./types.ts";

/** Taken in this order, so that few players stand far apart. */
const ORDER = [0, 4, 2, 6, 1, 5, 3, 7];

/** A starting place on the ice, facing the middle. `spawn`: 0 to 7. */
export function spawnPlace(plan: FloePlan, spawn: number): Vec2 & { readonly angle: number } {
  const turn = ((ORDER[spawn % MAX_PLAYERS] ?? 0) / MAX_PLAYERS + (plan.seed % 360) / 360) * Math.PI * 2;
  let radius = plan.radius * 0.56;
  const at = (): Vec2 => ({ x: Math.cos(turn) * radius, y: Math.sin(turn) * radius });
  while (radius > 20 && !onIce(plan, at().x, at().y, 0)) radius -= 20;
  return { ...at(), angle: Math.atan2(-at().y, -at().x) };
}

/** The first of the eight places that nobody has. */
export function freeSpawn(taken: readonly number[]): number {
  for (let spawn = 0; spawn < MAX_PLAYERS; spawn++) if (!taken.includes(spawn)) return spawn;
  return 0;
}
