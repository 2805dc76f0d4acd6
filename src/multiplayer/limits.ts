/** How long a connection may take to open, from `addPeer` on. Slow signalling and a TURN server together stay under 10 s. Unit: ms. */
export const CONNECT_TIMEOUT_MS = 15_000;

/**
 * How long a connected peer may be unreachable before it counts as gone, and how long one that is gone stays for what is unread.
 * A phone that changes networks is back within 2 to 3 s; Chromium itself needs 5 s before it says "disconnected". Unit: ms.
 */
export const DISCONNECT_GRACE_MS = 5_000;

/** Extra channels of a mesh: with the three default ones, what a connection allows. */
export const MAX_EXTRA_CHANNELS = 253;

/**
 * How long a packet of an unreliable ordered channel may wait and be sent again, unless `addPeer` says otherwise. Godot's figure: while
 * one is missing, those behind it wait. Unit: ms.
 */
export const ORDERED_LIFETIME_MS = 1;

/**
 * The same for unordered ones, which keep nobody waiting. With 1 ms all that has to wait behind other traffic would be thrown away; with
 * 40 it gets its turn, and is not sent again for all that: at 60 packets a second a loss shows after three more, 50 ms later. Unit: ms.
 */
export const UNORDERED_LIFETIME_MS = 40;

/** Lifetimes are 16 bits on the wire. Unit: ms. */
export const MAX_UNRELIABLE_LIFETIME_MS = 65_535;
