/** Every bound of host election, with its unit and its reason. Those that can be set are in `HostOptions`. */

/** How often each member says whom it follows: a dozen times before a host counts as silent. Unit: ms. */
export const BEAT_MS = 250;

/** Once most agree that the host is silent, so long they wait for the others' word: a beat, and the way. Unit: ms. */
export const ELECTION_GRACE_MS = 300;

/** So long who was to be host next may take to say that it is; then the next best does. Unit: ms. */
export const CLAIM_PATIENCE_MS = 600;

/** Who was heard within so long is handed over to before others: two beats, and some. Unit: ms. */
export const HEIR_HEARD_MS = 600;

/** A host that was not polled for longer may have been replaced: it listens before it acts again. Unit: ms. */
export const AWAY_MS = 1_000;

/** So long it listens: three beats, so that one may be lost, and as many polls. Unit: ms. */
export const LISTEN_MS = 750;
export const LISTEN_POLLS = 3;

/**
 * So long somebody who comes, or comes back, has to be heard before its claim counts: what it said while nothing came through arrives
 * first, and may no longer be so. Unit: ms.
 */
export const SETTLE_MS = 250;

/** So long sides that find each other may take until all follow one host. Unit: ms. */
export const FOUND_MS = 2_000;

/** How long the first host waits: for those who are there already, where the game names it, and where the lowest id decides. Unit: ms. */
export const NAMED_WAIT_MS = 250;
export const LOWEST_WAIT_MS = 1_000;

/**
 * A claim that is refused counts after so long, if anybody else follows it: two that neither side believes must not stand for ever.
 * Unit: ms.
 */
export const CONTESTED_MS = 1_000;

/** Two claims are one of the other's time if no more than this lies between them: what a claim waits, and a long way. Unit: ms. */
export const TWIN_MS = 3_000;

/**
 * How much higher than ours the counter of a term may be that we believe: as many elections of a majority are not missed within a game, and
 * who lies cannot use the numbers up.
 */
export const MAX_COUNTER_STEP = 16;

/** A higher one has to stand for so long before it counts: nobody climbs fast, and nobody stays parted from who has climbed. Unit: ms. */
export const FAR_MS = 5_000;

export const MAX_COUNTER = 0xffff_ffff;

/** The highest term that a lobby takes: a session's counter may be above it, where somebody has lied from the beginning. */
export const MAX_LOBBY_TERM = 2_147_483_647;

/** How much higher than ours the number of a state may be: those of a day, made four times a second, while we held none. */
export const MAX_NUMBER_STEP = 345_600;

/** A host that holds a state of a higher number counts anew: honest ones come nowhere near it in a game's life. */
export const LAST_NUMBER = 0x7fff_ffff;

/** Peers that are remembered to have left: twice the largest mesh. */
export const MAX_DEPARTED = 64;

/** Members of a side. */
export const MAX_SIZE = 0xffff;

/** Statuses and states a second that a peer may send, in the long run: four beats, and one at each change; twice the shortest interval. */
export const STATUSES_PER_SECOND = 40;
export const STATES_PER_SECOND = 64;

/** Changes that a peer itself tells at once: more are told with the next beat. A second, and at once. */
export const NEWS_PER_SECOND = 20;
export const NEWS_BURST = 60;

/** What can be set: its range, and what holds if it is not. Unit: ms. */
export const SILENT_AFTER_RANGE_MS = [1_000, 60_000] as const;
export const DEFAULT_SILENT_AFTER_MS = 3_000;
export const STATE_INTERVAL_RANGE_MS = [50, 10_000] as const;
export const DEFAULT_STATE_INTERVAL_MS = 500;

/** Peers that hold a recent state: at most, and if nothing is said. */
export const MAX_DEPUTIES = 8;
export const DEFAULT_DEPUTIES = 2;

/** So long a new host waits for those who are heard to follow it, before it chooses its deputies of those who do. Unit: ms. */
export const NAMING_MS = 500;

/** Bytes of a state message before the state itself, at most. */
export const STATE_HEAD_BYTES = 64;
