import { type Clock, systemClock } from "../base/clock.ts";
import { shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { type RandomSource, systemRandom } from "../base/random.ts";
import type { TransferMode } from "../multiplayer/multiplayer-peer.ts";
import { WebRTCMultiplayerPeer, type WebRTCMultiplayerPeerOptions } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import { connectMesh, type MeshConnectorOptions } from "../signalling/mesh-connector.ts";
import { type Admission, askToCreate, askToJoin, type ServerAccess } from "./admission.ts";
import { checkMaxPeers, checkMetadata, checkText } from "./check-options.ts";
import { REQUEST_TIME_LIMIT_MS } from "./limits.ts";
import { Lobby } from "./lobby.ts";
import { readCode } from "./lobby-code.ts";
import { lobbyError } from "./lobby-error.ts";
import { LobbyLink } from "./lobby-link.ts";
import { LobbyList } from "./lobby-list.ts";
import { LOBBY_PROTOCOL_VERSION, LobbyErrorCode, LobbyLimits, type LobbyListing, type Metadata } from "./protocol.ts";

export interface LobbyClientOptions {
  /** Of the lobby server: `http:`, `https:`, `ws:` or `wss:`, perhaps with a path. */
  readonly url: string;
  /**
   * Names the game and its version, e.g. `com.example.hover/3`: players of different ones do not meet. 1 to 64 letters.
   */
  readonly gameId: string;
  /** How long the server may take to answer. Unit: ms. Default 10,000. */
  readonly timeLimitMs?: number;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  /** For the mesh peer of each lobby. */
  readonly peer?: WebRTCMultiplayerPeerOptions;
  /** The modes of the mesh's extra channels, the same for all players: `createMesh`'s second argument. */
  readonly extraChannels?: readonly TransferMode[];
  /** For the connector of each lobby. */
  readonly connector?: MeshConnectorOptions;
}

export interface CreateOptions {
  /** 1 to 32 letters. */
  readonly name: string;
  /** 2 to 32. Default 8. */
  readonly maxPeers?: number;
  /** False: joined by its code only, never listed. Default true. */
  readonly isPublic?: boolean;
  /** At most 64 letters. Default, and when empty: none. */
  readonly password?: string;
  /** What the list shows beside the name. At most 1,024 bytes of JSON. */
  readonly metadata?: Metadata;
  /** What the others see of this player. At most 1,024 bytes of JSON. */
  readonly profile?: Metadata;
}

export interface JoinOptions {
  readonly password?: string;
  /** What the others see of this player. At most 1,024 bytes of JSON. */
  readonly profile?: Metadata;
}

/** Finds, makes and joins lobbies on one server, for one game. Holds nothing open by itself. */
export class LobbyClient {
  readonly #options: LobbyClientOptions;
  readonly #access: ServerAccess;
  readonly #random: RandomSource;

  /** Throws `invalid-options`. */
  constructor(options: LobbyClientOptions) {
    checkText("gameId", options.gameId, LobbyLimits.gameIdLength);
    this.#options = options;
    this.#random = options.random ?? systemRandom;
    this.#access = {
      url: options.url,
      timeLimitMs: options.timeLimitMs ?? REQUEST_TIME_LIMIT_MS,
      clock: options.clock ?? systemClock,
    };
  }

  /** The public lobbies of this game, kept up to date until it is closed. */
  watchLobbies(): LobbyList {
    return new LobbyList(this.#access, this.#options.gameId, this.#random);
  }

  /** The public lobbies of this game as they are now. Rejects with `server-unreachable` or what else the server says. */
  list(): Promise<readonly LobbyListing[]> {
    const list = this.watchLobbies();
    return new Promise((resolve, reject) => {
      list.wake = () => {
        list.poll();
        list.close();
        if (list.error === null) resolve(list.entries);
        else reject(list.error);
      };
    });
  }

  /**
   * Makes a lobby and sits down in it as its host, with peer id 1. Rejects with a `TickmeshError<LobbyErrorCode>`: `invalid-options`,
   * `server-full`, `wrong-version`, `misbehaved` (too many lobbies made from this address), `server-unreachable`.
   */
  async create(options: CreateOptions): Promise<Lobby> {
    const { name, maxPeers = LobbyLimits.maxPeersDefault, isPublic = true, metadata = {}, profile = {} } = options;
    checkText("name", name, LobbyLimits.nameLength);
    checkMaxPeers(maxPeers);
    checkMetadata("metadata", metadata);
    checkMetadata("profile", profile);
    const password = readPassword(options.password);
    const admission = await askToCreate(this.#access, {
      protocolVersion: LOBBY_PROTOCOL_VERSION,
      gameId: this.#options.gameId,
      name,
      maxPeers,
      isPublic,
      ...(password !== undefined && { password }),
      metadata,
      profile,
    });
    return this.#enter(admission, profile, password);
  }

  /**
   * Joins the lobby with this code, as typed: in any case, with or without spaces and dashes, letters that look alike taken
   * for each other. Rejects with a `TickmeshError<LobbyErrorCode>`: `unknown-code`, `full`, `locked`, `wrong-password`,
   * `wrong-version`, `invalid-options`, `server-full`, `misbehaved`, `server-unreachable`.
   */
  async join(code: string, options: JoinOptions = {}): Promise<Lobby> {
    const { profile = {} } = options;
    checkMetadata("profile", profile);
    const password = readPassword(options.password);
    const known = readCode(code);
    if (known === null) throw lobbyError(LobbyErrorCode.UNKNOWN_CODE, `no lobby has the code ${shown(code)}`);
    const admission = await askToJoin(this.#access, known, {
      protocolVersion: LOBBY_PROTOCOL_VERSION,
      gameId: this.#options.gameId,
      ...(password !== undefined && { password }),
      profile,
    });
    return this.#enter(admission, profile, password);
  }

  #enter(admission: Admission, profile: Metadata, password: string | undefined): Lobby {
    const { clock } = this.#access;
    const { gameId } = this.#options;
    const link = new LobbyLink(admission, this.#access, gameId, profile, this.#random);
    const peer = new WebRTCMultiplayerPeer({ clock, ...this.#options.peer });
    try {
      const made = peer.createMesh(admission.welcome.seat.peerId, this.#options.extraChannels);
      if (made !== ErrorCode.OK) throw lobbyError(LobbyErrorCode.INVALID_OPTIONS, `extraChannels: error ${made}`);
      const connector = connectMesh(peer, link.signaller, { clock, random: this.#random, ...this.#options.connector });
      const { welcome } = admission;
      const parts = { access: this.#access, gameId, password, random: this.#random, link, welcome, peer, connector };
      return new Lobby(parts);
    } catch (error) {
      link.leave();
      throw error;
    }
  }
}

function readPassword(password: string | undefined): string | undefined {
  if (password === undefined || password === "") return undefined;
  checkText("password", password, LobbyLimits.passwordLength);
  return password;
}
