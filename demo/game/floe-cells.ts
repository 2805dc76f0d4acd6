import type { Vec2 } from "./types.ts";

/** The points nearer to `site` than to any other of `sites`, as a convex polygon no further than `reach` from it. */
export function cellAround(site: Vec2, sites: readonly Vec2[], reach: number): Vec2[] {
  let polygon: Vec2[] = [
    { x: site.x - reach, y: site.y - reach },
    { x: site.x + reach, y: site.y - reach },
    { x: site.x + reach, y: site.y + reach },
    { x: site.x - reach, y: site.y + reach },
  ];
  for (const other of sites) {
    const dx = other.x - site.x;
    const dy = other.y - site.y;
    if ((dx === 0 && dy === 0) || Math.abs(dx) > reach * 2 || Math.abs(dy) > reach * 2) continue;
    const limit = (other.x ** 2 + other.y ** 2 - site.x ** 2 - site.y ** 2) / 2;
    polygon = clip(polygon, dx, dy, limit);
  }
  return polygon;
}

/** Keeps the part of a polygon where `a·x + b·y ≤ limit`. */
function clip(polygon: readonly Vec2[], a: number, b: number, limit: number): Vec2[] {
  const kept: Vec2[] = [];
  polygon.forEach((from, index) => {
    const to = polygon[(index + 1) % polygon.length] as Vec2;
    const fromSide = a * from.x + b * from.y - limit;
    const toSide = a * to.x + b * to.y - limit;
    if (fromSide <= 0) kept.push(from);
    if (fromSide < 0 !== toSide < 0 && fromSide !== 0 && toSide !== 0) {
      const share = fromSide / (fromSide - toSide);
      kept.push({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });
    }
  });
  return kept;
}
