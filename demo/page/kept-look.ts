import type { PlayerLook } from "../game/types.ts";
import { lookOf } from "./player-look.ts";

const KEY = "floe.look";

/**
 * How this tab's player looks in its game, for the page that is loaded again. In the tab's own storage: another window of the same browser
 * is somebody else.
 */
export function keepLook(look: PlayerLook): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // A page that may store nothing has no seat to come back to either.
  }
}

/** `null` if none is kept. */
export function keptLook(): PlayerLook | null {
  try {
    const kept = sessionStorage.getItem(KEY);
    return kept === null ? null : lookOf(JSON.parse(kept));
  } catch {
    return null;
  }
}
