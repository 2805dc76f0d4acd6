/** Highest stream of a channel: libdatachannel asks SCTP for 1,024 streams, to save memory. */
export const MAX_STREAM = 1_023;

/** How often a connection that closes is looked at, to find out whether all has arrived. Unit: ms. */
export const LOOK_PERIOD_MS = 8;

/** How long a connection stays once all has arrived, so that a busy far side has read it. Unit: ms. */
export const LINGER_MS = 100;

/**
 * How long an answering side leaves it to the offering one to find a path. The answer must have arrived by then; two sides that can meet
 * only if both search lose this much. Unit: ms.
 */
export const CANDIDATE_DELAY_MS = 500;

/** When leftovers are looked for after the last connection has ended. Twice, since some lead to others. Units: ms. */
export const COLLECT_AFTER_MS: readonly number[] = [250, 1_000];
