import { randomBytes } from "node:crypto";
import { type Clock, systemCalendar, systemClock } from "../base/clock.ts";
import { type RandomSource, systemRandom } from "../base/random.ts";
import { LobbyLimits } from "../lobby/protocol.ts";
import type { IceServer } from "../seam/connection-backend.ts";

export const DEFAULT_PORT = 2567;

/** STUN servers that every player is told of unless the operator says otherwise. They see addresses, never game data. */
export const DEFAULT_ICE_SERVERS: readonly IceServer[] = [
  { urls: ["stun:stun.l.google.com:19302", "stun:stun.cloudflare.com:3478"] },
];

/** A TURN server that shares a secret with this one, and takes credentials that are signed by it: coturn's `use-auth-secret`. */
export interface TurnSettings {
  readonly urls: readonly string[];
  readonly secret: string;
  /** How long a player's credentials are good; new ones come after three quarters of it. Unit: s. */
  readonly ttlSeconds: number;
}

/** What one player may send to a room. */
export interface ClientLimits {
  /** Longest message. Unit: bytes. */
  readonly messageBytes: number;
  /** After the first `LobbyLimits.burstMessages`. Pages count on no less than `LobbyLimits.messagesPerSecond`. */
  readonly messagesPerSecond: number;
  /** After the first `LobbyLimits.burstBytes`. Pages count on no less than `LobbyLimits.bytesPerSecond`. */
  readonly bytesPerSecond: number;
}

export const DEFAULT_CLIENT_LIMITS: ClientLimits = {
  messageBytes: LobbyLimits.messageBytes,
  messagesPerSecond: LobbyLimits.messagesPerSecond,
  bytesPerSecond: LobbyLimits.bytesPerSecond,
};

/** How lobbies behave on this server. */
export interface LobbySettings extends ClientLimits {
  /** STUN and TURN servers, handed to every player on joining. */
  readonly iceServers: readonly IceServer[];
  /** Adds a TURN server, with credentials for each player that end by themselves. `null`: none but what `iceServers` says. */
  readonly turn: TurnSettings | null;
  /** Lobbies that this process holds at a time. */
  readonly maxLobbies: number;
  /** Players of one lobby, whatever its creator asks for. 2 to 32. */
  readonly maxPlayers: number;
  /** A lobby in which for so long nothing was said, and only one player is, is closed; `null`: never. Unit: ms. */
  readonly idleMs: number | null;
  /** How long a seat waits for a player whose socket was lost, unless the lobby's creator says otherwise. Unit: ms. */
  readonly seatHoldMs: number;
  /** The longest that a creator may say. Unit: ms. */
  readonly maxSeatHoldMs: number;
  /**
   * Signs what players come back with. All processes of a service share it; with another key than before, a server knows nobody who
   * was here, and no lobby is opened again. By default drawn as the process starts. At least 32 bytes.
   */
  readonly key: Uint8Array;
  /** How long a seat's token is good; who sits there gets a new one after half of it. Unit: ms. */
  readonly tokenLifeMs: number;
  /** Whether players who find no path to each other may send packets through this server. */
  readonly relay: boolean;
  /** What one player may send that way; past it the server reads more slowly. Unit: bytes a second. */
  readonly relayBytesPerSecond: number;
  /** What all players of this process may send that way. Unit: bytes a second. */
  readonly relayBytesPerSecondTotal: number;
  readonly clock: Clock;
  /** What date it is: tokens and TURN credentials say when they end. */
  readonly calendar: Clock;
  readonly random: RandomSource;
}

export const DEFAULT_LOBBY_SETTINGS: LobbySettings = {
  ...DEFAULT_CLIENT_LIMITS,
  iceServers: DEFAULT_ICE_SERVERS,
  turn: null,
  maxLobbies: 2_000,
  maxPlayers: LobbyLimits.maxPeersMax,
  idleMs: 14_400_000,
  seatHoldMs: 60_000,
  maxSeatHoldMs: 600_000,
  key: randomBytes(32),
  tokenLifeMs: 86_400_000,
  relay: true,
  relayBytesPerSecond: 262_144,
  relayBytesPerSecondTotal: 16_777_216,
  clock: systemClock,
  calendar: systemCalendar,
  random: systemRandom,
};

/** What one address may do. All players behind one router share an address: a class room, a company, a provider. */
export interface AddressLimits {
  /** Sockets open at a time. A player needs two or three. */
  readonly maxConnectionsPerAddress: number;
  /** Joins, and requests for the list: this many at once, … */
  readonly joinBurst: number;
  readonly joinsPerSecond: number;
  readonly createBurst: number;
  readonly createsPerSecond: number;
}

export const DEFAULT_ADDRESS_LIMITS: AddressLimits = {
  maxConnectionsPerAddress: 256,
  joinBurst: 100,
  joinsPerSecond: 5,
  createBurst: 30,
  createsPerSecond: 0.5,
};
