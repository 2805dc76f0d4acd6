/** What came of one peer's numbered messages, which begin at 0 whenever it comes. */
export class Ledger {
  /** The number that is due. */
  next = 0;
  doubled = 0;
  reordered = 0;
  readonly #missing = new Set<number>();

  /** Those that were passed over, and have not come since. */
  get lost(): number {
    return this.#missing.size;
  }

  take(number: number): void {
    if (number >= this.next) {
      for (let passed = this.next; passed < number; passed++) this.#missing.add(passed);
      this.next = number + 1;
    } else if (this.#missing.delete(number)) this.reordered += 1;
    else this.doubled += 1;
  }
}
