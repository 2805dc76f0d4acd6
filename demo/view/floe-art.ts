import { chunkAt } from "../game/floe.ts";
import { chance } from "../game/random.ts";
import type { FloeChunk, FloePlan, Vec2 } from "../game/types.ts";
import { snowTexture } from "./snow-texture.ts";

/** Where a chunk's picture lies in the atlas; `scale`: atlas pixels for each world unit. `originX/Y`: world place of its corner. */
export interface ChunkFrame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly originX: number;
  readonly originY: number;
  readonly scale: number;
}

export interface FloeArt {
  readonly canvas: HTMLCanvasElement;
  readonly tops: readonly ChunkFrame[];
  readonly skirts: readonly ChunkFrame[];
}

/** Unit: pixels. */
const ATLAS = 2048;
/** Pixels for each world unit, at most: where a world unit is never more than a pixel of the screen, less will do. */
const SHARPEST = 1.35;
const SHARPNESS = 0.95;
/** The undersides are soft. */
const SKIRT_SHARE = 0.45;
const SKIRT_MOST = 0.42;
/** How far the glow under the ice reaches, and how thick the ice looks from the side, in world units. */
const HALO = 34;
const THICKNESS = 17;

/**
 * Paints every chunk of a floe, top and underside, into one atlas. Some tens of milliseconds: once a round, in the countdown.
 * `unit`: device pixels for each CSS pixel; what the screen cannot show is not painted, and costs nothing in each frame.
 */
export function paintFloe(plan: FloePlan, unit: number): FloeArt {
  const { tops, skirts, height } = layoutOf(plan, Math.min(SHARPEST, SHARPNESS * unit));
  const canvas = document.createElement("canvas");
  canvas.width = ATLAS;
  canvas.height = height;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;

  const pattern = context.createPattern(snowTexture(), "repeat") as CanvasPattern;
  plan.chunks.forEach((chunk, index) => {
    const skirt = skirts[index];
    if (skirt !== undefined) inFrame(context, skirt, () => paintSkirt(context, chunk, skirt.scale));
    const top = tops[index];
    if (top !== undefined) inFrame(context, top, () => paintTop(context, plan, chunk, pattern));
  });
  return { canvas, tops, skirts };
}

interface Layout extends Pick<FloeArt, "tops" | "skirts"> {
  /** How much of the atlas is used. Unit: pixels. */
  readonly height: number;
}

/** As large as wanted, or as the atlas allows. */
function layoutOf(plan: FloePlan, wanted: number): Layout {
  for (let scale = wanted; scale > 0.2; scale -= 0.07) {
    const layout = packed(plan, scale);
    if (layout !== null) return layout;
  }
  return { tops: [], skirts: [], height: 1 };
}

function packed(plan: FloePlan, scale: number): Layout | null {
  const skirtScale = Math.min(SKIRT_MOST, scale * SKIRT_SHARE);
  const wanted = plan.chunks.flatMap((chunk, index) => [
    { index, skirt: false, ...box(chunk, 3, 3), scale },
    { index, skirt: true, ...box(chunk, HALO, HALO + THICKNESS), scale: skirtScale },
  ]);
  wanted.sort((a, b) => b.height * b.scale - a.height * a.scale);
  const tops: ChunkFrame[] = [];
  const skirts: ChunkFrame[] = [];
  let x = 1;
  let y = 1;
  let shelf = 0;
  for (const { index, skirt, x: originX, y: originY, ...piece } of wanted) {
    const width = Math.ceil(piece.width * piece.scale);
    const height = Math.ceil(piece.height * piece.scale);
    if (x + width + 1 > ATLAS) {
      x = 1;
      y += shelf + 2;
      shelf = 0;
    }
    if (y + height + 1 > ATLAS) return null;
    shelf = Math.max(shelf, height);
    (skirt ? skirts : tops)[index] = { x, y, width, height, originX, originY, scale: piece.scale };
    x += width + 2;
  }
  return { tops, skirts, height: y + shelf + 1 };
}

function box(chunk: FloeChunk, pad: number, padBelow: number): { x: number; y: number; width: number; height: number } {
  const xs = chunk.corners.map((corner) => corner.x);
  const ys = chunk.corners.map((corner) => corner.y);
  const x = Math.min(...xs) - pad;
  const y = Math.min(...ys) - pad;
  return { x, y, width: Math.max(...xs) + pad - x, height: Math.max(...ys) + padBelow - y };
}

function inFrame(context: CanvasRenderingContext2D, frame: ChunkFrame, paint: () => void): void {
  context.save();
  context.beginPath();
  context.rect(frame.x, frame.y, frame.width, frame.height);
  context.clip();
  context.translate(frame.x, frame.y);
  context.scale(frame.scale, frame.scale);
  context.translate(-frame.originX, -frame.originY);
  paint();
  context.restore();
}

/** The side of the ice below the top, and the pale light that shines through the water round it. */
function paintSkirt(context: CanvasRenderingContext2D, chunk: FloeChunk, scale: number): void {
  context.save();
  context.shadowColor = "rgba(84, 214, 255, 0.62)";
  context.shadowBlur = 26 * scale;
  context.fillStyle = "rgba(52, 138, 190, 0.5)";
  trace(context, chunk.corners, 0, THICKNESS * 0.7);
  context.fill();
  context.restore();
  const layers = 9;
  for (let layer = layers; layer >= 0; layer--) {
    const depth = layer / layers;
    context.fillStyle = `rgb(${Math.round(118 - depth * 86)}, ${Math.round(178 - depth * 92)}, ${Math.round(222 - depth * 84)})`;
    trace(context, chunk.corners, 0, depth * THICKNESS);
    context.fill();
  }
}

function paintTop(context: CanvasRenderingContext2D, plan: FloePlan, chunk: FloeChunk, pattern: CanvasPattern): void {
  trace(context, chunk.corners, 0.6, 0);
  context.fillStyle = pattern;
  context.fill();
  context.save();
  trace(context, chunk.corners, 0.6, 0);
  context.clip();
  tone(context, plan, chunk);
  hairlines(context, plan.seed, chunk);
  bevel(context, chunk.corners);
  snowLip(context, plan, chunk);
  context.restore();
}

/** Each piece a little lighter or darker than its neighbours, and the whole floe darker towards its edge. */
function tone(context: CanvasRenderingContext2D, plan: FloePlan, chunk: FloeChunk): void {
  const luck = chance(plan.seed, 40, chunk.id) - 0.5;
  context.fillStyle = luck > 0 ? `rgba(255, 255, 255, ${luck * 0.14})` : `rgba(20, 60, 110, ${-luck * 0.2})`;
  context.fill();
  const r = plan.radius;
  const edge = context.createRadialGradient(0, 0, r * 0.3, 0, 0, r * 1.08);
  edge.addColorStop(0, "rgba(16, 28, 84, 0)");
  edge.addColorStop(0.6, "rgba(16, 28, 84, 0.14)");
  edge.addColorStop(1, "rgba(14, 22, 72, 0.5)");
  context.fillStyle = edge;
  context.fill();
  // The aurora lies on the ice too.
  const aurora = context.createLinearGradient(-r, -r * 0.6, r, r * 0.6);
  for (const [at, colour] of AURORA) aurora.addColorStop(at, colour);
  context.globalCompositeOperation = "screen";
  context.fillStyle = aurora;
  context.fill();
  context.globalCompositeOperation = "source-over";
}

const AURORA = [
  [0.05, "rgba(20, 140, 110, 0)"],
  [0.24, "rgba(30, 190, 130, 0.30)"],
  [0.36, "rgba(60, 90, 180, 0.10)"],
  [0.55, "rgba(120, 70, 220, 0.26)"],
  [0.68, "rgba(40, 120, 160, 0.06)"],
  [0.84, "rgba(24, 170, 140, 0.24)"],
  [1, "rgba(20, 90, 120, 0)"],
] as const;

function hairlines(context: CanvasRenderingContext2D, seed: number, chunk: FloeChunk): void {
  const count = Math.floor(chance(seed, 41, chunk.id) * 3);
  context.lineCap = "round";
  for (let line = 0; line < count; line++) {
    const from = chunk.corners[Math.floor(chance(seed, 42 + line, chunk.id) * chunk.corners.length)];
    if (from === undefined) continue;
    let { x, y } = from;
    let angle = Math.atan2(chunk.site.y - y, chunk.site.x - x);
    for (const [colour, width, shift] of [
      ["rgba(255,255,255,0.30)", 1.6, 1.2],
      ["rgba(34,74,122,0.40)", 1.2, 0],
    ] as const) {
      ({ x, y } = from);
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(x, y + shift);
      for (let step = 0; step < 5; step++) {
        angle =
          Math.atan2(chunk.site.y - from.y, chunk.site.x - from.x) +
          (chance(seed, 50 + step + line * 7, chunk.id) - 0.5) * 1.5;
        x += Math.cos(angle) * 15;
        y += Math.sin(angle) * 15;
        context.lineTo(x, y + shift);
      }
      context.stroke();
    }
  }
}

/** Light comes from the upper left: those edges shine, the others lie in shade. */
function bevel(context: CanvasRenderingContext2D, corners: readonly Vec2[]): void {
  corners.forEach((from, index) => {
    const to = corners[(index + 1) % corners.length] as Vec2;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length < 1) return;
    const facing = ((to.y - from.y) * -0.6 + (to.x - from.x) * 0.8) / length;
    for (const [width, alpha] of [
      [9, 0.08],
      [4.5, 0.16],
      [2, 0.42],
    ] as const) {
      const strength = alpha * (0.35 + 0.65 * Math.abs(facing));
      context.strokeStyle = facing > 0 ? `rgba(240, 252, 255, ${strength})` : `rgba(30, 66, 118, ${strength})`;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
  });
}

/** Snow piled up along the outer rim. */
function snowLip(context: CanvasRenderingContext2D, plan: FloePlan, chunk: FloeChunk): void {
  chunk.corners.forEach((from, index) => {
    const to = chunk.corners[(index + 1) % chunk.corners.length] as Vec2;
    if (neighbourAcross(plan, from, to) !== null) return;
    for (const [width, alpha] of [
      [26, 0.1],
      [15, 0.16],
      [7, 0.34],
      [3, 0.6],
    ] as const) {
      context.strokeStyle = `rgba(232, 246, 255, ${alpha})`;
      context.lineWidth = width;
      context.lineCap = "round";
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
  });
}

/** The chunk beyond the side from one corner to the next; `null`: open water. Corners run clockwise on the screen. */
export function neighbourAcross(plan: FloePlan, from: Vec2, to: Vec2): FloeChunk | null {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const x = (from.x + to.x) / 2 + ((to.y - from.y) / length) * 3;
  const y = (from.y + to.y) / 2 - ((to.x - from.x) / length) * 3;
  return chunkAt(plan, x, y);
}

function trace(context: CanvasRenderingContext2D, corners: readonly Vec2[], grow: number, down: number): void {
  const x = corners.reduce((sum, corner) => sum + corner.x, 0) / corners.length;
  const y = corners.reduce((sum, corner) => sum + corner.y, 0) / corners.length;
  context.beginPath();
  for (const corner of corners) {
    const length = Math.hypot(corner.x - x, corner.y - y) || 1;
    const factor = 1 + grow / length;
    context.lineTo(x + (corner.x - x) * factor, y + (corner.y - y) * factor + down);
  }
  context.closePath();
}
