import { NAMED_COLOURS, type NamedColour } from "./player-colours.ts";

/** What to play in instead, where somebody has the chosen colour already: the next that nobody has. `null`: the chosen one will do. */
export function freeColour(chosen: number, taken: readonly number[]): NamedColour | null {
  if (!taken.includes(chosen)) return null;
  const from = NAMED_COLOURS.findIndex(({ value }) => value === chosen) + 1;
  const inTurn = [...NAMED_COLOURS.slice(from), ...NAMED_COLOURS.slice(0, from)];
  return inTurn.find(({ value }) => !taken.includes(value)) ?? null;
}
