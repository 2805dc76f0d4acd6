import { guarded } from "../base/guarded.ts";
import { reportError } from "../base/report-error.ts";
import { ByteReader } from "../codec/byte-reader.ts";
import { ByteWriter } from "../codec/byte-writer.ts";
import type { Payload } from "../codec/payload.ts";
import type { Cause } from "./choose-term.ts";
import type { HostOptions } from "./host-options.ts";
import { LAST_NUMBER, MAX_COUNTER, MAX_NUMBER_STEP } from "./limits.ts";
import type { Term } from "./term.ts";

/** A state of the game as it travels. */
export interface KeptState {
  readonly bytes: Uint8Array;
  readonly number: number;
}

/** The newest state that is known: one that the host gave to keep, or the last that was made here. */
export class StateKeeper<State> {
  #kept: KeptState | null = null;
  /** It was made in a term before the one that is followed. */
  #isInherited = false;
  readonly #payload: Payload<State>;
  readonly #game: Pick<HostOptions<State>, "snapshot" | "restore">;
  /** What is made here has a higher number. */
  #leastNumber = 0;
  readonly #writer = new ByteWriter();

  constructor(payload: Payload<State>, game: Pick<HostOptions<State>, "snapshot" | "restore">) {
    this.#payload = payload;
    this.#game = game;
  }

  get kept(): KeptState | null {
    return this.#kept;
  }

  get number(): number {
    return this.#kept?.number ?? 0;
  }

  /** The host that is followed has given it to keep. */
  keep(state: KeptState): void {
    this.#kept = state;
    this.#isInherited = false;
  }

  drop(): void {
    this.#kept = null;
  }

  /** Another is host. */
  inherit(): void {
    this.#isInherited = true;
  }

  /**
   * The host that is followed says which number it holds itself. What is kept from before and has a higher one was made by the host before
   * it, after that had been replaced: the game does not go on from there.
   */
  hearHeld(number: number): void {
    if (this.#isInherited && this.number > number) this.drop();
  }

  /**
   * This peer is host. What it makes from now on is newer than what others hold, by the numbers that they tell; one that is far off is no
   * honest one. Where somebody has used the numbers up it counts anew, and the others give up what they hold when they hear that.
   */
  outdo(numbers: readonly number[]): void {
    if (this.#kept !== null && this.number > LAST_NUMBER) {
      this.#kept = { ...this.#kept, number: 1 };
      this.#leastNumber = 0;
      return;
    }
    const most = this.number + MAX_NUMBER_STEP;
    for (const number of numbers) if (number <= most) this.#leastNumber = Math.max(this.#leastNumber, number);
  }

  /**
   * The game's state as it is now; under a new number, unless nothing has changed. `null` if the game has none: its error reaches the
   * page's error reporting.
   */
  make(): KeptState | null {
    const writer = this.#writer;
    writer.clear();
    try {
      this.#payload.write(this.#game.snapshot(), writer);
    } catch (error) {
      reportError(error);
      return null;
    }
    const kept = this.#kept;
    if (kept !== null && kept.number > this.#leastNumber && isEqual(kept.bytes, writer)) return kept;
    const number = Math.max(this.number, this.#leastNumber) + 1;
    this.#kept = { bytes: writer.bytes.slice(0, writer.length), number: Math.min(number, MAX_COUNTER) };
    return this.#kept;
  }

  /** The game goes on from what bytes from elsewhere say. False if that is no state. */
  restore(bytes: Uint8Array, info: { readonly term: Term; readonly cause: Cause }): boolean {
    let state: State;
    try {
      state = this.#payload.read(new ByteReader().reset(bytes));
    } catch {
      return false;
    }
    guarded(() => this.#game.restore(state, info));
    return true;
  }
}

function isEqual(bytes: Uint8Array, writer: ByteWriter): boolean {
  if (bytes.length !== writer.length) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== writer.bytes[i]) return false;
  return true;
}
