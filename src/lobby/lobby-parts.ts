import type { Clock } from "../base/clock.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { MeshConnector } from "../signalling/mesh-connector.ts";
import type { Welcome } from "./admission.ts";
import type { ColyseusRelayPipe } from "./colyseus-relay-pipe.ts";
import type { LobbyLink } from "./lobby-link.ts";
import type { SeatKeeper } from "./stored-seat.ts";

/** `"open"`: all is well. `"lost"`: trying to come back. `"gone"`: the server forgot the lobby. `"ended"`: left or removed. */
export type LobbyState = "open" | "lost" | "gone" | "ended";

/** What a lobby is made of. Lobbies are made by `LobbyClient.create` and `join`. */
export interface LobbyParts {
  readonly link: LobbyLink;
  readonly welcome: Welcome;
  readonly peer: WebRTCMultiplayerPeer;
  readonly connector: MeshConnector;
  /** What keeps the seat for the page that may be loaded again; `null`: nothing does. */
  readonly keeper: SeatKeeper | null;
  readonly relay: ColyseusRelayPipe | null;
  readonly clock: Clock;
}
