/** The bounds that every backend keeps (duties B8 and B9): a game that stays inside them on one does so on all. */

/** What a pair can carry at least: every browser takes messages of 64 kB. Unit: bytes. */
export const SAFE_MESSAGE_SIZE = 65_536;

/**
 * Largest message, unless who makes a backend asks for another: Chromium's. Firefox would take 1 GiB from another Firefox, all of
 * it in memory at both ends, and a game that was tried with two of those would fail with anybody else. Unit: bytes.
 */
export const MAX_MESSAGE_SIZE = 262_144;

/** What may wait to be sent on one channel: Chromium's. Firefox and libdatachannel would take any amount. Unit: bytes. */
export const MAX_BUFFERED_BYTES = 16_777_216;
