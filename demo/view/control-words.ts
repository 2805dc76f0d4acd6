import type { RoundState } from "../game/types.ts";

/** Which keys, or where the thumbs go; `null` once a match is on its way. `chats`: whether there is anybody to chat with. */
export function controlWords(round: RoundState, touch: boolean, chats: boolean): string | null {
  const early = round.phase === "waiting" || (round.phase === "countdown" && round.round === 1);
  if (!early) return null;
  if (touch) return "Left thumb: steer  ·  Right thumb: FIRE and BOOST";
  return `WASD or arrows: steer  ·  Space: fire  ·  Shift: boost  ·  ${chats ? "Enter: chat  ·  " : ""}M: sound`;
}
