import { TickmeshError } from "../../base/tickmesh-error.ts";

/** Lets one thing be done to a world at a time: a recording could not tell when within a step another was done. */
export class Turnstile {
  #doing: string | null = null;

  /** Throws a `TickmeshError` `wrong-state` if something has begun and not ended. */
  begin(what: string): void {
    this.requireIdle(what);
    this.#doing = what;
  }

  end(): void {
    this.#doing = null;
  }

  /** Throws as `begin` does. */
  requireIdle(what: string): void {
    if (this.#doing === null) return;
    throw new TickmeshError(
      "wrong-state",
      `${what} was called within ${this.#doing}: one is over before the next begins`,
    );
  }
}
