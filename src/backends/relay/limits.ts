import { MAX_RELAY_PACKET_BYTES, RELAY_WINDOW_BYTES } from "../../seam/relay-pipe.ts";

/**
 * Payload of one packet: long messages travel in parts of this size, so that the channels of a connection take turns. With their
 * headers, three of them fit in `RELIABLE_WINDOW_BYTES`. Unit: bytes.
 */
export const PART_BYTES = 16_381;

/** Of the window, what reliable messages may take. The rest is left to unreliable ones, which do not wait. Unit: bytes. */
export const RELIABLE_WINDOW_BYTES = (RELAY_WINDOW_BYTES / 4) * 3;

/** So many bytes are acknowledged in one go. Unit: bytes. */
export const ACKNOWLEDGED_BYTES = 8_192;

/** A label and a protocol together, so that they fit in one packet with what else is said of a channel. Unit: bytes of UTF-8. */
export const MAX_NAMES_BYTES = MAX_RELAY_PACKET_BYTES - 64;

/** Channels that a far side may make: as Chromium. */
export const MAX_CHANNELS = 1_024;

/** Packets that make no sense, after which the line is given up. Those of channels that were let go of are none. */
export const MAX_FAULTS = 256;
