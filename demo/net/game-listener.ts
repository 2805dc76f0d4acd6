import type { LeaveReason, Refusal } from "tickmesh/session";
import type { PlayerLook } from "../game/types.ts";

/** What a game tells the page, always from within a poll. */
export interface GameListener {
  /** `returned`: it was here before. */
  playerJoined(id: number, look: PlayerLook, returned: boolean): void;
  playerLeft(id: number, look: PlayerLook, reason: LeaveReason): void;
  /** It was connected, and one page did not accept the other: its game is not the same. */
  playerRefused(id: number, refusal: Refusal): void;
  /** A line of chat; one's own too. */
  said(id: number, look: PlayerLook, text: string): void;
  /** Another player is host than before. */
  hostChanged(id: number): void;
  /** In a star: nobody is connected to this page any more, and nobody can change that. */
  isolated(): void;
}
