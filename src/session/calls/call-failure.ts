/** Why a call has no answer, as a number on the wire. */
export const CallFailure = {
  /** Its handler threw: in words what. */
  THREW: 0,
  /** Nobody handles it there. */
  NO_HANDLER: 1,
  /** The other side has too many of ours in hand. */
  TOO_MANY: 2,
} as const;
