/** Every number of the game that decides how it feels. Units as in `types.ts`. */

export const TICKS_PER_SECOND = 60;
/** One step of the game. */
export const STEP_MS = 1000 / TICKS_PER_SECOND;
export const MAX_PLAYERS = 8;

export const CRAFT_RADIUS = 22;
/** Units per second, per second. With the drag it gives a top speed of about 420. */
export const THRUST = 480;
export const REVERSE_THRUST = 260;
/** Share of the speed lost per second, as an exponent: low, because this is ice. */
export const DRAG = 1.12;
/** How much of the sideways speed a thrusting craft turns forward, per second: makes carving possible. */
export const GRIP = 0.55;
/** Radians per second. */
export const TURN_SPEED = 4.1;
/** How fast the spin follows the rudder, per second, as an exponent. */
export const TURN_RESPONSE = 13;

export const BOOST_MS = 320;
export const BOOST_THRUST = 1500;
export const BOOST_COOLDOWN_MS = 2600;

export const FIRE_COOLDOWN_MS = 360;
export const BIG_FIRE_COOLDOWN_MS = 480;
export const BOLT_SPEED = 820;
export const BOLT_TTL_MS = 850;
export const BOLT_RADIUS = 7;
export const BIG_BOLT_RADIUS = 14;
export const BOLT_DAMAGE = 8;
export const BIG_BOLT_DAMAGE = 17;
export const BOLT_PUSH = 135;
export const BIG_BOLT_PUSH = 290;
/** The shooter is pushed back by this. */
export const BOLT_RECOIL = 28;
export const BIG_BOLT_RECOIL = 70;
/** At this damage a hit pushes twice as far as at none. */
export const DAMAGE_DOUBLES_PUSH = 75;

export const BUMP_BOUNCE = 0.9;
/** Even a gentle touch pushes apart by this. */
export const BUMP_BASE = 35;
/** Damage for each unit per second of push. */
export const BUMP_DAMAGE = 0.016;
/** Who rams with the boost on, pushes this much harder, and is pushed that much less. */
export const BUMP_BOOST = 1.5;
/** The same two craft do not bump again within this time. */
export const BUMP_COOLDOWN_MS = 240;
/** What a page believes of a bump that another page saw. */
export const BUMP_PUSH_MAX = 900;
export const SHIELD_BUMP = 0.35;

export const SHIELD_MS = 6000;
export const BIG_BOLTS = 5;
export const REPAIR = 45;
/** A fall counts for whoever touched the craft this long ago or less. */
export const CREDIT_MS = 5000;
/** Who falls while the game waits for players comes back after this. */
export const RESPAWN_MS = 1400;
/** A message that the host has not acted on is sent again after this: it may have gone to a host that left. */
export const REPEAT_MS = 700;

export const FLOE_WARNING_MS = 3000;
/** Round time at which the stages begin; the last takes all the ice that is left. */
export const FLOE_STAGES_MS: readonly number[] = [13_000, 24_000, 34_000, 44_000, 54_000, 68_000];
/** Share of the pieces that still stand after each stage. */
export const FLOE_LEFT: readonly number[] = [0.74, 0.52, 0.34, 0.2, 0.09, 0];
/** Within a stage the pieces go one after the other, during this time. */
export const FLOE_STAGE_SPREAD_MS = 2600;
/** The last piece breaks before this. */
const FLOE_END_MS = Math.max(...FLOE_STAGES_MS) + FLOE_STAGE_SPREAD_MS;
/** Who is afloat by now is so by word only: its page hangs, or lies. The round ends without a winner. */
export const ROUND_END_MS = FLOE_END_MS + 3000;
/** The round's clock goes no further: the end of the match is over before. */
export const ROUND_MS_MOST = 120_000;

export const PICKUP_RADIUS = 20;
export const PICKUP_FIRST_MS = 6000;
export const PICKUP_EVERY_MS = 6500;
export const PICKUPS_MAX = 4;
/** A pick-up appears only on ice that still stands this long. */
export const PICKUP_LIFE_MS = 7000;
/** How long a taken pick-up stays in the state. */
export const PICKUP_TAKEN_MS = 2000;

export const COUNTDOWN_MS = 4000;
/** Before the first round of a match: time to let friends in. */
export const FIRST_COUNTDOWN_MS = 6000;
/** Falls that are no further apart than this make a draw. */
export const SETTLE_MS = 300;
export const ROUND_OVER_MS = 4500;
export const MATCH_OVER_MS = 9000;
export const TARGET_SCORE = 5;

/** Colours to choose from, 0xRRGGBB: told apart on ice and on water, by day or by colour-blind eyes as well as eight can be. */
export const PLAYER_COLOURS: readonly number[] = [
  0x37c8ff, 0xff5470, 0xffc53d, 0x6be36b, 0xb98cff, 0xff8a3c, 0xff7fd1, 0x2fe0b5,
];
