/** A first-in-first-out queue over a circular array that grows by doubling. Bounding it is its owner's duty. */
export class Ring<T> {
  #items = new Array<T | undefined>(16);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    const { length } = this.#items;
    if (this.#length === length) {
      // Unrolled, so that the head is at the start again.
      this.#items = [...this.#items.splice(this.#head), ...this.#items];
      this.#items.length = length * 2;
      this.#head = 0;
    }
    this.#items[(this.#head + this.#length) % this.#items.length] = item;
    this.#length += 1;
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.#length > 0) {
      this.#items[this.#head] = undefined;
      this.#head = (this.#head + 1) % this.#items.length;
      this.#length -= 1;
    }
    return item;
  }
}
