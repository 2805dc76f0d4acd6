import type Phaser from "phaser";
import { blend, css } from "./palette.ts";

/** The picture is this many world units wide, nose to the right. */
const CRAFT_ART_UNITS = 72;
const SIZE = 144;

/** Adds the picture of a craft in this colour, once; gives its texture's key. */
export function craftTexture(textures: Phaser.Textures.TextureManager, colour: number): string {
  const key = `craft-${colour.toString(16)}`;
  if (textures.exists(key)) return key;
  const texture = textures.createCanvas(key, SIZE, SIZE);
  if (texture === null) return key;
  const context = texture.getContext();
  context.translate(SIZE / 2, SIZE / 2);
  context.scale(SIZE / CRAFT_ART_UNITS, SIZE / CRAFT_ART_UNITS);
  paint(context, colour);
  texture.refresh();
  return key;
}

function paint(context: CanvasRenderingContext2D, colour: number): void {
  const light = blend(colour, 0xffffff, 0.45);
  const dark = blend(colour, 0x0a1020, 0.55);

  // The air cushion.
  context.fillStyle = "#111b2b";
  hull(context, 26, 19);
  context.fill();
  context.strokeStyle = "rgba(160, 205, 240, 0.55)";
  context.lineWidth = 1.4;
  context.stroke();
  context.strokeStyle = "rgba(255, 255, 255, 0.14)";
  context.lineWidth = 1;
  for (let rib = -18; rib <= 18; rib += 4.5) {
    context.beginPath();
    context.moveTo(rib, -18.5);
    context.lineTo(rib, -15);
    context.moveTo(rib, 15);
    context.lineTo(rib, 18.5);
    context.stroke();
  }

  // The deck, lit from the upper left.
  const paintwork = context.createLinearGradient(-10, -15, 8, 16);
  paintwork.addColorStop(0, css(light));
  paintwork.addColorStop(0.45, css(colour));
  paintwork.addColorStop(1, css(dark));
  context.fillStyle = paintwork;
  hull(context, 22, 14.5);
  context.fill();
  context.strokeStyle = "rgba(255,255,255,0.55)";
  context.lineWidth = 1;
  context.stroke();

  // Racing stripes.
  context.save();
  hull(context, 22, 14.5);
  context.clip();
  context.fillStyle = "rgba(255,255,255,0.82)";
  context.fillRect(2, -8.6, 26, 2.2);
  context.fillRect(2, 6.4, 26, 2.2);
  context.fillStyle = "rgba(8, 14, 30, 0.35)";
  context.fillRect(-24, -16, 9, 32);
  context.restore();

  fan(context, light);
  cockpit(context);

  context.fillStyle = "#fffbe0";
  for (const side of [-1, 1]) {
    context.beginPath();
    context.ellipse(20.5, side * 5.2, 1.7, 1.3, 0, 0, Math.PI * 2);
    context.fill();
  }
}

function fan(context: CanvasRenderingContext2D, light: number): void {
  context.fillStyle = "#0c1524";
  context.beginPath();
  context.arc(-13.5, 0, 9.2, 0, Math.PI * 2);
  context.fill();
  context.strokeStyle = css(light);
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = "rgba(150, 190, 225, 0.75)";
  for (let blade = 0; blade < 5; blade++) {
    context.save();
    context.translate(-13.5, 0);
    context.rotate((blade / 5) * Math.PI * 2);
    context.beginPath();
    context.ellipse(4, 1, 4, 1.5, 0.5, 0, Math.PI * 2);
    context.fill();
    context.restore();
  }
  context.fillStyle = "#dcecff";
  context.beginPath();
  context.arc(-13.5, 0, 1.9, 0, Math.PI * 2);
  context.fill();
}

function cockpit(context: CanvasRenderingContext2D): void {
  const glass = context.createLinearGradient(0, -7, 8, 7);
  glass.addColorStop(0, "#d8f4ff");
  glass.addColorStop(0.35, "#3f79a8");
  glass.addColorStop(1, "#0b1c38");
  context.fillStyle = glass;
  context.beginPath();
  context.moveTo(15, 0);
  context.bezierCurveTo(14, -6.5, 4, -7.5, -1.5, -5.5);
  context.lineTo(-1.5, 5.5);
  context.bezierCurveTo(4, 7.5, 14, 6.5, 15, 0);
  context.closePath();
  context.fill();
  context.strokeStyle = "rgba(6, 12, 26, 0.8)";
  context.lineWidth = 1.2;
  context.stroke();
  context.strokeStyle = "rgba(255,255,255,0.75)";
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(1, -4.2);
  context.bezierCurveTo(5, -5.4, 9.5, -4.4, 11.5, -2.4);
  context.stroke();
}

function hull(context: CanvasRenderingContext2D, length: number, width: number): void {
  context.beginPath();
  context.moveTo(length, 0);
  context.bezierCurveTo(length, -width * 0.62, length * 0.55, -width, 0, -width);
  context.lineTo(-length * 0.62, -width);
  context.bezierCurveTo(-length * 0.98, -width, -length, -width * 0.7, -length, 0);
  context.bezierCurveTo(-length, width * 0.7, -length * 0.98, width, -length * 0.62, width);
  context.lineTo(0, width);
  context.bezierCurveTo(length * 0.55, width, length, width * 0.62, length, 0);
  context.closePath();
}
