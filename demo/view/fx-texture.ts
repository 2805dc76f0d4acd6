import type Phaser from "phaser";

export const FX = "fx";

type Paint = (context: CanvasRenderingContext2D, size: number) => void;

/** Small white pictures, tinted where they are used. All in one texture, so that everything small is drawn in one go. */
const PAINTS = {
  soft: (context, size) =>
    radial(context, size, [
      [0, 1],
      [0.35, 0.55],
      [0.7, 0.12],
      [1, 0],
    ]),
  dot: (context, size) =>
    radial(context, size, [
      [0, 1],
      [0.55, 0.95],
      [0.8, 0.3],
      [1, 0],
    ]),
  shadow: (context, size) =>
    radial(context, size, [
      [0, 1],
      [0.5, 0.8],
      [1, 0],
    ]),
  ring: (context, size) =>
    radial(context, size, [
      [0, 0],
      [0.68, 0],
      [0.84, 1],
      [1, 0],
    ]),
  streak: (context, size) => {
    const gradient = context.createLinearGradient(0, 0, size, 0);
    gradient.addColorStop(0, "rgba(255,255,255,0)");
    gradient.addColorStop(0.75, "rgba(255,255,255,0.8)");
    gradient.addColorStop(1, "rgba(255,255,255,1)");
    context.fillStyle = gradient;
    context.beginPath();
    context.ellipse(size / 2, size / 2, size / 2 - 1, size / 9, 0, 0, Math.PI * 2);
    context.fill();
  },
  dash: (context, size) => {
    for (const [grow, alpha] of [
      [0.2, 0.35],
      [0.12, 0.65],
    ] as const) {
      context.fillStyle = `rgba(255,255,255,${alpha})`;
      context.fillRect(2, size / 2 - (size * grow) / 2, size - 4, size * grow);
    }
  },
  flake: (context, size) => {
    context.strokeStyle = "rgba(255,255,255,0.95)";
    context.lineWidth = size / 14;
    context.lineCap = "round";
    for (let arm = 0; arm < 3; arm++) {
      const x = Math.cos((arm * Math.PI) / 3) * size * 0.4;
      const y = Math.sin((arm * Math.PI) / 3) * size * 0.4;
      context.beginPath();
      context.moveTo(size / 2 - x, size / 2 - y);
      context.lineTo(size / 2 + x, size / 2 + y);
      context.stroke();
    }
  },
  shard: (context, size) => {
    context.fillStyle = "rgba(255,255,255,0.95)";
    context.beginPath();
    context.moveTo(size * 0.1, size * 0.6);
    context.lineTo(size * 0.45, size * 0.12);
    context.lineTo(size * 0.92, size * 0.42);
    context.lineTo(size * 0.55, size * 0.88);
    context.closePath();
    context.fill();
    context.fillStyle = "rgba(90,140,190,0.55)";
    context.beginPath();
    context.moveTo(size * 0.1, size * 0.6);
    context.lineTo(size * 0.5, size * 0.5);
    context.lineTo(size * 0.55, size * 0.88);
    context.closePath();
    context.fill();
  },
  beam: (context, size) => {
    const gradient = context.createRadialGradient(0, size / 2, 2, 0, size / 2, size);
    gradient.addColorStop(0, "rgba(255,255,255,0.75)");
    gradient.addColorStop(0.4, "rgba(255,255,255,0.22)");
    gradient.addColorStop(1, "rgba(255,255,255,0)");
    context.fillStyle = gradient;
    for (const half of [0.2, 0.3, 0.4]) {
      context.globalAlpha = 0.4;
      context.beginPath();
      context.moveTo(0, size / 2 - 3);
      context.lineTo(size, size / 2 - size * half);
      context.lineTo(size, size / 2 + size * half);
      context.lineTo(0, size / 2 + 3);
      context.closePath();
      context.fill();
    }
    context.globalAlpha = 1;
  },
  flame: (context, size) => {
    const gradient = context.createLinearGradient(size, 0, 0, 0);
    gradient.addColorStop(0, "rgba(255,255,255,1)");
    gradient.addColorStop(0.4, "rgba(255,255,255,0.55)");
    gradient.addColorStop(1, "rgba(255,255,255,0)");
    context.fillStyle = gradient;
    context.beginPath();
    context.moveTo(size, size * 0.36);
    context.quadraticCurveTo(size * 0.5, size * 0.3, 0, size * 0.5);
    context.quadraticCurveTo(size * 0.5, size * 0.7, size, size * 0.64);
    context.closePath();
    context.fill();
  },
  arrow: (context, size) => {
    context.fillStyle = "#fff";
    context.beginPath();
    context.moveTo(size * 0.92, size * 0.5);
    context.lineTo(size * 0.2, size * 0.14);
    context.lineTo(size * 0.38, size * 0.5);
    context.lineTo(size * 0.2, size * 0.86);
    context.closePath();
    context.fill();
  },
  cracks: (context, size) => {
    context.strokeStyle = "#fff";
    context.lineCap = "round";
    for (let arm = 0; arm < 6; arm++) {
      let angle = (arm / 6) * Math.PI * 2 + 0.3;
      let x = size / 2;
      let y = size / 2;
      context.beginPath();
      context.moveTo(x, y);
      for (let step = 0; step < 6; step++) {
        angle += Math.sin(arm * 12.9 + step * 78.2) * 0.75;
        x += Math.cos(angle) * size * 0.085;
        y += Math.sin(angle) * size * 0.085;
        context.lineWidth = 3.4 - step * 0.5;
        context.lineTo(x, y);
      }
      context.stroke();
    }
  },
} satisfies Record<string, Paint>;

export type FxFrame = keyof typeof PAINTS;

const CELL = 96;
const COLUMNS = 4;

/** Adds the texture to the game, once. */
export function addFxTexture(textures: Phaser.Textures.TextureManager): void {
  if (textures.exists(FX)) return;
  const names = Object.keys(PAINTS) as FxFrame[];
  const rows = Math.ceil(names.length / COLUMNS);
  const texture = textures.createCanvas(FX, COLUMNS * (CELL + 4), rows * (CELL + 4));
  if (texture === null) return;
  const context = texture.getContext();
  names.forEach((name, index) => {
    const x = (index % COLUMNS) * (CELL + 4) + 2;
    const y = Math.floor(index / COLUMNS) * (CELL + 4) + 2;
    context.save();
    context.beginPath();
    context.rect(x, y, CELL, CELL);
    context.clip();
    context.translate(x, y);
    PAINTS[name](context, CELL);
    context.restore();
    texture.add(name, 0, x, y, CELL, CELL);
  });
  texture.refresh();
}

/** Pictures in the texture are this many pixels wide. */
export const FX_SIZE = CELL;

function radial(context: CanvasRenderingContext2D, size: number, stops: readonly (readonly [number, number])[]): void {
  const half = size / 2;
  const gradient = context.createRadialGradient(half, half, 0, half, half, half);
  for (const [at, alpha] of stops) gradient.addColorStop(at, `rgba(255,255,255,${alpha})`);
  context.fillStyle = gradient;
  context.fillRect(0, 0, size, size);
}
