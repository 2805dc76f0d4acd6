import { describe, expect, test } from "vitest";
import { newCraft, poseOf } from "../../demo/game/craft.ts";
import { floePlan, floeRadius } from "../../demo/game/floe.ts";
import { newRound } from "../../demo/game/round.ts";
import type { PlayerView, RoundState } from "../../demo/game/types.ts";
import { CameraWork } from "../../demo/view/camera-work.ts";
import { type Area, clearingOf } from "../../demo/view/clearing.ts";
import { RenderScale } from "../../demo/view/render-scale.ts";
import { Stage } from "../../demo/view/stage.ts";

/** Screens, with the panels and the touch controls as they lie on them. */
const screens: Readonly<Record<string, { width: number; height: number; covered: readonly Area[] }>> = {
  "a desktop": {
    width: 1_280,
    height: 720,
    covered: [
      { left: 12, top: 12, right: 262, bottom: 270 },
      { left: 815, top: 12, right: 1_114, bottom: 58 },
      { left: 1_121, top: 12, right: 1_268, bottom: 58 },
    ],
  },
  "a phone upright": {
    width: 390,
    height: 844,
    covered: [
      { left: 8, top: 8, right: 173, bottom: 52 },
      { left: 254, top: 8, right: 382, bottom: 52 },
      { left: 8, top: 58, right: 382, bottom: 162 },
      { left: 0, top: 687, right: 157, bottom: 844 },
      { left: 180, top: 717, right: 390, bottom: 844 },
    ],
  },
  "a phone lying": {
    width: 844,
    height: 390,
    covered: [
      { left: 8, top: 8, right: 172, bottom: 205 },
      { left: 708, top: 8, right: 836, bottom: 52 },
      { left: 688, top: 58, right: 836, bottom: 126 },
      { left: 0, top: 233, right: 157, bottom: 390 },
      { left: 634, top: 262, right: 844, bottom: 390 },
    ],
  },
};

const round: RoundState = { ...newRound(3), phase: "countdown", round: 1, match: 1, floeRadius: floeRadius(8) };
const plan = floePlan(round.seed, round.floeRadius);

function stageOf({ width, height, covered }: { width: number; height: number; covered: readonly Area[] }): Stage {
  const stage = new Stage(() => covered);
  stage.update(width, height, 1, 1 / 60);
  return stage;
}

/** Where the camera, left alone with this for some seconds, shows places of the world: in CSS pixels. */
function settled(stage: Stage, players: readonly PlayerView[], state: RoundState, seconds = 12) {
  const camera = new CameraWork();
  let middle = { x: 0, y: 0 };
  for (let time = 0; time < seconds; time += 1 / 60) {
    middle = camera.update({ players, selfId: 1, round: state, plan }, stage, 1 / 60);
  }
  return (x: number, y: number) => ({
    x: stage.width / 2 + (x - middle.x) * camera.zoom,
    y: stage.height / 2 + (y - middle.y) * camera.zoom,
  });
}

function player(id: number, x: number, y: number): PlayerView {
  return { id, name: `P${id}`, colour: 0xffffff, pose: poseOf(newCraft(x, y, 0, true)) };
}

function expectInside({ left, top, right, bottom }: Area, { x, y }: { x: number; y: number }): void {
  expect(x).toBeGreaterThanOrEqual(left);
  expect(x).toBeLessThanOrEqual(right);
  expect(y).toBeGreaterThanOrEqual(top);
  expect(y).toBeLessThanOrEqual(bottom);
}

describe("what no panel covers", () => {
  test.each(Object.entries(screens))(
    "on %s none of the panels reaches into it, and most of the screen is left",
    (_, screen) => {
      const { left, top, right, bottom } = clearingOf(screen.width, screen.height, screen.covered);
      for (const area of screen.covered) {
        const apart = area.right <= left || area.left >= right || area.bottom <= top || area.top >= bottom;
        expect(apart).toBe(true);
      }
      expect((right - left) * (bottom - top)).toBeGreaterThan(screen.width * screen.height * 0.5);
    },
  );

  test("without panels it is the whole screen; hidden panels cover nothing", () => {
    const whole = { left: 0, top: 0, right: 640, bottom: 480 };
    expect(clearingOf(640, 480, [])).toEqual(whole);
    expect(clearingOf(640, 480, [{ left: 0, top: 0, right: 0, bottom: 0 }])).toEqual(whole);
  });

  test("panels that cover everything leave something all the same", () => {
    const { left, top, right, bottom } = clearingOf(300, 200, [
      { left: 0, top: 0, right: 300, bottom: 150 },
      { left: 0, top: 100, right: 200, bottom: 200 },
      { left: 100, top: 0, right: 300, bottom: 200 },
      { left: 0, top: 0, right: 300, bottom: 200 },
    ]);
    expect(right - left).toBeGreaterThanOrEqual(100);
    expect(bottom - top).toBeGreaterThanOrEqual(66);
  });
});

describe("the camera", () => {
  test.each(Object.entries(screens))("on %s shows the whole floe beside the panels before the start", (_, screen) => {
    const stage = stageOf(screen);
    const place = settled(stage, [player(1, 0, 0)], round);
    for (const { corners } of plan.chunks) for (const { x, y } of corners) expectInside(stage.clearing, place(x, y));
  });

  test.each(Object.entries(screens))("on %s never lets one's own craft go under a panel", (_, screen) => {
    const stage = stageOf(screen);
    const playing: RoundState = { ...round, phase: "playing", phaseMs: 20_000 };
    for (const angle of [0, 1, 2, 3, 4, 5, 6]) {
      const x = Math.cos(angle) * plan.radius;
      const y = Math.sin(angle) * plan.radius;
      const place = settled(stage, [player(1, x, y), player(2, -x, -y)], playing);
      expectInside(stage.clearing, place(x, y));
    }
  });
});

describe("the resolution of the picture", () => {
  function run(scale: RenderScale, fps: number, fromMs: number, ms: number): number {
    for (let passed = 0; passed < ms; passed += 100) scale.watch(fps, fromMs + passed);
    return fromMs + ms;
  }

  test("falls while frames are few, and rises again when they are many", () => {
    const scale = new RenderScale(1);
    let now = run(scale, 20, 0, 30_000);
    expect(scale.ratio).toBe(0.5);
    now = run(scale, 45, now, 60_000);
    expect(scale.ratio).toBe(0.5);
    run(scale, 60, now, 150_000);
    expect(scale.ratio).toBe(1);
  });

  test("does not go to and fro on a machine that is fast with few pixels only", () => {
    const scale = new RenderScale(1);
    let changes = 0;
    let before = scale.ratio;
    for (let now = 0; now < 600_000; now += 100) {
      scale.watch(scale.ratio > 0.85 ? 25 : 58, now);
      if (scale.ratio !== before) changes += 1;
      before = scale.ratio;
    }
    expect(changes).toBeLessThan(20);
  });
});
