import type { RandomSource } from "../../../src/base/random.ts";
import type { LeaveReason } from "../../../src/session/leave-reason.ts";

/** What goes one way between two players, from when one is told of the other's coming to its leaving. */
interface Row {
  readonly nonce: number;
  count: number;
}

/** Somebody of whom a player was told that it has left. */
export interface Farewell {
  readonly tick: number;
  readonly peer: number;
  readonly reason: LeaveReason;
}

/** What a player says to each of the others, numbered, and what it hears: that nothing is lost, doubled or out of order shows here. */
export class Conversations {
  readonly farewells: Farewell[] = [];
  readonly #said = new Map<number, Row>();
  readonly #heard = new Map<number, Row>();
  readonly #random: RandomSource;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  joined(peer: number): void {
    this.#said.set(peer, { nonce: this.#random.nextUint32(), count: 0 });
    this.#heard.delete(peer);
  }

  left(farewell: Farewell): void {
    this.farewells.push(farewell);
    this.#said.delete(farewell.peer);
    this.#heard.delete(farewell.peer);
  }

  /** The next words to a peer. */
  next(peer: number): { readonly nonce: number; readonly place: number } {
    const row = this.#said.get(peer);
    if (row === undefined) throw new Error(`${peer} is not there`);
    row.count += 1;
    return { nonce: row.nonce, place: row.count };
  }

  /** In words what is wrong with what is heard; `null` if nothing is. */
  hear(peer: number, { nonce, place }: { readonly nonce: number; readonly place: number }): string | null {
    const row = this.#heard.get(peer) ?? { nonce, count: 0 };
    this.#heard.set(peer, row);
    row.count += 1;
    if (row.nonce !== nonce) return `hears ${peer} as if it had come anew, and was told nothing of it`;
    if (row.count === place) return null;
    const [was, is] = [row.count, place];
    row.count = place;
    return `hears the ${is}th message of ${peer} where the ${was}th was to come`;
  }

  /** What was said to a peer, and what was heard of one. */
  saidTo(peer: number): Row | undefined {
    return this.#said.get(peer);
  }

  heardOf(peer: number): Row | undefined {
    return this.#heard.get(peer);
  }
}
