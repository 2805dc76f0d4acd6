import { matchMaker } from "@colyseus/core";
import { LOBBY_ROOM, LobbyLimits, type LobbyListing } from "../lobby/protocol.ts";

/** Where the lobbies of all processes say that they changed. */
export const LIST_TOPIC = "tickmesh-lobbies";

/** What a lobby's room keeps in the matchmaker, where every process can read it. */
export interface LobbyRoomMetadata {
  /** `null`: not to be listed. */
  readonly listing: LobbyListing | null;
}

/** The public lobbies of all processes, by game, oldest first, at most `LobbyLimits.listedLobbies` of a game. */
export async function readDirectory(): Promise<Map<string, LobbyListing[]>> {
  const rooms = await matchMaker.query({ name: LOBBY_ROOM });
  const games = new Map<string, LobbyListing[]>();
  for (const room of rooms) {
    const listing = (room.metadata as LobbyRoomMetadata | undefined)?.listing;
    if (!listing) continue;
    const game = games.get(listing.gameId);
    if (game === undefined) games.set(listing.gameId, [listing]);
    else if (game.length < LobbyLimits.listedLobbies) game.push(listing);
  }
  return games;
}

/** What a client that knows `known` (JSON by code) must be told to know `listings`. Brings `known` up to date. */
export function difference(
  known: Map<string, string>,
  listings: readonly LobbyListing[],
): { changed: LobbyListing[]; removed: string[] } {
  const changed: LobbyListing[] = [];
  const gone = new Set(known.keys());
  for (const listing of listings) {
    gone.delete(listing.code);
    const text = JSON.stringify(listing);
    if (known.get(listing.code) === text) continue;
    known.set(listing.code, text);
    changed.push(listing);
  }
  for (const code of gone) known.delete(code);
  return { changed, removed: [...gone] };
}
