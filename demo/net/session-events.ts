import type { DisconnectReason } from "tickmesh";
import type { Seat } from "tickmesh/lobby";
import type { PlayerLook } from "../game/types.ts";

/** What a session tells the page, always from within its `poll()`. */
export interface SessionListener {
  /** Connected, and it said who it is. */
  playerJoined(id: number, look: PlayerLook): void;
  playerLeft(id: number, look: PlayerLook | null, reason: DisconnectReason): void;
  /** A line of chat; one's own too. */
  said(id: number, look: PlayerLook, text: string): void;
  /** The host published the lobby again: our place in it. */
  seatGiven(code: string, seat: Seat): void;
  hostChanged(id: number): void;
}

/** What the session must know of the lobby, asked anew each time. */
export interface LobbyFacts {
  /** Whom the lobby server named host last. */
  readonly hostId: number;
  /** Whether the server can be reached at the moment. */
  readonly serverPresent: boolean;
}
