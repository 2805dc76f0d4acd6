import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";
import type { RandomSource } from "../base/random.ts";
import { systemRandom } from "../base/random.ts";
import type { IceServer } from "../seam/connection-backend.ts";

/** STUN servers that every player is told of unless the operator says otherwise. They see addresses, never game data. */
export const DEFAULT_ICE_SERVERS: readonly IceServer[] = [
  { urls: ["stun:stun.l.google.com:19302", "stun:stun.cloudflare.com:3478"] },
];

/** How lobbies behave on this server. */
export interface LobbySettings {
  /** STUN and TURN servers, handed to every player on joining. */
  readonly iceServers: readonly IceServer[];
  /** Lobbies that this process holds at a time. */
  readonly maxLobbies: number;
  /** How long a seat waits for a player whose socket was lost. Unit: ms. */
  readonly seatHoldMs: number;
  readonly clock: Clock;
  readonly random: RandomSource;
}

export const DEFAULT_LOBBY_SETTINGS: LobbySettings = {
  iceServers: DEFAULT_ICE_SERVERS,
  maxLobbies: 2_000,
  seatHoldMs: 60_000,
  clock: systemClock,
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
