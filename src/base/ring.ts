/** So many places are kept at least; more are given back when that costs next to nothing. */
const KEPT = 64;

/** A first-in-first-out queue, quick at both ends however long it is. Bounding it is its owner's duty. */
export class Ring<T> {
  /** `undefined` wherever there is no item. Used from the start again whenever the ring is empty: it hardly ever has to grow. */
  #places: (T | undefined)[] = [];
  #head = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#head;
  }

  /** The item that so many others are before; `undefined` if there is none. */
  at(index: number): T | undefined {
    return this.#places[this.#head + index];
  }

  push(item: T): void {
    this.#places[this.#end++] = item;
  }

  shift(): T | undefined {
    if (this.#head === this.#end) return undefined;
    const item = this.#places[this.#head];
    this.#places[this.#head++] = undefined;
    if (this.#head === this.#end) {
      if (this.#end > KEPT) this.#places = [];
      this.#head = this.#end = 0;
    } else if (this.#head > KEPT && this.#head > this.#end / 2) {
      this.#places = this.#places.slice(this.#head, this.#end);
      this.#end -= this.#head;
      this.#head = 0;
    }
    return item;
  }
}
