import type { Tone } from "./tone.ts";

/** The sounds of the game, as recipes. */
export const SOUNDS = {
  bolt: [
    { wave: "triangle", from: 980, to: 210, seconds: 0.16, volume: 0.28 },
    { wave: "noise", from: 5200, to: 900, seconds: 0.09, volume: 0.16, filter: "bandpass" },
  ],
  bigBolt: [
    { wave: "sawtooth", from: 520, to: 70, seconds: 0.3, volume: 0.3 },
    { wave: "noise", from: 3200, to: 300, seconds: 0.26, volume: 0.3 },
  ],
  hit: [
    { wave: "sine", from: 170, to: 46, seconds: 0.22, volume: 0.7 },
    { wave: "noise", from: 2600, to: 260, seconds: 0.17, volume: 0.4 },
    { wave: "square", from: 300, to: 90, seconds: 0.07, volume: 0.14 },
  ],
  shielded: [
    { wave: "sine", from: 1250, to: 880, seconds: 0.28, volume: 0.24 },
    { wave: "sine", from: 1880, to: 1310, seconds: 0.22, volume: 0.12 },
  ],
  bump: [
    { wave: "sine", from: 125, to: 52, seconds: 0.17, volume: 0.75 },
    { wave: "noise", from: 900, to: 160, seconds: 0.12, volume: 0.36 },
  ],
  boost: [
    { wave: "noise", from: 380, to: 2600, seconds: 0.42, volume: 0.26, attack: 0.05, filter: "bandpass" },
    { wave: "sawtooth", from: 85, to: 190, seconds: 0.32, volume: 0.13 },
  ],
  splash: [
    { wave: "noise", from: 1900, to: 240, seconds: 0.75, volume: 0.55, attack: 0.02 },
    { wave: "noise", from: 5200, to: 1500, seconds: 0.5, volume: 0.2, attack: 0.06, filter: "highpass" },
    { wave: "sine", from: 210, to: 58, seconds: 0.32, volume: 0.42 },
    { wave: "sine", from: 300, to: 620, seconds: 0.12, volume: 0.12, delay: 0.42 },
    { wave: "sine", from: 360, to: 740, seconds: 0.1, volume: 0.1, delay: 0.56 },
  ],
  crack: [
    { wave: "noise", from: 3600, to: 700, seconds: 0.07, volume: 0.5, filter: "highpass" },
    { wave: "noise", from: 2400, to: 400, seconds: 0.1, volume: 0.34, filter: "bandpass", delay: 0.06, sharpness: 3 },
    { wave: "noise", from: 210, to: 55, seconds: 0.9, volume: 0.6, delay: 0.03 },
    { wave: "sine", from: 64, to: 33, seconds: 0.7, volume: 0.5 },
  ],
  warning: [
    { wave: "sine", from: 88, to: 62, seconds: 0.9, volume: 0.3, attack: 0.2 },
    { wave: "noise", from: 2700, to: 2100, seconds: 0.05, volume: 0.16, filter: "bandpass", sharpness: 6 },
    { wave: "noise", from: 3300, to: 2600, seconds: 0.05, volume: 0.13, filter: "bandpass", sharpness: 6, delay: 0.19 },
    { wave: "noise", from: 2200, to: 1800, seconds: 0.06, volume: 0.15, filter: "bandpass", sharpness: 6, delay: 0.5 },
  ],
  count: [
    { wave: "triangle", from: 523, to: 521, seconds: 0.2, volume: 0.32 },
    { wave: "sine", from: 1046, to: 1044, seconds: 0.12, volume: 0.1 },
  ],
  go: [
    { wave: "triangle", from: 1046, to: 1042, seconds: 0.5, volume: 0.34 },
    { wave: "triangle", from: 784, to: 782, seconds: 0.5, volume: 0.2 },
    { wave: "noise", from: 600, to: 4200, seconds: 0.4, volume: 0.12, filter: "bandpass" },
  ],
  pickup: chime([784, 1047, 1319, 1568], 0.055, 0.2),
  appear: chime([1319, 1760], 0.08, 0.07),
  win: chime([523, 659, 784, 1047, 784, 1047, 1319], 0.11, 0.24),
  lose: chime([440, 392, 330], 0.16, 0.16),
  match: chime([523, 523, 659, 784, 659, 784, 1047, 1319, 1568], 0.12, 0.26),
} satisfies Record<string, readonly Tone[]>;

function chime(notes: readonly number[], step: number, volume: number): Tone[] {
  return notes.flatMap((note, index): Tone[] => {
    const delay = index * step;
    const seconds = index === notes.length - 1 ? 0.9 : 0.34;
    return [
      { wave: "triangle", from: note, to: note * 0.998, seconds, volume, delay },
      { wave: "sine", from: note * 2, to: note * 1.996, seconds: seconds * 0.7, volume: volume * 0.35, delay },
    ];
  });
}
