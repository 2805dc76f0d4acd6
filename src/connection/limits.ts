/** Bounds of one connection. Each can be reached only by a faulty or hostile far side, or by a game that never reads. */

/**
 * Bytes that may have arrived and not been read, over all channels. A reliable sender can fill Chromium's own send buffer
 * (16 MiB) in one go, so a game that does so and is then slow for some seconds stays inside.
 */
export const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

/** What an unread packet is charged beside its bytes, so that empty packets are bounded too. About what it costs in memory. */
export const UNREAD_PACKET_OVERHEAD_BYTES = 64;

/** Candidates kept until the remote description is there. A machine with many interfaces and TURN servers makes some 50. */
export const MAX_EARLY_CANDIDATES = 256;

/** UTF-16 units in a candidate line. Real ones stay under 300. */
export const MAX_CANDIDATE_LENGTH = 4_096;

/** Channels of one connection, made here or by the far side. Chromium itself stops at 1,024. */
export const MAX_CHANNELS = 256;

/**
 * How long a path may take once both descriptions are set. Chromium says "failed" after 15 to 16 s, if it was given any remote
 * candidate at all: the browser's own verdict comes first where there is one. Unit: ms.
 */
export const OPEN_TIMEOUT_MS = 20_000;

/** SCTP carries a label or a protocol in 16 bits of length. Unit: bytes of UTF-8. */
export const MAX_LABEL_BYTES = 65_535;

/** 65,535 means "none" in SCTP. */
export const MAX_CHANNEL_ID = 65_534;

/** Lifetime in ms, and number of retransmissions, are 16 bits on the wire. */
export const MAX_RELIABILITY_PARAMETER = 65_535;

/** What `encodeBufferMaxSize` may be: Godot's bounds. Unit: bytes. */
export const MIN_ENCODE_BUFFER_BYTES = 1_024;
export const MAX_ENCODE_BUFFER_BYTES = 268_435_456;
