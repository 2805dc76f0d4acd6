/**
 * What the lobby's browser side and its server say to each other. The only thing that the two share: types, names and
 * bounds, no code of either. A change that an older side would misread raises `LOBBY_PROTOCOL_VERSION`.
 */
import type { IceServer } from "../seam/connection-backend.ts";
import { SignalLimits } from "../signalling/signal-limits.ts";
import type { Signal } from "../signalling/signaller.ts";

export const LOBBY_PROTOCOL_VERSION = 3;

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
  /** Longest seat token, and longest record, as text. Unit: ASCII letters. */
  tokenLength: 1_024,
  recordLength: 8_192,
  /** Signals that one side keeps until the other has read them; past it they are kept no more, as if the seat were new. */
  keptSignals: 512,
  /** As many bytes of them. */
  keptSignalBytes: 262_144,
  /** Signals after which they are acknowledged, … */
  signalsPerAck: 16,
  /** … or, by a page, after so long: the server keeps them for many. Unit: ms. */
  ackAfterMs: 1_000,
  /** Bounds on how long a host may have seats held, if the server's operator says nothing else. Unit: ms. */
  seatHoldMsMin: 1_000,
  /** Of one frame on a relay's socket: the longest packet, and what stands before it. Unit: bytes. */
  relayFrameBytes: 65_568,
  /** Highest term of a host. */
  maxTerm: 2_147_483_647,
} as const;

/**
 * Packets through the relay travel as Colyseus' raw bytes under this type: `[17, 0]`, then the other peer's id (to the server:
 * who is to get it; from the server: whose it is) as 4 bytes, big-endian, then the packet.
 */
export const RELAY_TYPE = 0;

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
  /** The lobby is in no state for that, e.g. its relay is off. */
  WRONG_STATE: "wrong-state",
  /** Somebody else has opened this lobby again: sit down in it. */
  ALREADY_OPEN: "already-open",
  /** No answer from the server: not running, or not reachable. */
  SERVER_UNREACHABLE: "server-unreachable",
  /** The server is at its limit of lobbies or connections. */
  SERVER_FULL: "server-full",
  /** This client sent more, larger or other messages than allowed. */
  MISBEHAVED: "misbehaved",
  KICKED: "kicked",
  /** Only the host may do this. */
  NOT_HOST: "not-host",
  /** The lobby was closed because nothing happened in it for too long. */
  IDLE: "idle",
  /** The server wants a sign-in, and this one is missing, wrong or over. */
  NOT_SIGNED_IN: "not-signed-in",
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

/**
 * Who is connected to whom. `mesh`: everybody to everybody. `star`: everybody to the host, and to who could be host next; the others
 * reach each other through these.
 */
export type LobbyShape = "mesh" | "star";

/** A place in a lobby, and what proves whose it is. Whoever has it can sit down there. */
export interface Seat {
  /** Of the lobby. */
  readonly code: string;
  readonly peerId: number;
  /** Signed by the server. Each sitting-down gives a new one; those before the newest that was used are void. */
  readonly token: string;
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
  /** How long a lost player's seat is kept; the server brings it within its own bounds. Default: the server's. Unit: ms. */
  readonly seatHoldMs?: number;
  /** Default: a mesh. */
  readonly shape?: LobbyShape;
}

/** Options of `create`, as sent, that open a lobby again under its old code, after the server lost it. */
export interface ReopenRequest {
  readonly protocolVersion: number;
  readonly gameId: string;
  readonly profile: Metadata;
  /** The asker's seat. */
  readonly token: string;
  /** What the server last said of the lobby, signed by it. */
  readonly record: string;
  /** Whose seats are to be held, by what the asker knows: members it has seen. */
  readonly members: readonly number[];
}

/** Options of `join`, as sent. */
export interface JoinRequest {
  readonly protocolVersion: number;
  readonly gameId: string;
  readonly password?: string;
  /** Default: with `token` the one that the seat had, as far as the server knows, else `{}`. */
  readonly profile?: Metadata;
  /** Comes back to a seat that is held for this player; no password is asked, no lock applies. */
  readonly token?: string;
  /** With `token`, from the page that sat there before: how many signals it has read. Without: another page, or the first. */
  readonly resume?: { readonly received: number };
  /** With `token`: gives the seat back, and lets nobody in; the answer is `unknown-seat`. Default false. */
  readonly leaves?: boolean;
  /** With `token`: a second socket of somebody who sits there, for relayed packets alone. Default false. */
  readonly relay?: boolean;
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
  readonly shape: LobbyShape;
  readonly metadata: Metadata;
}

/** Client to server, by message type. */
export interface ClientMessages {
  /** Signals are numbered from 1 by their order, in each direction, as long as the seat is kept and its page is the same. */
  signal: { readonly to: number; readonly signal: Signal };
  /** How many signals of the server's this side has read. The first, at once, confirms the welcome. */
  ack: { readonly received: number };
  /** Host only. */
  lock: { readonly locked: boolean };
  /** Host only. */
  kick: { readonly peerId: number };
  /** Host only. Replaces what the list shows. */
  metadata: { readonly metadata: Metadata };
  /** Replaces this player's profile. */
  profile: { readonly profile: Metadata };
  /** Whom this player takes for host, since that term: counts while the host that was chosen last is not there, or is who says it. */
  host: { readonly hostId: number; readonly term: number };
}

/** Server to client, by message type. */
export interface ServerMessages {
  /** First message on the socket: who you are and who is there. */
  welcome: {
    readonly seat: Seat;
    /** The lobby as it is, signed: for opening it again. Later ones come as `record`. */
    readonly record: string;
    /** Another one after the lobby was opened again: 32 hexadecimal digits. */
    readonly instance: string;
    /** How many of this client's signals the server has read; `null`: it counts from 0 again. */
    readonly resumed: number | null;
    readonly code: string;
    readonly name: string;
    readonly maxPeers: number;
    readonly isPublic: boolean;
    readonly shape: LobbyShape;
    readonly hostId: number;
    /** Since which term that one is host, as the members agreed; 0: they never had to. */
    readonly hostTerm: number;
    readonly locked: boolean;
    readonly metadata: Metadata;
    /** How long a lost player's seat is kept. Unit: ms. */
    readonly seatHoldMs: number;
    /** Whether packets can be sent through the server. */
    readonly hasRelay: boolean;
    /** Everybody who is present, the receiver too. */
    readonly members: readonly LobbyMember[];
    readonly iceServers: readonly IceServer[];
  };
  joined: { readonly member: LobbyMember };
  left: { readonly peerId: number; readonly reason: "left" | "kicked" | "lost"; readonly hostId: number };
  signal: { readonly from: number; readonly signal: Signal };
  ack: { readonly received: number };
  lock: { readonly locked: boolean };
  metadata: { readonly metadata: Metadata };
  profile: { readonly peerId: number; readonly profile: Metadata };
  /**
   * The members agreed on another host; or, if it merely stands in, one took the place that was host before the lobby was opened again,
   * until they agree on another.
   */
  host: { readonly hostId: number; readonly term: number; readonly standsIn?: boolean };
  /** What this client asked for as host, and is not: it may have been when it asked. Or it may not do that. */
  undone: { readonly type: "lock" | "kick" | "metadata"; readonly peerId?: number };
  /** In place of the ones before: their credentials end. */
  "ice-servers": { readonly iceServers: readonly IceServer[] };
  /** In place of the one before: its time ends. */
  seat: { readonly token: string };
  /** In place of the one before: the lobby changed. */
  record: { readonly record: string };
  /** Why the next thing that happens is the socket's closing. */
  refused: { readonly code: LobbyErrorCode; readonly reason: string };
}

/** Server to client on a relay's socket, by message type. Packets come as raw bytes: `RELAY_TYPE`. */
export interface RelayMessages {
  /** First: who else has a relay socket. */
  "relay-welcome": { readonly peers: readonly number[] };
  /** From now on packets reach this one. */
  "relay-up": { readonly peerId: number };
  /** No more. */
  "relay-down": { readonly peerId: number };
}

/** Server to client in the list room, by message type. */
export interface ListMessages {
  /**
   * What changed since the last one. The first one carries all there is, and comes even if that is nothing.
   * At most `LobbyLimits.listedLobbies` of a game are listed at a time, the oldest.
   */
  lobbies: { readonly changed: readonly LobbyListing[]; readonly removed: readonly string[] };
}
