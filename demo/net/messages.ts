import type { Seat } from "tickmesh/lobby";
import type { FellReport, HitReport, PlayerLook, RoundState } from "../game/types.ts";

/** Longest line of chat. Unit: UTF-16 units. */
export const CHAT_LENGTH = 160;

/**
 * What travels reliably, as msgpack by `putVar`. A player speaks for itself only: whose hello, hit, fall, claim or line it is,
 * is whoever sent it. `round` and `seat` are believed from the host alone, and who that is nobody can say of itself.
 */
export type GameMessage =
  | { readonly type: "hello"; readonly look: PlayerLook }
  | { readonly type: "round"; readonly round: RoundState }
  | { readonly type: "hit"; readonly hit: Omit<HitReport, "victim"> }
  | { readonly type: "fell"; readonly fell: Omit<FellReport, "player"> }
  | { readonly type: "claim"; readonly pickup: number }
  | { readonly type: "chat"; readonly text: string }
  /** The lobby was published again under a new code, and this is your place in it. */
  | { readonly type: "seat"; readonly code: string; readonly seat: Seat };
