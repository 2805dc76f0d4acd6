import { FLOE_LEFT, FLOE_STAGE_SPREAD_MS, FLOE_STAGES_MS, FLOE_WARNING_MS } from "./constants.ts";
import { cellAround } from "./floe-cells.ts";
import { chance } from "./random.ts";
import type { FloeChunk, FloePlan, Vec2 } from "./types.ts";

/** Radius of the floe for so many players: elbow room, but not too much of it. */
export function floeRadius(players: number): number {
  return 390 + 34 * Math.max(2, Math.min(8, players));
}

const plans = new Map<string, FloePlan>();
const PLANS_KEPT = 4;

/** The floe of a round. The same seed and radius give the same floe on every page. Keeps the last few. */
export function floePlan(seed: number, radius: number): FloePlan {
  const key = `${seed}:${radius}`;
  let plan = plans.get(key);
  if (plan === undefined) {
    plan = makePlan(seed >>> 0, Math.max(100, Math.min(2000, Math.round(radius))));
    plans.set(key, plan);
    for (const oldest of plans.keys()) {
      if (plans.size <= PLANS_KEPT) break;
      plans.delete(oldest);
    }
  }
  return plan;
}

/** The piece of ice under a point, broken off or not; `null` beyond the edge of the unbroken floe. */
export function chunkAt(plan: FloePlan, x: number, y: number): FloeChunk | null {
  let nearest: FloeChunk | null = null;
  let best = Number.POSITIVE_INFINITY;
  for (const chunk of plan.chunks) {
    const d = (chunk.site.x - x) ** 2 + (chunk.site.y - y) ** 2;
    if (d < best) {
      best = d;
      nearest = chunk;
    }
  }
  for (const site of plan.water) if ((site.x - x) ** 2 + (site.y - y) ** 2 < best) return null;
  return nearest;
}

/** Is there ice under this point at this moment of the round? */
export function onIce(plan: FloePlan, x: number, y: number, roundMs: number): boolean {
  const chunk = chunkAt(plan, x, y);
  return chunk !== null && roundMs < chunk.breaksAtMs;
}

/** `standing`, `warned` (breaks within `FLOE_WARNING_MS`), or `gone`. */
export function chunkState(chunk: FloeChunk, roundMs: number): "standing" | "warned" | "gone" {
  if (roundMs >= chunk.breaksAtMs) return "gone";
  return roundMs >= chunk.breaksAtMs - FLOE_WARNING_MS ? "warned" : "standing";
}

/** The middle of the ice that stands at this moment; of the piece that goes last when none does. */
export function iceCentre(plan: FloePlan, roundMs: number): Vec2 {
  let x = 0;
  let y = 0;
  let count = 0;
  let last = plan.chunks[0] as FloeChunk;
  for (const chunk of plan.chunks) {
    if (chunk.breaksAtMs > last.breaksAtMs) last = chunk;
    if (roundMs >= chunk.breaksAtMs) continue;
    x += chunk.site.x;
    y += chunk.site.y;
    count += 1;
  }
  return count === 0 ? last.site : { x: x / count, y: y / count };
}

function makePlan(seed: number, radius: number): FloePlan {
  const spacing = Math.round(radius / 5.4);
  const { ice, water } = sites(seed, radius, spacing);
  // The core, which stands longest, is not the middle: otherwise camping there would be the whole strategy.
  const core = {
    x: Math.round((chance(seed, 3, 0) - 0.5) * radius * 0.7),
    y: Math.round((chance(seed, 3, 1) - 0.5) * radius * 0.7),
  };
  const order = ice
    .map((site, index) => {
      const squared = (site.x - core.x) ** 2 + (site.y - core.y) ** 2;
      return { index, remoteness: Math.round(squared * (0.82 + 0.36 * chance(seed, 4, index))) };
    })
    .sort((a, b) => b.remoteness - a.remoteness || a.index - b.index);

  const breaks: { stage: number; atMs: number }[] = [];
  order.forEach(({ index }, rank) => {
    breaks[index] = breakOf(rank, order.length, chance(seed, 5, index));
  });
  const all = [...ice, ...water];
  return {
    seed,
    radius,
    water,
    stagesMs: FLOE_STAGES_MS,
    chunks: ice.map((site, id) => ({
      id,
      site,
      corners: cellAround(site, all, spacing * 2),
      breaksAtMs: breaks[id]?.atMs ?? 0,
      stage: breaks[id]?.stage ?? 0,
    })),
  };
}

function breakOf(rank: number, count: number, jitter: number): { stage: number; atMs: number } {
  let from = 0;
  for (const [stage, left] of FLOE_LEFT.entries()) {
    const to = Math.round(count * (1 - left));
    if (rank < to) {
      const within = (rank - from) / Math.max(1, to - from);
      const atMs = (FLOE_STAGES_MS[stage] ?? 0) + Math.round((within * 0.75 + jitter * 0.25) * FLOE_STAGE_SPREAD_MS);
      return { stage, atMs };
    }
    from = to;
  }
  throw new RangeError(`no stage for piece ${rank} of ${count}`);
}

/** A jittered honeycomb; whole numbers, so that pages agree exactly. */
function sites(seed: number, radius: number, spacing: number): { ice: Vec2[]; water: Vec2[] } {
  const ice: Vec2[] = [];
  const water: Vec2[] = [];
  const rows = Math.ceil(radius / (spacing * 0.866)) + 2;
  const columns = Math.ceil(radius / spacing) + 2;
  let index = 0;
  for (let row = -rows; row <= rows; row++) {
    for (let column = -columns; column <= columns; column++) {
      index += 1;
      const site = {
        x: Math.round((column + (row & 1) / 2 + (chance(seed, 0, index) - 0.5) * 0.62) * spacing),
        y: Math.round((row * 0.866 + (chance(seed, 1, index) - 0.5) * 0.62) * spacing),
      };
      const squared = site.x ** 2 + site.y ** 2;
      const ragged = radius * (0.86 + 0.14 * chance(seed, 2, index));
      if (squared <= ragged ** 2) ice.push(site);
      else if (squared <= (radius + spacing * 2.2) ** 2) water.push(site);
    }
  }
  return { ice, water };
}
