import type { Cause } from "./choose-term.ts";

/** The state of a term that this peer came to, for which it waits. */
export class AwaitedState {
  /** Which time it is that one is waited for; 0 while none is. */
  number = 0;
  cause: Cause = "first";
  #count = 0;

  begin(cause: Cause): void {
    this.#count = (this.#count % 0xffff) + 1;
    this.number = this.#count;
    this.cause = cause;
  }

  end(): void {
    this.number = 0;
  }
}
