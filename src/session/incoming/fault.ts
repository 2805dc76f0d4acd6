/**
 * What a peer can do wrong. Each is counted, what it came with is dropped, and past the limit the peer is disconnected
 * with it as reason.
 */
export const Fault = {
  /** No frame, or its number, acknowledgement, entries or parts cannot be. */
  MALFORMED: "malformed-frame",
  /** A type that the table does not have. */
  UNKNOWN_MESSAGE: "unknown-message",
  /** Bytes that are no payload of their message. */
  WRONG_PAYLOAD: "wrong-payload",
  /** A payload that its validator refused. */
  INVALID_PAYLOAD: "invalid-payload",
  /** A message that this peer may not send. */
  NOT_ALLOWED: "not-allowed",
  /** Longer than the message may be. */
  TOO_LARGE: "too-large",
  /** More than the limit a second. */
  FLOOD: "flood",
} as const;
export type Fault = (typeof Fault)[keyof typeof Fault];
