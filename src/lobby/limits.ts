/** Bounds and patience of a lobby's browser side. */

/** Of one request, from the call to the admission. Unit: ms. */
export const REQUEST_TIME_LIMIT_MS = 10_000;

/**
 * Notices that may wait for a poll: past it the socket is given up, and not opened again before all is read. A page that is hidden
 * for long misses some 30 joins and leaves, not a thousand.
 */
export const MAX_NOTICES = 1_024;

/** What a host may have asked for without an answer. As many as may wait to be sent: answers take a round trip. */
export const MAX_UNANSWERED_ACTIONS = 512;

/** Messages that may wait to be sent. Ten seconds' worth; 31 members who join at once cause about 300. */
export const MAX_WAITING_MESSAGES = 512;
/** How much of the server's allowance is used: its clock and ours need not agree, and pings count too. Ratio. */
export const ALLOWANCE_SHARE = 0.75;

/** Pause before the first try to come back to a lobby, or to the list; it doubles with each. Unit: ms. */
export const FIRST_PAUSE_MS = 1_000;
/** Up to this, for a lobby: its seat is held for a minute. Unit: ms. */
export const LOBBY_LONGEST_PAUSE_MS = 15_000;
/** Up to this, for the list: somebody looks at it. Unit: ms. */
export const LIST_LONGEST_PAUSE_MS = 10_000;

/** Who finds a lobby forgotten opens it again after so long for each member before it, so that they do not all try at once. Unit: ms. */
export const REOPEN_STEP_MS = 200;

/** How long a relay's socket is kept that no connection needs. Unit: ms. */
export const RELAY_IDLE_MS = 30_000;
/** How long connections through the relay have to say goodbye once the lobby was left: as long as direct ones. Unit: ms. */
export const RELAY_LINGER_MS = 6_000;
/** Pause before the first try to have a relay's socket again; it doubles with each, … Unit: ms. */
export const RELAY_FIRST_PAUSE_MS = 250;
/** … up to this. Unit: ms. */
export const RELAY_LONGEST_PAUSE_MS = 8_000;
/** What may wait in a relay's socket: the rest waits before it, where each line has its turn. Unit: bytes. */
export const RELAY_SOCKET_BYTES = 65_536;
/** How often is looked whether a relay's socket has room again. Unit: ms. */
export const RELAY_PUMP_MS = 5;

/** How long a seat that was left while the server was away is tried to be given back: servers hold it as long. Unit: ms. */
export const SEAT_RETURN_MS = 60_000;
/** Pause between two tries of that. Unit: ms. */
export const SEAT_RETURN_PAUSE_MS = 2_000;

/** So long after the server's last word on who is host, whoever still takes another for it may say so. Unit: ms. */
export const HOST_STAYS_MS = 3_000;

/** Pause between two pings. Unit: ms. */
export const PING_MS = 5_000;
/**
 * A server that leaves so many pings in a row unanswered, and says nothing else, is lost. Counted, not timed: a page that slept,
 * or whose timers are throttled, asks before it judges.
 */
export const UNANSWERED_PINGS = 3;
/** The same while something is under way that is wanted soon: a game stands still then, and a session gives up after 8 s. Unit: ms. */
export const HURRIED_PING_MS = 1_000;
export const UNANSWERED_HURRIED_PINGS = 2;
