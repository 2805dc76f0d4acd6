import { playTone, type Tone } from "./tone.ts";

const VOICES_MAX = 28;

/** Plays synthesised sounds. Silent until the first gesture (browsers ask for it), while muted, and where there is no audio. */
export class Sound {
  #context: AudioContext | null = null;
  #out: GainNode | null = null;
  #noise: AudioBuffer | null = null;
  #engine: {
    readonly low: OscillatorNode;
    readonly high: OscillatorNode;
    readonly filter: BiquadFilterNode;
    readonly gain: GainNode;
  } | null = null;
  #muted = false;
  #voices = 0;
  readonly #stop = new AbortController();

  constructor() {
    const options = { signal: this.#stop.signal };
    for (const name of ["pointerdown", "keydown", "touchend"] as const)
      window.addEventListener(name, () => this.#unlock(), options);
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    if (this.#context !== null) this.#out?.gain.setTargetAtTime(muted ? 0 : 0.5, this.#context.currentTime, 0.03);
  }

  /** Plays the parts of one sound together. `pan` −1 to 1, `volume` 0 to 1. */
  play(tones: readonly Tone[], pan = 0, volume = 1): void {
    const context = this.#context;
    if (context === null || this.#out === null || this.#noise === null || this.#muted || this.#voices >= VOICES_MAX)
      return;
    if (context.state !== "running") return;
    const stage = context.createGain();
    stage.gain.value = volume;
    const panner = context.createStereoPanner();
    panner.pan.value = pan;
    stage.connect(panner).connect(this.#out);
    this.#voices += 1;
    let left = tones.length;
    for (const tone of tones) {
      playTone(context, stage, this.#noise, tone, () => {
        left -= 1;
        if (left > 0) return;
        this.#voices -= 1;
        panner.disconnect();
      });
    }
  }

  /** The hum of one's own engine. `power` 0 to 1, `speed` in units per second; 0 and 0 is silence. */
  hum(power: number, speed: number): void {
    if (this.#context === null || this.#engine === null) return;
    const now = this.#context.currentTime;
    const { low, high, filter, gain } = this.#engine;
    const pitch = 46 + speed * 0.11 + power * 16;
    low.frequency.setTargetAtTime(pitch, now, 0.06);
    high.frequency.setTargetAtTime(pitch * 2.01, now, 0.06);
    filter.frequency.setTargetAtTime(180 + speed * 1.1 + power * 320, now, 0.08);
    gain.gain.setTargetAtTime(
      power === 0 && speed === 0 ? 0 : 0.035 + power * 0.05 + Math.min(0.05, speed / 9000),
      now,
      0.08,
    );
  }

  destroy(): void {
    this.#stop.abort();
    void this.#context?.close();
    this.#context = null;
  }

  #unlock(): void {
    if (this.#context !== null) {
      if (this.#context.state === "suspended") void this.#context.resume();
      return;
    }
    if (typeof AudioContext === "undefined") return;
    const context = new AudioContext();
    const limiter = context.createDynamicsCompressor();
    const out = context.createGain();
    out.gain.value = this.#muted ? 0 : 0.5;
    out.connect(limiter).connect(context.destination);
    this.#context = context;
    this.#out = out;
    this.#noise = whiteNoise(context);
    this.#startEngine(context, out);
    this.#startWind(context, out, this.#noise);
    void context.resume();
  }

  #startEngine(context: AudioContext, out: GainNode): void {
    const low = context.createOscillator();
    const high = context.createOscillator();
    low.type = "sawtooth";
    high.type = "triangle";
    const filter = context.createBiquadFilter();
    filter.type = "lowpass";
    filter.frequency.value = 200;
    const gain = context.createGain();
    gain.gain.value = 0;
    low.connect(filter);
    high.connect(filter);
    filter.connect(gain).connect(out);
    low.start();
    high.start();
    this.#engine = { low, high, filter, gain };
  }

  #startWind(context: AudioContext, out: GainNode, noise: AudioBuffer): void {
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
    source.connect(filter).connect(gain).connect(out);
    source.start();
    sway.start();
  }
}

function whiteNoise(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate * 2, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  return buffer;
}
