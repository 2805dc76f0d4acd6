/** Bounds and patience of the server. What an operator may set is in `settings.ts`. */

/** Bytes that may wait for one client that does not read. Twice what 31 members can send it while they connect. */
export const MAX_OUTBOUND_BYTES = 1_048_576;
/** A client that was let in says so within this time, or is let go. Unit: ms. */
export const JOIN_DEADLINE_MS = 10_000;
/** A client that was told to go has this long to read why. Unit: ms. */
export const CLOSE_GRACE_MS = 2_000;

/** Shorter keys and secrets could be guessed, or looked for. */
export const KEY_BYTES = 32;
/** Of what others sign players' JWTs with. Unit: UTF-16 units, which are bytes at least. */
export const SIGN_IN_SECRET_LENGTH = 32;

/** Longest body of a matchmaking request. Unit: bytes. 32 seats, a name, a password and two metadata are about 6,000. */
export const MAX_REQUEST_BYTES = 16_384;
/** How long a request, or its headers, may take to come, from the connection's beginning: who says nothing holds nothing. Unit: ms. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** How often Node looks for those; by default every 30 s. Unit: ms. */
export const REQUEST_CHECK_MS = 1_000;
/** How long a connection may stay open between two requests. Unit: ms. */
export const KEEP_ALIVE_MS = 5_000;
/**
 * TCP connections of one address that are no WebSockets: they carry requests, or nothing at all. A browser has up to six, for some
 * seconds; a class room of forty that joins at once stays within.
 */
export const MAX_PLAIN_CONNECTIONS_PER_ADDRESS = 256;
/** Those of all addresses together. */
export const MAX_PLAIN_CONNECTIONS = 4_096;

/** Pieces in which one message may come, and reads in which one piece may: each costs far more than its bytes. */
export const MAX_FRAGMENTS = 64;
export const MAX_BUFFERED_CHUNKS = 1_024;

/** A socket whose machine has gone silent is cut off after 12 to 16 s: a page on a busy machine may be late by some. Unit: ms. */
export const PING_INTERVAL_MS = 4_000;
export const PING_RETRIES = 3;
/** How long clients have to hear that the server goes. Unit: ms. */
export const FAREWELL_MS = 200;

/** At most one reading of the lobbies for the list in this time, however many change. Unit: ms. */
export const LIST_REFRESH_MS = 250;
/** A reading at least this often: a process that died says nothing. Unit: ms. */
export const LIST_SWEEP_MS = 5_000;

/** How long a drawn code stays claimed while its lobby is being made. Unit: s. */
export const CODE_CLAIM_SECONDS = 30;
/** Of 11 million codes so few are taken that two draws hardly ever fail. */
export const MAX_CODE_DRAWS = 20;

/** So many addresses are kept in mind before those are forgotten that have done nothing lately. */
export const ADDRESS_SWEEP_AT = 4_096;

/** Colyseus reports each client's broken frame at length; no client shall be able to fill the disk with that. */
export const LOG_LINES_AT_ONCE = 20;
export const LOG_LINES_PER_SECOND = 1 / 3;

/** How long Redis may take to answer, or to be connected to. Unit: ms. */
export const REDIS_PATIENCE_MS = 2_000;
/** How long a server that starts waits for its Redis. Unit: ms. */
export const FIRST_REDIS_MS = 10_000;
/** Pauses between tries to connect to it again: they double. Unit: ms. */
export const FIRST_REDIS_PAUSE_MS = 100;
export const LONGEST_REDIS_PAUSE_MS = 2_000;
/** How often a process says that it lives. Unit: ms. */
export const HEARTBEAT_MS = 2_000;
/** One that has not said so for this long is taken for dead. Unit: s. */
export const PROCESS_LIFE_SECONDS = 6;
/** How long a process may take to be reached by another of its service. Unit: ms. */
export const FORWARD_PATIENCE_MS = 3_000;
/** How far the clock of who signs players in may be off. Unit: s. */
export const CLOCK_DIFFERENCE_SECONDS = 30;
/** How long a server that was told to end may take for it, once it has let its members know. Unit: ms. */
export const CLOSE_DEADLINE_MS = 5_000;

/**
 * Bytes of relayed packets that may wait for one member that does not read: 31 others may each have a window of 64 KiB under way to it.
 */
export const MAX_RELAY_OUTBOUND_BYTES = 4_194_304;
/** So many packets: each costs some 430 bytes beside its own, so that the smallest would make these 4 MiB 90. */
export const MAX_RELAY_OUTBOUND_PACKETS = 32_768;
/** What one member may send through the relay at once, after a rest: a window to each of two peers. */
export const RELAY_BURST_BYTES = 131_072;
/** What all may send at once, after a rest of all. */
export const RELAY_SHARED_BURST_BYTES = 4_194_304;
/** What a relayed packet counts beyond its bytes for who sends it, and for all: what it costs to read and write one. */
export const RELAY_PACKET_COST_BYTES = 192;
export const RELAY_SHARED_PACKET_COST_BYTES = 512;
/** What anybody may send though all together send too much. Unit: bytes a second. */
export const RELAY_LEAST_BYTES_PER_SECOND = 8_192;
/** A relay's socket outlives its member's goodbye by so long: its connections say goodbye, too. Unit: ms. */
export const RELAY_LINGER_MS = 6_000;
/** After so long of not being read a relay's socket is to be seen to, or it would be taken for dead. Unit: ms. */
export const RELAY_REST_STEP_MS = 6_000;
/** It is not read for so long at most. Unit: ms. */
export const MAX_RELAY_REST_MS = 30_000;

/** Seats that are void are kept in mind, so many of a lobby: whoever has their tokens is not let in. */
export const MAX_BANNED = 256;
/** At most one signing of a lobby's record in this time, however often it changes. Unit: ms. */
export const RECORD_REFRESH_MS = 100;
/**
 * How much higher a host's term may be than the last that was agreed on: two who name each other a hundred times a second would need two
 * weeks to use them up.
 */
export const MAX_TERM_STEP = 16;

/** Changes of profiles, metadata and locks that a lobby tells, counted by who hears them: each of 32 tells all others twice at once, … */
export const ANNOUNCED_AT_ONCE = 1_984;
/** … then so many a second: in a lobby of 8, 71 changes; in one of 32, 16. */
export const ANNOUNCED_PER_SECOND = 500;
/** At most one reporting of a lobby to the list in this time, however often it changes. Unit: ms. */
export const PUBLISH_PAUSE_MS = 200;
