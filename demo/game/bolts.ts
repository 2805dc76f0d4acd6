import {
  BIG_BOLT_RADIUS,
  BIG_BOLT_RECOIL,
  BIG_FIRE_COOLDOWN_MS,
  BOLT_RADIUS,
  BOLT_RECOIL,
  BOLT_SPEED,
  BOLT_TTL_MS,
  CRAFT_RADIUS,
  FIRE_COOLDOWN_MS,
} from "./constants.ts";
import type { Bolt, BoltFired, Craft, OtherCraft, PlayerId, Vec2 } from "./types.ts";

/** Bolts of one player in the air: more than its gun can fire while one flies. What is beyond it came from no honest page. */
const BOLTS_EACH = 8;

/** Shoots: the bolt, and the shooter pushed back by it. The bolt gets half of the craft's own speed. */
export function fireBolt(craft: Craft, shooter: PlayerId, bolt: number): { craft: Craft; fired: BoltFired } {
  const big = craft.bigBolts > 0;
  const cos = Math.cos(craft.angle);
  const sin = Math.sin(craft.angle);
  const recoil = big ? BIG_BOLT_RECOIL : BOLT_RECOIL;
  return {
    craft: {
      ...craft,
      vx: craft.vx - cos * recoil,
      vy: craft.vy - sin * recoil,
      bigBolts: big ? craft.bigBolts - 1 : 0,
      fireCooldownMs: big ? BIG_FIRE_COOLDOWN_MS : FIRE_COOLDOWN_MS,
    },
    fired: {
      shooter,
      bolt,
      big,
      x: craft.x + cos * (CRAFT_RADIUS + 10),
      y: craft.y + sin * (CRAFT_RADIUS + 10),
      vx: cos * BOLT_SPEED + craft.vx / 2,
      vy: sin * BOLT_SPEED + craft.vy / 2,
    },
  };
}

/** The bolts that one page knows of. */
export class BoltField {
  #bolts: Bolt[] = [];

  get bolts(): readonly Bolt[] {
    return this.#bolts;
  }

  /** `ageMs`: how long it has been flying when the news comes. */
  add(fired: BoltFired, ageMs: number): void {
    const own = this.#bolts.filter((bolt) => bolt.shooter === fired.shooter);
    if (own.length >= BOLTS_EACH || own.some((bolt) => bolt.bolt === fired.bolt)) return;
    const age = Math.max(0, Math.min(200, ageMs));
    this.#bolts.push(moved({ ...fired, ttlMs: BOLT_TTL_MS }, age));
  }

  remove(shooter: PlayerId, bolt: number): void {
    this.#bolts = this.#bolts.filter((other) => other.shooter !== shooter || other.bolt !== bolt);
  }

  clear(): void {
    this.#bolts = [];
  }

  /**
   * Flies every bolt on. Gives those that hit one's own craft, and takes them away; those that reach another craft vanish here
   * too, but only its owner says whether that was a hit.
   */
  step(self: OtherCraft, others: readonly OtherCraft[], dtMs: number): Bolt[] {
    const hits: Bolt[] = [];
    const flying: Bolt[] = [];
    for (const bolt of this.#bolts) {
      const next = moved(bolt, dtMs);
      const radius = CRAFT_RADIUS + (bolt.big ? BIG_BOLT_RADIUS : BOLT_RADIUS);
      if (self.alive && bolt.shooter !== self.id && passes(bolt, next, self, radius)) hits.push(next);
      else if (others.some((craft) => craft.alive && craft.id !== bolt.shooter && passes(bolt, next, craft, radius)))
        continue;
      else if (next.ttlMs > 0) flying.push(next);
    }
    this.#bolts = flying;
    return hits;
  }
}

function moved(bolt: Bolt, dtMs: number): Bolt {
  const dt = dtMs / 1000;
  return { ...bolt, x: bolt.x + bolt.vx * dt, y: bolt.y + bolt.vy * dt, ttlMs: bolt.ttlMs - dtMs };
}

/** Does the way from `from` to `to` come nearer to `centre` than `radius`? */
function passes(from: Vec2, to: Vec2, centre: Vec2, radius: number): boolean {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((centre.x - from.x) * dx + (centre.y - from.y) * dy) / length;
  const share = Math.max(0, Math.min(1, along));
  return (from.x + dx * share - centre.x) ** 2 + (from.y + dy * share - centre.y) ** 2 <= radius * radius;
}
