import { PLAYER_NAME_LENGTH, tidyLine } from "./player-name.ts";

/** What to be called instead, where somebody has the chosen name already: the first number behind it that is free. `null`: it will do. */
export function freeName(chosen: string, taken: readonly string[]): string | null {
  if (!taken.includes(chosen)) return null;
  for (let number = 2; ; number++) {
    const name = `${tidyLine(chosen, PLAYER_NAME_LENGTH - ` ${number}`.length)} ${number}`;
    if (!taken.includes(name)) return name;
  }
}
