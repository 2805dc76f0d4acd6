/** Highest stream of a channel: libdatachannel asks SCTP for 1,024 streams, to save memory. */
export const MAX_STREAM = 1_023;

/** What a pair can carry at least, before the two have told each other: every browser takes messages of 64 kB. Unit: bytes. */
export const SAFE_MESSAGE_SIZE = 65_536;

/** What libdatachannel takes, and Chromium too. Unit: bytes. */
export const DEFAULT_MAX_MESSAGE_SIZE = 262_144;

/** What may wait to be sent on one channel. libdatachannel knows no bound; this is Chromium's. Unit: bytes. */
export const MAX_BUFFERED_BYTES = 16_777_216;

/** How often a connection that closes is looked at, to find out whether all has arrived. Unit: ms. */
export const LOOK_PERIOD_MS = 8;

/**
 * How long an answering side leaves it to the offering one to find a path. The answer must have arrived by then; two sides that can meet
 * only if both search lose this much. Unit: ms.
 */
export const CANDIDATE_DELAY_MS = 500;

/** When leftovers are looked for after the last connection has ended. Twice, since some lead to others. Units: ms. */
export const COLLECT_AFTER_MS: readonly number[] = [250, 1_000];
