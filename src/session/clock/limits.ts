/** Bounds of the session clock. Honest hosts meet none of them; a lying host gets no further than they say. */

/** How much faster or slower than the machine's clock time may run while it is corrected. Little enough not to be seen in a game. */
export const MAX_SLEW_RATIO = 0.05;

/** What time is behind by more than this is jumped, not made up at 5 %: 250 ms would take 5 s. Unit: ms. */
export const JUMP_BEYOND_MS = 250;

/** How far a clock that runs lets a host move it at once. Whoever was away longer than this has lost its session. Unit: ms. */
export const MAX_STEP_MS = 60_000;

/** Least time between two jumps: a host whose word changes all the time must not make a game jump all the time. Unit: ms. */
export const JUMP_PAUSE_MS = 10_000;

/**
 * How long time is trusted to go on by itself, without a sample that was taken: what is left of the drift then costs some ms, and a host
 * that has said nothing for so long is no host. Unit: ms.
 */
export const HOLDOVER_MS = 60_000;

/** Samples kept: 32 s at two pings a second. Longer, and the drift itself changes; shorter, and it cannot be told from jitter. */
export const WINDOW_SAMPLES = 64;

/** Samples before a host is believed, first or again. One may have come through a burst; three seldom all do. */
export const SAMPLES_TO_BELIEVE = 3;

/** A longer round trip says nothing about the time: by then the connection counts as lost. Unit: ms. */
export const MAX_ROUND_TRIP_MS = 10_000;

/** Session time ends here: three years. Up to it, sums of times are exact to 0.1 µs. Unit: ms. */
export const MAX_SESSION_MS = 1e11;

/** How much two machines' clocks may differ in rate: quartz keeps within 100 ppm, system clocks are slewed by 500 ppm at most. */
export const MAX_DRIFT_RATIO = 500e-6;

/** What their rates are expected to differ by, before anything is measured: one standard deviation. */
export const EXPECTED_DRIFT_RATIO = 100e-6;

/**
 * Expected error of the sample with the shortest round trip: one standard deviation. Reading and sending happen at polls, so even that
 * one has waited a little on one way or the other. Unit: ms.
 */
export const LEAST_ERROR_MS = 0.5;

/** How far two bounds that must overlap may lie apart nevertheless: rounding, and browsers that make their clocks coarse. Unit: ms. */
export const AGREEMENT_MS = 2;
