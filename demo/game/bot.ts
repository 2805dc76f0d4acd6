import { CRAFT_RADIUS } from "./constants.ts";
import { wrapped } from "./craft.ts";
import { floePlan, iceCentre, onIce } from "./floe.ts";
import type { Craft, CraftInput, FloePlan, OtherCraft, RoundState, Vec2 } from "./types.ts";

/** How far ahead, in round time, a bot looks before it trusts the ice. */
const TRUST_MS = 2600;

/**
 * A simple opponent: stays away from the edge and from ice that is about to go, fetches what lies near, aims ahead of the nearest
 * craft, shoots when that looks good, rams now and then. `mood`: any number, different for each bot; gives it its own wobble.
 */
export function botInput(craft: Craft, others: readonly OtherCraft[], round: RoundState, mood: number): CraftInput {
  const idle: CraftInput = { turn: 0, thrust: 0, heading: craft.angle, fire: false, boost: false };
  if (!craft.alive) return idle;
  const plan = floePlan(round.seed, round.floeRadius);
  const trust = round.roundMs + TRUST_MS;
  const centre = iceCentre(plan, trust);
  const time = round.phaseMs / 1000;

  const risk = danger(craft, plan, trust);
  if (risk > 0) {
    const heading = Math.atan2(centre.y - craft.y - craft.vy * 0.6, centre.x - craft.x - craft.vx * 0.6);
    const facing = Math.abs(wrapped(heading - craft.angle));
    return { ...idle, heading, thrust: facing < 1.2 ? 1 : 0, boost: risk > 1 && facing < 0.4 };
  }

  const target = nearest(craft, others);
  const gift = nearest(
    craft,
    round.pickups.filter((pickup) => pickup.takenBy === null && onIce(plan, pickup.x, pickup.y, trust)),
  );
  if (gift !== null && (target === null || gift.distance < target.distance * 0.8)) {
    return { ...idle, heading: angleTo(craft, gift.thing), thrust: 0.9 };
  }
  if (target === null) {
    const circle = time * 0.7 + mood;
    const goal = { x: centre.x + Math.cos(circle) * 150, y: centre.y + Math.sin(circle) * 150 };
    return { ...idle, heading: angleTo(craft, goal), thrust: 0.6 };
  }

  const lead = target.distance / 950;
  const aim = {
    x: target.thing.x + (target.thing.vx - craft.vx / 2) * lead,
    y: target.thing.y + (target.thing.vy - craft.vy / 2) * lead,
  };
  const heading = angleTo(craft, aim) + Math.sin(time * 1.9 + mood * 7) * 0.2;
  const off = Math.abs(wrapped(heading - craft.angle));
  const near = target.distance < 120;
  const keen = Math.sin(time * 0.8 + mood * 3);
  return {
    ...idle,
    heading,
    thrust: near ? -0.3 : target.distance > 260 || keen > 0.2 ? 0.85 : 0.15,
    fire: off < 0.17 && target.distance < 560 && Math.sin(time * 2.3 + mood) > 0,
    boost: off < 0.2 && target.distance > 110 && target.distance < 260 && keen > 0.75,
  };
}

/** 0: safe. 1: heading for the water. 2: at the brink. */
function danger(craft: Craft, plan: FloePlan, trustMs: number): number {
  const speed = Math.hypot(craft.vx, craft.vy);
  for (const seconds of [0, 0.3, 0.6, 0.9]) {
    const x = craft.x + craft.vx * seconds;
    const y = craft.y + craft.vy * seconds;
    if (!onIce(plan, x, y, trustMs)) return seconds < 0.4 && speed > 60 ? 2 : 1;
  }
  const margin = CRAFT_RADIUS * 2.2;
  for (const [dx, dy] of [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ] as const) {
    if (!onIce(plan, craft.x + dx * margin, craft.y + dy * margin, trustMs)) return 1;
  }
  return 0;
}

function nearest<Thing extends Vec2>(from: Vec2, things: readonly Thing[]): { thing: Thing; distance: number } | null {
  let found: { thing: Thing; distance: number } | null = null;
  for (const thing of things) {
    if ("alive" in thing && thing.alive === false) continue;
    const distance = Math.hypot(thing.x - from.x, thing.y - from.y);
    if (found === null || distance < found.distance) found = { thing, distance };
  }
  return found;
}

function angleTo(from: Vec2, to: Vec2): number {
  return Math.atan2(to.y - from.y, to.x - from.x);
}
