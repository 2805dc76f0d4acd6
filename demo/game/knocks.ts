import {
  BIG_BOLT_DAMAGE,
  BIG_BOLT_PUSH,
  BOLT_DAMAGE,
  BOLT_PUSH,
  BUMP_BASE,
  BUMP_BOOST,
  BUMP_BOUNCE,
  BUMP_DAMAGE,
  BUMP_PUSH_MAX,
  CRAFT_RADIUS,
  CREDIT_MS,
  DAMAGE_DOUBLES_PUSH,
  SHIELD_BUMP,
} from "./constants.ts";
import type { Bolt, Craft, PlayerId, Pose, Vec2 } from "./types.ts";

/** How much further a craft with this damage is pushed than a fresh one. */
function pushFactor(damage: number): number {
  return 1 + damage / DAMAGE_DOUBLES_PUSH;
}

/** A bolt strikes: pushed along its way, damaged; a shield takes all of it. Gives the damage done. */
export function knockedByBolt(craft: Craft, bolt: Bolt): { craft: Craft; damage: number } {
  const credited = { ...craft, lastHitBy: bolt.shooter, lastHitMs: CREDIT_MS };
  if (craft.shieldMs > 0) return { craft: credited, damage: 0 };
  const damage = bolt.big ? BIG_BOLT_DAMAGE : BOLT_DAMAGE;
  const speed = Math.hypot(bolt.vx, bolt.vy) || 1;
  const push = ((bolt.big ? BIG_BOLT_PUSH : BOLT_PUSH) * pushFactor(craft.damage)) / speed;
  return {
    damage,
    craft: { ...credited, vx: craft.vx + bolt.vx * push, vy: craft.vy + bolt.vy * push, damage: craft.damage + damage },
  };
}

/** The change of velocity that `pose` would give a craft that it touches; `null` when they do not touch, or move apart. */
export function bumpPush(craft: Pose, pose: Pose): Vec2 | null {
  const dx = craft.x - pose.x;
  const dy = craft.y - pose.y;
  const distance = Math.hypot(dx, dy);
  if (distance >= CRAFT_RADIUS * 2) return null;
  const nx = distance === 0 ? 1 : dx / distance;
  const ny = distance === 0 ? 0 : dy / distance;
  const closing = (pose.vx - craft.vx) * nx + (pose.vy - craft.vy) * ny;
  if (closing <= 0) return null;
  let push = (closing * (1 + BUMP_BOUNCE)) / 2 + BUMP_BASE;
  if (pose.boosting && !craft.boosting) push *= BUMP_BOOST;
  if (craft.boosting && !pose.boosting) push /= BUMP_BOOST;
  return { x: nx * push, y: ny * push };
}

/** A push by another craft arrives. */
export function knockedByBump(craft: Craft, push: Vec2, by: PlayerId): Craft {
  const size = Math.hypot(push.x, push.y);
  if (!Number.isFinite(size)) return craft;
  const cut = size > BUMP_PUSH_MAX ? BUMP_PUSH_MAX / size : 1;
  // Half of what damage does to a bolt's push: a bump already has the speed of both craft in it.
  const factor = cut * (craft.shieldMs > 0 ? SHIELD_BUMP : (1 + pushFactor(craft.damage)) / 2);
  return {
    ...craft,
    vx: craft.vx + push.x * factor,
    vy: craft.vy + push.y * factor,
    damage: craft.damage + (craft.shieldMs > 0 ? 0 : size * cut * BUMP_DAMAGE),
    lastHitBy: by,
    lastHitMs: CREDIT_MS,
  };
}

/** Two craft never stand inside each other: each page moves its own by half of the overlap. */
export function pushedApart(craft: Craft, pose: Pose): Craft {
  const dx = craft.x - pose.x;
  const dy = craft.y - pose.y;
  const distance = Math.hypot(dx, dy);
  const overlap = CRAFT_RADIUS * 2 - distance;
  if (overlap <= 0) return craft;
  const share = distance === 0 ? 0 : overlap / 2 / distance;
  return distance === 0
    ? { ...craft, x: craft.x + overlap / 2 }
    : { ...craft, x: craft.x + dx * share, y: craft.y + dy * share };
}
