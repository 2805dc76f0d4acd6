import { drawHex } from "../base/draw-hex.ts";
import { type CreateRequest, LobbyErrorCode, LobbyLimits, type ReopenRequest } from "../lobby/protocol.ts";
import { claimCode, reclaimCode } from "./lobby-code.ts";
import type { LobbyRecord, Papers, SeatClaims } from "./papers.ts";
import { refusal } from "./refusal.ts";
import type { LobbySettings } from "./settings.ts";

/** A lobby that nobody had before, under a code that nobody has. */
export async function newLobby(request: CreateRequest, papers: Papers, settings: LobbySettings): Promise<LobbyRecord> {
  const { gameId, name, maxPeers, isPublic, password, metadata, seatHoldMs, shape = "mesh" } = request;
  const lobbyId = drawHex(settings.random);
  const code = await claimCode(settings.random);
  return {
    code,
    lobbyId,
    gameId,
    name,
    maxPeers: Math.min(maxPeers, settings.maxPlayers),
    isPublic,
    shape,
    ...(password !== undefined && { password: papers.hashPassword(lobbyId, password) }),
    metadata,
    seatHoldMs: heldFor(seatHoldMs, settings),
    locked: false,
    hostId: 1,
    hostTerm: 0,
    stoodInFor: 0,
    banned: [],
  };
}

/**
 * A lobby that one of its members wants back under its code. Refuses with `unknown-seat` what this service has not signed, or the seat of
 * who was removed, and with `already-open` whoever is not the first.
 */
export async function lostLobby(request: ReopenRequest, papers: Papers): Promise<LobbyRecord> {
  const claims = papers.readSeat(request.token);
  const record = papers.readRecord(request.record);
  if (claims === null || record === null || !belongs(claims, record, request.gameId)) {
    throw refusal(LobbyErrorCode.UNKNOWN_SEAT, "this server has not signed that seat, or not for that lobby");
  }
  if (record.banned.includes(claims.peerId)) {
    throw refusal(LobbyErrorCode.UNKNOWN_SEAT, `peer ${claims.peerId} has no seat in lobby ${record.code} any more`);
  }
  if (!(await reclaimCode(record.code))) {
    throw refusal(LobbyErrorCode.ALREADY_OPEN, `lobby ${record.code} was opened by somebody else`);
  }
  return record;
}

/** Whether a seat is one of that lobby. */
export function belongs(seat: SeatClaims, lobby: LobbyRecord, gameId: string): boolean {
  return (
    seat.code === lobby.code && seat.lobbyId === lobby.lobbyId && seat.gameId === gameId && lobby.gameId === gameId
  );
}

function heldFor(wantedMs: number | undefined, { seatHoldMs, maxSeatHoldMs }: LobbySettings): number {
  if (wantedMs === undefined) return seatHoldMs;
  return Math.round(Math.min(Math.max(wantedMs, LobbyLimits.seatHoldMsMin), Math.max(seatHoldMs, maxSeatHoldMs)));
}
