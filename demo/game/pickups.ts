import {
  BIG_BOLTS,
  PICKUP_EVERY_MS,
  PICKUP_FIRST_MS,
  PICKUP_LIFE_MS,
  PICKUP_TAKEN_MS,
  PICKUPS_MAX,
  REPAIR,
  SHIELD_MS,
} from "./constants.ts";
import { floePlan, onIce } from "./floe.ts";
import { chance } from "./random.ts";
import type { Craft, Pickup, PickupKind, PlayerId, RoundState } from "./types.ts";

const KINDS: readonly PickupKind[] = ["bolts", "shield", "repair"];

/** The craft after using what it picked up. */
export function applied(craft: Craft, kind: PickupKind): Craft {
  if (kind === "bolts") return { ...craft, bigBolts: BIG_BOLTS };
  if (kind === "shield") return { ...craft, shieldMs: SHIELD_MS };
  return { ...craft, damage: Math.max(0, craft.damage - REPAIR) };
}

/** When the pick-up with this number is due, in round time. */
export function pickupDueMs(seed: number, id: number): number {
  return PICKUP_FIRST_MS + id * PICKUP_EVERY_MS + Math.round(chance(seed, 10, id) * 2000);
}

/** The pick-ups at the state's round time: new ones appear, those on broken ice sink, taken ones go after a while. */
export function stepPickups(state: RoundState): Pick<RoundState, "pickups" | "pickupsBorn"> {
  const plan = floePlan(state.seed, state.floeRadius);
  let born = state.pickupsBorn;
  const pickups = state.pickups.filter((pickup) =>
    pickup.takenBy === null
      ? onIce(plan, pickup.x, pickup.y, state.roundMs)
      : state.roundMs - pickup.takenMs < PICKUP_TAKEN_MS,
  );
  while (state.roundMs >= pickupDueMs(state.seed, born)) {
    const free = pickups.filter((pickup) => pickup.takenBy === null).length;
    const pickup = free < PICKUPS_MAX ? newPickup(state, born) : null;
    if (pickup !== null) pickups.push(pickup);
    born += 1;
  }
  return { pickups, pickupsBorn: born };
}

/** The first player who asks gets it. */
export function granted(state: RoundState, player: PlayerId, id: number): RoundState {
  const pickups = state.pickups.map((pickup) =>
    pickup.id === id && pickup.takenBy === null ? { ...pickup, takenBy: player, takenMs: state.roundMs } : pickup,
  );
  return { ...state, pickups };
}

function newPickup(state: RoundState, id: number): Pickup | null {
  const plan = floePlan(state.seed, state.floeRadius);
  const lasting = plan.chunks.filter((chunk) => chunk.breaksAtMs > state.roundMs + PICKUP_LIFE_MS);
  const chunk = lasting[Math.floor(chance(state.seed, 11, id) * lasting.length)];
  if (chunk === undefined) return null;
  const kind = KINDS[Math.floor(chance(state.seed, 12, id) * KINDS.length)] ?? "shield";
  return { id, kind, x: chunk.site.x, y: chunk.site.y, bornMs: state.roundMs, takenBy: null, takenMs: 0 };
}
