import { MAX_OPEN_PART_SETS, MAX_UNRELIABLE_PARTS, PART_SET_FRAMES, PART_SET_LIFETIME_MS } from "../limits.ts";

interface PartSet {
  readonly id: number;
  readonly type: number;
  readonly parts: (Uint8Array | undefined)[];
  readonly sinceMs: number;
  /** Of the frame that brought the first of them. */
  readonly place: number;
  missing: number;
}

/** Unreliable messages that are arriving in parts. Those that lack one for too long, or are too many, are given up, the oldest first. */
export class PartSets {
  #open: PartSet[] = [];

  /** The message, if this part was the last one missing; `null` if others are; `undefined` if the part cannot be. */
  add(
    id: number,
    index: number,
    count: number,
    type: number,
    bytes: Uint8Array,
    place: number,
    nowMs: number,
  ): Uint8Array | null | undefined {
    if (count < 2 || count > MAX_UNRELIABLE_PARTS || index >= count) return undefined;
    // A sender that has come round to this number again means another message.
    const isOther = (set: PartSet): boolean => set.id === id && Math.abs(place - set.place) >= PART_SET_FRAMES;
    this.#giveUp((set) => nowMs - set.sinceMs < PART_SET_LIFETIME_MS && !isOther(set));
    let set = this.#open.find((other) => other.id === id);
    if (set === undefined) {
      if (this.#open.length >= MAX_OPEN_PART_SETS) this.#giveUp((other) => other !== this.#open[0]);
      set = { id, type, parts: new Array<Uint8Array | undefined>(count), sinceMs: nowMs, place, missing: count };
      this.#open.push(set);
    }
    if (set.type !== type || set.parts.length !== count) return undefined;
    if (set.parts[index] !== undefined) return null;
    // A copy: what is left of the frame is not to be kept for it.
    set.parts[index] = bytes.slice();
    set.missing -= 1;
    if (set.missing > 0) return null;
    this.#open = this.#open.filter((other) => other !== set);
    return joined(set.parts as Uint8Array[]);
  }

  #giveUp(isKept: (set: PartSet) => boolean): void {
    this.#open = this.#open.filter(isKept);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
