import type { FloePlan, PlayerId, PlayerView, RoundState } from "../game/types.ts";

interface Shot {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** Decides where the camera looks: everybody who is still on the ice, oneself first; the whole floe before the start; the winner. */
export class CameraWork {
  x = 0;
  y = 0;
  zoom = 0.6;
  #shake = 0;

  /** `strength` 0 to 1. */
  shake(strength: number): void {
    this.#shake = Math.min(1, Math.max(this.#shake, strength));
  }

  /** Moves towards where it should be. Gives the shaken place. `width`, `height` in CSS pixels. */
  update(
    scene: { players: readonly PlayerView[]; selfId: PlayerId; round: RoundState; plan: FloePlan },
    width: number,
    height: number,
    dt: number,
  ): { x: number; y: number } {
    const shot = wanted(scene, width, height);
    const follow = 1 - Math.exp(-3.4 * dt);
    this.x += (shot.x - this.x) * follow;
    this.y += (shot.y - this.y) * follow;
    this.zoom += (shot.zoom - this.zoom) * (1 - Math.exp(-2 * dt));
    this.#shake = Math.max(0, this.#shake - dt * 1.9);
    const size = (this.#shake * this.#shake * 16) / this.zoom;
    return { x: this.x + (Math.random() - 0.5) * 2 * size, y: this.y + (Math.random() - 0.5) * 2 * size };
  }
}

function wanted(
  {
    players,
    selfId,
    round,
    plan,
  }: { players: readonly PlayerView[]; selfId: PlayerId; round: RoundState; plan: FloePlan },
  width: number,
  height: number,
): Shot {
  const zoomFor = (w: number, h: number): number => Math.min(width / w, height / h);
  const small = Math.min(width, height);
  // Below this a craft is too small to steer by: better to see less.
  const least = Math.max(0.42, Math.min(0.62, small / 1000));
  const most = Math.max(0.85, Math.min(1.25, small / 620));
  const whole = { x: 0, y: 0, zoom: Math.max(0.3, Math.min(most, zoomFor(plan.radius * 2.15, plan.radius * 2.15))) };

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
