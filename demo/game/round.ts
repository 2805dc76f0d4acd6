import {
  COUNTDOWN_MS,
  FIRST_COUNTDOWN_MS,
  MATCH_OVER_MS,
  MAX_PLAYERS,
  ROUND_END_MS,
  ROUND_MS_MOST,
  ROUND_OVER_MS,
  SETTLE_MS,
  TARGET_SCORE,
} from "./constants.ts";
import { floeRadius } from "./floe.ts";
import { granted, stepPickups } from "./pickups.ts";
import { hash } from "./random.ts";
import { freeSpawn } from "./spawn.ts";
import type { PlayerId, RoundEvent, RoundPlayer, RoundState } from "./types.ts";

/** A game without players yet. `seed`: 32 bits; everything later follows from it and from what the players do. */
export function newRound(seed: number): RoundState {
  return {
    phase: "waiting",
    phaseMs: 0,
    match: 0,
    round: 0,
    seed: seed >>> 0,
    floeRadius: floeRadius(2),
    roundMs: 0,
    players: [],
    absent: [],
    pickups: [],
    pickupsBorn: 0,
    settleMs: 0,
    winner: null,
    targetScore: TARGET_SCORE,
  };
}

/**
 * The host's step: events in the order in which they came, then the clocks, then at most one change of phase. Pure: whoever has the
 * state can go on. Events that make no sense (unknown player, pick-up already taken) change nothing.
 */
export function stepRound(state: RoundState, events: readonly RoundEvent[], dtMs: number): RoundState {
  return changePhase(advanceRound(events.reduce(applyEvent, state), dtMs, true));
}

/**
 * Moves only the clocks: what a page that is not the host does between two states of the host's, so that the ice breaks everywhere
 * at the same moment. Never changes the phase.
 */
export function advanceRound(state: RoundState, dtMs: number, hosting = false): RoundState {
  const running = state.phase === "playing" || state.phase === "roundOver" || state.phase === "matchOver";
  const roundMs = running ? Math.min(ROUND_MS_MOST, state.roundMs + dtMs) : 0;
  const next = { ...state, phaseMs: state.phaseMs + dtMs, roundMs };
  if (!hosting || state.phase !== "playing") return next;
  return { ...next, ...stepPickups(next), settleMs: alive(next).length <= 1 ? state.settleMs + dtMs : 0 };
}

/** How long the countdown of this state takes in all. */
export function countdownMs(state: RoundState): number {
  return state.round === 1 ? FIRST_COUNTDOWN_MS : COUNTDOWN_MS;
}

/** Who is still on the ice. */
export function alive(state: RoundState): readonly RoundPlayer[] {
  return state.players.filter((player) => player.alive);
}

function applyEvent(state: RoundState, event: RoundEvent): RoundState {
  if (event.type === "joined") return joined(state, event.player);
  if (event.type === "left") return left(state, event.player);
  const player = state.players.find(({ id }) => id === event.player);
  if (state.phase !== "playing" || player?.alive !== true) return state;
  return event.type === "claimed"
    ? granted(state, event.player, event.pickup)
    : fell(state, event.player, event.lastHitBy);
}

function joined(state: RoundState, id: PlayerId): RoundState {
  if (state.players.some((player) => player.id === id) || state.players.length >= MAX_PLAYERS) return state;
  const starting = state.phase === "countdown";
  const spawn = freeSpawn(state.players.map((player) => player.spawn));
  const { score, knockouts } = state.absent.find((absent) => absent.id === id) ?? { score: 0, knockouts: 0 };
  const player = { id, score, knockouts, inRound: starting, alive: starting, spawn };
  const absent = state.absent.filter((other) => other.id !== id);
  return { ...state, players: [...state.players, player], absent };
}

function left(state: RoundState, id: PlayerId): RoundState {
  const player = state.players.find((other) => other.id === id);
  if (player === undefined) return state;
  const { score, knockouts } = player;
  const absent = [...state.absent, { id, score, knockouts }].slice(-MAX_PLAYERS);
  return { ...state, players: state.players.filter((other) => other !== player), absent };
}

function fell(state: RoundState, id: PlayerId, by: PlayerId | null): RoundState {
  const players = state.players.map((player) => {
    if (player.id === id) return { ...player, alive: false };
    return player.id === by ? { ...player, knockouts: player.knockouts + 1 } : player;
  });
  return { ...state, players };
}

function changePhase(state: RoundState): RoundState {
  const enough = state.players.length >= 2;
  switch (state.phase) {
    case "waiting":
      return enough ? startCountdown(state) : state;
    case "countdown":
      if (!enough) return startWaiting(state);
      return state.phaseMs >= countdownMs(state) ? { ...state, phase: "playing", phaseMs: 0 } : state;
    case "playing":
      if (state.roundMs >= ROUND_END_MS) return endRound(allFallen(state));
      return alive(state).length <= 1 && state.settleMs >= SETTLE_MS ? endRound(state) : state;
    case "roundOver":
      if (state.phaseMs < ROUND_OVER_MS) return state;
      return enough ? startCountdown(state) : startWaiting(state);
    case "matchOver":
      if (state.phaseMs < MATCH_OVER_MS) return state;
      return enough ? startCountdown(newMatch(state)) : startWaiting(newMatch(state));
  }
}

function startWaiting(state: RoundState): RoundState {
  const players = state.players.map((player) => ({ ...player, inRound: false, alive: false }));
  return { ...state, phase: "waiting", phaseMs: 0, roundMs: 0, players, pickups: [], settleMs: 0, winner: null };
}

function startCountdown(state: RoundState): RoundState {
  const match = Math.max(1, state.match);
  const round = state.round + 1;
  return {
    ...state,
    phase: "countdown",
    phaseMs: 0,
    match,
    round,
    seed: hash(state.seed, 20, match * 1000 + round),
    floeRadius: floeRadius(state.players.length),
    roundMs: 0,
    players: state.players.map((player) => ({ ...player, inRound: true, alive: true })),
    pickups: [],
    pickupsBorn: 0,
    settleMs: 0,
    winner: null,
  };
}

function allFallen(state: RoundState): RoundState {
  return { ...state, players: state.players.map((player) => ({ ...player, alive: false })) };
}

function endRound(state: RoundState): RoundState {
  const winner = alive(state)[0]?.id ?? null;
  const players = state.players.map((player) =>
    player.id === winner ? { ...player, score: player.score + 1 } : player,
  );
  const won = players.some((player) => player.score >= state.targetScore);
  return { ...state, phase: won ? "matchOver" : "roundOver", phaseMs: 0, players, winner };
}

function newMatch(state: RoundState): RoundState {
  const players = state.players.map((player) => ({ ...player, score: 0, knockouts: 0 }));
  return { ...state, match: state.match + 1, round: 0, players, absent: [] };
}
