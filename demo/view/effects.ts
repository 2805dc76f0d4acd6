import type { Effect, PlayerId } from "../game/types.ts";
import { jitter, type MoteSpec, type Motes } from "./motes.ts";
import { NIGHT } from "./palette.ts";

/** The pools that effects are made of. */
export interface Pools {
  readonly foam: Motes;
  readonly spray: Motes;
  readonly sparks: Motes;
}

/** Flashes, rings and drops for one effect. */
export function showEffect(effect: Effect, pools: Pools, colourOf: (id: PlayerId) => number): void {
  switch (effect.type) {
    case "fired":
      muzzle(
        effect.fired.x,
        effect.fired.y,
        Math.atan2(effect.fired.vy, effect.fired.vx),
        colourOf(effect.fired.shooter),
        effect.fired.big,
        pools,
      );
      break;
    case "hit":
      burst(effect.hit.x, effect.hit.y, colourOf(effect.hit.shooter), effect.hit.damage > 12 ? 22 : 13, pools);
      break;
    case "bump":
      bump(effect.x, effect.y, effect.strength, pools);
      break;
    case "boost":
      break;
    case "splash":
      splash(effect.x, effect.y, colourOf(effect.player), pools);
      break;
  }
}

function muzzle(x: number, y: number, angle: number, colour: number, big: boolean, { sparks }: Pools): void {
  sparks.add({ frame: "soft", x, y, life: 0.12, size: big ? 120 : 70, endSize: 20, tint: colour });
  for (let i = 0; i < (big ? 9 : 5); i++) {
    const turn = angle + jitter() * 0.5;
    const speed = 130 + Math.random() * 200;
    sparks.add(streak(x, y, turn, speed, 0.2, colour));
  }
}

function burst(x: number, y: number, colour: number, count: number, { sparks, spray }: Pools): void {
  sparks.add({ frame: "soft", x, y, life: 0.2, size: 104, endSize: 40, tint: colour, alpha: 0.7 });
  sparks.add({ frame: "ring", x, y, life: 0.34, size: 20, endSize: 130, tint: colour, alpha: 0.9 });
  for (let i = 0; i < count; i++)
    sparks.add(streak(x, y, Math.random() * 6.3, 140 + Math.random() * 300, 0.42, colour));
  for (let i = 0; i < 7; i++) spray.add(puff(x, y, 90));
}

function bump(x: number, y: number, strength: number, { sparks, spray }: Pools): void {
  const count = Math.min(16, 4 + strength / 30);
  sparks.add({ frame: "soft", x, y, life: 0.16, size: 50 + strength / 5, endSize: 20, tint: 0xfff2cf });
  for (let i = 0; i < count; i++)
    sparks.add(streak(x, y, Math.random() * 6.3, 80 + Math.random() * strength, 0.3, 0xffe2a8));
  for (let i = 0; i < count / 2; i++) spray.add(puff(x, y, 70));
}

function splash(x: number, y: number, colour: number, { foam, spray, sparks }: Pools): void {
  for (let ring = 0; ring < 4; ring++) {
    foam.add({
      frame: "ring",
      x,
      y,
      life: 0.9 + ring * 0.45,
      size: 10 + ring * 14,
      endSize: 130 + ring * 75,
      tint: NIGHT.foam,
      alpha: 0.85 - ring * 0.15,
      squash: 0.86,
    });
  }
  sparks.add({ frame: "soft", x, y, life: 0.7, size: 180, endSize: 60, tint: colour, alpha: 0.8 });
  for (let i = 0; i < 34; i++) {
    const angle = Math.random() * 6.3;
    const speed = 40 + Math.random() * 210;
    spray.add({
      frame: i % 3 === 0 ? "soft" : "dot",
      x,
      y,
      vx: Math.cos(angle) * speed,
      vy: Math.sin(angle) * speed * 0.8 - 50,
      life: 0.5 + Math.random() * 0.7,
      size: 5 + Math.random() * 14,
      endSize: 2,
      tint: NIGHT.foam,
      alpha: 0.9,
      drag: 1.8,
    });
  }
}

function streak(x: number, y: number, angle: number, speed: number, life: number, tint: number): MoteSpec {
  return {
    frame: "streak",
    x,
    y,
    vx: Math.cos(angle) * speed,
    vy: Math.sin(angle) * speed,
    angle,
    life: life * (0.6 + Math.random() * 0.7),
    size: 26,
    endSize: 6,
    tint,
    drag: 3.5,
  };
}

function puff(x: number, y: number, speed: number): MoteSpec {
  return {
    frame: "soft",
    x: x + jitter() * 8,
    y: y + jitter() * 8,
    vx: jitter() * speed,
    vy: jitter() * speed,
    life: 0.4 + Math.random() * 0.4,
    size: 12,
    endSize: 34,
    alpha: 0.5,
    tint: NIGHT.foam,
    drag: 2,
  };
}
