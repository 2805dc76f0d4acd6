import { playTone, type Tone } from "./tone.ts";

/** Of everything together, while not muted. */
const LOUDNESS = 0.5;

/** Where all sounds go: one volume, a limiter behind it so that many at once do not crackle, and noise to make sounds of. */
export class SoundOutput {
  readonly context: BaseAudioContext;
  readonly noise: AudioBuffer;
  /** What is to be heard is connected to this. */
  readonly input: AudioNode;
  readonly #volume: GainNode;

  constructor(context: BaseAudioContext, muted: boolean) {
    this.context = context;
    this.noise = whiteNoise(context);
    this.#volume = context.createGain();
    this.#volume.gain.value = muted ? 0 : LOUDNESS;
    this.#volume.connect(context.createDynamicsCompressor()).connect(context.destination);
    this.input = this.#volume;
  }

  set muted(muted: boolean) {
    this.#volume.gain.setTargetAtTime(muted ? 0 : LOUDNESS, this.context.currentTime, 0.03);
  }

  /** Plays the parts of one sound together. `pan` −1 to 1, `volume` 0 to 1; `ended` is called when the last is over. */
  play(tones: readonly Tone[], pan: number, volume: number, ended: () => void): void {
    const stage = this.context.createGain();
    stage.gain.value = volume;
    const panner = this.context.createStereoPanner();
    panner.pan.value = pan;
    stage.connect(panner).connect(this.input);
    let left = tones.length;
    for (const tone of tones) {
      playTone(this.context, stage, this.noise, tone, () => {
        left -= 1;
        if (left > 0) return;
        panner.disconnect();
        ended();
      });
    }
  }
}

function whiteNoise(context: BaseAudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate * 2, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  return buffer;
}
