/**
 * The words of the game: plain values that both the network and the drawing agree on. Everything here can be sent as it is.
 *
 * Units: lengths in world units (a craft is about 44 long, the floe about 1,100 across), speeds in units per second, angles in
 * radians (0 points right, y points down, so angles grow clockwise), times in milliseconds.
 */

/** The peer's id. The game only compares it. */
export type PlayerId = number;

export interface Vec2 {
  readonly x: number;
  readonly y: number;
}

/** What a player (or a bot) asks of its craft during one step. */
export interface CraftInput {
  /** −1 (left) to 1 (right). Ignored while `heading` is given. */
  readonly turn: number;
  /** Backwards −1, forwards 1. */
  readonly thrust: number;
  /** Where to point, radians, as a virtual stick gives it; the craft turns there as fast as it can. `null`: steer by `turn`. */
  readonly heading: number | null;
  readonly fire: boolean;
  readonly boost: boolean;
}

/** One's own craft, whole. Only its owner has it; the others see its `Pose`. */
export interface Craft {
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
  readonly angle: number;
  /** Radians per second. */
  readonly spin: number;
  /** What the engine gives now, −1 to 1: for the flame and the hum. */
  readonly thrust: number;
  /** Grows with each hit, from 0, no limit; knockback grows with it. Shown as a percentage. */
  readonly damage: number;
  /** Out of the ice and into the water, or not (yet) placed: cannot move, fire, hit or be hit. */
  readonly alive: boolean;
  /** How long the present boost still lasts. 0: not boosting. */
  readonly boostMs: number;
  /** Until the next boost is ready. */
  readonly boostCooldownMs: number;
  readonly fireCooldownMs: number;
  /** How long the shield still lasts. 0: none. A shield takes hits without harm, and softens bumps. */
  readonly shieldMs: number;
  /** How many big bolts are left. */
  readonly bigBolts: number;
  /** Who hit or bumped this craft last, until `lastHitMs` runs out: gets the credit when it falls. */
  readonly lastHitBy: PlayerId | null;
  readonly lastHitMs: number;
}

/**
 * What others need to draw and bump a craft, 30 times a second: small numbers, to be packed by the network as it likes.
 * `poseOf(craft)` makes one.
 */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
  readonly angle: number;
  /** −1 to 1. */
  readonly thrust: number;
  readonly damage: number;
  readonly alive: boolean;
  readonly boosting: boolean;
  readonly shielded: boolean;
}

/** Another player's craft where it is seen now: an interpolated pose, and whose it is. */
export interface OtherCraft extends Pose {
  readonly id: PlayerId;
}

/** A shot leaves the muzzle. Every page flies it on its own from this, in a straight line. */
export interface BoltFired {
  readonly shooter: PlayerId;
  /** Counts up for each shooter, from 1: with `shooter` it names the bolt. */
  readonly bolt: number;
  readonly x: number;
  readonly y: number;
  /** Units per second. */
  readonly vx: number;
  readonly vy: number;
  readonly big: boolean;
}

/** A bolt in the air. */
export interface Bolt extends BoltFired {
  /** Time left to fly. */
  readonly ttlMs: number;
}

/** Said by the victim: a bolt hit me. Others take the bolt away and show the flash. */
export interface HitReport {
  readonly victim: PlayerId;
  readonly shooter: PlayerId;
  readonly bolt: number;
  /** The victim's damage grew by this; 0 when a shield took it. */
  readonly damage: number;
  readonly x: number;
  readonly y: number;
}

/** Said by the player who noticed: I bumped into `other`. `other` takes the push if its own page did not see the bump. */
export interface BumpReport {
  readonly player: PlayerId;
  readonly other: PlayerId;
  /** The change of velocity that `other` gets, units per second, before its damage and its shield are counted. */
  readonly pushX: number;
  readonly pushY: number;
  readonly x: number;
  readonly y: number;
}

/** Said by the player who fell. */
export interface FellReport {
  readonly player: PlayerId;
  readonly lastHitBy: PlayerId | null;
  readonly x: number;
  readonly y: number;
}

export type PickupKind = "bolts" | "shield" | "repair";

export interface Pickup {
  /** Unique in the round. */
  readonly id: number;
  readonly kind: PickupKind;
  readonly x: number;
  readonly y: number;
  /** When it appeared, in round time. */
  readonly bornMs: number;
  /** Granted by the host. A taken pick-up stays in the state for two seconds more, so that everybody learns of it. */
  readonly takenBy: PlayerId | null;
  /** When it was taken, in round time; 0 while nobody has. */
  readonly takenMs: number;
}

/**
 * `waiting`: fewer than two players; everybody glides about freely, who falls comes back.
 * `countdown`: everybody stands at the start and may only turn. `playing`: the floe shrinks. `roundOver`: the winner cruises on
 * the ice. `matchOver`: somebody has won enough rounds.
 */
export type RoundPhase = "waiting" | "countdown" | "playing" | "roundOver" | "matchOver";

export interface RoundPlayer {
  readonly id: PlayerId;
  /** Rounds won in this match. */
  readonly score: number;
  /** Players whom this one pushed off in this match. */
  readonly knockouts: number;
  /** Takes part in the present round; who joins during a round waits for the next. */
  readonly inRound: boolean;
  /** Takes part and is still on the ice. */
  readonly alive: boolean;
  /** Which of the eight starting places is this player's, 0 to 7. */
  readonly spawn: number;
}

/** What is kept of a player who is away, in case it comes back. */
export type AbsentPlayer = Pick<RoundPlayer, "id" | "score" | "knockouts">;

/** Everything the host decides. Small, plain, and complete: whoever holds the newest one can carry the round on. */
export interface RoundState {
  readonly phase: RoundPhase;
  /** Since the phase began. */
  readonly phaseMs: number;
  /** From 1; 0 before the first match. */
  readonly match: number;
  /** Round within the match, from 1; 0 before the first. */
  readonly round: number;
  /** Of this round: the shape of the floe, when its pieces break off, and the pick-ups all follow from it. 32 bits, unsigned. */
  readonly seed: number;
  /** Radius of the unbroken floe; grows with the number of players. With `seed` it gives the `FloePlan`. */
  readonly floeRadius: number;
  /** Since `playing` began, and on through `roundOver`; 0 before. */
  readonly roundMs: number;
  /** In order of joining. */
  readonly players: readonly RoundPlayer[];
  /** Who played in this match and is gone, at most eight; the last to go is the last. */
  readonly absent: readonly AbsentPlayer[];
  readonly pickups: readonly Pickup[];
  /** How many pick-ups this round has had so far. */
  readonly pickupsBorn: number;
  /** How long one or none has been left on the ice; the round ends when it reaches `SETTLE_MS`. */
  readonly settleMs: number;
  /** Of the round, in `roundOver` and `matchOver`; `null` is a draw. */
  readonly winner: PlayerId | null;
  /** Rounds to win a match. */
  readonly targetScore: number;
}

/** What the host feeds into `stepRound`. */
export type RoundEvent =
  | { readonly type: "joined"; readonly player: PlayerId }
  | { readonly type: "left"; readonly player: PlayerId }
  | { readonly type: "fell"; readonly player: PlayerId; readonly lastHitBy: PlayerId | null }
  | { readonly type: "claimed"; readonly player: PlayerId; readonly pickup: number };

/** What one's own craft did during a step: to be told to the others (`hit`, `fell`, `claim` reliably, to the host too). */
export type CraftEvent =
  | { readonly type: "fired"; readonly fired: BoltFired }
  | { readonly type: "hit"; readonly hit: HitReport }
  | { readonly type: "bumped"; readonly bump: BumpReport }
  | { readonly type: "boosted" }
  | { readonly type: "fell"; readonly fell: FellReport }
  | { readonly type: "claim"; readonly pickup: number };

/** One piece of the floe. */
export interface FloeChunk {
  /** Its index in the plan. */
  readonly id: number;
  /** A point of the ice belongs to the chunk whose site is nearest. */
  readonly site: Vec2;
  /** Corners in order, convex. */
  readonly corners: readonly Vec2[];
  /** When it breaks off, in round time; its warning begins `FLOE_WARNING_MS` before. */
  readonly breaksAtMs: number;
  /** The stage of the shrinking that it belongs to, from 0 (first to go). */
  readonly stage: number;
}

/** The floe of one round, from first to last: a pure function of seed and radius (`floePlan`, which caches). */
export interface FloePlan {
  readonly seed: number;
  readonly radius: number;
  readonly chunks: readonly FloeChunk[];
  /** Sites beyond the edge, where there never was ice. */
  readonly water: readonly Vec2[];
  /** When each stage's first piece breaks, in round time. */
  readonly stagesMs: readonly number[];
}

/** What a player looks like, as its hello says. `colour`: 0xRRGGBB. */
export interface PlayerLook {
  readonly name: string;
  readonly colour: number;
}

/** One player as the view draws it, one's own included. */
export interface PlayerView extends PlayerLook {
  readonly id: PlayerId;
  /** `null` until a first pose has come: not drawn. `alive: false` in it: not drawn either. */
  readonly pose: Pose | null;
}

/** Something short that the view shows and sounds once. */
export type Effect =
  | { readonly type: "fired"; readonly fired: BoltFired }
  | { readonly type: "hit"; readonly hit: HitReport }
  /** `strength`: units per second of the push. */
  | { readonly type: "bump"; readonly x: number; readonly y: number; readonly strength: number }
  | { readonly type: "boost"; readonly player: PlayerId }
  | { readonly type: "splash"; readonly player: PlayerId; readonly x: number; readonly y: number };

/**
 * What the view reads, once for each frame that it draws. Pick-ups, banners, cracks and the jingles follow from `round`; the
 * floe from `round.seed`, `round.floeRadius` and `round.roundMs`.
 */
export interface ViewModel {
  readonly selfId: PlayerId;
  /** For the boost and ammunition signs; `null` before the first round. */
  readonly craft: Craft | null;
  readonly players: readonly PlayerView[];
  readonly bolts: readonly Bolt[];
  readonly round: RoundState;
  /** Gives the effects since the last call, and forgets them. Keep at most some hundred while nobody takes them. */
  takeEffects(): readonly Effect[];
}
