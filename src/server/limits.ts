/** Bounds and patience of the server. What an operator may set is in `settings.ts`. */

/** Bytes that may wait for one client that does not read. Twice what 31 members can send it while they connect. */
export const MAX_OUTBOUND_BYTES = 1_048_576;
/** A client that was let in says so within this time, or is let go. Unit: ms. */
export const JOIN_DEADLINE_MS = 10_000;
/** A client that was told to go has this long to read why. Unit: ms. */
export const CLOSE_GRACE_MS = 2_000;

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
