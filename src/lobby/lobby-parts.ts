import type { RandomSource } from "../base/random.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { MeshConnector } from "../signalling/mesh-connector.ts";
import type { ServerAccess, Welcome } from "./admission.ts";
import type { LobbyLink } from "./lobby-link.ts";

/** `"open"`: all is well. `"lost"`: trying to come back. `"gone"`: the server forgot the lobby. `"ended"`: left or removed. */
export type LobbyState = "open" | "lost" | "gone" | "ended";

/** What a lobby is made of. Lobbies are made by `LobbyClient.create` and `join`. */
export interface LobbyParts {
  readonly access: ServerAccess;
  readonly gameId: string;
  readonly password: string | undefined;
  readonly random: RandomSource;
  readonly link: LobbyLink;
  readonly welcome: Welcome;
  readonly peer: WebRTCMultiplayerPeer;
  readonly connector: MeshConnector;
}
