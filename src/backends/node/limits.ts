/** Highest stream of a channel: libdatachannel asks SCTP for 1,024 streams, to save memory. */
export const MAX_STREAM = 1_023;

/** What a pair can carry at least, before the two have told each other: every browser takes messages of 64 kB. Unit: bytes. */
export const SAFE_MESSAGE_SIZE = 65_536;

/** What libdatachannel takes, and Chromium too. Unit: bytes. */
export const DEFAULT_MAX_MESSAGE_SIZE = 262_144;

/** What may wait to be sent on one channel. libdatachannel knows no bound; this is Chromium's. Unit: bytes. */
export const MAX_BUFFERED_BYTES = 16_777_216;

/** How often open channels are looked at, to find out which have closed: half of what a game at 60 Hz would notice. Unit: ms. */
export const PULSE_MS = 8;
