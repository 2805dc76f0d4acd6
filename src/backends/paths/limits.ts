/** How long who asked for the relay waits for an answer while a direct way is open already, before it takes that. Unit: ms. */
export const ANSWER_MS = 3_000;

/** Pauses before the relay is tried again while nothing carries, and between searches for a direct way while it does. Unit: ms. */
export const RELAY_PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;
export const SEARCH_PAUSES_MS = [5_000, 10_000, 20_000, 40_000, 60_000] as const;

/** How long one search may take. Chromium says "failed" after 15 to 16 s, but not always. Unit: ms. */
export const SEARCH_MS = 20_000;

/** Two searches begin so far apart at least, whoever wishes for them. Unit: ms. */
export const MIN_SEARCH_PAUSE_MS = 2_000;

/**
 * What may be sent directly on a channel while the far side has not confirmed that it has all that was relayed: it has to hold that much.
 * Unit: bytes.
 */
export const UNCONFIRMED_BYTES = 1_048_576;

/** What has come directly and waits for what was relayed, over all channels. Honest peers stay far below. Unit: bytes. */
export const MAX_HELD_BYTES = 16_777_216;

/** What one message that waits is charged beside its bytes. */
export const HELD_OVERHEAD_BYTES = 64;

/** Bounds of what the far side says while a direct way is searched. Unit: UTF-16 units. */
export const MAX_SDP_LENGTH = 50_000;
export const MAX_CANDIDATE_LENGTH = 4_096;

/** Candidates of one search. */
export const MAX_CANDIDATES = 256;
