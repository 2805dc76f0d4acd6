import { PLAYER_COLOURS } from "../game/constants.ts";

const NAMES = ["Glacier", "Coral", "Amber", "Lime", "Violet", "Ember", "Rose", "Aurora"];

export interface NamedColour {
  readonly name: string;
  /** 0xRRGGBB. */
  readonly value: number;
}

export const NAMED_COLOURS: readonly NamedColour[] = PLAYER_COLOURS.map((value, index) => ({
  name: NAMES[index] ?? `Colour ${index + 1}`,
  value,
}));

/** What stands in for a colour that nobody can have chosen. */
const UNKNOWN_COLOUR = 0x9fb4cc;

export function cssColour(value: number): string {
  return `#${(value & 0xffffff).toString(16).padStart(6, "0")}`;
}

/** A colour is whatever 24 bits a player's page says; one too dark to see on the water is replaced. */
export function checkedColour(value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 0xffffff) return UNKNOWN_COLOUR;
  const lightness = Math.max((value >> 16) & 255, (value >> 8) & 255, value & 255);
  return lightness < 96 ? UNKNOWN_COLOUR : value;
}
