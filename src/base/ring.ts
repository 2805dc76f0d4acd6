/** Places that a ring begins with once it has to queue: a power of two. */
const FEWEST = 8;
/** More places than this are given back once nobody queues any more. */
const MOST_KEPT = 64;
const NONE: never[] = [];

/** A first-in-first-out queue, quick at both ends however long it is. Bounding it is its owner's duty. */
export class Ring<T> {
  #length = 0;
  /** Apart from the others: most rings of most programs hold one item or none. */
  #first: T | undefined;
  /** The others go round in these, as many as a power of two or none. */
  #places: (T | undefined)[] = NONE;
  /** Where the second item is. */
  #head = 0;

  get length(): number {
    return this.#length;
  }

  /** The item that so many others are before; `undefined` if there is none. */
  at(index: number): T | undefined {
    if (index === 0) return this.#first;
    return index < this.#length ? this.#places[this.#placeOf(index)] : undefined;
  }

  push(item: T): void {
    if (this.#length === 0) {
      this.#first = item;
    } else {
      if (this.#length > this.#places.length) this.#grow();
      this.#places[this.#placeOf(this.#length)] = item;
    }
    this.#length += 1;
  }

  shift(): T | undefined {
    const first = this.#first;
    if (this.#length > 1) {
      this.#first = this.#places[this.#head];
      this.#places[this.#head] = undefined;
      this.#head = this.#placeOf(2);
      this.#length -= 1;
    } else if (this.#length === 1) {
      this.#first = undefined;
      this.#length = 0;
      if (this.#places.length > MOST_KEPT) this.#places = NONE;
    }
    return first;
  }

  #placeOf(index: number): number {
    return (this.#head + index - 1) & (this.#places.length - 1);
  }

  #grow(): void {
    const places = new Array<T | undefined>(Math.max(FEWEST, 2 * this.#places.length)).fill(undefined);
    for (let index = 1; index < this.#length; index++) places[index - 1] = this.at(index);
    this.#places = places;
    this.#head = 0;
  }
}
