import type { FloePlan, PlayerId, PlayerView, RoundState } from "../game/types.ts";
import type { Stage } from "./stage.ts";

/** What there is to be seen. */
interface Subject {
  readonly players: readonly PlayerView[];
  readonly selfId: PlayerId;
  readonly round: RoundState;
  readonly plan: FloePlan;
}

interface Shot {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Decides where the camera looks: everybody who is still on the ice, oneself first; the whole floe before the start; the winner. */
export class CameraWork {
  /** What stands in the middle of the stage's clearing. */
  x = 0;
  y = 0;
  /** CSS pixels for each world unit. */
  zoom = 0.6;
  /** From the middle of the screen to the middle of the clearing. Unit: CSS pixels. */
  #asideX = 0;
  #asideY = 0;
  #shake = 0;

  /** `strength` 0 to 1. */
  shake(strength: number): void {
    this.#shake = Math.min(1, Math.max(this.#shake, strength));
  }

  /** Moves towards where it should be. Gives what stands in the middle of the screen, shaken. */
  update(subject: Subject, stage: Stage, dt: number): { x: number; y: number } {
    const { left, top, right, bottom } = stage.clearing;
    const shot = wanted(subject, right - left, bottom - top);
    const follow = 1 - Math.exp(-3.4 * dt);
    this.x += (shot.x - this.x) * follow;
    this.y += (shot.y - this.y) * follow;
    this.#asideX += ((left + right - stage.width) / 2 - this.#asideX) * follow;
    this.#asideY += ((top + bottom - stage.height) / 2 - this.#asideY) * follow;
    this.zoom += (shot.zoom - this.zoom) * (1 - Math.exp(-2 * dt));
    this.#shake = Math.max(0, this.#shake - dt * 1.9);
    const size = this.#shake * this.#shake * 16;
    return {
      x: this.x + ((Math.random() - 0.5) * 2 * size - this.#asideX) / this.zoom,
      y: this.y + ((Math.random() - 0.5) * 2 * size - this.#asideY) / this.zoom,
    };
  }
}

/** `width`, `height`: of the clearing, in CSS pixels. */
function wanted({ players, selfId, round, plan }: Subject, width: number, height: number): Shot {
  const zoomFor = (w: number, h: number): number => Math.min(width / w, height / h);
  const small = Math.min(width, height);
  // Below this a craft is too small to steer by: better to see less.
  const least = Math.max(0.42, Math.min(0.62, small / 1000));
  const most = Math.max(0.85, Math.min(1.25, small / 620));
  const whole = { x: 0, y: 0, zoom: Math.max(0.25, Math.min(most, zoomFor(plan.radius * 2.15, plan.radius * 2.15))) };

  const alive = players.filter((player) => player.pose?.alive === true);
  const own = alive.find((player) => player.id === selfId)?.pose ?? null;
  const winner = alive.find((player) => player.id === round.winner)?.pose;
  if ((round.phase === "roundOver" || round.phase === "matchOver") && winner != null) {
    return { x: winner.x, y: winner.y - (height / most) * 0.08, zoom: most };
  }
  if (round.phase === "countdown" && round.phaseMs < 1600) return whole;
  if (alive.length === 0) return whole;

  const xs = alive.map((player) => player.pose?.x ?? 0);
  const ys = alive.map((player) => player.pose?.y ?? 0);
  const left = Math.min(...xs);
  const right = Math.max(...xs);
  const top = Math.min(...ys);
  const bottom = Math.max(...ys);
  const zoom = Math.max(least, Math.min(most, zoomFor(right - left + 360, bottom - top + 330)));
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  if (own === null) return { x, y, zoom };
  // One's own craft stays well inside the picture, with some of what lies ahead of it.
  const roomX = (width / zoom) * 0.24;
  const roomY = (height / zoom) * 0.22;
  const aheadX = own.x + own.vx * 0.28;
  const aheadY = own.y + own.vy * 0.28;
  return {
    x: Math.max(aheadX - roomX, Math.min(aheadX + roomX, x)),
    y: Math.max(aheadY - roomY, Math.min(aheadY + roomY, y)),
    zoom,
  };
}
