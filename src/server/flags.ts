import type * as z from "zod";
import { LobbyLimits } from "../lobby/protocol.ts";
import {
  address,
  iceServers,
  keyFile,
  level,
  number,
  origins,
  secret,
  text,
  turnUrls,
  url,
  whole,
  wholeOrNone,
  yesOrNo,
} from "./flag-values.ts";
import { KEY_BYTES, SIGN_IN_SECRET_LENGTH } from "./limits.ts";
import {
  DEFAULT_ADDRESS_LIMITS,
  DEFAULT_CLIENT_LIMITS,
  DEFAULT_ICE_SERVERS,
  DEFAULT_LOBBY_SETTINGS,
} from "./settings.ts";

export interface Flag {
  readonly schema: z.ZodType;
  /** What stands for the value in the help. */
  readonly value: string;
  readonly says: string;
  /** What holds without it, in words. */
  readonly without: string;
  /** Not to be printed. */
  readonly isSecret?: boolean;
  /** May be given without a value, which is "true" then. */
  readonly isSwitch?: boolean;
}

const { idleMs, seatHoldMs, maxSeatHoldMs, maxLobbies, maxPlayers, relayBytesPerSecond, relayBytesPerSecondTotal } =
  DEFAULT_LOBBY_SETTINGS;
const count = whole(1, 1_000_000);
const rate = number(0.001, 1_000_000);
const bytes = whole(1_024, 1_000_000_000_000);

/** Everything that can be set, in the order of the help. */
export const flagGroups = {
  "Where it listens": {
    port: { schema: whole(0, 65_535), value: "PORT", says: "port to listen on, 0 for a free one", without: "2567" },
    host: { schema: text, value: "HOST", says: "address to listen on; 0.0.0.0 for all of them", without: "127.0.0.1" },
    config: { schema: text, value: "FILE", says: "a file of settings, see below", without: "none" },
  },
  "Who may come in": {
    origin: {
      schema: origins,
      value: "ORIGIN",
      says: "whose pages may use the server: https://example.com, or https://*.example.com;\nmay be given several times",
      without: "any",
    },
    "trust-proxy": {
      schema: whole(0, 16),
      value: "N",
      says: "so many proxies stand before the server, each of which adds to X-Forwarded-For",
      without: "0: addresses are those of the sockets",
    },
    "jwt-secret": {
      schema: secret(SIGN_IN_SECRET_LENGTH),
      value: "SECRET",
      says: "players bring a JWT signed with this (HS256, HS384, HS512)",
      without: "anybody may play",
      isSecret: true,
    },
    "jwt-jwks": {
      schema: url(/^https?:/, "is no http: or https: address"),
      value: "URL",
      says: "players bring a JWT signed with one of the keys that are there",
      without: "anybody may play",
    },
    "jwt-issuer": { schema: text, value: "TEXT", says: "who must have issued it (iss)", without: "anybody" },
    "jwt-audience": { schema: text, value: "TEXT", says: "whom it must be for (aud)", without: "anybody" },
    key: {
      schema: keyFile(KEY_BYTES),
      value: "FILE",
      says: "signs what players come back with, at least 32 bytes; the same for all processes of a\nservice, and after a restart. If it is not there, it is made",
      without: "a new one at each start: then lobbies end with their process",
      isSecret: true,
    },
  },
  "Ways between players": {
    "ice-servers": {
      schema: iceServers,
      value: "JSON",
      says: 'STUN and TURN servers for the players, an array as RTCPeerConnection takes it, or "none"',
      without: JSON.stringify(DEFAULT_ICE_SERVERS),
    },
    "turn-urls": {
      schema: turnUrls,
      value: "URLS",
      says: "a TURN server that takes credentials made with --turn-secret, as coturn's use-auth-secret;\nwith commas between",
      without: "none",
    },
    "turn-secret": {
      schema: secret(16),
      value: "SECRET",
      says: "what that server knows as static-auth-secret",
      without: "none",
      isSecret: true,
    },
    "turn-ttl-seconds": {
      schema: whole(60, 604_800),
      value: "N",
      says: "how long credentials are good",
      without: "3600",
    },
    relay: {
      schema: yesOrNo,
      value: "true|false",
      says: "whether packets of players who find no path may pass through this server",
      without: "true",
    },
    "relay-bytes-per-second": {
      schema: bytes,
      value: "N",
      says: "what one player may send that way",
      without: String(relayBytesPerSecond),
    },
    "relay-bytes-per-second-total": {
      schema: bytes,
      value: "N",
      says: "what all players of this process may send that way",
      without: String(relayBytesPerSecondTotal),
    },
  },
  "Limits, of each process for itself": {
    "max-lobbies": { schema: count, value: "N", says: "lobbies at a time", without: String(maxLobbies) },
    "max-players": {
      schema: whole(LobbyLimits.maxPeersMin, LobbyLimits.maxPeersMax),
      value: "N",
      says: "players of one lobby, whatever its creator asks for",
      without: String(maxPlayers),
    },
    "max-connections": { schema: count, value: "N", says: "WebSockets at a time", without: "10000" },
    "max-connections-per-address": {
      schema: count,
      value: "N",
      says: "of those, from one address; a player needs two or three",
      without: String(DEFAULT_ADDRESS_LIMITS.maxConnectionsPerAddress),
    },
    "join-burst": {
      schema: count,
      value: "N",
      says: "joins and list requests of one address at once, …",
      without: String(DEFAULT_ADDRESS_LIMITS.joinBurst),
    },
    "joins-per-second": {
      schema: rate,
      value: "N",
      says: "… and from then on",
      without: String(DEFAULT_ADDRESS_LIMITS.joinsPerSecond),
    },
    "create-burst": {
      schema: count,
      value: "N",
      says: "lobbies created by one address at once, …",
      without: String(DEFAULT_ADDRESS_LIMITS.createBurst),
    },
    "creates-per-second": {
      schema: rate,
      value: "N",
      says: "… and from then on",
      without: String(DEFAULT_ADDRESS_LIMITS.createsPerSecond),
    },
    "message-bytes": {
      schema: whole(16_384, LobbyLimits.burstBytes),
      value: "N",
      says: "longest message of a player; a description of a connection is some 3000",
      without: String(DEFAULT_CLIENT_LIMITS.messageBytes),
    },
    "messages-per-second": {
      schema: whole(LobbyLimits.messagesPerSecond, 100_000),
      value: "N",
      says: `messages of a player, after the first ${LobbyLimits.burstMessages}; pages count on no less than this`,
      without: String(DEFAULT_CLIENT_LIMITS.messagesPerSecond),
    },
    "bytes-per-second": {
      schema: whole(LobbyLimits.bytesPerSecond, 1_000_000_000),
      value: "N",
      says: `bytes of those, after the first ${LobbyLimits.burstBytes}; likewise`,
      without: String(DEFAULT_CLIENT_LIMITS.bytesPerSecond),
    },
    "seat-hold-seconds": {
      schema: number(0, 86_400),
      value: "N",
      says: "how long a lost player's seat is kept, if the lobby's creator does not say",
      without: String(seatHoldMs / 1_000),
    },
    "max-seat-hold-seconds": {
      schema: number(1, 86_400),
      value: "N",
      says: "the longest that a creator may say",
      without: String(maxSeatHoldMs / 1_000),
    },
    "idle-minutes": {
      schema: wholeOrNone(1, 100_000),
      value: "N|none",
      says: "a lobby in which so long nothing was said, and only one player is, is closed",
      without: String((idleMs ?? 0) / 60_000),
    },
  },
  "Several processes": {
    redis: {
      schema: url(/^rediss?:/, "is no redis: or rediss: address"),
      value: "URL",
      says: "redis://user:password@host:port/database: all that share it are one service",
      without: "this process alone",
      isSecret: true,
    },
    "public-address": {
      schema: address(true),
      value: "ADDRESS",
      says: "where players reach this process alone, host:port and perhaps a path",
      without: "processes hand sockets on to each other",
    },
    "internal-address": {
      schema: address(false),
      value: "HOST:PORT",
      says: "where the other processes reach this one",
      without: "this machine's first address, and --port",
    },
    "drain-seconds": {
      schema: number(0, 300),
      value: "N",
      says: "after SIGTERM, how long those who send players here may take to notice /ready",
      without: "5 with --redis, else 0",
    },
  },
  Watching: {
    "admin-port": {
      schema: wholeOrNone(0, 65_535),
      value: "PORT|none",
      says: "port for /health, /ready, /metrics and /monitor",
      without: "--port and one, or any free one if that is 0",
    },
    "admin-host": { schema: text, value: "HOST", says: "address for that", without: "127.0.0.1" },
    "monitor-password": {
      schema: secret(12),
      value: "SECRET",
      says: "turns Colyseus' monitor on, under /monitor, for the user admin",
      without: "no monitor",
      isSecret: true,
    },
    "log-level": {
      schema: level,
      value: "LEVEL",
      says: "info, warn or error",
      without: "info",
    },
    "log-addresses": {
      schema: yesOrNo,
      value: "true|false",
      says: "whether players' addresses stand in the log",
      without: "false",
      isSwitch: true,
    },
  },
} satisfies Record<string, Record<string, Flag>>;

export const flags: Readonly<Record<string, Flag>> = Object.assign({}, ...Object.values(flagGroups));
