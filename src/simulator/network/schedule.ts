/** What can become due. */
export interface Scheduled {
  /** Called when virtual time has reached the moment asked for, with what was given along. */
  fire(argument: unknown): void;
}

interface Entry {
  timeUs: number;
  /** Ties are broken by who asked first, so that a run never depends on how the heap happens to lie. */
  order: number;
  target: Scheduled;
  argument: unknown;
  /** What is due at the same moment, asked for right after: only the first of such a chain is on the heap. */
  next: Entry | null;
  /** Of the first of a chain: its last. */
  last: Entry | null;
}

/** What an entry that has fired leads to, so that it holds nobody. */
const NOBODY: Scheduled = { fire: () => {} };

/**
 * Virtual time and everything that is to happen in it: a queue by moment, then by order of asking.
 *
 * Nothing here ever waits: time stands still until `advanceTo` says otherwise. There is no cancelling; who has lost interest
 * ignores the call. Times are whole microseconds, exact up to 285 years.
 */
export class Schedule {
  #nowUs = 0;
  #asked = 0;
  #size = 0;
  readonly #heap: Entry[] = [];
  /** The first entries of the chains that were begun last, to which more may be added: mostly a whole tick's packets. */
  #latest: Entry | null = null;
  #latestButOne: Entry | null = null;
  /** Entries that have fired, to be used again: a run makes millions. */
  readonly #spare: Entry[] = [];

  get nowUs(): number {
    return this.#nowUs;
  }

  /** How much is still to happen. */
  get size(): number {
    return this.#size;
  }

  /** When the next thing is due; `Infinity` if nothing is. Unit: µs. */
  get nextUs(): number {
    return this.#heap[0]?.timeUs ?? Number.POSITIVE_INFINITY;
  }

  /** Asks for `target.fire(argument)` at a moment; one that is past already means as soon as time moves on. Unit: µs. */
  add(timeUs: number, target: Scheduled, argument: unknown): void {
    // It would stand at the head of the queue for ever, and nothing would happen any more.
    if (Number.isNaN(timeUs)) throw new RangeError("nothing can be due at NaN");
    const entry = this.#spare.pop() ?? { timeUs: 0, order: 0, target, argument: undefined, next: null, last: null };
    entry.timeUs = Math.max(timeUs, this.#nowUs);
    entry.order = this.#asked++;
    entry.target = target;
    entry.argument = argument;
    this.#size += 1;
    const first = this.#chainAt(entry.timeUs);
    if (first === null) {
      entry.last = entry;
      this.#rise(entry);
      this.#latestButOne = this.#latest;
      this.#latest = entry;
    } else {
      (first.last as Entry).next = entry;
      first.last = entry;
    }
  }

  /** Lets time pass up to a moment, that moment included: all that becomes due happens, in order. Unit: µs. */
  advanceTo(timeUs: number): void {
    const heap = this.#heap;
    for (let next = heap[0]; next !== undefined && next.timeUs <= timeUs; next = heap[0]) {
      this.#nowUs = next.timeUs;
      const { target, argument } = next;
      this.#take(next);
      target.fire(argument);
    }
    if (timeUs > this.#nowUs) this.#nowUs = timeUs;
  }

  /** A chain of that moment that may grow: one that was begun later holds only what was asked for later. */
  #chainAt(timeUs: number): Entry | null {
    if (this.#latest?.timeUs === timeUs) return this.#latest;
    return this.#latestButOne?.timeUs === timeUs ? this.#latestButOne : null;
  }

  /** Takes the first entry off, whose place the next of its chain takes. */
  #take(first: Entry): void {
    const { next } = first;
    if (next === null) {
      this.#removeFirst();
    } else {
      next.last = first.last;
      this.#heap[0] = next;
    }
    if (this.#latest === first) this.#latest = next;
    if (this.#latestButOne === first) this.#latestButOne = next;
    this.#size -= 1;
    first.target = NOBODY;
    first.argument = undefined;
    first.next = null;
    first.last = null;
    this.#spare.push(first);
  }

  #rise(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Entry;
      // What comes later has the higher order: it goes above only if it is earlier.
      if (parent.timeUs <= entry.timeUs) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    const { length } = heap;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= length) break;
      let child = heap[below] as Entry;
      const right = heap[below + 1];
      if (right !== undefined && below + 1 < length && isBefore(right, child)) {
        child = right;
        below += 1;
      }
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.timeUs < other.timeUs || (one.timeUs === other.timeUs && one.order < other.order);
}
