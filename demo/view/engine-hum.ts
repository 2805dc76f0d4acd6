import type { SoundOutput } from "./sound-output.ts";

/** The hum of one's own engine: two oscillators behind a filter that opens with speed. Silent until the first `set`. */
export class EngineHum {
  readonly #context: BaseAudioContext;
  readonly #low: OscillatorNode;
  readonly #high: OscillatorNode;
  readonly #filter: BiquadFilterNode;
  readonly #gain: GainNode;

  constructor({ context, input }: SoundOutput) {
    this.#context = context;
    this.#low = context.createOscillator();
    this.#high = context.createOscillator();
    this.#filter = context.createBiquadFilter();
    this.#gain = context.createGain();
    this.#low.type = "sawtooth";
    this.#high.type = "triangle";
    this.#filter.type = "lowpass";
    this.#filter.frequency.value = 200;
    this.#gain.gain.value = 0;
    this.#low.connect(this.#filter);
    this.#high.connect(this.#filter);
    this.#filter.connect(this.#gain).connect(input);
    this.#low.start();
    this.#high.start();
  }

  /** `power` 0 to 1, `speed` in units per second; 0 and 0 is silence. */
  set(power: number, speed: number): void {
    const now = this.#context.currentTime;
    const pitch = 46 + speed * 0.11 + power * 16;
    const loudness = power === 0 && speed === 0 ? 0 : 0.035 + power * 0.05 + Math.min(0.05, speed / 9000);
    this.#low.frequency.setTargetAtTime(pitch, now, 0.06);
    this.#high.frequency.setTargetAtTime(pitch * 2.01, now, 0.06);
    this.#filter.frequency.setTargetAtTime(180 + speed * 1.1 + power * 320, now, 0.08);
    this.#gain.gain.setTargetAtTime(loudness, now, 0.08);
  }
}
