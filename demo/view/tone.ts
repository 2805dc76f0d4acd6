/** One part of a sound: a wave or filtered noise that slides from one pitch to another and dies away. */
export interface Tone {
  readonly wave: "sine" | "triangle" | "square" | "sawtooth" | "noise";
  /** Hertz; for noise, of its filter. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  readonly volume: number;
  /** Seconds after the sound begins. */
  readonly delay?: number;
  /** Seconds to swell. Default: at once. */
  readonly attack?: number;
  /** Filter of noise. Default `lowpass`. */
  readonly filter?: "lowpass" | "highpass" | "bandpass";
  readonly sharpness?: number;
}

/** Plays one tone into `out`; `ended` is called when it is over. */
export function playTone(
  context: BaseAudioContext,
  out: AudioNode,
  noise: AudioBuffer,
  tone: Tone,
  ended: () => void,
): void {
  const start = context.currentTime + (tone.delay ?? 0);
  const end = start + tone.seconds;
  const gain = context.createGain();
  gain.gain.setValueAtTime(0.0001, start);
  gain.gain.linearRampToValueAtTime(tone.volume, start + (tone.attack ?? 0.004));
  gain.gain.exponentialRampToValueAtTime(0.0001, end);
  gain.connect(out);

  const source =
    tone.wave === "noise" ? noiseSource(context, noise, tone, gain, start, end) : wave(context, tone, gain, start, end);
  source.onended = () => {
    gain.disconnect();
    ended();
  };
  source.start(start);
  source.stop(end + 0.02);
}

function wave(context: BaseAudioContext, tone: Tone, gain: GainNode, start: number, end: number): OscillatorNode {
  const oscillator = context.createOscillator();
  if (tone.wave !== "noise") oscillator.type = tone.wave;
  oscillator.frequency.setValueAtTime(tone.from, start);
  oscillator.frequency.exponentialRampToValueAtTime(tone.to, end);
  oscillator.connect(gain);
  return oscillator;
}

function noiseSource(
  context: BaseAudioContext,
  noise: AudioBuffer,
  tone: Tone,
  gain: GainNode,
  start: number,
  end: number,
): AudioBufferSourceNode {
  const source = context.createBufferSource();
  source.buffer = noise;
  source.loop = true;
  const filter = context.createBiquadFilter();
  filter.type = tone.filter ?? "lowpass";
  filter.Q.value = tone.sharpness ?? 0.8;
  filter.frequency.setValueAtTime(tone.from, start);
  filter.frequency.exponentialRampToValueAtTime(tone.to, end);
  source.connect(filter).connect(gain);
  return source;
}
