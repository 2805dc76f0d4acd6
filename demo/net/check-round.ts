import { MAX_PLAYERS, ROUND_MS_MOST } from "../game/constants.ts";
import type { Pickup, PickupKind, RoundPhase, RoundPlayer, RoundState } from "../game/types.ts";
import { fields, isCount, isId, isMeasure, isSpan } from "./check-value.ts";

const PHASES: readonly RoundPhase[] = ["waiting", "countdown", "playing", "roundOver", "matchOver"];
const KINDS: readonly PickupKind[] = ["bolts", "shield", "repair"];
/** Standing and lately taken ones together; the game itself has fewer. */
const PICKUPS_MOST = 32;
/** A round has thirteen pick-ups or so. */
const PICKUPS_BORN_MOST = 100;
/** Floes for two to eight players lie well between these. Units. */
const RADIUS_LEAST = 300;
const RADIUS_MOST = 1_000;

/** A host's round state, checked field by field; `null` if it is none. */
export function checkRound(value: unknown): RoundState | null {
  const state = fields(value);
  if (state === null) return null;
  const { match, round, seed, floeRadius, phaseMs, roundMs, pickupsBorn, settleMs, winner, targetScore } = state;
  const phase = PHASES.find((known) => known === state["phase"]);
  const players = checkList(state["players"], MAX_PLAYERS, checkPlayer);
  const pickups = checkList(state["pickups"], PICKUPS_MOST, checkPickup);
  if (phase === undefined || players === null || pickups === null) return null;
  if (!isCount(match) || !isCount(round) || !isCount(seed) || !isCount(pickupsBorn) || !isCount(targetScore))
    return null;
  if (!isSpan(phaseMs) || !isRoundTime(roundMs) || !isSpan(settleMs) || pickupsBorn > PICKUPS_BORN_MOST) return null;
  if (!isMeasure(floeRadius) || floeRadius < RADIUS_LEAST || floeRadius > RADIUS_MOST) return null;
  if (winner !== null && !isId(winner)) return null;
  if (new Set(players.map((player) => player.id)).size !== players.length) return null;
  return {
    phase,
    phaseMs,
    match,
    round,
    seed,
    floeRadius,
    roundMs,
    players,
    pickups,
    pickupsBorn,
    settleMs,
    winner,
    targetScore,
  };
}

function checkPlayer(value: unknown): RoundPlayer | null {
  const player = fields(value);
  if (player === null) return null;
  const { id, score, knockouts, inRound, alive, spawn } = player;
  if (!isId(id) || !isCount(score) || !isCount(knockouts) || !isCount(spawn) || spawn >= MAX_PLAYERS) return null;
  if (typeof inRound !== "boolean" || typeof alive !== "boolean") return null;
  return { id, score, knockouts, inRound, alive, spawn };
}

function checkPickup(value: unknown): Pickup | null {
  const pickup = fields(value);
  if (pickup === null) return null;
  const { id, x, y, bornMs, takenBy, takenMs } = pickup;
  const kind = KINDS.find((known) => known === pickup["kind"]);
  if (kind === undefined || !isCount(id) || !isMeasure(x) || !isMeasure(y)) return null;
  if (!isRoundTime(bornMs) || !isRoundTime(takenMs) || (takenBy !== null && !isId(takenBy))) return null;
  return { id, kind, x, y, bornMs, takenBy, takenMs };
}

/** Ice and pick-ups follow from it: a round of days would have to be caught up with piece by piece. */
function isRoundTime(value: unknown): value is number {
  return isSpan(value) && value <= ROUND_MS_MOST;
}

function checkList<T>(value: unknown, most: number, check: (item: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value) || value.length > most) return null;
  const checked: T[] = [];
  for (const item of value) {
    const good = check(item);
    if (good === null) return null;
    checked.push(good);
  }
  return checked;
}
