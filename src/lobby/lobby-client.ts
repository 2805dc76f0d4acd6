import { type Clock, systemClock } from "../base/clock.ts";
import { diagnose, shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { onPageLeft } from "../base/page-left.ts";
import { type RandomSource, systemRandom } from "../base/random.ts";
import type { TransferMode } from "../multiplayer/multiplayer-peer.ts";
import { WebRTCMultiplayerPeer, type WebRTCMultiplayerPeerOptions } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { Relaying } from "../seam/pair-paths.ts";
import { connectMesh, type MeshConnectorOptions } from "../signalling/mesh-connector.ts";
import { type Admission, askToCreate, askToJoin, type ServerAccess, type Welcome } from "./admission.ts";
import { checkMaxPeers, checkMetadata, checkShape, checkText, wrong } from "./check-options.ts";
import { ColyseusRelayPipe } from "./colyseus-relay-pipe.ts";
import { REQUEST_TIME_LIMIT_MS } from "./limits.ts";
import { Lobby } from "./lobby.ts";
import { readCode } from "./lobby-code.ts";
import { type LobbyError, lobbyError } from "./lobby-error.ts";
import { LobbyLink } from "./lobby-link.ts";
import { LobbyList } from "./lobby-list.ts";
import {
  LOBBY_PROTOCOL_VERSION,
  LobbyErrorCode,
  LobbyLimits,
  type LobbyListing,
  type LobbyShape,
  type Metadata,
  type Seat,
} from "./protocol.ts";
import { PAGE_LEFT } from "./room-socket.ts";
import { checkSeat, SeatKeeper, type SeatStorage } from "./stored-seat.ts";

export interface LobbyClientOptions {
  /** Of the lobby server: `http:`, `https:`, `ws:` or `wss:`, perhaps with a path. */
  readonly url: string;
  /**
   * Names the game and its version, e.g. `com.example.hover/3`: players of different ones do not meet. 1 to 64 letters.
   */
  readonly gameId: string;
  /** How long the server may take to answer. Unit: ms. Default 10,000. */
  readonly timeLimitMs?: number;
  /**
   * Where the server wants players to sign in: gives the JWT that it checks, which your own accounts have signed. Called for each
   * request, coming back included, so it should give a token that is still good for a while.
   */
  readonly signIn?: () => string | Promise<string>;
  readonly clock?: Clock;
  readonly random?: RandomSource;
  /** For the mesh peer of each lobby. */
  readonly peer?: WebRTCMultiplayerPeerOptions;
  /** The modes of the mesh's extra channels, the same for all players: `createMesh`'s second argument. */
  readonly extraChannels?: readonly TransferMode[];
  /** For the connector of each lobby, but for its hubs, which are the lobby's. */
  readonly connector?: MeshConnectorOptions;
  /**
   * Whether pairs that find no path to each other may send their packets through the lobby's server, if that relays. Such packets are
   * not encrypted from end to end: the server could read them. Default true.
   */
  readonly relay?: boolean;
  /**
   * `"relay"`: this player's address stays hidden from the other players. Connections go by a TURN server or the lobby's relay, never
   * directly. Default `"all"`.
   */
  readonly iceTransportPolicy?: "all" | "relay";
  /**
   * Keeps this player's seat for the page that is loaded again, in the given storage or (`true`) in the tab's `sessionStorage`:
   * `comeBack(storedSeat())` sits down on it. A page that goes then says no goodbye: the others take it for lost while the seat
   * is held. One that the browser kept and shows again sits down by itself. Default false.
   */
  readonly rememberSeat?: SeatStorage | boolean;
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
  /**
   * How long the seat of a player is kept who was lost without a goodbye. The server brings it within its own bounds. Default: the
   * server's, a minute. Unit: ms.
   */
  readonly seatHoldMs?: number;
  /**
   * Who is connected to whom, as long as the lobby lives. `"mesh"`, the default: everybody to everybody. `"star"`: everybody to the hubs,
   * which are the host, or whom `setHubs` names; the others reach each other through these, in a session.
   */
  readonly shape?: LobbyShape;
}

export interface ComeBackOptions {
  /**
   * What the others see of this player from now on. At most 1,024 bytes of JSON. Default: what they saw of it before, if the server still
   * knows that; of a lobby that was opened again since (a server that was started again, another process) it does not: `{}`.
   */
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
  readonly #keeper: SeatKeeper | null;

  /** Throws `invalid-options`. */
  constructor(options: LobbyClientOptions) {
    checkText("gameId", options.gameId, LobbyLimits.gameIdLength);
    this.#options = options;
    this.#random = options.random ?? systemRandom;
    const { gameId, rememberSeat = false } = options;
    this.#keeper = rememberSeat === false ? null : new SeatKeeper(gameId, rememberSeat);
    this.#access = {
      url: options.url,
      timeLimitMs: options.timeLimitMs ?? REQUEST_TIME_LIMIT_MS,
      clock: options.clock ?? systemClock,
      signIn: options.signIn,
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
    const {
      name,
      maxPeers = LobbyLimits.maxPeersDefault,
      isPublic = true,
      metadata = {},
      profile = {},
      seatHoldMs,
      shape = "mesh",
    } = options;
    checkText("name", name, LobbyLimits.nameLength);
    checkMaxPeers(maxPeers);
    checkShape(shape);
    checkMetadata("metadata", metadata);
    checkMetadata("profile", profile);
    if (seatHoldMs !== undefined && !(Number.isFinite(seatHoldMs) && seatHoldMs >= 0)) {
      wrong(`seatHoldMs ${shown(seatHoldMs)}: milliseconds are wanted, 0 or more`);
    }
    const password = readPassword(options.password);
    this.#prepare();
    const admission = await askToCreate(this.#access, {
      protocolVersion: LOBBY_PROTOCOL_VERSION,
      gameId: this.#options.gameId,
      name,
      maxPeers,
      isPublic,
      ...(password !== undefined && { password }),
      metadata,
      profile,
      ...(seatHoldMs !== undefined && { seatHoldMs }),
      shape,
    });
    return this.#enter(admission, profile);
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
    if (known === null) throw noSuchCode(code, code);
    this.#prepare();
    const request = {
      protocolVersion: LOBBY_PROTOCOL_VERSION,
      gameId: this.#options.gameId,
      ...(password !== undefined && { password }),
      profile,
    };
    const admission = await askToJoin(this.#access, known, request).catch((error: LobbyError) => {
      throw error.code === LobbyErrorCode.UNKNOWN_CODE ? noSuchCode(code, known) : error;
    });
    return this.#enter(admission, profile);
  }

  /** The seat that `rememberSeat` has kept, of this game and this storage; `null` if there is none. It may be over since. */
  storedSeat(): Seat | null {
    return this.#keeper?.read() ?? null;
  }

  /**
   * Sits down again, in a page that was loaded anew, say: same lobby, same peer id, without password and in spite of a lock, with the
   * profile of before unless another is given. A page that sits there still is told `replaced`. Rejects as `join` does, with
   * `unknown-seat` if the seat was given up or held too long, with `replaced` if a newer page has it, with `unknown-code` if the lobby is
   * gone.
   */
  async comeBack(seat: Seat, options: ComeBackOptions = {}): Promise<Lobby> {
    const { profile } = options;
    if (profile !== undefined) checkMetadata("profile", profile);
    if (checkSeat(seat) === null) wrong("seat: this is none that a lobby gave");
    this.#prepare();
    const admission = await askToJoin(this.#access, seat.code, {
      protocolVersion: LOBBY_PROTOCOL_VERSION,
      gameId: this.#options.gameId,
      ...(profile !== undefined && { profile }),
      token: seat.token,
    });
    return this.#enter(admission, profile ?? profileIn(admission.welcome));
  }

  /** What takes time, while the server takes its own. */
  #prepare(): void {
    if (this.#options.relay !== false) loadRelay().catch(() => {});
  }

  async #enter(admission: Admission, profile: Metadata): Promise<Lobby> {
    const access = this.#access;
    const { clock } = access;
    const { gameId, iceTransportPolicy } = this.#options;
    const { welcome } = admission;
    const link = new LobbyLink(admission, this.#access, gameId, profile, this.#random);
    const random = this.#random;
    let isLeft = false;
    // As the lobby does once it is made.
    const leave = (): void => {
      isLeft = true;
      link.leave();
    };
    const forgetPage = this.#keeper === null ? onPageLeft("leave", leave) : () => {};
    try {
      const peer = new WebRTCMultiplayerPeer({ clock, ...this.#options.peer });
      const made = peer.createMesh(welcome.seat.peerId, this.#options.extraChannels);
      if (made !== ErrorCode.OK) throw lobbyError(LobbyErrorCode.INVALID_OPTIONS, `extraChannels: error ${made}`);
      const wantsRelay = welcome.hasRelay && this.#options.relay !== false;
      const relay = wantsRelay ? new ColyseusRelayPipe({ access, gameId, random, seat: () => link.seat }) : null;
      link.onHurry = () => relay?.hurry();
      const { configuration, ...connectorOptions } = this.#options.connector ?? {};
      const connector = connectMesh(peer, link.signaller, {
        clock,
        random,
        relay: relay === null ? null : await relaying(relay),
        configuration: { ...(iceTransportPolicy !== undefined && { iceTransportPolicy }), ...configuration },
        ...connectorOptions,
        hubs: welcome.shape === "star" ? [welcome.hostId] : null,
      });
      if (isLeft) throw lobbyError(LobbyErrorCode.SERVER_UNREACHABLE, PAGE_LEFT);
      return new Lobby({ link, welcome, peer, connector, keeper: this.#keeper, relay, clock });
    } catch (error) {
      link.leave();
      throw error;
    } finally {
      forgetPage();
    }
  }
}

/** Games that want no relay do without its code. */
function loadRelay(): Promise<typeof import("../backends/paths/index.ts")> {
  return import("../backends/paths/index.ts");
}

/** `null` where it cannot be loaded. */
async function relaying(pipe: ColyseusRelayPipe): Promise<Relaying | null> {
  try {
    const { relayThrough } = await loadRelay();
    return relayThrough(pipe);
  } catch (error) {
    diagnose(`the relay cannot be loaded, and is not used: ${String(error)}`);
    return null;
  }
}

/** This player's own, as the server has it. */
function profileIn({ members, seat }: Welcome): Metadata {
  return members.find(({ peerId }) => peerId === seat.peerId)?.profile ?? {};
}

function noSuchCode(typed: string, read: string): LobbyError {
  const words = typed === read ? "" : ` (read as ${read})`;
  return lobbyError(LobbyErrorCode.UNKNOWN_CODE, `no lobby has the code ${shown(typed)}${words}`);
}

function readPassword(password: string | undefined): string | undefined {
  if (password === undefined || password === "") return undefined;
  checkText("password", password, LobbyLimits.passwordLength);
  return password;
}
