import { Allowance } from "../allowance.ts";
import { ROUTE_WORDS_BURST_MS, ROUTE_WORDS_PER_SECOND } from "../limits.ts";
import { Shares } from "./shares.ts";

/** What a hub knows of the way from one sender to one receiver. */
class Way {
  /** The receiver's number of the route on which it takes frames; 0: of none. */
  open = 0;
  /** Of the last route that the sender was told to be over. */
  ended = 0;
  readonly words: Allowance;

  constructor(nowMs: number) {
    this.words = new Allowance(ROUTE_WORDS_PER_SECOND, nowMs, ROUTE_WORDS_BURST_MS);
  }
}

/** A peer to whom a hub forwards. */
export class Receiver {
  readonly reliable = new Shares();
  readonly unreliable = new Shares();
  readonly #ways = new Map<number, Way>();

  wayFrom(sender: number, nowMs: number): Way {
    let way = this.#ways.get(sender);
    if (way === undefined) {
      way = new Way(nowMs);
      this.#ways.set(sender, way);
    }
    return way;
  }

  forget(sender: number): void {
    this.#ways.delete(sender);
    this.reliable.forget(sender);
    this.unreliable.forget(sender);
  }
}
