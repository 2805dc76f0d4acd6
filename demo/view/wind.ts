import type { SoundOutput } from "./sound-output.ts";

/** Wind over the ice, for as long as there is sound: filtered noise that sways slowly. */
export function startWind({ context, input, noise }: SoundOutput): void {
  const source = context.createBufferSource();
  source.buffer = noise;
  source.loop = true;
  const filter = context.createBiquadFilter();
  filter.type = "bandpass";
  filter.frequency.value = 420;
  filter.Q.value = 1.4;
  const sway = context.createOscillator();
  sway.frequency.value = 0.09;
  const reach = context.createGain();
  reach.gain.value = 190;
  const gain = context.createGain();
  gain.gain.value = 0.028;
  sway.connect(reach).connect(filter.frequency);
  source.connect(filter).connect(gain).connect(input);
  source.start();
  sway.start();
}
