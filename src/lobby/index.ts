export type { Pollable } from "../base/pollable.ts";
export { TickmeshError } from "../base/tickmesh-error.ts";
export type { HostAction } from "./host-action.ts";
export type { Lobby } from "./lobby.ts";
export {
  type ComeBackOptions,
  type CreateOptions,
  type JoinOptions,
  LobbyClient,
  type LobbyClientOptions,
} from "./lobby-client.ts";
export type { LobbyError } from "./lobby-error.ts";
export type { HostCause, LobbyEvents } from "./lobby-events.ts";
export { LobbyList, type LobbyListEvents, type LobbyListState } from "./lobby-list.ts";
export type { LobbyState } from "./lobby-parts.ts";
export {
  CODE_LENGTH,
  LobbyErrorCode,
  LobbyLimits,
  type LobbyListing,
  type LobbyMember,
  type LobbyShape,
  type Metadata,
  type Seat,
} from "./protocol.ts";
export type { SeatStorage } from "./stored-seat.ts";
