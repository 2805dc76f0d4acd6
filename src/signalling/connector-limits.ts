/** Bounds and patience of the connector. */

/** Pairs that a connector keeps at once. Twice the largest mesh: ids that are gone make room only once their end is over. */
export const MAX_PAIRS = 64;

/** Candidates taken from the far side for one attempt, whether they came early or in time. */
export const MAX_CANDIDATES_PER_ATTEMPT = 64;

/**
 * How long candidates are gathered into one message. Browsers tell host candidates within a few ms of each other, those of a STUN
 * server some 20 to 50 ms later. Units: ms.
 */
export const CANDIDATE_BATCH_MS = 30;
export const CANDIDATE_BATCH_MIN_MS = 20;
export const CANDIDATE_BATCH_MAX_MS = 50;

/** Attempts before a pair stays failed. With the mesh's 15 s for each, about a minute. */
export const MAX_ATTEMPTS = 4;
/** What a caller may ask for at most. */
export const MAX_ATTEMPTS_LIMIT = 1_000;

/**
 * Least time between two offers of one member that are answered: each costs a connection, of which a page has 500. An honest
 * member pauses longer, except right after it was introduced anew. Unit: ms.
 */
export const ANSWER_PAUSE_MS = 250;

/**
 * How long an offer is waited for. Who offers may have to give up an attempt first (15 s) and to pause before the next (10 s at
 * most). Unit: ms.
 */
export const NO_OFFER_MS = 30_000;

/** The pause after the first failed attempt; it doubles with each. Unit: ms. */
export const RETRY_PAUSE_MS = 500;
/** It doubles up to this. Unit: ms. */
export const RETRY_PAUSE_MAX_MS = 8_000;

/**
 * How long a member that said it left may take to close its connections: what it sent before arrives first. As long as its own
 * end may take to deliver (`CLOSE_DEADLINE_MS`), and some for the way. Unit: ms.
 */
export const LEAVE_GRACE_MS = 6_000;

/**
 * A member that came back under its old id may have a new page, whose old connections close late. That such a close is not
 * taken for a goodbye holds this long after it came back. Unit: ms.
 */
export const RETURN_WINDOW_MS = 30_000;

/**
 * How long an attempt that is under way may still take to open once the two were introduced anew. On a round trip of 300 ms,
 * opening takes eight of them. Unit: ms.
 */
export const DOUBT_MS = 3_000;
