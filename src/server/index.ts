export { LOBBY_LIST_ROOM, LOBBY_ROOM } from "../lobby/protocol.ts";
export { LobbyListRoom } from "./lobby-list-room.ts";
export { LobbyRoom } from "./lobby-room.ts";
export { lobbyRooms } from "./lobby-rooms.ts";
export { type AddressLimits, DEFAULT_ICE_SERVERS, type LobbySettings } from "./settings.ts";
export { type LobbyServer, type LobbyServerOptions, startLobbyServer } from "./start-lobby-server.ts";
