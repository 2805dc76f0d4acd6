/** Bounds on one `Signal`, checked wherever signals come in: by the connector, between tabs, at the server's door. */
export const SignalLimits = {
  /** Unit: UTF-16 units. A data-only description is about 700; one with twenty candidates in it 3,000. */
  sdpLength: 16_384,
  /** Unit: UTF-16 units of a candidate line. The longest seen (a TURN relay over TCP, IPv6) are under 300. */
  candidateLength: 1_024,
  /** Browsers write "0", "data" or a few digits more. Unit: UTF-16 units of a section's `mid`. */
  mediaLength: 64,
  /** Sections are numbered from 0; a data-only description has one. */
  maxIndex: 255,
  /** A machine with four interfaces and a TURN server has about twenty. */
  candidatesPerSignal: 32,
  /** Attempts are numbered from 1 to this. */
  maxAttempt: 2_147_483_647,
  /** ICE restarts within an attempt are numbered from 1 to this. */
  maxRestart: 2_147_483_647,
} as const;
