/** Why a call has no answer, as a number on the wire. Its handler threw: in words what. */
export const THREW = 0;
/** Nobody handles it there. */
export const NO_HANDLER = 1;
/** The other side has too many of ours in hand. */
export const TOO_MANY = 2;
