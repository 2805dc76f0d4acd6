import { defineRoom, type RegisteredHandler } from "@colyseus/core";
import { LOBBY_LIST_ROOM, LOBBY_ROOM } from "../lobby/protocol.ts";
import { LobbyListRoom } from "./lobby-list-room.ts";
import { LobbyRoom } from "./lobby-room.ts";
import { Papers } from "./papers.ts";
import { DEFAULT_LOBBY_SETTINGS, type LobbySettings } from "./settings.ts";

/**
 * The rooms that lobbies need, by name, for a Colyseus server of one's own:
 * `defineServer({ rooms: { ...lobbyRooms({ iceServers }), arena: Arena } })`. Throws `invalid-options` for a key
 * that is too short.
 */
export function lobbyRooms(
  settings: Partial<LobbySettings> = {},
): Record<typeof LOBBY_ROOM | typeof LOBBY_LIST_ROOM, RegisteredHandler> {
  const complete: LobbySettings = { ...DEFAULT_LOBBY_SETTINGS, ...settings };
  // Its key is checked before anybody plays.
  Papers.of(complete);
  return {
    [LOBBY_ROOM]: defineRoom(
      class extends LobbyRoom {
        static override settings = complete;
      },
    ),
    [LOBBY_LIST_ROOM]: defineRoom(
      class extends LobbyListRoom {
        static override settings = complete;
      },
    ),
  };
}
