/**
 * What the lobby's browser side and its server say to each other. The only thing that the two share: types, names and
 * bounds, no code of either. A change that an older side would misread raises `LOBBY_PROTOCOL_VERSION`.
 */
import type { IceServer } from "../seam/connection-backend.ts";
import { SignalLimits } from "../signalling/signal-limits.ts";
import type { Signal } from "../signalling/signaller.ts";

export const LOBBY_PROTOCOL_VERSION = 1;

/** Name of the Colyseus room that is one lobby. Its room id is the lobby's code. */
export const LOBBY_ROOM = "tickmesh-lobby";
/** Name of the Colyseus room that streams the list of public lobbies. */
export const LOBBY_LIST_ROOM = "tickmesh-lobby-list";

/** Letters and digits that cannot be taken for each other when read out: no I, O, 0, 1, no B/8, S/5, Z/2 pairs. */
export const CODE_ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679";
export const CODE_LENGTH = 5;

/** Bounds on what a client may say. Each is checked by the client before sending, and again by the server. */
export const LobbyLimits = {
  /** Unit: UTF-16 units, of a lobby's or a player's name. */
  nameLength: 32,
  passwordLength: 64,
  maxPeersMin: 2,
  /** A full mesh of 32 is 496 connections, just under the 500 that Chromium allows one page in all. */
  maxPeersMax: 32,
  maxPeersDefault: 8,
  /** Unit: bytes of JSON, of a lobby's `metadata` and of a player's `profile`, each. */
  metadataBytes: 1_024,
  /** Longest game id, e.g. "com.example.hover". */
  gameIdLength: 64,
  /** Of one signal. */
  signal: SignalLimits,
  /** How many lobbies of one game the list shows at a time: 300 kB at the very most. */
  listedLobbies: 200,
  /** Unit: bytes of one message on the socket, as encoded. Longer: the socket is closed. */
  messageBytes: 65_536,
  /** One client's messages: this many at once, … */
  burstMessages: 400,
  /** … refilled at this rate. 31 peers joining at once cost about 5 messages each. Unit: messages a second. */
  messagesPerSecond: 60,
  /** One client's bytes: this many at once, … A description with candidates is 3 kB, so 31 peers joining at once are 200 kB. */
  burstBytes: 524_288,
  /** … refilled at this rate, so that nobody can fill another's line faster than that reads. Unit: bytes a second. */
  bytesPerSecond: 65_536,
} as const;

/** Why the lobby refused, or ended. Codes of the `TickmeshError`s that `tickmesh/lobby` throws. */
export const LobbyErrorCode = {
  /** No lobby has this code. */
  UNKNOWN_CODE: "unknown-code",
  FULL: "full",
  LOCKED: "locked",
  WRONG_PASSWORD: "wrong-password",
  /** The server speaks another lobby protocol, or the lobby plays another game or version of it. */
  WRONG_VERSION: "wrong-version",
  INVALID_OPTIONS: "invalid-options",
  /** The lobby is in no state for that, e.g. `republish` while the server has it. */
  WRONG_STATE: "wrong-state",
  /** No answer from the server: not running, or not reachable. */
  SERVER_UNREACHABLE: "server-unreachable",
  /** The server is at its limit of lobbies or connections. */
  SERVER_FULL: "server-full",
  /** This client sent more, larger or other messages than allowed. */
  MISBEHAVED: "misbehaved",
  KICKED: "kicked",
  /** Only the host may do this. */
  NOT_HOST: "not-host",
  /** The seat is not this client's, or was given up. */
  UNKNOWN_SEAT: "unknown-seat",
  /** The lobby was left or its connection is down. */
  NOT_CONNECTED: "not-connected",
  /** Somebody sat down on the same seat later: the same player in another page. */
  REPLACED: "replaced",
} as const;
export type LobbyErrorCode = (typeof LobbyErrorCode)[keyof typeof LobbyErrorCode];

/** WebSocket close code of a socket that the lobby server ends on purpose. The close reason reads `code: reason`. */
export const CLOSE_REFUSED = 4100;

/**
 * How a refusal travels where only text does (HTTP errors, errors while joining, close reasons): the `LobbyErrorCode`, a
 * colon, a space, the reason in words.
 */
export type RefusalText = `${LobbyErrorCode}: ${string}`;

/** Small facts for a list or a screen: a map's name, a colour. JSON values, one level deep. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** A place in a lobby: the id and the secret that proves whose it is. Whoever has both can sit down there. */
export interface Seat {
  readonly peerId: number;
  /** 32 hexadecimal digits. */
  readonly secret: string;
}

/** Options of `create`, as sent. */
export interface CreateRequest {
  readonly protocolVersion: number;
  readonly gameId: string;
  readonly name: string;
  readonly maxPeers: number;
  /** False: joined by code only, never listed. */
  readonly isPublic: boolean;
  readonly password?: string;
  readonly metadata: Metadata;
  readonly profile: Metadata;
  /**
   * Publishes a standing game again, after the server lost it: who sits where. The first seat is the creator's own. Without
   * it, the creator is peer 1.
   */
  readonly seats?: readonly Seat[];
}

/** Options of `join`, as sent. */
export interface JoinRequest {
  readonly protocolVersion: number;
  readonly gameId: string;
  readonly password?: string;
  readonly profile: Metadata;
  /** Comes back to a seat that is held for this player; no password is asked, no lock applies. */
  readonly seat?: Seat;
  /** With `seat`: gives the seat back, and lets nobody in; the answer is `unknown-seat`. Default false. */
  readonly leaves?: boolean;
}

/** Options with which the list of lobbies is joined. */
export interface ListRequest {
  readonly protocolVersion: number;
  /** Only lobbies of this game are told. */
  readonly gameId: string;
}

export interface LobbyMember {
  readonly peerId: number;
  readonly profile: Metadata;
}

/** One line of the list of public lobbies. */
export interface LobbyListing {
  readonly code: string;
  readonly name: string;
  readonly gameId: string;
  readonly peers: number;
  readonly maxPeers: number;
  readonly hasPassword: boolean;
  readonly locked: boolean;
  readonly metadata: Metadata;
}

/** Client to server, by message type. */
export interface ClientMessages {
  signal: { readonly to: number; readonly signal: Signal };
  /** Host only. */
  lock: { readonly locked: boolean };
  /** Host only. */
  kick: { readonly peerId: number };
  /** Host only. Replaces what the list shows. */
  metadata: { readonly metadata: Metadata };
  /** Replaces this player's profile. */
  profile: { readonly profile: Metadata };
}

/** Server to client, by message type. */
export interface ServerMessages {
  /** First message on the socket: who you are and who is there. */
  welcome: {
    readonly seat: Seat;
    readonly code: string;
    readonly name: string;
    readonly maxPeers: number;
    readonly isPublic: boolean;
    readonly hostId: number;
    readonly locked: boolean;
    readonly metadata: Metadata;
    /** Everybody who is present, the receiver too. */
    readonly members: readonly LobbyMember[];
    readonly iceServers: readonly IceServer[];
  };
  joined: { readonly member: LobbyMember };
  left: { readonly peerId: number; readonly reason: "left" | "kicked" | "lost"; readonly hostId: number };
  signal: { readonly from: number; readonly signal: Signal };
  lock: { readonly locked: boolean };
  metadata: { readonly metadata: Metadata };
  profile: { readonly peerId: number; readonly profile: Metadata };
  /** Why the next thing that happens is the socket's closing. */
  refused: { readonly code: LobbyErrorCode; readonly reason: string };
}

/** Server to client in the list room, by message type. */
export interface ListMessages {
  /**
   * What changed since the last one. The first one carries all there is, and comes even if that is nothing.
   * At most `LobbyLimits.listedLobbies` of a game are listed at a time, the oldest.
   */
  lobbies: { readonly changed: readonly LobbyListing[]; readonly removed: readonly string[] };
}
