import { digest } from "./digest.ts";

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

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type Listener = (event: TraceEvent) => void;

/**
 * Every event of a run, in one order: a hash of all of them, and the latest word for word.
 *
 * Two runs are the same, to the byte, if their hashes are; where they part can be found by listening to both.
 */
export interface Trace {
  /** 16 hexadecimal digits. */
  readonly hash: string;
  /** Events noted so far. */
  readonly count: number;
  /** The latest events, oldest first: at most `KEPT_EVENTS`. */
  readonly latest: readonly TraceEvent[];
  /** Hears of every event from now on; one listener at a time. */
  listen(listener: ((event: TraceEvent) => void) | null): void;
}

/** Hashing is two lanes of 32 bits, after MurmurHash3's mixing: to tell runs apart, not to withstand anybody. */
export class TraceWriter implements Trace {
  #high = 0x9747b28c | 0;
  #low = 0x3c6ef372 | 0;
  #count = 0;
  /** Used again and again: a run notes millions. */
  readonly #kept: Mutable<TraceEvent>[] = [];
  /** Digests of the kinds there were: few, and told often. */
  readonly #kinds = new Map<string, number>();
  #listener: Listener | null = null;

  get hash(): string {
    return hex(finish(this.#high ^ this.#count)) + hex(finish(this.#low + this.#count));
  }

  get count(): number {
    return this.#count;
  }

  get latest(): TraceEvent[] {
    const from = this.#count % KEPT_EVENTS;
    const kept = this.#count <= KEPT_EVENTS ? this.#kept : [...this.#kept.slice(from), ...this.#kept.slice(0, from)];
    return kept.map((event) => ({ ...event }));
  }

  listen(listener: Listener | null): void {
    this.#listener = listener;
  }

  note(timeUs: number, kind: string, peer: number, other: number, value: number, words = ""): void {
    this.#mix(this.#kinds.get(kind) ?? this.#newKind(kind));
    this.#mix(timeUs | 0);
    this.#mix((timeUs / 4_294_967_296) | 0);
    this.#mix(peer);
    this.#mix(other);
    this.#mix(value | 0);
    if (words !== "") this.#mixText(words);
    const at = this.#count % KEPT_EVENTS;
    this.#count += 1;
    let event = this.#kept[at];
    if (event === undefined) {
      event = { timeUs, kind, peer, other, value, words };
      this.#kept[at] = event;
    } else {
      event.timeUs = timeUs;
      event.kind = kind;
      event.peer = peer;
      event.other = other;
      event.value = value;
      event.words = words;
    }
    this.#listener?.({ ...event });
  }

  /** Mixes payload into the hash, without an event of its own. */
  mixPayload(payload: ArrayBuffer | Uint8Array | string): void {
    this.#mix(digest(payload));
  }

  /** Mixes a number of 32 bits into the hash, without an event of its own. */
  mix(value: number): void {
    this.#mix(value);
  }

  #newKind(kind: string): number {
    const content = digest(kind);
    this.#kinds.set(kind, content);
    return content;
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
