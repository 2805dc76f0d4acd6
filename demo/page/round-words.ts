import type { RoundState } from "../game/types.ts";

/** What the list of games says of a round. */
export function roundWords(round: RoundState): string {
  if (round.phase === "waiting") return "Waiting for players";
  if (round.phase === "matchOver") return "Match over";
  return `Playing round ${round.round}`;
}
