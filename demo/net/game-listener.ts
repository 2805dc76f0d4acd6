import type { Seat } from "tickmesh/lobby";
import type { LeaveReason, Refusal } from "tickmesh/session";
import type { PlayerLook } from "../game/types.ts";

/** What a game tells the page, always from within a poll. */
export interface GameListener {
  playerJoined(id: number, look: PlayerLook): void;
  playerLeft(id: number, look: PlayerLook, reason: LeaveReason): void;
  /** It was connected, and one page did not accept the other: its game is not the same. */
  playerRefused(id: number, refusal: Refusal): void;
  /** A line of chat; one's own too. */
  said(id: number, look: PlayerLook, text: string): void;
  /** The host published the lobby again: our place in it. */
  seatGiven(code: string, seat: Seat): void;
  hostChanged(id: number): void;
}

/** What the game must know of the lobby, asked anew each time. */
export interface LobbyFacts {
  /** Whom the lobby server named host last. */
  readonly hostId: number;
  /** Whether the server can be reached at the moment. */
  readonly serverPresent: boolean;
}
