/** Bounds and patience of the connector. */

/** Pairs that a connector keeps at once. Twice the largest mesh: ids that are gone make room only once their end is over. */
export const MAX_PAIRS = 64;

/** Members that everybody connects to: the host and its deputies are three. */
export const MAX_HUBS = 16;

/** Candidates taken from the far side for one attempt, whether they came early or in time. */
export const MAX_CANDIDATES_PER_ATTEMPT = 64;

/**
 * How long candidates are gathered into one message. Browsers tell host candidates within a few ms of each other, those of a STUN
 * server some 20 to 50 ms later. Units: ms.
 */
export const CANDIDATE_BATCH_MS = 30;
export const CANDIDATE_BATCH_MIN_MS = 20;
export const CANDIDATE_BATCH_MAX_MS = 50;

/**
 * How long a description waits for this side's first candidates. Browsers know those of the device itself 2 ms after it, or 100 ms on a
 * machine that does too much at once; a TURN server's take longer. Unit: ms.
 */
export const DESCRIPTION_WAIT_MS = 200;
/** They come in a row: so long after one, the next is not waited for. Unit: ms. */
export const CANDIDATES_SETTLE_MS = 2;
/** Polls that are so far apart come by the tick, and not because something has happened. Unit: ms. */
export const RARE_POLLS_MS = 8;

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

/** Of whom the far side's close is not yet taken for a goodbye: how long a word of it may take by the signaller. Unit: ms. */
export const PARTING_MS = 1_000;

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

/** How long the answer to an ICE restart is waited for. On a slow line, both descriptions take a second. Unit: ms. */
export const RESTART_ANSWER_MS = 3_000;

/** Restarts in a row that may stay unanswered: whoever answers none has a far older connector, or is about to be replaced. */
export const MAX_UNANSWERED_RESTARTS = 3;

/** Between two restarts of one connection: each gathers all candidates anew. Longer than it takes to find a path. Unit: ms. */
export const RESTART_PAUSE_MS = 1_000;

/** How long after its connection broke a pair is in repair: what others see of it is over by then. Unit: ms. */
export const REPAIR_MS = 15_000;

/** The pause after the first failed attempt of a repair, which doubles with each, up to the second one. Unit: ms. */
export const REPAIR_PAUSE_MS = 250;
export const REPAIR_PAUSE_MAX_MS = 2_000;

/**
 * How long the first attempt of a repair may take, which doubles with each: the network that it began on may be another by then.
 * Opening takes eight round trips. Unit: ms.
 */
export const REPAIR_ATTEMPT_MS = 4_000;

/** Least time between two attempts of a pair whose far side asks for them at once. Unit: ms. */
export const RETRY_AT_ONCE_MS = 1_000;

/** What the direct way has before a relay is opened beside it, in a first attempt, and in a repair: a game stands still then. Unit: ms. */
export const HEAD_START_MS = 2_000;
export const REPAIR_HEAD_START_MS = 500;

/**
 * How long the wish to replace a connection may wait for the other member to be in sight, and to be heard: a session has given it
 * up by then. Unit: ms.
 */
export const REPLACE_WISH_MS = 10_000;

/** What an ICE restart has to find a path, from its answer on, before the connection may be replaced. Unit: ms. */
export const RESTART_SETTLE_MS = 1_000;

/**
 * A member that says nothing for so long from the first wish for repair on was out of reach itself: no restart has the time to help then.
 * Unit: ms.
 */
export const OUT_OF_REACH_MS = 2_000;

/** What the connection to such a one has to come back by itself, once it was heard. Unit: ms. */
export const COME_BACK_MS = 250;

/** Least time between two probes of a pair; and, of the far side's, between two that are answered. Units: ms. */
export const PROBE_PAUSE_MS = 3_000;
export const ECHO_PAUSE_MS = 1_000;
