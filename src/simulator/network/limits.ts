/**
 * Figures of the virtual path, from Chromium's: its checks and pings (`p2p_constants` of libwebrtc), the time-outs that were
 * measured of it (`docs/calibration.md`), and the hand-shakes' retransmissions (RFC 6347, RFC 9260).
 */

/** A STUN request or answer with its attributes, IP and UDP included. Unit: bytes. */
export const CHECK_BYTES = 128;

/** Between two checks while no path is found. Unit: µs. */
export const CHECK_INTERVAL_US = 50_000;

/** How long checks may stay unanswered. Unit: µs. */
export const CHECKS_FAIL_US = 15_000_000;

/** Between two pings on a path that is well, and on one whose last ping is not answered yet. Unit: µs. */
export const PING_INTERVAL_US = 2_500_000;
export const LATE_PING_INTERVAL_US = 500_000;

/** Silence after which a path is told as disconnected, and as failed. Unit: µs. */
export const DISCONNECTED_US = 5_500_000;
export const FAILED_US = 15_500_000;

/**
 * Sizes of the flights: DTLS 1.2's hello, certificate, certificate and finish, SCTP's INIT, INIT-ACK, COOKIE-ECHO, COOKIE-ACK.
 * The even ones come from who answered the offer. Unit: bytes, IP and UDP included.
 */
export const FLIGHT_BYTES: readonly number[] = [240, 780, 720, 120, 170, 470, 380, 100];

/** The first flight of SCTP. */
export const SCTP_FLIGHT = 4;

/** A flight of DTLS is sent again after twice the round trip, within these bounds, and then each time after twice as long. Unit: µs. */
export const FLIGHT_RETRY_MIN_US = 50_000;
export const FLIGHT_RETRY_MAX_US = 3_000_000;

/** A flight of SCTP is sent again after this (dcSCTP's T1). Unit: µs. */
export const SCTP_RETRY_US = 1_000_000;

/** A browser's work for one operation on a connection. Unit: µs. */
export const OPERATION_US = 500;

/** When the first candidate comes after the local description is set, and each further one. Unit: µs. */
export const GATHER_US = 1_000;

/** When a device without STUN servers has all its candidates. Unit: µs. */
export const GATHERED_US = 20_000;

/** Candidates of one connection: one for each interface. */
export const CANDIDATES = 2;

/** How far a clock may be ahead or behind at the start: a day. Unit: ms. */
export const MAX_CLOCK_OFFSET_MS = 86_400_000;

/** A clock that is wrong by half is broken. Unit: millionths. */
export const MAX_CLOCK_DRIFT_PPM = 500_000;

/** Ten minutes: browsers let nobody stand still for longer. Unit: ms. */
export const MAX_STALL_MS = 600_000;
