/**
 * What follows from a description, kept back until its maker's caller has applied it (duty B4): for backends on connections that apply
 * a description as soon as they have made it.
 */
export class HeldEvents {
  /** `null` while everything is told at once. */
  #held: (() => void)[] | null = null;

  get isHolding(): boolean {
    return this.#held !== null;
  }

  /** Keeps back what is told from now on. What is kept back already stays so. */
  hold(): void {
    this.#held ??= [];
  }

  /** Keeps back what is told from now on, and drops what was kept back. */
  holdAnew(): void {
    this.#held = [];
  }

  /** Tells what was kept back, right after the call that this is part of. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    queueMicrotask(() => {
      for (const event of held) event();
    });
  }

  /** Tells something: now, or when it is released. */
  tell(event: () => void): void {
    if (this.#held === null) event();
    else this.#held.push(event);
  }
}
