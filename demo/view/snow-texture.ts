import { tiledNoise } from "./noise.ts";

const SIZE = 512;
let snow: HTMLCanvasElement | null = null;

/** Wind-packed snow on ice, 512 by 512, seamless. Painted once. */
export function snowTexture(): HTMLCanvasElement {
  snow ??= paint();
  return snow;
}

function paint(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(SIZE, SIZE);
  const octaves = [4, 8, 16, 64].map((period, index) => ({ noise: tiledNoise(period, 11 + index), period }));
  const grain = tiledNoise(SIZE, 5);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      let height = 0;
      let weight = 0.5;
      for (const { noise, period } of octaves) {
        // Stretched along one diagonal: the wind blows from there.
        height += noise((x / SIZE) * period, (((y + x) % SIZE) / SIZE) * period) * weight;
        weight *= 0.52;
      }
      const drift = Math.min(1, Math.max(0, (height - 0.3) * 1.9));
      const bare = Math.max(0, 0.34 - drift) * 2;
      const speck = (grain(x, y) - 0.5) * 9 + (grain(y, x) > 0.994 ? 34 : 0);
      const offset = (y * SIZE + x) * 4;
      image.data[offset] = 92 + drift * 66 - bare * 40 + speck;
      image.data[offset + 1] = 134 + drift * 56 - bare * 26 + speck;
      image.data[offset + 2] = 178 + drift * 44 - bare * 12 + speck;
      image.data[offset + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  scratches(context);
  return canvas;
}

function scratches(context: CanvasRenderingContext2D): void {
  const luck = tiledNoise(64, 77);
  context.lineCap = "round";
  for (let i = 0; i < 46; i++) {
    const x = luck(i, 0.5) * SIZE;
    const y = luck(i, 9.5) * SIZE;
    const angle = luck(i, 20.5) * Math.PI * 2;
    const length = 12 + luck(i, 31.5) * 70;
    const bend = (luck(i, 40.5) - 0.5) * 40;
    context.strokeStyle = i % 3 === 0 ? "rgba(60, 104, 150, 0.20)" : "rgba(255, 255, 255, 0.20)";
    context.lineWidth = 0.8 + luck(i, 50.5) * 1.4;
    for (const [dx, dy] of [
      [0, 0],
      [SIZE, 0],
      [-SIZE, 0],
      [0, SIZE],
      [0, -SIZE],
    ] as const) {
      context.beginPath();
      context.moveTo(x + dx, y + dy);
      context.quadraticCurveTo(
        x + dx + Math.cos(angle) * length * 0.5 - Math.sin(angle) * bend,
        y + dy + Math.sin(angle) * length * 0.5 + Math.cos(angle) * bend,
        x + dx + Math.cos(angle) * length,
        y + dy + Math.sin(angle) * length,
      );
      context.stroke();
    }
  }
}
