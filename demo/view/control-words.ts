import type { RoundState } from "../game/types.ts";

/** Which keys, or where the thumbs go; `null` once a match is on its way. */
export function controlWords(round: RoundState, touch: boolean): string | null {
  const early = round.phase === "waiting" || (round.phase === "countdown" && round.round === 1);
  if (!early) return null;
  return touch
    ? "Left thumb: steer  ·  Right thumb: FIRE and BOOST"
    : "WASD or arrows: steer  ·  Space: fire  ·  Shift: boost  ·  M: sound";
}
