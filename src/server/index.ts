export { LOBBY_LIST_ROOM, LOBBY_ROOM } from "../lobby/protocol.ts";
export { LobbyListRoom } from "./lobby-list-room.ts";
export { LobbyRoom } from "./lobby-room.ts";
export { lobbyRooms } from "./lobby-rooms.ts";
export type { LogFacts, ServerLog } from "./log.ts";
export { runCli } from "./run-cli.ts";
export { type AddressLimits, DEFAULT_ICE_SERVERS, type LobbySettings, type TurnSettings } from "./settings.ts";
export type { SignInOptions } from "./sign-in.ts";
export { type LobbyServer, type LobbyServerOptions, startLobbyServer } from "./start-lobby-server.ts";
