import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { EngineHum } from "../../demo/view/engine-hum.ts";
import { Sound } from "../../demo/view/sound.ts";
import { SoundOutput } from "../../demo/view/sound-output.ts";
import { SOUNDS } from "../../demo/view/sounds.ts";
import type { Tone } from "../../demo/view/tone.ts";
import { startWind } from "../../demo/view/wind.ts";

const RATE = 44_100;

interface Heard {
  /** Largest sample, 1 is the most that a loudspeaker gets. */
  readonly peak: number;
  /** Root of the mean square of the loudest tenth of a second. */
  readonly loudness: number;
  /** Largest sample of the last twentieth of a second. */
  readonly rest: number;
}

/** Renders what `make` connects, through everything that the game's sounds go through. */
async function hear(seconds: number, make: (output: SoundOutput) => void): Promise<Heard> {
  const context = new OfflineAudioContext(2, Math.ceil(seconds * RATE), RATE);
  make(new SoundOutput(context, false));
  const buffer = await context.startRendering();
  const channels = [buffer.getChannelData(0), buffer.getChannelData(1)];
  const heard = { peak: 0, loudness: 0, rest: 0 };
  for (const samples of channels) {
    heard.peak = Math.max(heard.peak, peakOf(samples));
    heard.rest = Math.max(heard.rest, peakOf(samples.subarray(-RATE / 20)));
    for (let at = 0; at < samples.length; at += RATE / 10) {
      heard.loudness = Math.max(heard.loudness, meanOf(samples.subarray(at, at + RATE / 10)));
    }
  }
  return heard;
}

function peakOf(samples: Float32Array): number {
  return samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
}

function meanOf(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

function lengthOf(tones: readonly Tone[]): number {
  return Math.max(...tones.map(({ delay = 0, seconds }) => delay + seconds));
}

describe("the sounds of the demo", () => {
  test.each(Object.entries(SOUNDS))("%s is heard, does not clip, and ends", async (_, tones) => {
    const ended: string[] = [];
    const heard = await hear(lengthOf(tones) + 0.3, (output) => output.play(tones, 0, 1, () => ended.push("ended")));
    expect(heard.peak).toBeGreaterThan(0.02);
    expect(heard.loudness).toBeGreaterThan(0.004);
    expect(heard.peak).toBeLessThan(1);
    expect(heard.rest).toBeLessThan(0.001);
    await expect.poll(() => ended).toEqual(["ended"]);
  });

  test("a sound from the left is heard on the left", async () => {
    const context = new OfflineAudioContext(2, RATE / 2, RATE);
    new SoundOutput(context, false).play(SOUNDS.bolt, -0.7, 1, () => {});
    const buffer = await context.startRendering();
    expect(meanOf(buffer.getChannelData(0))).toBeGreaterThan(meanOf(buffer.getChannelData(1)) * 2);
  });

  test("the wildest moment there can be does not clip", async () => {
    const loud = [SOUNDS.splash, SOUNDS.hit, SOUNDS.crack, SOUNDS.bigBolt, SOUNDS.bump, SOUNDS.boost, SOUNDS.match];
    const heard = await hear(2, (output) => {
      new EngineHum(output).set(1, 420);
      startWind(output);
      for (const tones of [...loud, ...loud, ...loud, ...loud]) output.play(tones, 0, 1, () => {});
    });
    expect(heard.peak).toBeLessThan(1);
  });

  test("the engine hums with power, and not without; the wind is soft", async () => {
    const engine = (power: number, speed: number): Promise<Heard> =>
      hear(1, (output) => new EngineHum(output).set(power, speed));
    const [off, slow, full] = await Promise.all([engine(0, 0), engine(0, 60), engine(1, 420)]);
    expect(off.peak).toBe(0);
    expect(slow.loudness).toBeGreaterThan(0.003);
    expect(full.loudness).toBeGreaterThan(slow.loudness);
    expect(full.peak).toBeLessThan(0.5);
    const wind = await hear(2, startWind);
    expect(wind.loudness).toBeGreaterThan(0.0005);
    expect(wind.peak).toBeLessThan(0.1);
  });

  test("muted is silent", async () => {
    const context = new OfflineAudioContext(2, RATE / 2, RATE);
    new SoundOutput(context, true).play(SOUNDS.splash, 0, 1, () => {});
    expect(peakOf((await context.startRendering()).getChannelData(0))).toBe(0);
  });
});

describe("sound and gestures", () => {
  const Real = globalThis.AudioContext;
  afterEach(() => {
    globalThis.AudioContext = Real;
  });

  test("no audio context is made before the visitor has done something, and one is made then", async () => {
    const made: AudioContext[] = [];
    globalThis.AudioContext = class extends Real {
      constructor() {
        super();
        made.push(this);
      }
    };
    expect(navigator.userActivation.hasBeenActive).toBe(false);
    const sound = new Sound();
    window.dispatchEvent(new PointerEvent("pointerdown"));
    window.dispatchEvent(new KeyboardEvent("keydown"));
    sound.play(SOUNDS.bolt);
    sound.hum(1, 100);
    expect(made).toEqual([]);

    await userEvent.keyboard("a");
    await expect.poll(() => made.map(({ state }) => state)).toEqual(["running"]);
    sound.play(SOUNDS.bolt);
    const later = new Sound();
    expect(made).toHaveLength(2);
    sound.destroy();
    later.destroy();
    await expect.poll(() => made.map(({ state }) => state)).toEqual(["closed", "closed"]);
  });
});
