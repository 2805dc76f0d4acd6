import type { SimulatedNetwork } from "../network/simulated-network.ts";
import type { Cast } from "./cast.ts";
import type { Member } from "./member.ts";
import type { MemberGame } from "./member-game.ts";
import { settled } from "./settled.ts";
import type { Verdict } from "./verdict.ts";

/** How ticks pass: the network runs up to the tick's moment, then everybody has a turn. */
export class Ticks<Game extends MemberGame> {
  readonly #perSecond: number;
  readonly #network: SimulatedNetwork;
  readonly #cast: Cast<Game>;
  readonly #verdict: Verdict;
  #count = 0;

  constructor(perSecond: number, network: SimulatedNetwork, cast: Cast<Game>, verdict: Verdict) {
    this.#perSecond = perSecond;
    this.#network = network;
    this.#cast = cast;
    this.#verdict = verdict;
  }

  /** Ticks that have passed, or begun. */
  get count(): number {
    return this.#count;
  }

  pass(): void {
    for (const act of this.#acts()) act();
  }

  /** As `pass`; promises settle after each act. */
  async passAsync(): Promise<void> {
    for (const act of this.#acts()) {
      act();
      await settled();
    }
  }

  *#acts(): Iterable<() => void> {
    this.#cast.tell((observer) => observer.stepping?.());
    this.#count += 1;
    yield () => this.#runNetwork();
    for (const member of this.#cast.list) if (hasTurn(member)) yield () => member.turn(this.#count);
    this.#cast.tell((observer) => observer.stepped?.());
  }

  #runNetwork(): void {
    try {
      this.#network.advanceTo(Math.floor((this.#count * 1_000_000) / this.#perSecond));
    } catch (error) {
      this.#verdict.threw("what the network called", error);
    }
  }
}

function hasTurn({ device, state }: Member): boolean {
  return (state === "present" || state === "kicked") && !device.isStalled;
}
