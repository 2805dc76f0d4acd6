/** Smooth noise from 0 to 1 that repeats every `period` cells, for painting textures. Decoration only. */
export function tiledNoise(period: number, seed: number): (x: number, y: number) => number {
  const cells = new Float32Array(period * period);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < cells.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    cells[i] = (state >>> 0) / 0x1_0000_0000;
  }
  const at = (x: number, y: number): number =>
    cells[(((y % period) + period) % period) * period + (((x % period) + period) % period)] ?? 0;
  return (x, y) => {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const u = smooth(x - column);
    const v = smooth(y - row);
    const top = at(column, row) * (1 - u) + at(column + 1, row) * u;
    const bottom = at(column, row + 1) * (1 - u) + at(column + 1, row + 1) * u;
    return top * (1 - v) + bottom * v;
  };
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}
