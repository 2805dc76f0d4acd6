import { PLAYER_NAME_LENGTH, tidyLine } from "./player-name.ts";

/** What to be called instead, where somebody has the chosen name already: the first number behind it that is free. `null`: it will do. */
export function freeName(chosen: string, taken: readonly string[]): string | null {
  if (!taken.includes(chosen)) return null;
  for (let number = 2; ; number++) {
    const name = `${tidyLine(chosen, PLAYER_NAME_LENGTH - ` ${number}`.length)} ${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** A name that may have to be cut, and the number at its end, which tells it from others and must stay. Together they are the name. */
export function nameParts(name: string): { readonly start: string; readonly number: string } {
  const number = /(?<=\S) \d{1,3}$/.exec(name)?.[0] ?? "";
  return { start: name.slice(0, name.length - number.length), number };
}
