/** What a trace keeps word for word of the latest events; the hash is of all of them. */
export const KEPT_EVENTS = 512;

/** One event, as it happened. */
export interface TraceEvent {
  /** Unit: µs of virtual time. */
  readonly timeUs: number;
  /** `"packet"`, `"lost"`, `"deliver"`, and whatever those who note events call theirs. */
  readonly kind: string;
  /** The peer it happened to, or who sent. 0: nobody in particular. */
  readonly peer: number;
  /** The other peer of it. 0: none. */
  readonly other: number;
  /** A number that belongs to it: of a packet, of bytes. */
  readonly value: number;
  /** Words that belong to it. */
  readonly words: string;
}

type Listener = (event: TraceEvent) => void;

/**
 * Every event of a run, in one order: a hash of all of them, and the latest word for word.
 *
 * Two runs are the same, to the byte, if their hashes are; where they part can be found by listening to both. Hashing is two
 * lanes of 32 bits, after MurmurHash3's mixing: to tell runs apart, not to withstand anybody.
 */
export class Trace {
  #high = 0x9747b28c | 0;
  #low = 0x3c6ef372 | 0;
  #count = 0;
  readonly #kept: TraceEvent[] = [];
  #listener: Listener | null = null;

  /** 16 hexadecimal digits. */
  get hash(): string {
    return hex(finish(this.#high ^ this.#count)) + hex(finish(this.#low + this.#count));
  }

  /** Events noted so far. */
  get count(): number {
    return this.#count;
  }

  /** The latest events, oldest first: at most `KEPT_EVENTS`. */
  get latest(): TraceEvent[] {
    const from = this.#count % KEPT_EVENTS;
    return this.#count <= KEPT_EVENTS ? [...this.#kept] : [...this.#kept.slice(from), ...this.#kept.slice(0, from)];
  }

  /** Hears of every event from now on; one listener at a time. */
  listen(listener: Listener | null): void {
    this.#listener = listener;
  }

  note(timeUs: number, kind: string, peer: number, other: number, value: number, words = ""): void {
    this.#mixText(kind);
    this.#mix(timeUs | 0);
    this.#mix((timeUs / 4_294_967_296) | 0);
    this.#mix(peer);
    this.#mix(other);
    this.#mix(value | 0);
    if (words !== "") this.#mixText(words);
    const event = { timeUs, kind, peer, other, value, words };
    this.#kept[this.#count % KEPT_EVENTS] = event;
    this.#count += 1;
    this.#listener?.(event);
  }

  /** Mixes payload into the hash, without an event of its own. */
  mixPayload(payload: ArrayBuffer | Uint8Array | string): void {
    if (typeof payload === "string") return this.#mixText(payload);
    const bytes = payload instanceof Uint8Array ? payload : new Uint8Array(payload);
    const whole = bytes.length & ~3;
    for (let i = 0; i < whole; i += 4) {
      const word =
        (bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24);
      this.#mix(word);
    }
    let rest = bytes.length;
    for (let i = whole; i < bytes.length; i++) rest = (rest << 8) ^ (bytes[i] as number);
    this.#mix(rest);
  }

  #mixText(text: string): void {
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
  }

  #mix(word: number): void {
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    const high = this.#high ^ mixed;
    this.#high = (Math.imul((high << 13) | (high >>> 19), 5) + 0xe6546b64) | 0;
    const low = Math.imul(this.#low ^ word, 0x85ebca6b);
    this.#low = ((low << 17) | (low >>> 15)) ^ mixed;
  }
}

function finish(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex(lane: number): string {
  return lane.toString(16).padStart(8, "0");
}
