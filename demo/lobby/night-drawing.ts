/** Where the craft stands, in CSS pixels, and how large it is there. */
export interface CraftSeat {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** Paints sky, aurora, sea and the floe. Always the same picture for the same size. */
export function drawNight(context: CanvasRenderingContext2D, width: number, height: number): CraftSeat {
  const wide = width > 720 || (width > 560 && height <= 520);
  // On a narrow page the cards begin below the floe (style.css: the room under the hero's words).
  const horizon = wide ? height * 0.62 : 236;
  const draw = dice(20_26);
  drawSky(context, width, horizon, draw);
  drawAurora(context, width, horizon, draw);
  drawRange(context, width, horizon, draw);
  drawSea(context, width, height, horizon, draw);
  const floeX = wide ? width * 0.24 : width * 0.5;
  const floeY = wide ? Math.min(height * 0.86, height - 90) : horizon + 62;
  const floeWidth = wide ? Math.min(330, width * 0.23) : Math.min(180, width * 0.4);
  drawFloe(context, floeX, floeY, floeWidth, draw);
  for (let i = 0; i < (wide ? 12 : 6); i++) {
    const depth = draw();
    const y = horizon + 14 + depth * depth * (height - horizon) * (wide ? 0.9 : 0.14);
    const x = draw() * width;
    const size = 8 + (y - horizon) * 0.09;
    if (Math.hypot((x - floeX) / 1.4, (y - floeY) * 3) > floeWidth * 1.15) drawFloe(context, x, y, size, draw);
  }
  return { x: floeX, y: floeY - floeWidth * 0.05, scale: floeWidth / 190 };
}

type Dice = () => number;

/** Numbers from 0 to 1 that come the same each time: decoration must not jump when the window is resized. */
function dice(seed: number): Dice {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 16_777_216;
  };
}

function drawSky(context: CanvasRenderingContext2D, width: number, horizon: number, draw: Dice): void {
  const sky = context.createLinearGradient(0, 0, 0, horizon);
  sky.addColorStop(0, "#040817");
  sky.addColorStop(0.6, "#0a1838");
  sky.addColorStop(1, "#173a5e");
  context.fillStyle = sky;
  context.fillRect(0, 0, width, horizon + 1);
  for (let i = 0; i < (width * horizon) / 2_600; i++) {
    const bright = draw() ** 3;
    context.fillStyle = `rgba(${200 + draw() * 55}, ${225 + draw() * 30}, 255, ${0.18 + bright * 0.75})`;
    context.beginPath();
    context.arc(draw() * width, draw() ** 1.3 * horizon, 0.4 + bright * 1.1, 0, Math.PI * 2);
    context.fill();
  }
}

/** Curtains of light: thin upright strips along a wandering line, added up. */
function drawAurora(context: CanvasRenderingContext2D, width: number, horizon: number, draw: Dice): void {
  context.save();
  context.globalCompositeOperation = "lighter";
  const curtains = [
    { base: 0.78, reach: 0.62, colour: "46, 232, 160", power: 0.34 },
    { base: 0.62, reach: 0.55, colour: "64, 190, 255", power: 0.2 },
    { base: 0.5, reach: 0.45, colour: "164, 110, 255", power: 0.17 },
  ];
  for (const curtain of curtains) {
    const phases = [draw() * 7, draw() * 7, draw() * 7, draw() * 7];
    for (let x = 0; x < width; x += 2) {
      const u = x / Math.max(width, 700);
      const sway = Math.sin(u * 5 + (phases[0] ?? 0)) * 0.11 + Math.sin(u * 13 + (phases[1] ?? 0)) * 0.035;
      const foot = horizon * (curtain.base + sway);
      const pleat = 0.6 + 0.4 * Math.sin(u * 70 + 5 * Math.sin(u * 13 + (phases[2] ?? 0)));
      const veil = Math.max(0, Math.sin(u * 4.2 + (phases[3] ?? 0)) * 0.6 + 0.55);
      const tall = horizon * curtain.reach * (0.55 + 0.45 * pleat);
      const light = context.createLinearGradient(0, foot - tall, 0, foot + 26);
      const power = curtain.power * veil * (0.45 + 0.55 * pleat);
      light.addColorStop(0, `rgba(${curtain.colour}, 0)`);
      light.addColorStop(0.72, `rgba(${curtain.colour}, ${power * 0.7})`);
      light.addColorStop(0.9, `rgba(${curtain.colour}, ${power})`);
      light.addColorStop(1, `rgba(${curtain.colour}, 0)`);
      context.fillStyle = light;
      context.fillRect(x, foot - tall, 2, tall + 26);
    }
  }
  context.restore();
}

/** Snowy mountains, two rows of them. */
function drawRange(context: CanvasRenderingContext2D, width: number, horizon: number, draw: Dice): void {
  for (const row of [
    { high: 58, step: 66, body: "#12294a", snow: "rgba(170, 212, 245, 0.25)" },
    { high: 30, step: 42, body: "#0c1d38", snow: "rgba(170, 212, 245, 0.16)" },
  ]) {
    let x = -row.step;
    let y = horizon - row.high * 0.3;
    while (x < width + row.step) {
      const peakX = x + row.step * (0.4 + draw() * 0.4);
      const peakY = horizon - row.high * (0.4 + draw() * 0.75);
      const nextX = peakX + row.step * (0.4 + draw() * 0.4);
      const nextY = horizon - row.high * (0.12 + draw() * 0.3);
      fillShape(context, row.body, [x, horizon + 1, x, y, peakX, peakY, nextX, nextY, nextX, horizon + 1]);
      fillShape(context, row.snow, [peakX, peakY, nextX, nextY, peakX + 4, peakY + (horizon - peakY) * 0.62]);
      x = nextX;
      y = nextY;
    }
  }
}

function drawSea(context: CanvasRenderingContext2D, width: number, height: number, horizon: number, draw: Dice): void {
  const sea = context.createLinearGradient(0, horizon, 0, height);
  sea.addColorStop(0, "#1b4a68");
  sea.addColorStop(0.1, "#113552");
  sea.addColorStop(0.45, "#0a2140");
  sea.addColorStop(1, "#050f24");
  context.fillStyle = sea;
  context.fillRect(0, horizon, width, height - horizon);
  for (let i = 0; i < 420; i++) {
    const depth = draw() ** 1.7;
    const y = horizon + 1 + depth * (height - horizon);
    const long = (10 + draw() * 50) * (0.25 + depth * 1.6);
    const green = draw() < 0.45;
    context.fillStyle = green
      ? `rgba(70, 240, 180, ${0.02 + 0.13 * (1 - depth) * draw()})`
      : `rgba(150, 215, 255, ${0.015 + 0.1 * (1 - depth) * draw()})`;
    context.fillRect(draw() * width - long / 2, y, long, 0.7 + depth * 1.4);
  }
}

/** A slab of ice seen from the side: glow in the water, blue flank, white top, cracks. */
function drawFloe(context: CanvasRenderingContext2D, x: number, y: number, size: number, draw: Dice): void {
  const flat = 0.3;
  const thick = Math.max(2, size * 0.075);
  const points: { x: number; y: number }[] = [];
  const corners = size > 60 ? 19 : 9;
  for (let i = 0; i < corners; i++) {
    const angle = (i / corners) * Math.PI * 2;
    const reach = size * (0.84 + draw() * 0.24);
    points.push({ x: x + Math.cos(angle) * reach, y: y + Math.sin(angle) * reach * flat });
  }
  const around = (dy: number, grow = 1): number[] =>
    points.flatMap((point) => [x + (point.x - x) * grow, y + (point.y - y) * grow + dy]);
  fillShape(context, "rgba(60, 190, 235, 0.10)", around(thick * 2.1, 1.1));
  fillShape(context, "rgba(90, 205, 245, 0.16)", around(thick * 1.5, 1.045));
  const flank = context.createLinearGradient(0, y, 0, y + size * flat + thick);
  flank.addColorStop(0, "#4c9cc9");
  flank.addColorStop(1, "#1f5c8a");
  for (let dy = thick; dy > 0; dy -= 1) fillShape(context, flank, around(dy));
  const top = context.createLinearGradient(x - size, y - size * flat, x + size * 0.6, y + size * flat);
  top.addColorStop(0, "#bfe4f5");
  top.addColorStop(0.45, "#e9f7fd");
  top.addColorStop(1, "#a3d3ea");
  fillShape(context, top, around(0));
  if (size < 60) return;
  context.save();
  shape(context, around(0));
  context.clip();
  for (let i = 0; i < 26; i++) {
    const px = x + (draw() * 2 - 1) * size;
    const py = y + (draw() * 2 - 1) * size * flat;
    context.fillStyle = `rgba(255, 255, 255, ${0.1 + draw() * 0.3})`;
    context.beginPath();
    context.ellipse(px, py, size * (0.03 + draw() * 0.16), size * flat * (0.02 + draw() * 0.1), 0, 0, Math.PI * 2);
    context.fill();
  }
  context.lineWidth = 1;
  for (let i = 0; i < 5; i++) {
    let px = x + (draw() * 2 - 1) * size;
    let py = y - size * flat;
    context.strokeStyle = `rgba(74, 146, 190, ${0.25 + draw() * 0.3})`;
    context.beginPath();
    context.moveTo(px, py);
    while (py < y + size * flat) {
      px += (draw() - 0.5) * size * 0.32;
      py += size * flat * (0.12 + draw() * 0.3);
      context.lineTo(px, py);
    }
    context.stroke();
  }
  context.restore();
  context.strokeStyle = "rgba(255, 255, 255, 0.75)";
  context.lineWidth = 1.2;
  shape(context, around(0));
  context.stroke();
}

function shape(context: CanvasRenderingContext2D, points: readonly number[]): void {
  context.beginPath();
  for (let i = 0; i < points.length; i += 2) context.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  context.closePath();
}

function fillShape(context: CanvasRenderingContext2D, fill: string | CanvasGradient, points: readonly number[]): void {
  shape(context, points);
  context.fillStyle = fill;
  context.fill();
}
