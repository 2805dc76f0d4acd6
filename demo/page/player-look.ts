import type { PlayerLook } from "../game/types.ts";
import { checkedColour } from "./player-colours.ts";
import { tidyName } from "./player-name.ts";

/** What a player looks like by what its page says of it: in the lobby, and in the session's hello. It may be anything. */
export function lookOf(said: unknown): PlayerLook {
  const { name, colour }: { readonly name?: unknown; readonly colour?: unknown } = Object(said);
  return { name: tidyName(name), colour: checkedColour(colour) };
}
