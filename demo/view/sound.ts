import { EngineHum } from "./engine-hum.ts";
import { SoundOutput } from "./sound-output.ts";
import type { Tone } from "./tone.ts";
import { startWind } from "./wind.ts";

const VOICES_MAX = 28;
/** Browsers let a page sound once its visitor has done one of these. */
const GESTURES = ["pointerdown", "pointerup", "touchend", "keydown"] as const;

/** Plays synthesised sounds. Silent until the first gesture (browsers ask for it), while muted, and where there is no audio. */
export class Sound {
  #context: AudioContext | null = null;
  #output: SoundOutput | null = null;
  #engine: EngineHum | null = null;
  #muted = false;
  #voices = 0;
  readonly #stop = new AbortController();

  constructor() {
    for (const name of GESTURES) window.addEventListener(name, () => this.#unlock(), { signal: this.#stop.signal });
    this.#unlock();
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    if (this.#output !== null) this.#output.muted = muted;
  }

  /** Plays the parts of one sound together. `pan` −1 to 1, `volume` 0 to 1. */
  play(tones: readonly Tone[], pan = 0, volume = 1): void {
    if (this.#context?.state !== "running" || this.#muted || this.#voices >= VOICES_MAX) return;
    this.#voices += 1;
    this.#output?.play(tones, pan, volume, () => {
      this.#voices -= 1;
    });
  }

  /** The hum of one's own engine. `power` 0 to 1, `speed` in units per second; 0 and 0 is silence. */
  hum(power: number, speed: number): void {
    this.#engine?.set(power, speed);
  }

  destroy(): void {
    this.#stop.abort();
    void this.#context?.close();
    this.#context = null;
    this.#output = null;
    this.#engine = null;
  }

  #unlock(): void {
    // Not every touch of the screen counts as a gesture, and a context that is made too early makes the browser complain.
    if (typeof AudioContext === "undefined" || navigator.userActivation?.hasBeenActive === false) return;
    if (this.#context === null) {
      this.#context = new AudioContext();
      this.#output = new SoundOutput(this.#context, this.#muted);
      this.#engine = new EngineHum(this.#output);
      startWind(this.#output);
    }
    if (this.#context.state === "suspended") void this.#context.resume();
  }
}
