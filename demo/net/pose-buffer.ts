import type { Pose } from "../game/types.ts";

/** Unit: ms, all of these. Playing behind the newest pose hides the network's jitter: by this at least, */
const DELAY_LEAST = 70;
/** by this at first, and by this at most. */
const DELAY_FIRST = 100;
const DELAY_MOST = 280;
/** A pose is due this often. */
const SEND_INTERVAL = 34;
/** Beyond the newest pose a craft glides on for so long, then stands. */
const GLIDE_MOST = 180;
/** Clocks of two machines part by less than this share. */
const DRIFT = 0.001;
/** A sender whose clock jumped (a laptop slept) is believed after so many poses in a row. */
const JUMP_MS = 1_500;
const JUMP_POSES = 6;
/** At 30 poses a second, more than a second of them. */
const POSES_KEPT = 40;
/** Further apart than this, a craft did not glide there: it was placed. Units. */
const LEAP = 260;

export interface TimedPose {
  /** By the sender's clock. Unit: ms. */
  readonly sentMs: number;
  readonly pose: Pose;
}

interface Kept {
  readonly atMs: number;
  readonly pose: Pose;
}

/**
 * Another player's craft between its poses. They arrive late, unevenly, and sometimes not at all; this plays them a little
 * behind, by as much as the jitter asks for, in between the two that surround the moment.
 */
export class PoseBuffer {
  readonly #kept: Kept[] = [];
  /** Smallest "arrived minus sent" of late: the trip without jitter, and the difference of the clocks. */
  #offsetMs = 0;
  #jitterMs = 12;
  #delayMs = DELAY_FIRST;
  #arrivedMs = 0;
  #jumped = 0;

  /** Takes a pose that was sent after those before. False while the sender's clock is doubted: dropped. */
  take(timed: TimedPose, nowMs: number): boolean {
    const isFirst = this.#kept.length === 0;
    const offset = nowMs - timed.sentMs;
    const late = offset - this.#offsetMs - DRIFT * (nowMs - this.#arrivedMs);
    if (isFirst || Math.abs(late) > JUMP_MS) {
      this.#jumped += 1;
      if (!isFirst && this.#jumped < JUMP_POSES) return false;
      this.#kept.length = 0;
      this.#offsetMs = offset;
    } else {
      this.#offsetMs += Math.min(late, DRIFT * (nowMs - this.#arrivedMs));
      this.#jitterMs += (Math.max(0, late) - this.#jitterMs) * (late > this.#jitterMs ? 0.2 : 0.01);
    }
    this.#jumped = 0;
    this.#arrivedMs = nowMs;
    const wanted = Math.min(DELAY_MOST, Math.max(DELAY_LEAST, SEND_INTERVAL * 1.5 + this.#jitterMs * 1.6));
    this.#delayMs += (wanted - this.#delayMs) * 0.03;
    this.#kept.push({ atMs: timed.sentMs, pose: timed.pose });
    if (this.#kept.length > POSES_KEPT) this.#kept.shift();
    return true;
  }

  /** The craft as it is to be seen now; `null` before the first pose. */
  sample(nowMs: number): Pose | null {
    const last = this.#kept.at(-1);
    if (last === undefined) return null;
    const atMs = nowMs - this.#offsetMs - this.#delayMs;
    if (atMs >= last.atMs) return glided(last.pose, Math.min(GLIDE_MOST, atMs - last.atMs));
    let index = this.#kept.length - 1;
    while (index > 0 && (this.#kept[index] as Kept).atMs > atMs) index -= 1;
    const from = this.#kept[index] as Kept;
    const to = this.#kept[index + 1] ?? last;
    if (atMs <= from.atMs) return from.pose;
    return between(from.pose, to.pose, (atMs - from.atMs) / (to.atMs - from.atMs), to.atMs - from.atMs);
  }

  /** How far behind the newest possible pose this plays. Unit: ms. */
  get delayMs(): number {
    return this.#delayMs;
  }
}

function glided(pose: Pose, ms: number): Pose {
  if (!pose.alive || ms <= 0) return pose;
  return { ...pose, x: pose.x + (pose.vx * ms) / 1_000, y: pose.y + (pose.vy * ms) / 1_000 };
}

function between(from: Pose, to: Pose, share: number, spanMs: number): Pose {
  if (from.alive !== to.alive || Math.hypot(to.x - from.x, to.y - from.y) > LEAP) return share < 1 ? from : to;
  const mix = (a: number, b: number): number => a + (b - a) * share;
  const turn = Math.atan2(Math.sin(to.angle - from.angle), Math.cos(to.angle - from.angle));
  return {
    x: curved(from.x, from.vx, to.x, to.vx, share, spanMs),
    y: curved(from.y, from.vy, to.y, to.vy, share, spanMs),
    vx: mix(from.vx, to.vx),
    vy: mix(from.vy, to.vy),
    angle: from.angle + turn * share,
    thrust: mix(from.thrust, to.thrust),
    damage: from.damage,
    alive: from.alive,
    boosting: from.boosting,
    shielded: from.shielded,
  };
}

/** Hermite: meets both places with both speeds; over a longer gap, where speeds have surely changed, a straight line. */
function curved(from: number, fromSpeed: number, to: number, toSpeed: number, share: number, spanMs: number): number {
  if (spanMs > 120) return from + (to - from) * share;
  const s = share;
  const span = spanMs / 1_000;
  const s2 = s * s;
  const s3 = s2 * s;
  return (
    (2 * s3 - 3 * s2 + 1) * from +
    (s3 - 2 * s2 + s) * span * fromSpeed +
    (3 * s2 - 2 * s3) * to +
    (s3 - s2) * span * toSpeed
  );
}
