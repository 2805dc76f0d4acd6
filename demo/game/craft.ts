import {
  BOOST_COOLDOWN_MS,
  BOOST_MS,
  BOOST_THRUST,
  DRAG,
  GRIP,
  REVERSE_THRUST,
  THRUST,
  TURN_RESPONSE,
  TURN_SPEED,
} from "./constants.ts";
import type { Craft, CraftInput, Pose } from "./types.ts";

/** Nothing pressed. */
export const IDLE: CraftInput = { turn: 0, thrust: 0, heading: null, fire: false, boost: false };

/** A fresh craft at rest. */
export function newCraft(x: number, y: number, angle: number, alive: boolean): Craft {
  return {
    x,
    y,
    vx: 0,
    vy: 0,
    angle,
    spin: 0,
    thrust: 0,
    damage: 0,
    alive,
    boostMs: 0,
    boostCooldownMs: 0,
    fireCooldownMs: 0,
    shieldMs: 0,
    bigBolts: 0,
    lastHitBy: null,
    lastHitMs: 0,
  };
}

/** What the others get to see of a craft. */
export function poseOf(craft: Craft): Pose {
  return {
    x: craft.x,
    y: craft.y,
    vx: craft.vx,
    vy: craft.vy,
    angle: craft.angle,
    thrust: craft.thrust,
    damage: craft.damage,
    alive: craft.alive,
    boosting: craft.boostMs > 0,
    shielded: craft.shieldMs > 0,
  };
}

/**
 * One step of a craft's own motion: rudder, engine, boost, drag, and its clocks. Bolts, bumps and the edge are `OwnCraft`'s.
 * `held`: before the start; it may turn and nothing else.
 */
export function stepCraft(craft: Craft, input: CraftInput, held: boolean, dtMs: number): Craft {
  if (!craft.alive) return { ...craft, thrust: 0, lastHitMs: left(craft.lastHitMs, dtMs) };
  const dt = dtMs / 1000;
  const boosts = !held && input.boost && craft.boostCooldownMs <= 0;
  const boostMs = boosts ? BOOST_MS : left(craft.boostMs, dtMs);

  const rudder = input.heading === null ? limited(input.turn) : towards(craft.angle, input.heading);
  const spin = craft.spin + (rudder * TURN_SPEED - craft.spin) * (1 - Math.exp(-TURN_RESPONSE * dt));
  const angle = wrapped(craft.angle + spin * dt);

  const thrust = held ? 0 : limited(input.thrust);
  const push = (thrust >= 0 ? thrust * THRUST : thrust * REVERSE_THRUST) + (boostMs > 0 ? BOOST_THRUST : 0);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const keep = Math.exp(-DRAG * dt);
  let vx = (craft.vx + cos * push * dt) * keep;
  let vy = (craft.vy + sin * push * dt) * keep;
  const side = (-sin * vx + cos * vy) * (1 - Math.exp(-GRIP * Math.max(0, thrust) * dt));
  vx += sin * side;
  vy -= cos * side;

  return {
    ...craft,
    x: craft.x + vx * dt,
    y: craft.y + vy * dt,
    vx,
    vy,
    angle,
    spin,
    thrust: boostMs > 0 ? 1 : thrust,
    boostMs,
    boostCooldownMs: boosts ? BOOST_COOLDOWN_MS : left(craft.boostCooldownMs, dtMs),
    fireCooldownMs: left(craft.fireCooldownMs, dtMs),
    shieldMs: left(craft.shieldMs, dtMs),
    lastHitMs: left(craft.lastHitMs, dtMs),
    lastHitBy: craft.lastHitMs > dtMs ? craft.lastHitBy : null,
  };
}

/** An angle brought between −π and π. */
export function wrapped(angle: number): number {
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}

/** Full rudder while far off, less when nearly there. */
function towards(angle: number, heading: number): number {
  return limited(wrapped(heading - angle) * 4);
}

function limited(value: number): number {
  return Math.max(-1, Math.min(1, Number.isFinite(value) ? value : 0));
}

function left(ms: number, dtMs: number): number {
  return Math.max(0, ms - dtMs);
}
