/**
 * What a frame is. Every frame begins with four bytes, a number with its highest byte first: 4 bits kind, 14 bits the frame's number,
 * 14 bits acknowledgement.
 */

/** Entries, on the reliable channel; numbered from 0 for each epoch. */
export const RELIABLE = 1;
/** Entries, on the unreliable channel; numbered from 0 by themselves. With none, it only acknowledges. */
export const UNRELIABLE = 2;
/** The three of the handshake, on the reliable channel. */
export const HELLO = 3;
export const ACCEPT = 4;
export const REFUSE = 5;
/** Those of a star: what a hub is to forward, and has forwarded, on either channel; the other two on the reliable one. */
export const FORWARD = 6;
export const FORWARDED = 7;
export const ROSTER = 8;
export const DEPARTURE = 9;
